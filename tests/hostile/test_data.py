"""YAML, TOML and JSON that attack their reader: nothing is constructed, expanded or followed, whatever the page says."""

import pytest

import pipeline
from pipeline.config import parse_project
from pipeline.errors import ConfigError

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
YAML = {
    "billion laughs": BOMB,
    "billion laughs of mappings": "a: &a {x: words}\n" + "".join(f"{n}: &{n} {{<<: [*{b}, *{b}], y: *{b}}}\n" for b, n in zip("abcdefgh", "bcdefghi", strict=True)),
    "alias of itself": "a: &a [*a, *a]\ntitle: Words\n",
    "alias of nothing": "a: *nothing\ntitle: Words\n",
    "merge keys": "base: &base {title: Words here}\npage:\n  <<: *base\n  lead: More words\n",
    "merge of a text": "<<: words\ntitle: Words\n",
    "keys twice": "title: Words one\ntitle: Words two\n",
    "Python object": "title: !!python/object/apply:os.system ['touch hacked']\n",
    "Python name": "title: !!python/name:os.system\n",
    "Ruby object": "title: !ruby/object:Gem::Installer {i: x}\n",
    "unknown tag": "title: !<tag:evil.example,2024:x> Words\n",
    "tag of a number": "title: !!int words\n",
    "binary": "title: !!binary R0lGODlh\n",
    "huge number": "title: " + "9" * 10_000 + "\nlead: 1e" + "9" * 400 + "\n",
    "huge base": "title: " + ":".join(["59"] * 2_000) + "\n",
    "deep flow": "title: " + "[" * 10_000 + "]" * 10_000 + "\n",
    "deep flow mapping": "title: " + "{a: " * 10_000 + "}" * 10_000 + "\n",
    "deep blocks": "".join(" " * n + "a:\n" for n in range(2_000)),
    "deep complex keys": "? " * 5_000 + "a\n",
    "deep lists": "- " * 10_000 + "a\n",
    "long key": "k" * 100_000 + ": Words\n",
    "many keys": "".join(f"k{n}: Words {n}\n" for n in range(20_000)),
    "directive": "%YAML 9.9\n",
    "two documents": "a: Words\n---\nb: Words\n",
    "tabs": "a:\n\t- Words\n",
    "control characters": 'title: a\x01b\nlead: "a\\0b"\n',
    "half a character": 'title: "\\ud800"\n',
}  # fmt: skip
TOML = {
    "deep lists": "title = " + "[" * 10_000 + "]" * 10_000,
    "deep tables": "title = " + "{a=" * 10_000 + "1" + "}" * 10_000,
    "deep key": ".".join(["a"] * 1_000) + " = 1",
    "deep quoted key": ".".join(['"a b"'] * 1_000) + " = 1",
    "deep table": "[" + ".".join(["a"] * 1_000) + "]",
    "keys twice": "title = 'a'\ntitle = 'b'",
    "huge number": "n = " + "9" * 10_000,
    "bad date": "d = 2024-99-99",
    "never closed": 'title = """words',
    "half a character": 'title = "\\ud800"',
    "lone carriage return": "title = 'a'\rlead = 'b'",
}
JSON = {
    "deep lists": '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep objects": '{"a": ' * 100_000 + "1" + "}" * 100_000,
    "keys twice": '{"title": "Words", "title": "More words"}',
    "huge number": '{"n": ' + "9" * 10_000 + "}",
    "not a number": '{"n": NaN, "m": -Infinity}',
    "half a character": '{"title": "\\ud800 words"}',
    "NUL": '{"title": "a\\u0000b"}',
    "line break in a text": '{"title": "a\nb"}',
    "never closed": '{"title": "words',
}


def pages(kind, text):
    """The text as front matter and, where it is YAML, as a file of its own."""
    if kind == "json":
        return [(f"{text}\n\nBody words\n", "page.md")]
    fence = "---" if kind == "yaml" else "+++"
    front = f"{fence}\ntop: 1\n" if kind == "yaml" else f"{fence}\n"
    found = [(f"{front}{text}\n{fence}\n\nBody words\n", "page.md")]
    return [*found, (text, "data.yml")] if kind == "yaml" else found


CASES = [(kind, name) for kind, cases in (("yaml", YAML), ("toml", TOML), ("json", JSON)) for name in cases]


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_the_page_is_read_and_stays_as_it_is(kind, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = {"yaml": YAML, "toml": TOML, "json": JSON}[kind][name]
    for source, path in pages(kind, text):
        data = source.encode()
        page = pipeline.parse_page(data, path=path)
        assert pipeline.rebuild_page(page, {}) == data
        marked = pipeline.rebuild_checked(page, {s.key: s.msgid + " x" for s in page.segments})
        again = pipeline.parse_page(marked.data, path=path, guesses=page.guesses)
        assert len(again.segments) == len(page.segments)
    assert not list(tmp_path.iterdir())


def test_aliases_are_not_followed():
    """Segments are the texts that stand there: a bomb of nine levels has as many as it has words, and not 9 ** 9."""
    page = pipeline.parse_page(BOMB.encode(), path="data.yml")
    assert len(page.segments) <= 9


def test_a_value_with_an_anchor_is_left_alone():
    """Changing it would change every place that names it."""
    page = pipeline.parse_page(b"title: &a Words here\nlead: *a\nsummary: Other words\n", path="data.yml")
    assert [s.msgid for s in page.segments if s.msgid == "Words here"] == []


@pytest.mark.parametrize("name", TOML)
def test_the_configuration_is_refused_with_its_name(name, tmp_path):
    with pytest.raises(ConfigError) as refused:
        parse_project(TOML[name].encode(), root=tmp_path)
    assert refused.value.path
