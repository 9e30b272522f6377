"""A PO file in canonical form: one way to write each entry, so that files of several tools differ only in what they say."""

from __future__ import annotations

from pipeline.catalog.pofile import parse_po
from pipeline.catalog.poheader import charset_of_header
from pipeline.catalog.postring import encode
from pipeline.catalog.powrite import format_message


def canonical_po(data: bytes, *, width: int = 0, path: str = "") -> bytes:
    """PO bytes in canonical form, which says the same and comes back unchanged.

    One empty line between entries; comments, flags and strings in gettext's order and spacing; one reference a line;
    strings wrapped at `width` columns (0: only after line breaks, docs/po-format.md). Order, charset and kind of line
    ends stay. Comments after the last entry are kept. Raises CatalogError as `parse_po` does.
    """
    catalog = parse_po(data, path=path)
    header = catalog.header
    entries = catalog.messages
    if header is not None and catalog.get(header.key) is None:  # a header further down keeps its place
        entries = (header, *entries)
    text = "\n".join(format_message(entry, width=width) for entry in entries)
    charset = charset_of_header(header)
    rest = "\n".join(line.rstrip() for line in catalog.trailer.decode(charset).split("\n")).strip("\n\ufeff")
    if rest:
        text += f"\n{rest}\n" if text else f"{rest}\n"
    first_line, _, _ = data.partition(b"\n")
    return encode(text.replace("\n", "\r\n") if first_line.endswith(b"\r") else text, charset, path=path)
