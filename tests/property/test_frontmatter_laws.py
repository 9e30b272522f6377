"""Laws of front matter: a translation changes one value and nothing else, whatever its text."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.document.frontkeys import add_keys, get_scalar
from pipeline.document.frontmatter import front_matter_segments, split_front_matter
from pipeline.document.keyrules import KeyRules
from pipeline.document.scalar import encode_scalar
from pipeline.document.yamltext import MalformedError, scan_events, scan_lines, scan_yaml

RULES = KeyRules.default()
LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]
# Types are not resolved: every scalar is its text. libyaml, as in Jekyll; PyYAML's own scanner refuses some tabs.
BASE_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

# Dense in what means something to YAML, TOML and JSON.
_PIECES = [*"abé字: #-?'\"[]{},&*!|>%@`\\\t\n\r=~<./0123_+"]
_PIECES += [": ", " #", "  ", "yes", "null", "0x1f", "1e3", "2024-01-01", "---", "\n---\n", "...", "<<"]
_PIECES += ["\x00", "\x07", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff", "\U0001f600", "\uffff"]
HOSTILE = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
TEXT = st.one_of(HOSTILE, st.text(st.characters(codec="utf-8"), max_size=20))

PAGES = {
    "plain": "---\ntitle: Old words\nz: 1\n---\n",
    "comment": "---\ntitle: Old words # note\nz: 1\n---\n",
    "folded plain": "---\ntitle: Old\n  words é\nz: 1\n---\n",
    "next line": "---\ntitle:\n  Old words\nz: 1\n---\n",
    "single": "---\ntitle: 'Old\n  words'\nz: 1\n---\n",
    "double": '---\né: 字\ntitle: "Old \\\n  words"\nz: 1\n---\n',
    "flow": "---\na: [{title: Old words, b: x}, y]\nz: 1\n---\n",
    "item": "---\nbreadcrumbs:\n- Old words\n- 2\nz: 1\n---\n",
    "nested": "---\ns:\n  - hero:\n      title: Old words\n    b: 2\nz: 1\n---\n",
    "literal": "---\ntitle: |\n  Old\n   words\n\nz: 1\n---\n",
    "literal strip": "---\na:\n   title: |- # note\n      Old\n   z: 1\n---\n",
    "literal keep": "---\ntitle: |+\n  Old\n\n\nz: 1\n---\n",
    "literal indent": "---\ntitle: |2\n    Old\n  words\nz: 1\n---\n",
    "folded": "---\ntitle: >\n  Old\n  words\n\n  more\nz: 1\n---\n",
    "folded strip": "---\ntitle: >-\n  Old\n  words\nz: 1\n---\n",
    "crlf": "---\r\ntitle: |\r\n  Old\r\n  words\r\nz: 1\r\n---\r\n",
    "toml": '+++\na = "é"\ntitle = "Old words" # note\nz = 1\n+++\n',
    "toml literal": "+++\ntitle = 'Old words'\nz = 1\n+++\n",
    "json": '{"é": "字", "title": "Old words", "z": 1}\n',
}


def read(page: bytes, loader: Any = LOADERS[-1]) -> Any:
    fm = split_front_matter(page)
    assert fm is not None
    text = page[fm.content_start : fm.content_end].decode()
    if fm.kind == "json":
        return json.loads(text)
    return tomllib.loads(text.replace("\r\n", "\n")) if fm.kind == "toml" else yaml.load(text, Loader=loader)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(child, (*path, key))
    else:
        yield path, value


def same_but_one(before: Any, after: Any) -> tuple[Any, Any] | None:
    """(old, new) of the one value that differs between two trees; None when they are equal."""
    pairs = list(zip(leaves(before), leaves(after), strict=True))
    assert all(old[0] == new[0] for old, new in pairs)
    # repr: 1 is not True, 2.0 is not 2
    changed = [(old[1], new[1]) for old, new in pairs if repr(old[1]) != repr(new[1])]
    assert len(changed) <= 1
    return changed[0] if changed else None


@pytest.mark.parametrize("name", PAGES)
@settings(max_examples=50)
@given(msgstr=TEXT)
@example(msgstr="a\nlang: evil")
@example(msgstr="Fees: #2")
@example(msgstr="it's")
def test_only_the_translated_value_changes(name: str, msgstr: str) -> None:
    page = PAGES[name].encode()
    fm = split_front_matter(page)
    assert fm is not None
    (segment,), findings, _ = front_matter_segments(page, fm, RULES, path="a.md")
    assert not findings
    ((start, end),) = segment.pieces
    assert encode_scalar(segment, segment.msgid, page) == page[start:end]
    built = page[:start] + encode_scalar(segment, msgstr, page) + page[end:]
    for loader in LOADERS:
        change = same_but_one(read(page, loader), read(built, loader))
        if change is None:
            assert msgstr == segment.msgid
            continue
        old, new = change
        breaks = old.removeprefix(segment.msgid)
        assert breaks.strip("\n") == ""
        assert new == msgstr + breaks
        assert type(new) is str


LINES = st.lists(
    st.one_of(
        st.builds(
            "{}:{}{}".format, st.sampled_from(["title", "a-b", "_x", "é", "n", "a b"]), st.sampled_from(" "), HOSTILE
        ),
        st.sampled_from(
            ["", "   ", "# note", "a:", "  b: c", "- x", "title: 'it''s'", 'x: "q"', "t: w  ", "\tx", "a: b\r"]
        ),
    ),
    max_size=6,
).map("\n".join)


@given(text=LINES)
@example(text="title: a:\nb: c")
@example(text="title: 'x'\n  y")
@example(text="t: a #b\nc: d")
def test_the_line_scanner_reads_as_yaml_does(text: str) -> None:
    data = f"{text}\n".encode()
    fast = scan_lines(data, 0, len(data))
    if fast is not None:
        assert fast == scan_events(data, 0, len(data))
        assert {s.key[0]: s.value for s in fast} == yaml.load(data, Loader=yaml.BaseLoader) or not fast


@given(text=st.one_of(LINES, st.text(st.characters(codec="utf-8"), max_size=60)))
def test_a_scalar_is_where_it_says(text: str) -> None:
    """Every scalar's bytes, read alone, give its value again; and nothing raises but MalformedError."""
    data = text.encode()
    try:
        scalars = scan_yaml(data, 0, len(data))
    except MalformedError:
        return
    position = 0
    for scalar in scalars:
        assert position <= scalar.start <= scalar.end <= len(data)
        position = scalar.end
        if scalar.form in ("yaml:plain", "yaml:single", "yaml:double") and scalar.start < scalar.end:
            lines = data[scalar.start : scalar.end].decode()
            assert yaml.load(f"- {lines}", Loader=BASE_LOADER) == [scalar.value]


@given(
    content=st.one_of(LINES, st.text(st.characters(codec="utf-8"), max_size=40)),
    fence=st.sampled_from(["---", "+++", "---\r"]),
)
def test_no_page_raises(content: str, fence: str) -> None:
    data = f"{fence}\n{content}\n{fence}\nBody".encode()
    fm = split_front_matter(data)
    if fm is None:
        return
    found, _, _ = front_matter_segments(data, fm, RULES, path="a.md")
    for segment in found:
        ((start, end),) = segment.pieces
        assert fm.content_start <= start < end <= fm.content_end
    changed = add_keys(data, fm, {"lang": "ms"})
    after = split_front_matter(changed)
    assert after is not None
    assert changed[after.end :] == data[fm.end :]
    if changed != data:
        assert get_scalar(changed, after, "lang") == "ms"
