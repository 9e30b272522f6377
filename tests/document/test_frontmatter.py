"""Front matter: where it ends, what of it is offered, and what a translation does to its bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.document.data import data_segments
from pipeline.document.frontkeys import add_keys, get_scalar, set_scalar
from pipeline.document.frontmatter import FrontMatter, front_matter_segments, is_text, split_front_matter
from pipeline.document.keyrules import KeyRules
from pipeline.document.scalar import encode_scalar
from pipeline.model import Segment

SAMPLES = Path(__file__).parent.parent / "data" / "frontmatter"
RULES = KeyRules.default()


def split(data: bytes) -> FrontMatter:
    fm = split_front_matter(data)
    assert fm is not None
    return fm


def segments(data: bytes, path: str = "page.md") -> list[Segment]:
    return front_matter_segments(data, split(data), RULES, path=path)[0]


def translated(page: str, msgstr: str, index: int = 0) -> str:
    data = page.encode()
    segment = segments(data)[index]
    ((start, end),) = segment.pieces
    return (data[:start] + encode_scalar(segment, msgstr, data) + data[end:]).decode()


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.md")), ids=lambda path: path.stem)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_samples(sample: Path, newline: str) -> None:
    data = sample.read_text("utf-8").replace("\n", newline).encode()
    expected = sample.with_suffix(".expected").read_text("utf-8").splitlines()
    actual = []
    for segment in segments(data):
        ((start, end),) = segment.pieces
        assert encode_scalar(segment, segment.msgid, data) == data[start:end]
        msgid = segment.msgid.replace("\\", "\\\\").replace("\n", "\\n")
        actual.append(f"{segment.line}\t{segment.form}\t{segment.kind.removeprefix('front matter ')}\t{msgid}")
    assert actual == expected


@pytest.mark.parametrize(
    ("page", "kind", "body"),
    [
        ("---\ntitle: x\n---\nBody", "yaml", "Body"),
        ("\ufeff---\ntitle: x\n---\nBody", "yaml", "Body"),
        ("--- \t\r\ntitle: x\r\n--- \r\nBody", "yaml", "Body"),
        ("---\ntitle: x\n...\nBody", "yaml", "Body"),
        ("---\ntitle: x\n---", "yaml", ""),
        ("---\n---\nBody", "yaml", "Body"),
        ("---\n# only a comment\n---\nBody", "yaml", "Body"),
        ("---\n{title: x}\n---\nBody", "yaml", "Body"),
        ("---\n'a key': x\n---\nBody", "yaml", "Body"),
        ("---\ntitle: 'x\n---\nBody", "yaml", "Body"),
        ("---\ntitle: x\n----\nmore: y\n---\nBody", "yaml", "Body"),
        ("---\ntitle: x\n ---\nmore: y\n---\nBody", "yaml", "Body"),
        ('+++\ntitle = "x"\n+++\nBody', "toml", "Body"),
        ('{"title": "x"}\nBody', "json", "Body"),
        ('{\n"title": "字"}', "json", ""),
    ],
)
def test_split(page: str, kind: str, body: str) -> None:
    data = page.encode()
    fm = split(data)
    assert fm.kind == kind
    assert data[fm.end :] == body.encode()
    assert data[: fm.start] in (b"", b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "page",
    [
        "",
        "Body",
        "---\n",
        "---\ntitle: x\n",
        "---\nJust a sentence between two rules.\n---\nBody",
        "---\n- a list\n- of things\n---\nBody",
        "---\n**Note** that: this is [text\n---\nBody",
        " ---\ntitle: x\n---\n",
        "----\ntitle: x\n----\n",
        "Body\n\n---\ntitle: x\n---\n",
        "+++\ntitle = 1\n",
        "{% include x %}\n",
        '{"title": "x"} and more\n',
        '{"title": \n',
        "{" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_no_front_matter(page: str) -> None:
    assert split_front_matter(page.encode()) is None


def test_undecodable_bytes_do_not_raise() -> None:
    data = b"---\ntitle: caf\xe9\n---\n"
    found, findings, _ = front_matter_segments(data, split(data), RULES, path="a.md")
    assert [f.rule for f in findings] == ["front-matter-malformed"]
    assert found == []
    assert split_front_matter(b'{"title": "\xe9"}') is None


def test_notes_and_findings() -> None:
    data = (SAMPLES / "home.md").read_bytes()
    found, findings, scalars = front_matter_segments(data, split(data), RULES, path="index.md")
    assert found[0].note == "front matter: title"
    assert [(f.rule, f.line) for f in findings] == [("placeholder-alt", 18)]
    assert scalars["layout"] == "homepage"
    data = (SAMPLES / "notice.md").read_bytes()
    found, findings, scalars = front_matter_segments(data, split(data), RULES, path="notice.md")
    assert found[1].note == "front matter: third_nav_title (menu label, must match on all pages)"
    assert (scalars["permalink"], scalars["published"]) == ("/about/our-pillars/resilience", "true")
    data = (SAMPLES / "malformed.md").read_bytes()
    _, findings, _ = front_matter_segments(data, split(data), RULES, path="x.md")
    assert [(f.rule, f.line) for f in findings] == [("front-matter-malformed", 3)]


def test_a_key_cannot_break_the_note() -> None:
    data = b'---\nparams: {"a\\nb": {title: Words}}\n---\n'
    assert segments(data)[0].note == "front matter: params.a b.title"


@pytest.mark.parametrize(
    ("line", "msgstr", "expected"),
    [
        ("title: Old", "New", "title: New"),
        ("title:   Old  ", "New", "title:   New  "),
        ("title: Old # note", "New", "title: New # note"),
        ("title: Old", "Fees: new", "title: 'Fees: new'"),
        ("title: Old", "Room #2", "title: 'Room #2'"),
        ("title: Old", "Room#2, a:b [c] {d} 50%", "title: Room#2, a:b [c] {d} 50%"),
        ("title: Old", "Yes", "title: 'Yes'"),
        ("title: Old", "2024-01-01", "title: '2024-01-01'"),
        ("title: Old", "1e3", "title: '1e3'"),
        ("title: Old", 'It\'s: "x"', 'title: "It\'s: \\"x\\""'),
        ("title: Old", "a\nlang: evil", 'title: "a\\nlang: evil"'),
        ("title: Old", "@user", "title: '@user'"),
        ("title: Old", " led", "title: ' led'"),
        ("title: Old", "", "title: ''"),
        ("title: Old", "-5 degrees", "title: -5 degrees"),
        ("title: Old", "- item", "title: '- item'"),
        ("title: Old\n  words", "New words", "title: New words"),
        ("title: 'Old'", "It's", "title: 'It''s'"),
        ("title: 'Old'", "a\tb", 'title: "a\\tb"'),
        ('title: "Old"', 'A "b" \\ c', 'title: "A \\"b\\" \\\\ c"'),
        ('title: "Old"', "\x85\u2028\ufeff\x00", 'title: "\\x85\\u2028\\ufeff\\0"'),
        ("sections: [{title: Old}]", "a, b", "sections: [{title: 'a, b'}]"),
        ("sections: [{title: Old}]", "New words", "sections: [{title: New words}]"),
        ("title: |\n  Old\n\n", "New\n\nwords", "title: |\n  New\n\n  words\n\n"),
        ("title: |\n  Old\n\n", " New", 'title: " New\\n"\n\n'),
        ("title: |+\n  Old\n\n", " New", 'title: " New\\n\\n\\n"\n\n'),
        ("title: >-\n  Old\n  words", "New\nwords", "title: >-\n  New\n\n  words"),
        ("title: >-\n  Old\n  words", " New", 'title: " New"'),
    ],
)
def test_quoted_exactly_when_needed(line: str, msgstr: str, expected: str) -> None:
    assert translated(f"---\n{line}\n---\n", msgstr) == f"---\n{expected}\n---\n"


def test_repeated_keys_are_offered_each() -> None:
    assert [s.msgid for s in segments(b"---\ntitle: One\ntitle: Two\n---\n")] == ["One", "Two"]


@pytest.mark.parametrize(
    "content",
    [
        "title: x\nfoo: bar: baz",
        "title: x\nfoo: %y",
        "title: x\nfoo: 'a''",
        "title: x\nfoo: \x01",
        "title: x\n\tfoo: y",
        "title: x\nfoo: *nothing: y",
        "title: x\na: " + "[" * 5000,
        "title: x\na: &a [*a, {b: *a}",
    ],
)
def test_malformed_keeps_the_title_translatable(content: str) -> None:
    data = f"---\n{content}\n---\nBody".encode()
    found, findings, _ = front_matter_segments(data, split(data), RULES, path="p.md")
    assert [f.rule for f in findings] == ["front-matter-malformed"]
    assert [(s.msgid, s.line) for s in found] in ([("x", 2)], [])
    assert "x" in [s.msgid for s in found] or content.startswith("title: x\n\t")


def test_nesting_and_aliases_cost_little() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"k{i}: &k{i} [*a, *a]\n" for i in range(2000)) + "title: Words"
    assert [s.msgid for s in segments(f"---\n{bomb}\n---\n".encode())] == ["Words"]
    deep = "title: Words\n" + "".join(" " * i + f"k{i}:\n" for i in range(200))
    data = f"---\n{deep}\n---\n".encode()
    assert "nested deeper" in front_matter_segments(data, split(data), RULES, path="p.md")[1][0].message


@pytest.mark.parametrize(
    "value",
    "/about/ ./x.html https://example.org/a?b=c mailto:me@example.org me@example.org www.example.org "
    "images/logo.png report.pdf #fff #A1B2C3 example.org/docs/page media/ 12.50 +65-6123 … {{x}} {%x%} <br> &nbsp;".split(),
)
def test_not_text(value: str) -> None:
    assert not is_text(value)


@pytest.mark.parametrize(
    "value", ["Yes", "TCP/IP", "a", "page.Data", "See https://example.org", "字", "#hashtag here", "<b>x</b>", "{x}"]
)
def test_text(value: str) -> None:
    assert is_text(value)


def test_long_values_cost_little() -> None:
    for value in ("a/" * 100_000, "{{" * 100_000 + "a", "<" * 100_000 + "a", "a." * 100_000, "&" * 100_000 + "a"):
        is_text(value)


def test_data_file() -> None:
    data = (
        b"\xef\xbb\xbflogo: /images/logo.png\nlinks:\n  - title: Home\n    url: /\n    sublinks:\n      - title: Fees\n"
    )
    found, findings = data_segments(data, RULES, path="_data/navigation.yml")
    assert [(s.msgid, s.line, s.kind) for s in found] == [
        ("Home", 3, "data file links[].title"),
        ("Fees", 6, "data file links[].sublinks[].title"),
    ]
    assert [data[a:b] for s in found for a, b in s.pieces] == [b"Home", b"Fees"]
    assert found[0].note == "data file: links[].title (menu label, must match on all pages)"
    assert not findings
    found, findings = data_segments(b"a: 'x\n", RULES, path="_data/x.yml")
    assert [f.rule for f in findings] == ["data-file-malformed"]
    assert not found


YAML = "---\ntitle: Home\nlang: en\nempty:\nlist: [a]\ntext: |\n  Words\n---\nBody\n"


@pytest.mark.parametrize(
    ("page", "keys", "expected"),
    [
        (YAML, {"lang": "no"}, YAML.replace("lang: en", "lang: 'no'")),
        (YAML, {"empty": "x"}, YAML.replace("empty:", "empty: x")),
        (YAML, {"list": "x"}, YAML),
        (YAML, {"text": "x"}, YAML.replace("Words", "x")),
        (YAML, {"dir": "rtl", "mt": True}, YAML.replace("Words\n", "Words\ndir: rtl\nmt: true\n")),
        (
            YAML.replace("\n", "\r\n"),
            {"dir": "rtl"},
            YAML.replace("Words\n", "Words\ndir: rtl\n").replace("\n", "\r\n"),
        ),
        ("---\n---\n", {"lang": "ms"}, "---\nlang: ms\n---\n"),
        ("---\n{title: x}\n---\n", {"lang": "ms"}, "---\n{title: x, lang: ms}\n---\n"),
        ("---\n  title: x\n---\n", {"lang": "ms"}, "---\n  title: x\n  lang: ms\n---\n"),
        ("---\ntitle: 'x\n---\n", {"lang": "ms"}, "---\ntitle: 'x\n---\n"),
        ("+++\na = 1\n[b]\nc = 2\n+++\n", {"lang": "ms"}, '+++\na = 1\nlang = "ms"\n[b]\nc = 2\n+++\n'),
        (
            "+++\na = 1\nd = 2024-01-01T00:00:00Z\n+++\n",
            {"a": "x", "d": "y"},
            '+++\na = "x"\nd = 2024-01-01T00:00:00Z\n+++\n',
        ),
        ('{\n  "a": "x"\n}\n', {"lang": "ms", "mt": True}, '{\n  "a": "x",\n  "lang": "ms",\n  "mt": true\n}\n'),
        ('{"a": null}\n', {"a": "x"}, '{"a": "x"}\n'),
    ],
)
def test_add_keys(page: str, keys: dict[str, str | bool], expected: str) -> None:
    data = page.encode()
    changed = add_keys(data, split(data), keys)
    assert changed.decode() == expected
    assert add_keys(changed, split(changed), keys) == changed


def test_get_and_set() -> None:
    data = "---\npermalink: /é/ # here\nn: 1\npermalink: /b/\n---\n".encode()
    fm = split(data)
    assert get_scalar(data, fm, "permalink") == "/b/"
    assert (get_scalar(data, fm, "n"), get_scalar(data, fm, "other")) == ("1", None)
    assert set_scalar(data, fm, "permalink", "/ms/b/").decode() == data.decode().replace("/b/", "/ms/b/")
    assert set_scalar(data, fm, "other", "x") == data
