"""Bytes to page: `parse_page` finds the segments and leaves everything else where it is.

A page is its bytes and a segment is a range of them; `document/rebuild.py` is the way back.
"""

from __future__ import annotations

import re
import zlib
from operator import attrgetter
from pathlib import PurePosixPath

from pipeline.document.builder import Builder, Item
from pipeline.document.frontmatter import front_matter_segments, split_front_matter
from pipeline.document.html import Directive, HtmlScanner
from pipeline.document.mask import is_mdx, mask
from pipeline.document.options import ParseOptions
from pipeline.errors import PageError
from pipeline.inline.templates import find_templates
from pipeline.model import Finding, Page, Segment

FORMATS = {
    ".md": "markdown", ".markdown": "markdown", ".mkd": "markdown", ".mdx": "mdx", ".html": "html", ".htm": "html",
    ".yml": "yaml", ".yaml": "yaml",
}  # fmt: skip
_SHORTCUT = re.compile(rb"(?<!\])(\[[^\[\]\n]+\])(?:\[\])?(?![\[(])")
_LABEL = re.compile(rb"\[[^\[\]\n]+\](?=:)")
_BOM = b"\xef\xbb\xbf"


def page_format(path: str) -> str:
    """The format by the file name: "markdown" (also when it says nothing), "mdx", "html" or "yaml"."""
    return FORMATS.get(PurePosixPath(path).suffix.lower(), "markdown")


def parse_page(
    data: bytes,
    *,
    path: str = "page.md",
    language: str | None = None,
    options: ParseOptions | None = None,
    guesses: tuple[bool, ...] | None = None,
) -> Page:
    """The segments of a page.

    `path` is POSIX and relative to the source root; its suffix decides the format. Raises PageError only for bytes
    that are not UTF-8; broken markup or front matter never stops a page, but is named in `Page.findings`.
    `guesses` are those of the page that this one was rebuilt from (`Page.guesses`).
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PageError(
            "this page is not UTF-8", path=path, line=line, hint="save it as UTF-8; it is left out until then"
        ) from None
    options = options or ParseOptions()
    kind = page_format(path)
    findings: list[Finding] = []
    if kind == "yaml":
        from pipeline.document.data import data_segments

        segments, findings = data_segments(data, options.rules, path=path)
        return Page(
            path=path, data=data, format=kind, language=language, segments=tuple(segments), findings=tuple(findings),
            options=options,
        )  # fmt: skip
    head: list[Segment] = []
    body = 0
    front = split_front_matter(data)
    if front is not None:
        head, findings, _ = front_matter_segments(data, front, options.rules, path=path)
        body = front.end
    elif data.startswith(_BOM):
        body = len(_BOM)
    imports = b"\nimport" in data or data.startswith(b"import", body)
    if imports and kind == "markdown" and is_mdx(data[body:].decode("latin-1")):
        kind = "mdx"
    items, shape, made = _body(data, body, kind, guesses)
    segments = [*head, *(i.segment for i in items)]
    if options.contexts:
        segments = [_in_context(s, options) for s in segments]
    return Page(
        path=path,
        data=data,
        format=kind,
        language=language,
        segments=tuple(segments),
        findings=tuple(findings),
        shape=shape,
        guesses=made,
        options=options,
    )


def _in_context(segment: Segment, options: ParseOptions) -> Segment:
    for kind, context in options.contexts:
        if segment.msgctxt is None and segment.kind.startswith(kind):
            return segment._replace(msgctxt=context)
    return segment


def _body(
    data: bytes, start: int, kind: str, guesses: tuple[bool, ...] | None
) -> tuple[list[Item], int, tuple[bool, ...]]:
    jsx = kind == "mdx"
    builder = Builder(data, jsx=jsx, guesses=guesses)
    text = data.decode("latin-1")
    if kind == "html":
        scanner = HtmlScanner(builder, text, tuple(find_templates(text)), markdown=False)
        scanner.scan(start, len(data))
        comments = scanner.comments
    else:
        from pipeline.document.markdown import MarkdownWalker

        masked = mask(text[start:], jsx=jsx)
        scanner = HtmlScanner(builder, text, masked.opaque, markdown=True, offset=start)
        walker = MarkdownWalker(builder, scanner, masked, start)
        walker.walk()
        labels = frozenset(_LABEL.findall(data)) if masked.extras else frozenset()
        for extra in masked.extras:
            if extra.mask + start in walker.html:
                s, e = extra.start + start, extra.end + start
                builder.add(s, e, extra.kind, extra.form, inserts=_short_references(data, s, e, labels))
        comments = scanner.comments
        if jsx:
            comments += [
                Directive(o.start + start, o.end + start, -1)
                for o in masked.opaque
                if text.startswith("{/*", o.start + start)
            ]
    items = builder.items
    items.sort(key=attrgetter("start"))
    if comments and b"i18n:" in data:
        from pipeline.document.directives import apply

        items = apply(items, comments, data)
    return _apart(items), zlib.crc32("\n".join(builder.shape).encode()), tuple(builder.guesses)


def _short_references(data: bytes, start: int, end: int, labels: frozenset[bytes]) -> list[tuple[int, int, int, int]]:
    """Shortcut and collapsed links in a title, which is Markdown that pyromark never saw; see `Builder.add`."""
    return [
        (m.end(1), m.end(), m.start(), m.end(1)) for m in _SHORTCUT.finditer(data, start, end) if m.group(1) in labels
    ]


def _apart(items: list[Item]) -> list[Item]:
    """Items that do not overlap; of two that do, the first and larger stays."""
    out: list[Item] = []
    end = -1
    for item in items:
        if item.start >= end:
            out.append(item)
            end = item.segment.pieces[-1][1]
    return out
