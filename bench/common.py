"""What the measuring scripts share: finding pages, marking translations, and what must survive a rebuild.

Only the public API of `pipeline` is used. The judge is always somebody else's parser: markdown-it-py for
Markdown, `html.parser` for HTML, kramdown and @mdx-js/mdx in their own scripts.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from pipeline.model import Key, Page

MARK = " ⟦x⟧"
"""What a marked translation adds: visible, and meaningless to every generator."""

FRONT_MATTER = re.compile(
    r"\A\ufeff?(?:---[ \t]*\r?\n.*?^---|\+\+\+[ \t]*\r?\n.*?^\+\+\+)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)

BLOCK_TAGS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th pre blockquote hr section".split()
)


def find_pages(
    corpus: Path,
    *,
    groups: Sequence[str] = (),
    suffixes: Sequence[str] = (".md", ".mdx"),
    every: int = 1,
    limit: int | None = None,
) -> list[Path]:
    """Files under `corpus` with one of `suffixes`, sorted; only the named top-level folders when `groups` is given."""
    roots = [corpus / group for group in groups] if groups else [corpus]
    found = sorted(
        Path(folder, name) for root in roots for folder, _, names in os.walk(root) for name in names
        if name.endswith(tuple(suffixes))
    )  # fmt: skip
    return found[::every][:limit]


def marked(msgid: str) -> str:
    """The msgid with `MARK` after its last visible character."""
    text = msgid.rstrip()
    return text + MARK + msgid[len(text) :]


def translate(page: Page, change: Callable[[str], str]) -> dict[Key, str]:
    """A translation of every segment of the page."""
    return {segment.key: change(segment.msgid) for segment in page.segments}


def body(text: str) -> str:
    """The page without its front matter (YAML or TOML)."""
    match = FRONT_MATTER.match(text)
    return text[match.end() :] if match else text


class _Tags(HTMLParser):
    """Collects the tags of a document, each with the names of its attributes, and its link targets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(" ".join([tag, *sorted(name for name, _ in attrs)]))
        self.targets += [value for name, value in attrs if name in ("href", "src") and value]

    def handle_endtag(self, tag: str) -> None:
        self.tags.append("/" + tag)


def tags(html: str) -> tuple[str, ...]:
    """Start tags (with the names of their attributes) and end tags, in order, without any text."""
    parser = _Tags()
    parser.feed(html)
    parser.close()
    return tuple(parser.tags)


def blocks(sequence: Iterable[str]) -> tuple[str, ...]:
    """Only the block-level tags of a tag sequence."""
    return tuple(tag for tag in sequence if tag.split()[0].lstrip("/") in BLOCK_TAGS)


def differs(before: Sequence[str], after: Sequence[str]) -> str:
    """The first place where two sequences differ, for a report."""
    at = next((i for i, (x, y) in enumerate(zip(before, after, strict=False)) if x != y), min(len(before), len(after)))
    return f"at {at}: {list(before[at : at + 3])} became {list(after[at : at + 3])}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What no translation may change, as markdown-it-py sees the page."""

    tags: tuple[str, ...]
    targets: tuple[str, ...]
    code: tuple[str, ...]
    """Fenced blocks and code spans. Indented blocks are left out: on real sites they are mostly hand-indented prose."""


class _EveryLink(MarkdownIt):
    """Renders `javascript:` links too, which markdown-it hides: here they must be seen."""

    def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002 - markdown-it's name
        return True


_markdown = _EveryLink("commonmark", {"html": True}).enable("table")


def shape(text: str) -> Shape:
    """The shape of a Markdown page, its front matter left out."""
    tokens = _markdown.parse(body(text))
    parser = _Tags()
    parser.feed(_markdown.renderer.render(tokens, _markdown.options, {}))
    parser.close()
    every_token = (token for outer in tokens for token in (outer, *(outer.children or ())))
    code = tuple(token.content for token in every_token if token.type in ("fence", "code_inline"))
    return Shape(tags=tuple(parser.tags), targets=tuple(parser.targets), code=code)


def commonmark_html(text: str) -> str:
    """Rendered by markdown-it-py, CommonMark without extensions."""
    return str(_commonmark.render(text))


_commonmark = MarkdownIt("commonmark", {"html": True})


def share(part: int, whole: int) -> str:
    """A percentage that says 100 only when nothing is missing."""
    if not whole:
        return "-"
    return f"{int(10000 * part / whole) / 100:g} % ({part:,} of {whole:,})"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines: Iterator[Sequence[object]] = iter([head, ["---"] * len(head), *rows])
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def tell(message: str) -> None:
    """Progress and failures go to standard error; the result alone to standard output."""
    print(message, file=sys.stderr, flush=True)
