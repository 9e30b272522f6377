"""How one source page is read under a project's rules, and which of its strings the whole site shares."""

from __future__ import annotations

from functools import lru_cache

from pipeline.document.keyrules import KeyRules
from pipeline.document.options import ParseOptions
from pipeline.document.skeleton import parse_page
from pipeline.model import Page, Segment
from pipeline.project import Project


def parse_source(project: Project, path: str, data: bytes) -> Page:
    """Parse a source page with the rules that the project has for its path."""
    return parse_page(data, path=path, language=project.language_of(path), options=options(project, path))


@lru_cache(maxsize=1024)
def _options(
    translate: tuple[str, ...],
    keep: tuple[str, ...],
    shared: tuple[str, ...],
    contexts: tuple[tuple[str, str], ...],
) -> ParseOptions:
    patterns = (*translate, *(f"!{pattern}" for pattern in keep))
    anywhere = tuple(pattern if "." in pattern else f"**.{pattern}" for pattern in shared)
    rules = KeyRules.default().extended(tuple(map(_anywhere, patterns)), shared=anywhere)
    return ParseOptions(rules=rules, contexts=contexts)


def _anywhere(pattern: str) -> str:
    """A bare name is a leaf at any depth; a dotted one is a path from the top."""
    sign, name = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    return f"{sign}{name}" if "." in name else f"{sign}**.{name}"


def options(project: Project, path: str) -> ParseOptions:
    """How one page is read: the default key rules, then the configuration's; and which kinds have a context."""
    translate, keep = project.key_patterns(path)
    return _options(translate, keep, project.keys.shared, project.contexts)


def is_shared(project: Project, path: str, segment: Segment) -> bool:
    """True when the segment's string must agree on the whole site, so that it stands in `_site.po`."""
    if project.shared_file(path):
        return True
    key = segment.kind.removeprefix("front matter ")
    return key != segment.kind and options(project, path).rules.is_shared(path, key)
