"""The tag scanner: where tags and their attributes begin and end, and which of them hold text."""

from __future__ import annotations

import pytest

from pipeline.inline.tags import Braces, TagScanner, attribute_is_translatable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>", ("b", "open", 3)),
        ("<B>", ("b", "open", 3)),
        ("</b >", ("b", "close", 5)),
        ("<br>", ("br", "empty", 4)),
        ("<br />", ("br", "empty", 6)),
        ("<p/>", ("p", "empty", 4)),
        ('<a href="x>y">z', ("a", "open", 14)),
        ("<a href='x\"y' b>z", ("a", "open", 16)),
        ("<a href=x/y>z", ("a", "open", 12)),
        ("<a\n b = 'c'\n>", ("a", "open", 13)),
        ("<x-y:z a.b=1>", ("x-y:z", "open", 13)),
        ("<!-- a > b -->c", ("", "comment", 14)),
        ("<!-->a", ("", "comment", 5)),
        ("<!--->a", ("", "comment", 6)),
        ("<!DOCTYPE html>", ("!", "declaration", 15)),
        ("<![CDATA[ a > b ]]>", ("!", "declaration", 19)),
        ("<?php a ?>", ("?", "declaration", 10)),
        ("< b>", None),
        ("<3", None),
        ("<", None),
        ("<b", None),
        ("<a href='x>", None),
        ("<a <b>", None),
        ("<!-- a", None),
        ("<!x", None),
        ("</b x>", None),
        ("<>", None),
        ("<a b={c}>", ("a", "open", 9)),
    ],
)
def test_tag(text: str, expected: tuple[str, str, int] | None) -> None:
    tag = TagScanner(text).tag(0)
    assert (tag and (tag.name, tag.kind, tag.end)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Card>", ("Card", "open", 6)),
        ("<Card.Item a={{b: '}'}} {...c}/>", ("Card.Item", "empty", 32)),
        ("<a b={`}>`}>c", ("a", "open", 12)),
        ("<>", ("", "open", 2)),
        ("</>", ("", "close", 3)),
        ("<a b={c>", None),
    ],
)
def test_tag_of_jsx(text: str, expected: tuple[str, str, int] | None) -> None:
    tag = TagScanner(text, jsx=True).tag(0)
    assert (tag and (tag.name, tag.kind, tag.end)) == expected


def test_attributes() -> None:
    text = "<img alt=\"A 'b'\" title = 'c' data-x src=a.png/>"
    scanner = TagScanner(text)
    tag = scanner.tag(0)
    assert tag is not None
    found = [(a.name, text[a.start : a.end], a.quote) for a in scanner.attributes(tag)]
    assert found == [("alt", "A 'b'", '"'), ("title", "c", "'"), ("data-x", "", ""), ("src", "a.png/", "")]


@pytest.mark.parametrize(
    ("tag", "attribute", "values", "expected"),
    [
        ("img", "alt", {}, True),
        ("a", "title", {}, True),
        ("nav", "aria-label", {}, True),
        ("nav", "aria-labelledby", {}, False),
        ("input", "placeholder", {}, True),
        ("input", "value", {"type": "submit"}, True),
        ("input", "value", {"type": "SUBMIT"}, True),
        ("input", "value", {"type": "hidden"}, False),
        ("input", "value", {}, False),
        ("button", "value", {}, True),
        ("meta", "content", {"name": "Description"}, True),
        ("meta", "content", {"property": "og:title"}, True),
        ("meta", "content", {"property": "og:url"}, False),
        ("a", "href", {}, False),
        ("a", "class", {}, False),
        ("a", "onclick", {}, False),
    ],
)
def test_translatable_attributes(tag: str, attribute: str, values: dict[str, str], expected: bool) -> None:
    assert attribute_is_translatable(tag, attribute, values) is expected


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("{a}b", 3),
        ("{a{b}c}d", 7),
        ("{'}'}", 5),
        ('{"\\"}"}', 7),
        ("{`}`}", 5),
        ("{/* } */}", 9),
        ("{a // }\n}", 9),
        ("{'https://a'}", 13),
        ("{x: https://a}", 14),
        ("{", -1),
        ("{a", -1),
        ("{'a}", -1),
        ("{/* a}", -1),
        ("{a // }", -1),
        ("{{a}", -1),
    ],
)
def test_braces(text: str, end: int) -> None:
    assert Braces(text).end(0) == end


def test_braces_remember_what_they_passed() -> None:
    text = "{a {b} {c {d}"
    braces = Braces(text)
    assert [braces.end(i) for i, c in enumerate(text) if c == "{"] == [-1, 6, -1, 13]


def test_an_expression_has_a_longest_length() -> None:
    text = "{" + "a" * 300 + "}"
    assert Braces(text, 100).end(0) == -1
    assert Braces(text, 400).end(0) == len(text)
    later = "{" + "a" * 90 + "{b" + "c" * 20 + "}"
    assert Braces(later, 100).end(later.index("{b")) == len(later)
    braces = Braces(later, 100)
    assert braces.end(0) == -1
    assert braces.end(later.index("{b")) == len(later)
