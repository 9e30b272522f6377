"""A multilingual translation and publishing pipeline: pages to PO files to language editions.

>>> import pipeline
>>> page = pipeline.parse_page(data, path="guide/opening-hours.md")   # bytes to Page
>>> pipeline.rebuild_page(page, {}) == data                           # without translations: the same bytes

Importing this package reads no file, opens no socket and loads no model; each name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.catalog.merge import merge as merge
    from pipeline.catalog.pofile import parse_po as parse_po
    from pipeline.catalog.pofile import read_po as read_po
    from pipeline.catalog.pofile import write_po as write_po
    from pipeline.catalog.template import make_template as make_template
    from pipeline.config import load_project as load_project
    from pipeline.document.rebuild import rebuild_checked as rebuild_checked
    from pipeline.document.rebuild import rebuild_page as rebuild_page
    from pipeline.document.skeleton import parse_page as parse_page

__version__ = "0.1.0"

_HOMES = {
    "parse_page": "pipeline.document.skeleton",
    "rebuild_page": "pipeline.document.rebuild",
    "rebuild_checked": "pipeline.document.rebuild",
    "make_template": "pipeline.catalog.template",
    "merge": "pipeline.catalog.merge",
    "parse_po": "pipeline.catalog.pofile",
    "read_po": "pipeline.catalog.pofile",
    "write_po": "pipeline.catalog.pofile",
    "load_project": "pipeline.config",
}

__all__ = ["__version__", *sorted(_HOMES)]  # noqa: PLE0604 - the names are loaded on first use, below


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
