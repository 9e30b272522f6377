"""Which file is the translation of which source page, among the conventions sites have."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalog.units import bare_address
from pipeline.document.frontkeys import get_scalar
from pipeline.document.frontmatter import split_front_matter
from pipeline.document.skeleton import FORMATS
from pipeline.errors import ConfigError
from pipeline.langtag import LanguageTag, gettext_name, parse
from pipeline.publish.keys import permalink_of
from pipeline.publish.layout import Layout, output_path, url_key

LAYOUTS = ("auto", "same", "folder", "suffix", "docusaurus", "front-matter")
"""How translated pages may lie: under the same path, `ms/about.md`, `about.ms.md`, Docusaurus's `i18n/ms/…`, or
anywhere, with the same `ref`, `translationKey` or address in front matter. "auto" tries them in this order."""
_KEYS = ("ref", "translationKey", "translation_key", "translation_id", "page_id")
_LANGUAGE_KEYS = ("lang", "language", "locale")
_FRONT_MATTER_BYTES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePair:
    """A source page and the file that translates it."""

    page: str
    """Path below the project's source root."""
    source: Path
    target: Path
    name: str
    """The target's path below the folder it was found in."""


def locale_names(language: LanguageTag, folder: str) -> tuple[str, ...]:
    """How the language may be written in paths and addresses: as the project does, `zh-Hans`, `zh_Hans`, `zh-hans`."""
    names = (folder, str(language), gettext_name(language))
    return tuple(dict.fromkeys((*names, *(name.lower() for name in names))))


def find_pairs(
    sources: Mapping[str, Path], target_root: Path, language: LanguageTag, names: Sequence[str], layout: str
) -> tuple[list[PagePair], list[str], list[str]]:
    """(pairs, source pages without a translation, target files that translate no page), each in order of paths.

    `sources` is page -> file, where the page is the path that a target's is compared with. `names` are those of
    `locale_names`. A target is used once.
    """
    files = _page_files(target_root)
    own = {os.path.realpath(path) for path in sources.values()}
    pairs: dict[str, str] = {}
    used: set[str] = set()
    # Where sources and translations lie in one tree, a file that some path names as a translation is no source.
    for make in _paths(layout, names):
        for page in sources:
            name = make(page)
            if page not in pairs and name in files and name not in used and files[name] != _real(sources[page]):
                pairs[page] = name
                used.add(name)
    if layout in ("auto", "front-matter"):
        left = {page: path for page, path in sources.items() if page not in pairs}
        free = {name: path for name, path in files.items() if name not in used}
        for page, name in _by_front_matter(left, free, language, names):
            pairs[page] = name
            used.add(name)
    targets = {files[name] for name in used}
    found = [
        PagePair(page=page, source=sources[page], target=Path(files[name]), name=name)
        for page, name in sorted(pairs.items())
        if _real(sources[page]) not in targets
    ]
    alone = [page for page in sources if page not in pairs and _real(sources[page]) not in targets]
    return found, sorted(alone), sorted(name for name, path in files.items() if name not in used and path not in own)


def _paths(layout: str, names: Sequence[str]) -> list[Callable[[str], str]]:
    """From a page's path to that of its translation, in the order they are tried."""
    made: list[Callable[[str], str]] = []
    if layout in ("auto", "same"):
        made.append(lambda page: page)
    for kind in (Layout.folder, Layout.suffix, Layout.docusaurus):
        if layout in ("auto", kind):
            made += [lambda page, name=name, kind=kind: output_path(page, name, kind) for name in names]  # type: ignore[misc]
    return made


def _page_files(root: Path) -> dict[str, str]:
    """POSIX path below `root` -> real path, of every page file; links that lead out of it are left out."""
    inside = Path(os.path.realpath(root))
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for file in sorted(files):
            path = Path(folder, file)
            if path.suffix.lower() in FORMATS and not file.startswith("."):
                real = os.path.realpath(path)
                if Path(real).is_relative_to(inside):
                    found[path.relative_to(root).as_posix()] = real
    return found


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _by_front_matter(
    sources: Mapping[str, Path], files: Mapping[str, str], language: LanguageTag, names: Sequence[str]
) -> Iterable[tuple[str, str]]:
    """Pairs whose front matter names the same page, where that leaves no doubt."""
    ours: dict[str, list[str]] = defaultdict(list)
    real = {_real(path) for path in sources.values()}
    for page, path in sources.items():
        told, _ = _identity(Path(path), ())
        if told:
            ours[told].append(page)
    theirs: dict[str, list[str]] = defaultdict(list)
    for name, file in files.items():
        told, spoken = _identity(Path(file), names)
        # In a tree of several languages each page says which it is in.
        if told and (spoken == language or (spoken is None and file not in real)):
            theirs[told].append(name)
    for told, pages in ours.items():
        found = theirs.get(told, [])
        if len(pages) == len(found) == 1:
            yield pages[0], found[0]


def _identity(path: Path, names: Sequence[str]) -> tuple[str, LanguageTag | None]:
    """(what a page's front matter says it is, in which language); "" when it does not say."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_FRONT_MATTER_BYTES)
    except OSError:
        return "", None  # whoever needs the page will say so
    front = split_front_matter(data)
    if front is None:
        return "", None
    values = {key: get_scalar(data, front, key) for key in (*_KEYS, *_LANGUAGE_KEYS)}
    told = next((f"{key} {values[key]}" for key in _KEYS if values[key]), "")
    if not told and (address := permalink_of(data)):
        told = f"address {url_key(bare_address(address, names))}"
    spoken = next((values[key] for key in _LANGUAGE_KEYS if values[key]), None)
    try:
        return told, parse(spoken) if spoken else None
    except ConfigError:
        return told, None
