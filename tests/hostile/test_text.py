"""Pages that nobody wrote in good faith: odd bytes, nothing ever closed, very long, very deep. None stops or stalls a run.

What takes longer than linear time shows as a test that takes minutes: a megabyte read in quadratic time. The curves
themselves are drawn by bench/linear.py.
"""

import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline.catalog.sentencepairs import sentences
from pipeline.errors import PageError
from pipeline.inline import elements, plain, signature

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("page.md", "page.mdx", "page.html", "data.yml")
OPENERS = [
    "```", "~~~", "`", "<div>", "<div", "<a href='", "<!--", "<![CDATA[", "<?", "<script>", "<p translate='no'>", "[", "![", "[a](", "[a](<", "*", "**", "_", "~~", "|", "{{", "{%", "{{<", "{#", "{:", "{",
    "{/*", "{% raw %}", "$$", ":::", '!!! note "', "[^1]", "> ", "- ", "1. ", "    ", "\t", "# ", "---\n", "+++\n", "---\na: '", "---\na: [", "+++\na = '''", "+++\na = [", '{"a": "', '{"a": {', "import {", "export default {", "<!-- i18n:skip-start -->", "&", "&#", "\\",
]  # fmt: skip


def identical(data, path):
    assert pipeline.rebuild_page(pipeline.parse_page(data, path=path), {}) == data


@pytest.mark.parametrize("path", FORMATS)
@pytest.mark.parametrize(
    "data", [b"\xff", b"text \xc3", b"\xed\xa0\x80", b"---\ntitle: \x80\n---\n", b"\xf5\x80\x80\x80", b"\xff\xfet\x00"]
)
def test_bytes_that_are_not_utf_8_are_refused_with_their_line(path, data):
    with pytest.raises(PageError) as refused:
        pipeline.parse_page(b"one\n" + data, path=path)
    assert refused.value.line >= 2
    assert refused.value.path == path


@pytest.mark.parametrize("path", FORMATS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\r", "\r\r\n", "\u2028", "\x0b", "\x0c", "\x85"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\ufeff\ufeff"])
def test_marks_and_line_ends_of_any_kind_stay(path, newline, start):
    lines = [
        "---",
        "title: A title",
        "---",
        "# A heading",
        "",
        "Text and",
        "more text",
        "",
        "> Quoted",
        "> text",
        "",
        "<p>HTML",
        "text</p>",
        "",
    ]
    identical((start + newline.join(lines)).encode(), path)
    identical((start + "\n".join(lines[:7]) + newline.join(lines[7:])).encode(), path)


@pytest.mark.parametrize("path", FORMATS)
@pytest.mark.parametrize(
    "character", ["\0", "\x01", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ufffe", "\U0010ffff"]
)
def test_control_characters_stay_where_they_are(path, character):
    identical(
        f"---\ntitle: a{character}b\n---\n# a{character}b\n\n{character}\n\n<p title='{character}'>{character}</p>\n".encode(),
        path,
    )


@pytest.mark.parametrize("path", FORMATS)
@pytest.mark.parametrize("opener", OPENERS)
def test_what_is_never_closed_hides_nothing_and_stops_nothing(path, opener):
    for text in (
        opener,
        f"Words {opener}",
        f"{opener}words\n\nmore *words*\n",
        f"> {opener}\nwords\n",
        f"---\ntitle: {opener}\n---\n\n{opener}",
    ):
        identical(text.encode(), path)


@pytest.mark.parametrize("path", FORMATS)
@pytest.mark.parametrize("opener", OPENERS)
def test_ten_thousand_levels_are_no_recursion(path, opener):
    """Neither in a Python function nor in a native one, and neither on a line nor on ten thousand."""
    identical((opener * 10_000).encode(), path)
    identical((opener + "a\n").encode() * 2_000, path)


@pytest.mark.parametrize(
    "text",
    [
        "".join("  " * (n % 400) + "- item\n" for n in range(4_000)),
        "".join(">" * (n % 400) + " quoted\n" for n in range(2_000)),
        "".join(f"<div><p>text {n}\n" for n in range(4_000)) + "</p></div>" * 4_000,
        "</p>" * 10_000 + "<b>" * 10_000 + "text" + "</i>" * 10_000,
        "*a **b " * 10_000,
        "[" * 10_000 + "a" + "](b)" * 10_000,
    ],
    ids=["list", "quotes", "elements", "tags that do not fit", "emphasis", "links"],
)
def test_deep_structures(text):
    for path in ("page.md", "page.mdx", "page.html"):
        identical(text.encode(), path)


@pytest.mark.parametrize("markup", ["markdown", "html", "mdx"])
@pytest.mark.parametrize(
    "opener",
    [*OPENERS, "`a` https://a.example ", "<b>", "</b>", "a@b.example ", "{a}", "&#" + "9" * 5_000, "\r- ", "\r<"],
)
def test_texts_of_translators_are_read_in_the_same_way(markup, opener):
    text = opener * max(2, 20_000 // len(opener))
    assert signature(text, markup) == signature(text, markup)
    assert all(0 <= e.open_span[0] <= e.open_span[1] <= len(text) for e in elements(text, markup))
    plain(text, markup)


@pytest.mark.parametrize(
    ("opening", "closing", "levels"),
    [
        ("![", "](x)", 20_000),
        ("![[a](", ")](x)", 20_000),
        ("<b>", "</b>", 20_000),
        ("{% raw %}\n", "\n```\n{% endraw %}", 100_000),
    ],
    ids=["images", "links in images", "tags", "templates"],
)
def test_what_is_nested_is_passed_over_once(opening, closing, levels):
    text = opening * levels + "a" + closing * levels
    assert elements(text)
    assert "".join(part for sentence in sentences([text]) for part in sentence) == text


LONG = """
import sys, pipeline
unit, path, end = sys.argv[1], sys.argv[2], sys.argv[4]
size = int(sys.argv[3])
data = ((unit + (" " if end == "line" else "\\n\\n")) * (size // (len(unit) + 1))).encode()
page = pipeline.parse_page(data, path=path)
assert pipeline.rebuild_page(page, {}) == data
"""


@pytest.mark.parametrize(
    ("unit", "path", "size", "end"),
    [
        ("Words and *more* of [them](a)", "page.md", "5_000_000", "lines"),
        ("Words and *more* of [them](a)", "page.md", "1_000_000", "line"),
        ("{{ x }} <T> `a`", "page.mdx", "300_000", "line"),
        ("<b translate='no'>x</p> {% x %} a@b.c", "page.html", "1_000_000", "line"),
    ],
)
def test_five_megabytes_and_lines_of_one_megabyte(unit, path, size, end):
    """In a process of its own, because a hang in native code could not be ended otherwise."""
    subprocess.run([sys.executable, "-c", LONG, unit, path, size, end], check=True, timeout=120, cwd=ROOT)
