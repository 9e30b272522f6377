"""Where a page of an edition goes, and what its address is; pure text work on paths and URLs.

Layouts are those generators already know (see docs/configuration.md): `folder` (`ms/about.md`), `suffix`
(`about.ms.md`, Hugo and MkDocs static-i18n), `docusaurus` (its `i18n/` tree) and `polyglot` (a folder whose pages
keep the permalink of their source, as jekyll-polyglot and a site built apart with its own base address want it).
"""

from __future__ import annotations

import enum
import posixpath
import re
import unicodedata
from urllib.parse import unquote

PAGE_SUFFIXES = (".md", ".markdown", ".mdx", ".html", ".htm")
_INDEX_NAMES = ("index", "_index", "README", "readme")
_DOCUSAURUS_CONTENT = {"docs": "docusaurus-plugin-content-docs/current", "blog": "docusaurus-plugin-content-blog"}
_OUTSIDE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


class Layout(enum.StrEnum):
    """How language editions lie beside each other."""

    folder = "folder"
    suffix = "suffix"
    docusaurus = "docusaurus"
    polyglot = "polyglot"

    @property
    def moves_addresses(self) -> bool:
        """True when an edition's pages have addresses of their own, which permalinks and links must then name."""
        return self in (Layout.folder, Layout.suffix)


def output_path(path: str, locale: str, layout: Layout) -> str:
    """The path of a page's edition below the output folder; `path` is POSIX, below the source root."""
    if layout is Layout.suffix:
        stem, dot, suffix = path.rpartition(".")
        return f"{stem}.{locale}.{suffix}" if dot and "/" not in suffix else f"{path}.{locale}"
    if layout is Layout.docusaurus:
        top, slash, rest = path.partition("/")
        if slash and top in _DOCUSAURUS_CONTENT:
            return f"i18n/{locale}/{_DOCUSAURUS_CONTENT[top]}/{rest}"
        if slash and top == "src":
            return f"i18n/{locale}/docusaurus-plugin-content-pages/{rest.removeprefix('pages/')}"
        return f"i18n/{locale}/{_DOCUSAURUS_CONTENT['docs']}/{path}"
    return f"{locale}/{path}"


def page_url(path: str, permalink: str | None = None) -> str:
    """The address of a source page on its site: its permalink, else what its path stands for."""
    if permalink and not _OUTSIDE.match(permalink):
        return permalink if permalink.startswith("/") else f"/{permalink}"
    stem = path
    for suffix in PAGE_SUFFIXES:
        if path.endswith(suffix):
            stem = path[: -len(suffix)]
            break
    folder, name = posixpath.split(stem)
    if name in _INDEX_NAMES:
        return f"/{folder}/" if folder else "/"
    return f"/{stem}/"


def url_key(url: str) -> str:
    """What two addresses of one page have in common: no query or fragment, no trailing slash, `index` or `.html`."""
    place = unquote(re.split(r"[?#]", url, maxsplit=1)[0])
    for suffix in (".html", ".htm"):
        place = place.removesuffix(suffix)
    place = place.removesuffix("/index").rstrip("/")
    return unicodedata.normalize("NFC", place)


def is_site_path(url: str) -> bool:
    """True for `/about/`; false for relative, external, `mailto:` and protocol-relative addresses."""
    return url.startswith("/") and not url.startswith("//")


def prefixed(url: str, locale: str) -> str:
    """The address below the edition's folder, once: `/` is `/ms/`, `/about/` is `/ms/about/`, `/ms/x` stays."""
    if _OUTSIDE.match(url):
        return url
    bare = url.lstrip("/")
    if bare == locale or bare.startswith(f"{locale}/"):
        return url
    lead = "/" if url.startswith("/") else ""
    return f"{lead}{locale}/{bare}"
