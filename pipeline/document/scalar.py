"""Writes a value back as YAML, TOML or JSON text, in the form the source has, quoted only when it must be.

Nothing is parsed again here: each form is used only for values it is proved to hold (see
the property tests, which parse everything back with PyYAML, tomllib and json), and double
quotes with escapes hold everything. So a translator cannot add a key, a comment or a type.
"""

from __future__ import annotations

import json
import re

from pipeline.model import Segment

# Characters that YAML does not allow raw, or that some reader takes for a line break or a byte order mark.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_UNPRINTABLE_LINES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")

# A plain scalar in block context, YAML 1.1 §9.1 and 1.2 §7.3.3, a little stricter: `? x` and `: x` are quoted.
_PLAIN = re.compile(r"""(?:[^\s\-?:,\[\]{}#&*!|>'"%@`]|-(?=[^\s\-]))(?>(?:[^: ]++|:(?=[^\s])|[ ]+(?=[^ #]))*)""")
_FLOW_UNSAFE = re.compile(r"[,\[\]{}:?#]")

# Plain scalars that YAML 1.1 or 1.2, in PyYAML, libyaml, go-yaml or js-yaml, read as something else than a string.
_OTHER_TYPE = re.compile(
    r"~|=|<<|y|n|yes|no|on|off|true|false|null|[-+]?\.(?:inf|nan)"
    r"|[-+]?[.\d][\d_.,:]*(?:e[-+]?\d*)?|[-+]?0[xob][\da-f_]+"
    r"|\d{4}-\d\d?-\d\d?(?:[t\s][\d:.+\-z\s]*)?",
    re.IGNORECASE,
)

_NAMED = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 27: "\\e"}
_TOML_NAMED = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
_TOML_CONTROL = re.compile('[\x00-\x1f\x7f"\\\\]')


def is_string(plain: str) -> bool:
    """True when every YAML reader takes this plain scalar for a string."""
    return _OTHER_TYPE.fullmatch(plain) is None


def encode_scalar(segment: Segment, msgstr: str, data: bytes) -> bytes:
    """The bytes that replace the segment's piece in `data` so that the value becomes `msgstr`.

    `segment.form` is one of `yaml:plain|flow|single|double|literal|folded`, `toml:basic|literal`
    and `json`. The source's own bytes come back for a msgstr that equals the msgid.
    """
    ((start, end),) = segment.pieces
    if msgstr == segment.msgid:
        return data[start:end]
    return encode_value(msgstr, segment.form, data, start, end).encode("utf-8", "replace")


def encode_value(value: str, form: str, data: bytes = b"", start: int = 0, end: int = 0) -> str:
    """`value` as source text in the form of the scalar at data[start:end], or in a safer one."""
    match form:
        case "yaml:plain":
            return _plain(value)
        case "yaml:flow":
            return _quoted(value) if _FLOW_UNSAFE.search(value) else _plain(value)
        case "yaml:single":
            return _single(value)
        case "yaml:literal" | "yaml:folded":
            return _block(value, data, start, end, folded=form == "yaml:folded")
        case "toml:literal" if not _TOML_CONTROL.search(value) and "'" not in value:
            return f"'{value}'"
        case "toml:literal" | "toml:basic":
            return '"' + _TOML_CONTROL.sub(lambda m: _escape_toml(m[0]), value) + '"'
        case "json":
            return json.dumps(value, ensure_ascii=False)
        case _:
            return _double(value)


def _plain(value: str) -> str:
    if _PLAIN.fullmatch(value) and not _UNPRINTABLE.search(value) and is_string(value):
        return value
    return _quoted(value)


def _quoted(value: str) -> str:
    """For a value that was plain: the quotes that need no escape, if there are any."""
    return _double(value) if "'" in value else _single(value)


def _single(value: str) -> str:
    if _UNPRINTABLE.search(value):
        return _double(value)
    return "'" + value.replace("'", "''") + "'"


def _double(value: str) -> str:
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTABLE.sub(lambda m: _escape(ord(m[0])), text) + '"'


def _escape(code: int) -> str:
    if 0xD800 <= code < 0xE000:
        return "\ufffd"  # half a character; never in a file that decodes
    return _NAMED.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def _escape_toml(char: str) -> str:
    return f"\\{char}" if char in '"\\' else _TOML_NAMED.get(ord(char), f"\\u{ord(char):04x}")


def _block(value: str, data: bytes, start: int, end: int, *, folded: bool) -> str:
    """A block scalar under its own header and indentation; the line breaks after it stay where they are."""
    source = data[start:end].decode()
    newline = "\r\n" if "\r\n" in source else "\n"
    header, *content = source.split(newline)
    lines = value.split("\n")
    indent = _indentation(content, explicit=any(c in "123456789" for c in header.partition("#")[0]))
    if (
        not indent
        or _UNPRINTABLE_LINES.search(value)
        or not lines[0].strip()
        or not lines[-1].strip()
        or lines[0][0].isspace()
        or (folded and any(line != line.strip() for line in lines))
    ):
        return _double(value + _final_breaks(header, data, end))
    # In a folded scalar one line break is a space, so a break that counts needs one more.
    if folded:
        lines = re.sub(r"(\n+)", r"\1\n", value).split("\n")
    return newline.join([header, *(indent + line if line else "" for line in lines)])


def _indentation(content: list[str], *, explicit: bool) -> str:
    first = next((line for line in content if line.strip()), "")
    # With an indentation indicator the first line may be indented further: leave that to double quotes.
    return "" if explicit else first[: len(first) - len(first.lstrip(" "))]


def _final_breaks(header: str, data: bytes, end: int) -> str:
    """The line breaks at the end of the value, which a quoted form has to spell out."""
    indicators = header.partition("#")[0]
    if "-" in indicators:
        return ""
    following = re.compile(rb"(?>(?:[ \t]*+\r?\n)*)").match(data, end)
    breaks = following[0].count(b"\n") if following else 0
    return "\n" * (breaks if "+" in indicators else min(breaks, 1))
