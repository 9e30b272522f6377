"""Which keys are for translators."""

from __future__ import annotations

import pickle

import pytest

from pipeline.document.keyrules import KeyRules, format_key, parse_key

DEFAULT = KeyRules.default()


@pytest.mark.parametrize(
    ("path", "key", "offered", "shared"),
    [
        ("a.md", "title", True, False),
        ("a.md", "sections[].hero.key_highlights[].description", True, False),
        ("a.md", "third_nav_title", True, True),
        ("a.md", "breadcrumbs[]", True, False),
        ("a.md", "linkTitle", True, False),
        ("a.md", "features[].details", True, False),
        ("a.md", "colors.media-colors[].title", False, False),
        ("a.md", "permalink", False, False),
        ("a.md", "tags[]", False, False),
        ("a.md", "subtitle_image", False, False),
        ("_config.yml", "title", True, False),
        ("_config.yml", "title-abbreviated", True, False),
        ("_config.yml", "colors.media-colors[].title", False, False),
        ("_config.yml", "defaults[].values.title", False, False),
        ("_data/navigation.yml", "links[].sublinks[].title", True, True),
        ("_data/navigation.yml", "links[].collection", False, True),
        ("site/_data/footer.yml", "copyright_agency", True, True),
        ("_data/board.yml", "members[].title", True, False),
        ("_about/collection.yml", "collections.title", False, False),
        ("mkdocs.yml", "nav[].title", False, False),
        ("mkdocs.yml", "site_name", True, False),
        (".github/x.yml", "title", False, False),
    ],
)
def test_defaults(path: str, key: str, offered: bool, shared: bool) -> None:
    decisions = DEFAULT.for_path(path)
    assert decisions.offered(parse_key(key)) is offered
    assert DEFAULT.is_shared(path, key) is shared


@pytest.mark.parametrize(
    ("pattern", "key", "offered"),
    [
        ("lead", "lead", True),
        ("lead", "a.lead", False),
        ("**.lead", "a[].b.lead", True),
        ("sections.*.hero.lead", "sections[].hero.lead", True),
        ("sections[].*.lead", "sections[].hero.lead", True),
        ("sections.*.lead", "sections[].hero.lead", False),
        ("*_words", "more_words", True),
        ("words", "words[]", True),
        ("a.**", "a.b.c[]", True),
        ("LEAD", "lead", True),
        ("!title", "title", False),
        ("!title", "a.title", True),
        ("!**", "title", False),
        ("a+b", "aab", False),
    ],
)
def test_patterns(pattern: str, key: str, offered: bool) -> None:
    assert DEFAULT.extended([pattern]).for_path("a.md").offered(parse_key(key)) is offered


def test_the_last_rule_decides() -> None:
    rules = DEFAULT.extended(["!**", "title"]).extended(["!x.**"], shared=["title"])
    assert rules.for_path("a.md").offered(("title",))
    assert not rules.for_path("a.md").offered(("description",))
    assert rules.is_shared("a.md", "title")
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert not KeyRules(defaults=False).for_path("a.md").offered(("title",))


@pytest.mark.parametrize("text", ["title", "a.b.c", "links[].sublinks[].title", "a[][].b", "[].x"])
def test_key_paths_as_text(text: str) -> None:
    assert format_key(parse_key(text)) == text
