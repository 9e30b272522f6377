"""Inline elements of a segment: which there are, what must be equal on both sides, and what is left for a reader."""

from __future__ import annotations

import pytest

from pipeline.inline import elements, has_text, plain, signature


def found(text: str, markup: str = "markdown") -> list[tuple[str, str, str | None]]:
    """Kind, opening part and closing part."""
    return [
        (e.kind, text[slice(*e.open_span)], text[slice(*e.close_span)] if e.close_span else None)
        for e in elements(text, markup)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("just words", []),
        ("a `b` c", [("code", "`b`", None)]),
        ("``a`b``", [("code", "``a`b``", None)]),
        ('[a](/b "c")', [("link", "[", '](/b "c")')]),
        ("[a `]` b](/c)", [("link", "[", "](/c)"), ("code", "`]`", None)]),
        ('[<b title="]">a</b>](/c)', [("link", "[", "](/c)"), ("tag", '<b title="]">', "</b>")]),
        ("[{{ ']' }}](/c)", [("link", "[", "](/c)"), ("template", "{{ ']' }}", None)]),
        ("[<http://a]b>](/c)", [("link", "[", "](/c)"), ("autolink", "<http://a]b>", None)]),
        ("[![a](b.png)](/c)", [("link", "[", "](/c)"), ("image", "![", "](b.png)")]),
        ("[a][b]", [("link", "[", "][b]")]),
        ("![a](b.png)", [("image", "![", "](b.png)")]),
        ("**a** *b* ~~c~~", [("strong", "**", "**"), ("emphasis", "*", "*"), ("strikethrough", "~~", "~~")]),
        ("字**字**", [("strong", "**", "**")]),
        ("<b>a</b>", [("tag", "<b>", "</b>")]),
        ("a<br>b", [("tag", "<br>", None)]),
        ("<kbd>Enter</kbd>", [("code", "<kbd>Enter</kbd>", None)]),
        ("<!-- a -->", [("comment", "<!-- a -->", None)]),
        ("<https://a.example>", [("autolink", "<https://a.example>", None)]),
        ("{{ a }}", [("template", "{{ a }}", None)]),
        ("a{: .b}", [("attributes", "{: .b}", None)]),
        ("{a}", [("brace", "{a}", None)]),
        ("a[^1]", [("footnote", "[^1]", None)]),
        ("see https://a.example/b.", [("url", "https://a.example/b", None)]),
        ("me@a.example", [("email", "me@a.example", None)]),
        ("[{{ a }}](/b)", [("link", "[", "](/b)"), ("template", "{{ a }}", None)]),
        ("[a]({{ b }}/c)", [("link", "[", "]({{ b }}/c)"), ("template", "{{ b }}", None)]),
        ("\\*a\\* \\`b\\`", []),
        ("2 * 3 < 4", []),
    ],
)
def test_elements(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "markup", "expected"),
    [
        ("*a* `b` <b>c</b>", "html", [("tag", "<b>", "</b>")]),
        ("<B>c</B>", "html", [("tag", "<B>", "</B>")]),
        ("{a} <C d={e} />", "mdx", [("expression", "{a}", None), ("tag", "<C d={e} />", None)]),
    ],
)
def test_elements_of_other_markup(text: str, markup: str, expected: list[tuple[str, str, str | None]]) -> None:
    kinds = [f for f in found(text, markup) if f[0] != "expression" or f[1] == "{a}"]
    assert kinds == expected


def test_an_element_knows_the_one_around_it() -> None:
    outer, inner, after = elements("[**a**](/b) `c`")
    assert (outer.kind, inner.kind, after.kind) == ("link", "strong", "code")
    assert (outer.parent, inner.parent, after.parent) == (None, 0, None)
    assert inner.translate
    assert not after.translate


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("[a](/x) `b`", "`b` [satu](/x)"),
        ("**a** b", "a b"),
        ("_a_", "*a*"),
        ('<img alt="a" src="b">', '<img alt="satu" src="b">'),
        ('<abbr title="a">b</abbr>', '<abbr title="satu">c</abbr>'),
        ("[a](/x)", '[a](/x "satu")'),
        ("<b>a</b> <i>c</i>", "<i>c</i> <b>a</b>"),
        ("[a][x]", "[satu][x]"),
        ("3 < 4", "4 > 3"),
        ("word", "[satu]"),
        ("https://a.example", "satu"),
    ],
)
def test_signatures_that_agree(ours: str, theirs: str) -> None:
    assert signature(ours) == signature(theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("`a`", "`b`"),
        ("`a`", "`a` `a`"),
        ("`a`", "a"),
        ("[a](/x)", "[a](/y)"),
        ("[a][x]", "[a][y]"),
        ("[a](/x)", "![a](/x)"),
        ("a", "<b>a</b>"),
        ("<b>a</b>", "<b>a"),
        ("<b>a</b>", '<b onclick="x">a</b>'),
        ('<a href="x">a</a>', '<a href="y">a</a>'),
        ("a", "{{ a }}"),
        ("a", "a {{"),
        ("a", "a %}"),
        ("{{ a }}", "{{ b }}"),
        ("{{ a }}", "{{a}}"),
        ("a", "{a}"),
        ("a[^1]", "a[^2]"),
        ("a{: .b}", "a{: .c}"),
        ("a", "<!-- a -->"),
        ("a", "<https://a.example>"),
    ],
)
def test_signatures_that_differ(ours: str, theirs: str) -> None:
    assert signature(ours) != signature(theirs)


def test_a_strict_signature_keeps_addresses() -> None:
    assert signature("see https://a.example", strict=True) != signature("lihat", strict=True)
    assert signature("see https://a.example", strict=True) == signature("https://a.example lihat", strict=True)


@pytest.mark.parametrize(
    ("text", "markup", "expected"),
    [
        ("just words", "markdown", "just words"),
        ("a &amp; b", "markdown", "a & b"),
        ("**Bold** [link](/a) `code`", "markdown", "Bold link"),
        ("<b>a</b> &lt; {{ b }}", "html", "a <"),
        ("![alt](b.png) c", "markdown", "alt c"),
        ("see https://a.example/b now", "markdown", "see now"),
        ("a {b} c", "markdown", "a {b} c"),
        ("a {b} c", "mdx", "a c"),
    ],
)
def test_plain(text: str, markup: str, expected: str) -> None:
    assert plain(text, markup).split() == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", True),
        ("字", True),
        ("42", True),
        ("$4", True),
        ("", False),
        (" … — • ", False),
        ("`code`", False),
        ("**`code`**", False),
        ("{{ a }}", False),
        ("{{ a }} b", True),
        ("<br>", False),
        ("<b>a</b>", True),
        ("https://a.example/b", False),
        ("<https://a.example>", False),
        ("www.a.example", False),
        ("me@a.example", False),
        ("Write to me@a.example", True),
        ("&nbsp;", False),
        ("&copy; 2026", True),
        ("![](a.png)", False),
        ("![a](b.png)", True),
        ("[](/a)", False),
        ("[^1]", False),
        ("* * *", False),
        ("{USD}", True),
    ],
)
def test_has_text(text: str, expected: bool) -> None:
    assert has_text(text) is expected
