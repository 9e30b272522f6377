"""Which site generator a folder belongs to, and where that generator keeps its pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GENERATORS = ("jekyll", "hugo", "mkdocs", "docusaurus", "plain")

_SIGNS = {
    "docusaurus": ("docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs"),
    "mkdocs": ("mkdocs.yml", "mkdocs.yaml"),
    "hugo": ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default"),
    "jekyll": ("_config.yml", "_config.yaml", "_config.toml"),
}
"""Files that only this generator has, the surest first."""
_OLD_HUGO = ("config.toml", "config.yaml", "config.yml", "config.json")
"""The names of its configuration before 0.110, which others use too."""

_DATA = ("**/_data/**/*.yml", "**/_data/**/*.yaml")
_PAGES: tuple[str, ...] = ("**/*.md", "**/*.markdown", "**/*.mdx", "**/*.html", "**/*.htm")
_ABOUT_THE_REPOSITORY = (
    "README.md",
    "LICENSE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "SECURITY.md",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDefaults:
    """What `[source]` says when the file does not: a folder below the project, and patterns relative to it."""

    root: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]


def detect_generator(root: Path) -> str:
    """The generator whose own files lie in `root`, else "plain". Isomer sites are Jekyll sites."""
    for name, signs in _SIGNS.items():
        if any((root / sign).exists() for sign in signs):
            return name
    if (root / "content").is_dir() and any(_says(root / name, b"baseurl") for name in _OLD_HUGO):
        return "hugo"
    if _says(root / "Gemfile", b"jekyll") or _says(root / "Gemfile", b"github-pages"):
        return "jekyll"
    return "plain"


def _says(file: Path, word: bytes) -> bool:
    try:
        return word in file.read_bytes().lower()
    except OSError:
        return False


def default_layout(generator: str) -> str:
    """The layout of editions that the generator knows without a plug-in or settings of its own."""
    return "docusaurus" if generator == "docusaurus" else "folder"


def is_isomer(root: Path) -> bool:
    """True for a site of Singapore's government CMS: Jekyll, with its own remote theme or its contact and data files."""
    try:
        configuration = (root / "_config.yml").read_bytes()
    except OSError:
        return False
    return b"isomer" in configuration or (root / "_data" / "navigation.yml").is_file()


def source_defaults(root: Path, generator: str) -> SourceDefaults:
    """Where the generator keeps its pages, and which files there are not for translators."""
    if generator == "jekyll":
        folder = "." if not _only_content(root) else "content"
        data = (*_DATA, "_config.yml")
        chrome = ("_includes/**", "_layouts/**", "_plugins/**", "_sass/**", "**/collection.yml")
        return SourceDefaults(root=folder, include=(*_PAGES, *data), exclude=(*chrome, *_ABOUT_THE_REPOSITORY))
    if generator == "hugo":
        return SourceDefaults(root="content", include=_PAGES, exclude=())
    if generator == "mkdocs":
        return SourceDefaults(root="docs", include=_PAGES, exclude=())
    if generator == "docusaurus":
        include = ("docs/**/*.{md,mdx}", "blog/**/*.{md,mdx}", "src/pages/**/*.{md,mdx}")
        return SourceDefaults(root=".", include=include, exclude=())
    folder = "content" if (root / "content").is_dir() else "."
    return SourceDefaults(
        root=folder, include=(*_PAGES, *_DATA), exclude=_ABOUT_THE_REPOSITORY if folder == "." else ()
    )


def _only_content(root: Path) -> bool:
    """True when a Jekyll site keeps its pages in `content` (its `source:` setting) instead of at the top."""
    return (root / "content").is_dir() and not (root / "index.md").is_file() and not (root / "index.html").is_file()
