"""Front matter of an edition: single values replaced, keys added, every other byte as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.document.frontkeys import add_keys, get_scalar
from pipeline.document.frontmatter import scan_front_matter, split_front_matter
from pipeline.document.scalar import encode_value
from pipeline.document.yamltext import MalformedError, Scalar, scan_yaml

Change = Callable[[tuple[str, ...], str], str]
"""(key path, value) -> the new value, or the same one."""


def permalink_of(data: bytes) -> str | None:
    """The page's own address as its front matter gives it (`permalink`, or Hugo's `url`)."""
    found = split_front_matter(data)
    if found is None or (b"permalink" not in data[: found.end] and b"url" not in data[: found.end]):
        return None
    address = get_scalar(data, found, "url") or ""
    return get_scalar(data, found, "permalink") or (address if address.startswith("/") else None)


def edit_front_matter(data: bytes, change: Change, added: Mapping[str, str | bool]) -> tuple[bytes, bytes]:
    """(front matter, body) with every value passed through `change`, and with the keys of `added` set.

    Without front matter nothing is added; malformed front matter stays as it is.
    """
    found = split_front_matter(data)
    if found is None:
        return b"", data
    scalars, findings = scan_front_matter(data, found)
    front, body = data[: found.end], data[found.end :]
    if findings:
        return front, body
    front = _spliced(front, _changes(data, scalars, change))
    if added and (found := split_front_matter(front)):
        front = add_keys(front, found, added)
    return front, body


def edit_data_file(data: bytes, change: Change) -> bytes:
    """A YAML data file with every value passed through `change`; a malformed one as it is."""
    try:
        return _spliced(data, _changes(data, scan_yaml(data, 0, len(data)), change))
    except MalformedError:
        return data


Edit = tuple[int, int, bytes]


def _changes(data: bytes, scalars: list[Scalar], change: Change) -> list[Edit]:
    edits = []
    for key, start, end, value, form in scalars:
        if form and value and (new := change(key, value)) != value:
            edits.append((start, end, encode_value(new, form, data, start, end).encode()))
    return edits


def _spliced(data: bytes, edits: list[Edit]) -> bytes:
    out: list[bytes] = []
    done = 0
    for start, end, text in sorted(edits):
        out += (data[done:start], text)
        done = end
    return b"".join((*out, data[done:]))
