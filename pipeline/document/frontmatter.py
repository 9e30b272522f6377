"""Front matter: where it is in a page, and what of it is for translators.

Offsets are bytes into the whole page. Nothing here rewrites front matter as a whole: a
translation replaces one scalar's bytes (`scalar.encode_scalar`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.document.keyrules import KeyRules, format_key
from pipeline.document.scalar import is_string
from pipeline.document.yamltext import (
    MalformedError,
    Scalar,
    is_mapping,
    scan_valid_lines,
    scan_yaml,
)
from pipeline.model import Finding, Segment, Severity

_BOM = b"\xef\xbb\xbf"
_YAML_OPEN = re.compile(rb"---[ \t]*\r?\n")
_YAML_CLOSE = re.compile(rb"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\r?\Z)", re.MULTILINE)
_TOML_OPEN = re.compile(rb"\+\+\+[ \t]*\r?\n")
_TOML_CLOSE = re.compile(rb"^\+\+\+[ \t]*(?:\r?\n|\r?\Z)", re.MULTILINE)
_JSON_OPEN = re.compile(rb'\{\s*"')
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")

SHARED_NOTE = "menu label, must match on all pages"

_LETTER = re.compile(r"[^\W\d_]")
_MARKUP = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}%]*%\}|<[^<>]*>|&#?\w{1,31};")
# Addresses, paths, files and colours: no prose, whatever key they stand under.
_ADDRESS = re.compile(
    r"\s*(?:[a-z][a-z0-9+.-]*://|(?:mailto|tel|sms|data):|www\.|\.{0,2}/)\S*\s*|\s*#[0-9a-f]{3,8}\s*", re.IGNORECASE
)
_FILE = re.compile(
    r"""(?:[\w%-]+\.)+[a-z]{2,}/\S*|\S+/|[!-~]+/[!-~]+\.\w{1,5}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+
      |\S+\.(?:png|jpe?g|gif|svg|webp|avif|ico|pdf|docx?|xlsx?|pptx?|zip|mp[34]|css)|(?:rgb|hsl)a?\([^()]*\)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_FILE_SIZE = 300
