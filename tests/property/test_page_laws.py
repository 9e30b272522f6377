"""Laws of pages: bytes come back, translations stay the text they are, and nothing that acts is let in.

Pages are put together from pieces of Markdown, HTML, Liquid, kramdown and MDX, well formed or not; so are translations.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from html import unescape

import pyromark
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.document.builder import markup_of
from pipeline.document.rebuild import rebuild_checked, rebuild_page
from pipeline.document.skeleton import parse_page
from pipeline.errors import PageError
from pipeline.inline import elements, has_text, plain, signature
from pipeline.inline.templates import find_templates
from pipeline.model import Page

LAW = settings(derandomize=True, deadline=None, max_examples=150)

PATHS = st.sampled_from(["page.md", "page.md", "page.md", "page.mdx", "page.html", "_data/page.yml"])

_INLINE = [
    "word", "two words", "Words, and more.", "字", "第一行。", "é &amp; &quot;x&quot;", "5&nbsp;km", "&#39;", "&lt;b&gt;",
    "`code`", "``a`b``", "[link](/a)", '[link](/b "title")', "[ref][label]", "[label][]", "[label]", "![alt](i.png)", "[^1]",
    "**bold**", "*it*", "_it_", "~~no~~", "<b>bold</b>", '<abbr title="long">s</abbr>', "<br>", "<kbd>x</kbd>", "{{ site.name }}",
    "{% if x %}", "{% endif %}", "{{< param x >}}", '{:target="_blank"}', "{: .x}", "{x}", "<Card a={1} />", "https://a.example/x",
    "\\*", "\\", "  \n", "\\\n", "\n", " ", "|", "#", "<", ">", "*", "_", "[", "]", "(", ")", "{", "}", "`", "'", '"', ":", "~", "!",
    "\t", "\u00a0", "\u2028", "\U0001f600", "a@b.example", "<https://a.example>", "<!-- c -->", "12", "3 < 4", "</b>",
]  # fmt: skip
_STARTS = [
    "", "", "", "# ", "## ", "> ", "> > ", "- ", "* ", "1. ", "3) ", "    ", "\t", "- [x] ", "  ", ": ", "| ", "[^1]: ", "[label]: ",
    '!!! note "Title"\n    ', "    ", ":::tip Title\n", "> [!NOTE]\n> ", "<p>", "<div>\n", "<div>", "</div>\n", "<td>", "<em>\n",
    "<pre>", "</pre>", "<script>", "</script>\n", "```\n", "~~~ x\n", "import x from 'y'\n", "export const a = {\n", '<Note title="T">\n\n',
    "{: .x}\n", "{% raw %}", "{% endraw %}\n", "{% highlight x %}\n", "<!-- i18n:skip -->\n", "<!--", "-->", "***\n", "---\n", "===\n", "$$\n",
    "<img alt='x' src=a>", "<input type=submit value=Go>\n", "title: ", "- title: ", '"title": ', "+++\n", "<summary>", "<table><tr><th>",
]  # fmt: skip
_ENDS = [
    "\n",
    "\n\n",
    "\n\n",
    "\r\n",
    "\r\n\r\n",
    "",
    "  \n",
    " {#id}\n",
    " |\n",
    "\n|---|\n",
    "\n===\n",
    "\n---\n",
    "</p>\n",
    "\n\n\n",
    " #\n",
]
_HEADS = [
    "",
    "",
    "",
    "\ufeff",
    "---\ntitle: Words here\nx: 1\n---\n",
    "+++\ntitle = 'Words'\n+++\n",
    '{"title": "W"}\n',
    "---\ntitle: [x\n---\n",
]

INLINE = st.lists(st.sampled_from(_INLINE), min_size=1, max_size=6).map(" ".join) | st.lists(
    st.sampled_from(_INLINE), max_size=6
).map("".join)
BLOCK = st.tuples(st.sampled_from(_STARTS), INLINE, st.sampled_from(_ENDS)).map("".join)
PAGES = st.tuples(st.sampled_from(_HEADS), st.lists(BLOCK, max_size=7).map("".join)).map("".join)

_HOSTILE = [
    "<script>alert(1)</script>", "<script", "</script>", "<img src=x onerror=alert(1)>", "onclick=", ' onload="x"', "javascript:alert(1)",
    "[x](javascript:a)", "java&#115;cript:", "<iframe src=x>", "{{ x }}", "{{", "}}", "{% x %}", "{%", "%}", "{{< x >}}", "{x}", "<Card />", "<a href=",
    "<!--", "-->", "]]>", '"', "'", '" onclick="x', "' onclick='x", "](javascript:x)", "# ", "- ", "1. ", "> ", "```", "---", "===", "|", "\n", "\n\n",
    "\\", "[x]: /y", ":::", "!!! note", "{: .x}", "{#id}", "&#123;&#123;", "&lt;script&gt;", "\u2028", "\r", "import x", "<svg/onload=x>", "&", "<", ":",
]  # fmt: skip
MSGSTRS = st.lists(st.sampled_from(_HOSTILE + _INLINE), min_size=1, max_size=5).map("".join)
EDITS: list[Callable[[str, str], str]] = [
    lambda msgid, piece: msgid + " " + piece,
    lambda msgid, piece: piece + " " + msgid,
    lambda msgid, piece: piece + msgid,
    lambda msgid, piece: msgid.replace(" ", " " + piece + " ", 1),
    lambda msgid, piece: re.sub(r"\w+", "kata", msgid, count=1) + piece,
    lambda msgid, piece: piece,
    lambda msgid, piece: msgid.upper(),
    lambda msgid, piece: msgid + " ⟦x⟧",
]
CHANGES = st.lists(st.tuples(st.sampled_from(EDITS), MSGSTRS), min_size=1, max_size=4)

_ACTIVE = {
    "script": re.compile(r"<\s*script", re.IGNORECASE),
    "frame": re.compile(r"<\s*(?:iframe|object|embed|form|meta|base|link|svg)\b", re.IGNORECASE),
    "output": re.compile(r"\{\{"),
    "logic": re.compile(r"\{%"),
    # In a tag of the page: after `<name`, before its `>`.
    "handler": re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*?[\s/\"']on\w+\s*=", re.IGNORECASE),
    "address": re.compile(r"(?:\]\(|\]:|href\s*=|src\s*=|<)\s*[\"']?\s*javascript:", re.IGNORECASE),
}


def active(data: bytes) -> Counter[str]:
    """How much of a page acts when it is built or opened."""
    text = data.decode()
    return Counter({name: len(pattern.findall(text)) for name, pattern in _ACTIVE.items()})


def opaque(page: Page) -> list[tuple[str, ...]]:
    """The code, targets, tags and templates of each segment."""
    # A stray half of a template tag may be spelled with references in the edition.
    return [
        tuple(e for e in signature(s.msgid, markup_of(s.form)) if not e.startswith("stray ")) for s in page.segments
    ]


def code_blocks(page: Page) -> list[str]:
    """The text of the fenced blocks of a Markdown page, by CommonMark alone."""
    if page.format != "markdown":
        return []
    out: list[str] = []
    fenced = False
    for event in pyromark.events(page.data.decode()):
        if isinstance(event, str):
            continue
        ((name, value),) = event.items()
        if name in ("Start", "End"):
            fenced = name == "Start" and isinstance(value, dict) and "Fenced" in str(value.get("CodeBlock"))
        elif name == "Text" and fenced:
            out.append(str(value))
    return out


def words(text: str) -> str:
    """A text as it is read: without the guards and white space that writing it back may change."""
    text = "".join(unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)).split())
    # Attribute lists are the source's own again, whatever stands in the translation.
    return re.sub(r"(?<!\{)\{:?[^{}]*\}(?!\})|</?[A-Za-z][^<>]*>|[*_]", "", text)


@LAW
@given(PAGES, PATHS)
def test_law_1_without_translations_the_bytes_come_back(text: str, path: str) -> None:
    data = text.encode()
    page = parse_page(data, path=path)
    assert rebuild_page(page, {}) == data
    assert rebuild_page(page, {s.key: s.msgid for s in page.segments}) == data
    position = 0
    for segment in page.segments:
        assert len(segment.joins) == len(segment.pieces) - 1
        assert segment.msgid.strip()
        for start, end in segment.pieces:
            assert position <= start < end
            position = end
    assert position <= len(data)


@LAW
@given(st.binary(max_size=120) | st.text(max_size=60).map(str.encode), PATHS)
def test_law_1_for_any_bytes(data: bytes, path: str) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        with pytest.raises(PageError) as caught:
            parse_page(data, path=path)
        assert caught.value.path == path
        return
    page = parse_page(data, path=path)
    assert rebuild_page(page, {}) == data


@LAW
@given(PAGES, PATHS)
def test_parsing_is_repeatable(text: str, path: str) -> None:
    assert parse_page(text.encode(), path=path) == parse_page(text.encode(), path=path)


@LAW
@given(PAGES, PATHS, CHANGES)
def test_law_2_translations_stay_what_they_are(
    text: str, path: str, changes: list[tuple[Callable[[str, str], str], str]]
) -> None:
    page = parse_page(text.encode(), path=path)
    translations = {}
    for n, segment in enumerate(page.segments):
        edit, piece = changes[n % len(changes)]
        translations[segment.key] = edit(segment.msgid, piece)
    rebuilt = rebuild_checked(page, translations)
    assert rebuild_checked(page, translations) == rebuilt
    assert {f.key for f in rebuilt.findings}.isdisjoint(rebuilt.used)

    again = parse_page(rebuilt.data, path=path)
    assert len(again.segments) == len(page.segments)
    assert [s.kind for s in again.segments] == [s.kind for s in page.segments]
    for ours, theirs in zip(page.segments, again.segments, strict=True):
        if ours.key in rebuilt.used and ours.key not in {f.key for f in rebuilt.findings}:
            assert words(theirs.msgid) == words(translations[ours.key])
        else:
            assert theirs.msgid == ours.msgid
    assert opaque(again) == opaque(page)
    assert code_blocks(again) == code_blocks(page)
    # Law 9: nothing acts that did not act before.
    assert active(rebuilt.data) <= active(page.data), active(rebuilt.data) - active(page.data)
    # A second edition out of the first changes nothing.
    assert rebuild_page(again, {}) == rebuilt.data


@LAW
@given(PAGES, PATHS)
def test_law_2_a_mark_keeps_code_links_and_templates(text: str, path: str) -> None:
    page = parse_page(text.encode(), path=path)
    rebuilt = rebuild_checked(page, {s.key: s.msgid + " ⟦x⟧" for s in page.segments})
    again = parse_page(rebuilt.data, path=path)
    assert opaque(again) == opaque(page)
    assert code_blocks(again) == code_blocks(page)


@LAW
@given(INLINE | MSGSTRS, st.sampled_from(["markdown", "mdx", "html"]))
@example("[a](b) `c` <d>", "markdown")
def test_elements_lie_in_their_text(text: str, markup: str) -> None:
    found = elements(text, markup)
    assert [e.open_span[0] for e in found] == sorted(e.open_span[0] for e in found)
    for n, e in enumerate(found):
        assert 0 <= e.open_span[0] <= e.open_span[1] <= len(text)
        if e.close_span:
            assert e.open_span[1] <= e.close_span[0] < e.close_span[1] <= len(text)
        if e.parent is not None:
            outer = found[e.parent]
            assert e.parent < n
            assert outer.close_span is not None
            assert outer.open_span[1] <= e.open_span[0]
    assert signature(text, markup) == tuple(sorted(signature(text, markup)))
    if not has_text(text, markup):
        assert not has_text(f" {text} ", markup)
    plain(text, markup)


@LAW
@given(INLINE | MSGSTRS, st.booleans(), st.booleans())
def test_templates_lie_apart(text: str, jsx: bool, braces: bool) -> None:
    position = 0
    for t in find_templates(text, jsx=jsx, braces=braces):
        assert position <= t.start < t.end <= len(text)
        assert text[t.start] == "{"
        position = t.end


# -- what a page costs -------------------------------------------------------------------------------------------------

UNITS = [
    "<a ", "<a '", '<a "', "<a x=", "</", "<b>", "</b>", "<div>", "</div>", "<!--", "<!", "<?", "<![CDATA[", "<script>", "<p>\n", "{{", "{%", "{#", "{:", "{",
    "{{<", "}}", "{% raw %}", "{% highlight x %}", "[", "![", "[a](", "[a][", "[a]: b\n", "](", "](a b", "]", "|", "|\n", "a|b\n-|-\n", "`", "``a", "`a``b", "```\n",
    "~~~\n", ">", "> ", "> \n", "- ", "- a\n", "1. a\n", "  ", "\t", "\n", "\r\n", "\\", "\\\n", "  \n", "&#", "&#39;", "&quot;", "&", "x_y.", "_", "*a", "**a*", "*", "~~", '"', "'", "$$\n",
    "[^1]", "[^1]: a\n", ":::\n", ":::a\n", "!!! a\n", '=== "a"\n', "--8<--\n", "*[a]: b\n", "import a\n", "export {\n", "a.b@c", "http://", "www.", "字", "\u00a0", "a\n: b\n\n", "# ", "# a\n", "---\n", "<br>", "<!-- i18n:note a -->a\n\n", "{/*", "<A b={", "a",
]  # fmt: skip


def steps(data: bytes, path: str) -> int:
    """Python-level events of one parse, and how many characters its calls into C walked over is left to the wall clock."""
    count = 0

    def profile(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(profile)
    try:
        parse_page(data, path=path)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("path", ["page.md", "page.mdx", "page.html"])
@pytest.mark.parametrize("unit", UNITS)
def test_the_work_grows_with_the_page_and_no_faster(unit: str, path: str) -> None:
    """Twice the page, about twice the calls: repeated openers that never close are where scanners go wrong."""
    small, large = (("Words " + unit * (size // len(unit.encode()))).encode() for size in (1500, 3000))
    assert steps(large, path) <= 3 * steps(small, path) + 500
