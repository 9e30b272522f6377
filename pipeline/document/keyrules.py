"""Which keys of front matter and YAML data files hold text for translators.

A rule is a pattern over the key path: `title`, `links[].title`, `sections.*.hero.title`,
`**.title`, `!colors.**`. Names are separated by dots; `[]` is an item of a list; `*` is any
one name or item, also as part of a name (`*_title`); `**` is any number of them. A pattern
that names a list offers its plain items too. Case does not matter. The last rule that
matches decides; `!` in front means "not for translators".

The default names are those found on 33 Isomer sites, and what the documentation of Hugo,
MkDocs, Docusaurus, Starlight and VitePress calls display text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

KeyPath = tuple[str, ...]
"""("sections", "[]", "hero", "title"): names from the root, "[]" for an item of a list."""

ITEM = "[]"

_NAMES = (
    # Isomer
    "title subtitle description breadcrumb breadcrumbs third_nav_title second_nav_title notification button "
    "linktext link_text announcement alt excerpt days time line other agency_name "
    # Hugo, Jekyll, MkDocs, Docusaurus, Starlight, VitePress
    "linkTitle link_title summary tagline caption heading subheading headline subheadline nav_title short_title "
    "short_description long_description label sidebar_label sidebar_title pagination_label toc_title text "
    "intro message question answer quote placeholder "
    "page_title meta_title meta_description seo_title seo_description og_title og_description "
    "button_text button_label cta_text cta_label alt_text image_alt imageAlt altText image_caption copyright"
).split()

_PAGE_PATTERNS = (
    *(f"**.{name}" for name in _NAMES),
    "banner.content",  # Starlight
    "features[].details",  # VitePress
    # A title there is an identifier: colors.media-colors[].title is "media-color-one".
    "!colors.**",
    "!**.colors.**",
)

# (file name pattern, what it offers, what of that is site-wide). The first that matches decides.
_FILES: tuple[tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]], ...] = (
    # Lists file names in their order.
    (re.compile(r"(?:.*/)?collection\.ya?ml"), (), ()),
    (
        re.compile(r"(?:.*/)?_config(?:[._-][\w-]+)?\.ya?ml"),
        ("title", "title-abbreviated", "title_abbreviated", "subtitle", "tagline", "description"),
        (),
    ),
    (re.compile(r"(?:.*/)?mkdocs\.ya?ml"), ("site_name", "site_description", "copyright"), ()),
    (re.compile(r"(?:.*/)?(?:hugo|config)\.ya?ml"), ("title", "params.description", "params.subtitle"), ()),
    (
        re.compile(r"(?:.*/)?_data/(?:.*/)?(?:nav|navigation|menus?|sidebar|footer|header)\.ya?ml"),
        (*_PAGE_PATTERNS, "copyright_agency"),
        ("**",),
    ),
    (re.compile(r"(?:.*/)?\.[^/]*\.ya?ml|(?:.*/)?\.github/.*\.ya?ml"), (), ()),
)

_SHARED = ("**.third_nav_title", "**.second_nav_title")


def parse_key(text: str) -> KeyPath:
    """`sections[].hero.title` as names: ("sections", "[]", "hero", "title")."""
    names: list[str] = []
    for part in text.split("."):
        name = part
        while name.endswith(ITEM):
            name = name.removesuffix(ITEM)
        items = (len(part) - len(name)) // len(ITEM)
        names.extend([name] * bool(name or not items) + [ITEM] * items)
    return tuple(names)


def format_key(key: KeyPath) -> str:
    """Names as people write them: "sections[].hero.title"."""
    text = ""
    for name in key:
        text += name if name == ITEM or not text else f".{name}"
    return text


class _Group(NamedTuple):
    """Rules that stand together and say the same, so that a key is tried against all of them at once."""

    offers: bool
    names: frozenset[str]
    """Of the rules `**.name`, which are nearly all of them; in lower case."""
    pattern: re.Pattern[str] | None
    """The other rules."""

    def matches(self, key: KeyPath) -> bool:
        leaf = next((name for name in reversed(key) if name != ITEM), "")
        if leaf.lower() in self.names:
            return True
        return self.pattern is not None and self.pattern.fullmatch("".join(f"{name}\0" for name in key)) is not None


@dataclass(frozen=True, slots=True)
class Decisions:
    """The rules for one file, with the answers given so far."""

    offered_rules: tuple[_Group, ...]
    shared_rules: tuple[_Group, ...]
    _offered: dict[KeyPath, bool] = field(default_factory=dict, repr=False, compare=False)
    _shared: dict[KeyPath, bool] = field(default_factory=dict, repr=False, compare=False)

    def offered(self, key: KeyPath) -> bool:
        """True when the key's value is for translators, if it is text."""
        return _ask(key, self.offered_rules, self._offered)

    def shared(self, key: KeyPath) -> bool:
        """True when the key's value must have one translation on the whole site."""
        return _ask(key, self.shared_rules, self._shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRules:
    """Which keys are offered. `extra` comes from the configuration and stands after the defaults.

    `patterns`: for pages and for data files that are not known by name. With `defaults`
    off, only `extra` counts, for every file.
    """

    patterns: tuple[str, ...] = _PAGE_PATTERNS
    extra: tuple[str, ...] = ()
    shared: tuple[str, ...] = _SHARED
    defaults: bool = True

    @staticmethod
    def default() -> KeyRules:
        """The rules without any configuration."""
        return _DEFAULT

    def extended(self, patterns: Iterable[str], *, shared: Iterable[str] = ()) -> KeyRules:
        """These rules, then `patterns`: the last that matches decides."""
        return replace(self, extra=(*self.extra, *patterns), shared=(*self.shared, *shared))

    def for_path(self, path: str) -> Decisions:
        """The rules that hold in the file `path` (POSIX, relative to the source root)."""
        offered: tuple[str, ...] = self.patterns if self.defaults else ()
        shared: tuple[str, ...] = ()
        if self.defaults and path.endswith((".yml", ".yaml")):
            for names, file_offered, file_shared in _FILES:
                if names.fullmatch(path):
                    offered, shared = file_offered, file_shared
                    break
        return _decisions((*offered, *self.extra), (*shared, *self.shared))

    def is_shared(self, path: str, key: str | KeyPath) -> bool:
        """True when the string under `key` in `path` belongs in the site-wide catalog."""
        return self.for_path(path).shared(parse_key(key) if isinstance(key, str) else key)


_DEFAULT = KeyRules()


@lru_cache(maxsize=256)
def _decisions(offered: tuple[str, ...], shared: tuple[str, ...]) -> Decisions:
    return Decisions(_groups(offered), _groups(shared))


def _ask(key: KeyPath, groups: tuple[_Group, ...], known: dict[KeyPath, bool]) -> bool:
    answer = known.get(key)
    if answer is None:
        answer = next((group.offers for group in reversed(groups) if group.matches(key)), False)
        if len(known) < 10_000:  # keys are the authors' words: a bound keeps a hostile site from filling memory
            known[key] = answer
    return answer


def _groups(patterns: tuple[str, ...]) -> tuple[_Group, ...]:
    groups = []
    for offers, rules in groupby(patterns, lambda pattern: not pattern.startswith("!")):
        paths = [parse_key(rule.removeprefix("!")) for rule in rules]
        leaves = [path[1] for path in paths if _is_leaf(path)]
        others = [_expression(path) for path in paths if not _is_leaf(path)]
        pattern = re.compile("|".join(others), re.IGNORECASE) if others else None
        groups.append(_Group(offers, frozenset(name.lower() for name in leaves), pattern))
    return tuple(groups)


def _is_leaf(path: KeyPath) -> bool:
    return len(path) == 2 and path[0] == "**" and "*" not in path[1] and path[1] != ITEM


def _expression(path: KeyPath) -> str:
    """A regular expression over the names of a key, each followed by NUL."""
    source = ""
    for name in path:
        if name == "**":
            source += r"(?:[^\0]*\0)*"
        elif name == "*":
            source += r"[^\0]*\0"
        else:
            source += "".join(r"[^\0]*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", name)) + r"\0"
    return rf"(?:{source}(?:\[\]\0)*)"