"""Longer values are not tried as file names: `_FILE` is not linear."""
# A control character cannot stand in a PO file; a value with one was not typed by a person.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# What the Isomer CMS fills in when an author gives no text.
_PLACEHOLDERS = {"image alt text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """Where the front matter is: [start, end) with its delimiters, [content_start, content_end) without."""

    kind: str
    """"yaml", "toml" or "json"."""
    start: int
    end: int
    """Where the body begins."""
    content_start: int
    content_end: int


def split_front_matter(data: bytes) -> FrontMatter | None:
    """The front matter of a page, or None.

    As Jekyll has it: `---` alone on the first line, up to the next line that is `---` or `...`.
    What stands between must be a mapping, or look like one that is malformed; text between
    two horizontal rules is not front matter. Also `+++` (TOML) and a JSON object, as in Hugo.
    """
    start = len(_BOM) if data.startswith(_BOM) else 0
    first = data[start : start + 1]
    if first == b"-":
        found = _between(data, start, "yaml", _YAML_OPEN, _YAML_CLOSE)
        return found if found and is_mapping(data, found.content_start, found.content_end) else None
    if first == b"+":
        return _between(data, start, "toml", _TOML_OPEN, _TOML_CLOSE)
    if first == b"{" and _JSON_OPEN.match(data, start):
        return _json_object(data, start)
    return None


def _between(
    data: bytes, start: int, kind: str, opening: re.Pattern[bytes], closing: re.Pattern[bytes]
) -> FrontMatter | None:
    opened = opening.match(data, start)
    closed = closing.search(data, opened.end()) if opened else None
    if not opened or not closed:
        return None
    return FrontMatter(kind=kind, start=start, end=closed.end(), content_start=opened.end(), content_end=closed.start())


def _json_object(data: bytes, start: int) -> FrontMatter | None:
    try:
        text = data[start:].decode()
    except UnicodeDecodeError:
        return None
    from pipeline.document.tomljson import json_end

    length = json_end(text)
    line_end = _LINE_END.match(text, length) if length else None
    if not length or not line_end:
        return None
    content_end = start + len(text[:length].encode())
    end = content_end + len(line_end[0])
    return FrontMatter(kind="json", start=start, end=end, content_start=start, content_end=content_end)


def front_matter_segments(
    data: bytes, fm: FrontMatter, rules: KeyRules, *, path: str
) -> tuple[list[Segment], list[Finding], dict[str, str]]:
    """What of the front matter is for translators, what is wrong with it, and its top-level scalars as text.

    Malformed front matter gives a finding, and the segments of those top-level lines that
    stand on their own; everything else of it stays as it is.
    """
    scalars, findings = scan_front_matter(data, fm, path=path)
    segments, more = text_segments(data, scalars, rules, path=path, label="front matter")
    return segments, findings + more, {scalar.key[0]: scalar.value for scalar in scalars if len(scalar.key) == 1}


def scan_front_matter(data: bytes, fm: FrontMatter, *, path: str = "") -> tuple[list[Scalar], list[Finding]]:
    """All scalars of the front matter, and a finding when it is malformed."""
    scan = scan_yaml if fm.kind == "yaml" else _scanner(fm.kind)
    try:
        return scan(data, fm.content_start, fm.content_end), []
    except MalformedError as error:
        scalars = scan_valid_lines(data, fm.content_start, fm.content_end) if fm.kind == "yaml" else []
        line = data.count(b"\n", 0, fm.content_start) + error.line + 1
        return scalars, [malformed("front matter", error, path=path, line=line)]


def _scanner(kind: str) -> Callable[[bytes, int, int], list[Scalar]]:
    from pipeline.document.tomljson import scan_json, scan_toml  # tomllib is slow to import, and rare

    return scan_toml if kind == "toml" else scan_json


def malformed(what: str, error: MalformedError, *, path: str, line: int) -> Finding:
    """The finding for a text that its format's readers refuse."""
    rule = what.replace(" ", "-") + "-malformed"
    message = f"{what} is malformed and is kept as it is: {error.problem}"
    return Finding(rule=rule, severity=Severity.warning, path=path, line=line, message=message)


def text_segments(
    data: bytes, scalars: list[Scalar], rules: KeyRules, *, path: str, label: str
) -> tuple[list[Segment], list[Finding]]:
    """The scalars that the rules offer and that hold text, as segments, in the order of the page."""
    decisions = rules.for_path(path)
    segments: list[Segment] = []
    findings: list[Finding] = []
    line, position = 1, 0
    for key, start, end, value, form in scalars:
        if not form or not decisions.offered(key) or not is_text(value):
            continue
        if form in ("yaml:plain", "yaml:flow") and not is_string(value):
            continue
        line += data.count(b"\n", position, start)
        position = start
        name = " ".join(format_key(key).split())  # a quoted key may hold a line break; the note is one line
        if key[-1] == "alt" and value.strip().lower() in _PLACEHOLDERS:
            findings.append(_placeholder(value, name, path=path, line=line))
            continue
        note = f"{label}: {name}"
        if decisions.shared(key):
            note += f" ({SHARED_NOTE})"
        segments.append(
            Segment(msgid=value, kind=f"{label} {name}", pieces=((start, end),), form=form, line=line, note=note)
        )
    return segments, findings


_BLOCK_HTML = re.compile(
    r"<(?:div|table|section|iframe|style|script|ul|ol|tr|td|details|figure|center)\b", re.IGNORECASE
)


def is_text(value: str) -> bool:
    """True for a value with words in it: not a number, address, path, colour, or template syntax alone."""
    if not _LETTER.search(value) or _ADDRESS.fullmatch(value) or _CONTROL.search(value):
        return False
    if len(value) < _FILE_SIZE and _FILE.fullmatch(value.strip()):
        return False
    if "<" in value and _BLOCK_HTML.search(value):
        return False
    if "{" in value or "<" in value or "&" in value:
        return _LETTER.search(_MARKUP.sub("", value)) is not None
    return True


def _placeholder(value: str, name: str, *, path: str, line: int) -> Finding:
    message = f"{name} is the editor's placeholder {value!r}: write a text for people who cannot see the image"
    return Finding(rule="placeholder-alt", severity=Severity.warning, path=path, line=line, message=message)
