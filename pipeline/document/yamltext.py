"""Finds the scalars of a YAML text with the bytes they stand in. Nothing is ever constructed from them.

Two ways that give the same answer: a line scanner for the shape that nearly all front matter
has, and libyaml's events for the rest. A third, for text that no YAML reader accepts, picks
the lines that are well-formed on their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.document.keyrules import ITEM, KeyPath

MAX_DEPTH = 64
"""Nesting beyond this is refused: no front matter has it, and it costs readers quadratic time."""


class Scalar(NamedTuple):
    """One value: where it is, what it says, how it is written."""

    key: KeyPath
    start: int
    """First byte, with the quote or block header. Equal to `end` for a key without a value."""
    end: int
    value: str
    """A block scalar's final line breaks are left out: they stay in the page."""
    form: str
    """What `scalar.encode_value` understands; "" for a value that must be left alone."""


class MalformedError(Exception):
    """The text is not what it should be; `line` is 0-based within the text."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


# Bytes that YAML forbids, breaks lines at or treats in a way of their own; tabs too.
_SPECIAL = re.compile(
    rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf]"
)
# `key: value` on a line of its own, whose reading cannot depend on any other line; or a blank line or a comment.
_LINE = re.compile(
    rb"""(?: ([A-Za-z_][A-Za-z0-9_-]{0,99}):
            (?:[ ]+ (?: '((?>(?:[^'\r\n]++|'')*))' | "([^"\\\r\n]*)"
                      | ([^\s\-?:,\[\]{}\#&*!|>'"%@`](?>(?:[^\r\n:\ ]++|:(?=[^\ \r\n])|[ ]+(?=[^\ \#\r\n]))*)) ) )? [ ]*
          | [ ]*(?:\#[^\r\n]*)?
        )(?:\r?\n|\Z)""",
    re.VERBOSE,
)
_FORMS = ("", "", "yaml:single", "yaml:double", "yaml:plain")
_SIMPLE_KEY = re.compile(rb"(?>(?:[ ]*(?:#[^\n]*)?\r?\n)*)[A-Za-z_][\w-]*:[ \r\n]")
_KEY_LINE = re.compile(rb"""[\w"'\x80-\xff][^:]*:(?:[ \t\r]|$)""")


def scan_yaml(data: bytes, start: int, end: int) -> list[Scalar]:
    """The scalars of data[start:end] in their order; duplicate keys each. Raises MalformedError.

    The bytes must decode as UTF-8, or the text is malformed.
    """
    scalars = scan_lines(data, start, end)
    return scan_events(data, start, end) if scalars is None else scalars


def scan_lines(data: bytes, start: int, end: int) -> list[Scalar] | None:
    """The scalars of a text that is nothing but simple `key: value` lines; None for any other text."""
    if _SPECIAL.search(data, start, end) or not _decodes(data[start:end]):
        return None
    scalars = []
    position = start
    match = _LINE.match
    while position < end:
        found = match(data, position, end)
        if found is None:
            return None
        position = found.end()
        if found[1] is not None:
            scalars.append(_line_scalar(found))
    return scalars


def scan_valid_lines(data: bytes, start: int, end: int) -> list[Scalar]:
    """For malformed text: top-level `key: value` lines that stand on their own.

    A line is left out when the next one could belong to it. Lines that are malformed
    themselves are left out too, so the text stays as malformed as it was.
    """
    scalars = []
    position = start
    while position < end:
        newline = data.find(b"\n", position, end)
        after = newline + 1 if newline >= 0 else end
        found = _LINE.match(data, position, end)
        has_value = found is not None and (found.lastindex or 0) > 1
        alone = after >= end or data[after] not in b" \t-"
        if found and has_value and alone and not _SPECIAL.search(data, position, after) and _decodes(found[0]):
            scalars.append(_line_scalar(found))
        position = after
    return scalars


def _decodes(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line_scalar(found: re.Match[bytes]) -> Scalar:
    group = found.lastindex or 1
    key = (found[1].decode(),)
    start, end = found.span(group)
    if group == 1:
        return Scalar(key, end + 1, end + 1, "", "yaml:plain")
    value = found[group].decode()
    if group == 4:
        return Scalar(key, start, end, value, "yaml:plain")
    return Scalar(key, start - 1, end + 1, value.replace("''", "'") if group == 2 else value, _FORMS[group])


class _Frame:
    """An open mapping or sequence on the way down to the current event."""

    __slots__ = ("at_key", "flow", "is_mapping", "locked", "name", "prefix")

    def __init__(self, prefix: KeyPath, *, is_mapping: bool, flow: bool, locked: bool) -> None:
        self.prefix = prefix
        self.is_mapping = is_mapping
        self.at_key = is_mapping
        self.name = ITEM
        self.flow = flow
        # Inside a complex key, or in a node with an anchor: changing a value there changes others.
        self.locked = locked


def scan_events(data: bytes, start: int, end: int) -> list[Scalar]:
    """The scalars of any YAML text. Raises MalformedError."""
    try:
        text = data[start:end].decode()
    except UnicodeDecodeError as error:
        raise MalformedError("not UTF-8", data.count(b"\n", start, start + error.start)) from None
    if text.startswith("\ufeff"):  # it would shift the marks of libyaml
        text, start = text[1:], start + 3
    yaml, loader = _yaml()
    scalars = []
    place = _ByteOffsets(text, start)
    try:
        for key, event, flow, locked in _values(yaml, yaml.parse(text, Loader=loader)):
            scalars.append(_scalar(text, key, event, flow, locked, place))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MalformedError(error.problem or "not valid YAML", mark.line if mark else 0) from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        raise MalformedError(
            getattr(error, "reason", None) or "not valid YAML", text.count("\n", 0, position)
        ) from None
    return scalars


def is_mapping(data: bytes, start: int, end: int) -> bool:
    """True for a text whose root is a mapping, for an empty text, and for a malformed one that begins with a key."""
    if _SIMPLE_KEY.match(data, start, end):
        return True  # a mapping, or malformed and begins with a key
    yaml, loader = _yaml()
    try:
        for event in yaml.parse(data[start:end].decode().removeprefix("\ufeff"), Loader=loader):
            if isinstance(event, yaml.NodeEvent):
                return isinstance(event, yaml.MappingStartEvent)
    except (UnicodeDecodeError, yaml.YAMLError):
        lines = (line for line in data[start:end].split(b"\n") if line.strip() and not line.lstrip().startswith(b"#"))
        return _KEY_LINE.match(next(lines, b"")) is not None
    return True


@lru_cache(maxsize=1)
def _yaml() -> tuple[Any, Any]:
    import yaml

    # libyaml is what Jekyll's Psych uses, and fifteen times as fast.
    return yaml, getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _values(yaml: Any, events: Iterator[Any]) -> Iterator[tuple[KeyPath, Any, bool, bool]]:
    """(key path, event, in flow context, must be left alone) of each scalar or alias that is a value."""
    stack: list[_Frame] = []
    for event in events:
        top = stack[-1] if stack else None
        is_scalar = isinstance(event, yaml.ScalarEvent)
        if is_scalar or isinstance(event, yaml.AliasEvent):
            if top is None:
                continue
            if top.at_key:
                top.name = event.value if is_scalar else "?"
            elif is_scalar:
                locked = top.locked or event.anchor is not None or event.tag is not None
                yield (*top.prefix, top.name), event, top.flow, locked
            if top.is_mapping:
                top.at_key = not top.at_key
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) >= MAX_DEPTH:
                raise MalformedError(f"nested deeper than {MAX_DEPTH} levels", event.start_mark.line)
            if top is not None and top.at_key:
                top.name = "?"
            stack.append(
                _Frame(
                    (*top.prefix, top.name) if top else (),
                    is_mapping=isinstance(event, yaml.MappingStartEvent),
                    flow=bool(event.flow_style) or (top is not None and top.flow),
                    locked=event.anchor is not None or (top is not None and (top.locked or top.at_key)),
                )
            )
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
            if stack and stack[-1].is_mapping:
                stack[-1].at_key = not stack[-1].at_key


def _scalar(text: str, key: KeyPath, event: Any, flow: bool, locked: bool, place: _ByteOffsets) -> Scalar:
    start, end = event.start_mark.index, event.end_mark.index
    value: str = event.value
    style = event.style or "plain"
    form = ""
    source = text[start:end]
    if style in "|>":
        end = start + len(_without_final_breaks(source))
        value = value.rstrip("\n")
        form = "yaml:literal" if style == "|" else "yaml:folded"
    elif style in "'\"":
        form = "yaml:single" if style == "'" else "yaml:double"
    else:
        # The marks are checked, not trusted: a plain scalar is its words.
        form = ("yaml:flow" if flow else "yaml:plain") if source.split() == value.split() else ""
        end = start + len(source.rstrip())
    if locked or (style != "plain" and source[:1] != style):
        form = ""
    return Scalar(key, place(start), place(end), value, form)


def _without_final_breaks(source: str) -> str:
    """A block scalar up to the end of its last line with content."""
    while True:
        source = source.rstrip("\r\n")
        head, newline, last = source.rpartition("\n")
        if not newline or last.strip(" \t\r"):
            return source
        source = head


class _ByteOffsets:
    """Character index → byte offset, for indexes that only grow: each character is looked at once."""

    __slots__ = ("ascii", "byte", "index", "text")

    def __init__(self, text: str, start: int) -> None:
        self.text, self.ascii, self.index, self.byte = text, text.isascii(), 0, start

    def __call__(self, index: int) -> int:
        if self.ascii:
            self.byte += index - self.index
        else:
            self.byte += len(self.text[self.index : index].encode())
        self.index = index
        return self.byte
