"""Reads, sets and adds top-level keys of front matter for an edition (`lang`, `permalink`), in its own syntax.

Every change is a replaced or inserted range of bytes, and is given up (the page comes back
as it was) when the front matter would not read as before with only that change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.document.frontmatter import FrontMatter, scan_front_matter
from pipeline.document.scalar import encode_value
from pipeline.document.yamltext import Scalar

Value = str | bool
"""A bool is written as `true` or `false` without quotes."""

_TOML_TABLE = re.compile(rb"^[ \t]*\[", re.MULTILINE)
_YAML_KEY = re.compile(rb"""^([ ]*)[\w"'\x80-\xff][^\n]*?:(?:[ \t\r]|$)""", re.MULTILINE)


def get_scalar(data: bytes, fm: FrontMatter, key: str) -> str | None:
    """The text of a top-level scalar (numbers and flags too, as written), None when there is none."""
    found = _find(scan_front_matter(data, fm)[0], key)
    return None if found is None else found.value


def set_scalar(data: bytes, fm: FrontMatter, key: str, value: Value) -> bytes:
    """The page with the value of an existing top-level scalar replaced; the page itself without such a key."""
    return _set(data, fm, key, value)[0]


def add_keys(data: bytes, fm: FrontMatter, keys: Mapping[str, Value]) -> bytes:
    """The page with top-level keys added after the existing ones; a key that is there gets the new value.

    A key whose value is a list or a mapping is left as it is, and so is malformed front matter.
    """
    for key, value in keys.items():
        changed, known = _set(data, fm, key, value)
        if not known:
            changed = _insert(data, fm, key, value)
        growth = len(changed) - len(data)
        fm = replace(fm, end=fm.end + growth, content_end=fm.content_end + growth)
        data = changed
    return data


def _find(scalars: list[Scalar], key: str) -> Scalar | None:
    """The last one, as Jekyll has it, when the key is repeated."""
    return next((scalar for scalar in reversed(scalars) if scalar.key == (key,)), None)


def _set(data: bytes, fm: FrontMatter, key: str, value: Value) -> tuple[bytes, bool]:
    """(the page, changed if that could be done; whether there is such a scalar)."""
    scalars, _ = scan_front_matter(data, fm)
    found = _find(scalars, key)
    if found is None:
        return data, False
    if not found.form and fm.kind == "yaml":
        return data, True  # an anchor, a tag
    text = _written(value, found.form or fm.kind, data, found)
    if found.start == found.end:
        text = f" {text}"
    changed = data[: found.start] + text.encode("utf-8", "replace") + data[found.end :]
    expected = [(s.key, _text(value) if s is found else s.value) for s in scalars]
    return (changed if _reads_as(changed, fm, len(changed) - len(data), expected) else data), True


def _written(value: Value, form: str, data: bytes = b"", found: Scalar | None = None) -> str:
    if isinstance(value, bool):
        return _text(value)
    if form in ("toml", "json"):
        form = "toml:basic" if form == "toml" else "json"
    return encode_value(value, form, data, found.start if found else 0, found.end if found else 0)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "true" if value else "false"


def _insert(data: bytes, fm: FrontMatter, key: str, value: Value) -> bytes:
    scalars, findings = scan_front_matter(data, fm)
    if findings or any(scalar.key[0] == key for scalar in scalars):
        return data
    newline = "\r\n" if b"\r\n" in data[fm.start : fm.end] else "\n"
    if fm.kind == "json":
        position, text = _insert_json(data, fm, key, value)
    else:
        position, text = (_insert_toml if fm.kind == "toml" else _insert_yaml)(data, fm, key, value, newline)
    added = text.encode("utf-8", "replace")
    changed = data[:position] + added + data[position:]
    expected = [(s.key, s.value) for s in scalars]
    expected.insert(sum(s.start < position for s in scalars), ((key,), _text(value)))
    return changed if _reads_as(changed, fm, len(added), expected) else data


def _insert_yaml(data: bytes, fm: FrontMatter, key: str, value: Value, newline: str) -> tuple[int, str]:
    content = data[fm.content_start : fm.content_end]
    if content.lstrip().startswith(b"{"):  # a flow mapping: inside its closing brace
        position = fm.content_start + max(content.rfind(b"}"), 0)
        comma = "" if content[: content.rfind(b"}")].rstrip().endswith((b"{", b",")) else ", "
        return position, f"{comma}{_yaml_key(key)}: {_written(value, 'yaml:flow')}"
    first = _YAML_KEY.search(content)
    indent = first[1].decode() if first else ""
    return fm.content_end, f"{indent}{_yaml_key(key)}: {_written(value, 'yaml:plain')}{newline}"


def _yaml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_][\w-]*", key, re.ASCII) else encode_value(key, "yaml:double")


def _insert_toml(data: bytes, fm: FrontMatter, key: str, value: Value, newline: str) -> tuple[int, str]:
    """Before the first table, or the key would belong to the last one."""
    table = _TOML_TABLE.search(data, fm.content_start, fm.content_end)
    # A line in a list or a long string may begin with a bracket too; the caller's check refuses those.
    position = table.start() if table else fm.content_end
    name = key if re.fullmatch(r"[\w-]+", key, re.ASCII) else encode_value(key, "toml:basic")
    return position, f"{name} = {_written(value, 'toml')}{newline}"


def _insert_json(data: bytes, fm: FrontMatter, key: str, value: Value) -> tuple[int, str]:
    content = data[fm.content_start : fm.content_end]
    last = len(content[: content.rfind(b"}")].rstrip())
    first = re.match(rb"\{([ \t]*\r?\n[ \t]*)?", content)
    space = first[1].decode() if first and first[1] else " "
    return fm.content_start + last, f",{space}{encode_value(key, 'json')}: {_written(value, 'json')}"


def _reads_as(data: bytes, fm: FrontMatter, growth: int, expected: list[tuple[tuple[str, ...], str]]) -> bool:
    scalars, findings = scan_front_matter(data, replace(fm, end=fm.end + growth, content_end=fm.content_end + growth))
    return not findings and [(scalar.key, scalar.value) for scalar in scalars] == expected
