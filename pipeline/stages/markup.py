"""How each message is marked up, so that an engine is shown the right inline elements: by the segment it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from pipeline.document.builder import markup_of
from pipeline.document.skeleton import page_format
from pipeline.errors import PipelineError
from pipeline.model import Key, Message
from pipeline.project import Project
from pipeline.stages.pages import parse_source
from pipeline.stages.pool import run_tasks
from pipeline.stages.selection import read_page
from pipeline.stages.unread import page_of

Task: TypeAlias = tuple[tuple[str, ...], frozenset[Key]]
"""The pages of a catalog, and the messages of it that are asked about."""


def markups(project: Project, tasks: Sequence[Task], *, jobs: int | None = None) -> Iterator[dict[Key, str]]:
    """For each task {(msgctxt, msgid): "markdown", "mdx" or "html"}, from the first segment that has the key.

    A message that is found on none of the pages is left out.
    """
    return run_tasks(partial(_found, project), tasks, jobs=jobs)


def pages_named(messages: Iterable[Message], pages: Sequence[str]) -> tuple[str, ...]:
    """Those of `pages` that the messages' references name; all when one has no reference (`references = "none"`)."""
    named: set[str] = set()
    for message in messages:
        if not message.references:
            return tuple(pages)
        named.update(map(page_of, message.references))
    return tuple(page for page in pages if page in named)


def markup_by_name(message: Message) -> str:
    """The best guess for a message that stands on no page any more: by the suffix of the page it names."""
    kind = page_format(page_of(message.references[0])) if message.references else "markdown"
    return "html" if kind == "yaml" else kind


def _found(project: Project, task: Task) -> dict[Key, str]:
    pages, wanted = task
    found: dict[Key, str] = {}
    for path in pages:
        try:
            page = parse_source(project, path, read_page(project, path))
        except PipelineError:
            continue  # the update has reported it
        for segment in page.segments:
            if segment.key in wanted:
                found.setdefault(segment.key, markup_of(segment.form))
        if len(found) == len(wanted):
            break
    return found
