"""The frozen `Project`: where a site's files are, and what its owner decided.

These are the tables and keys of `pipeline.toml` (`config` reads it), one field each, and
the questions the stages ask of them. docs/configuration.md describes every key.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.globs import matches, matches_any
from pipeline.langtag import LanguageTag
from pipeline.model import Finding

FORMAT = 1
"""The newest form of the file this version reads."""

ENGLISH = LanguageTag("en")
CATALOGS = ("page", "folder", "site")
REFERENCES = ("page", "line", "none")
POLICIES = ("reviewed", "machine")
LAYOUTS = ("folder", "suffix", "docusaurus", "polyglot")
EXACT = ("fuzzy", "reviewed")
NOTICE_PLACES = ("front-matter", "body", "none")
STATIC = ("copy", "link", "none")
ENGINES = ("argos", "apertium", "ctranslate2", "libretranslate", "pseudo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`[source]`: which files are source pages, and their language."""

    root: str = "content"
    """Folder of the source pages, relative to the project."""
    include: tuple[str, ...] = ("**/*.md",)
    """Patterns, relative to `root`, of the files to translate."""
    exclude: tuple[str, ...] = ()
    """Patterns of files to leave out all the same."""
    language: LanguageTag = ENGLISH
    """Language of the source pages."""
    languages: tuple[tuple[str, LanguageTag], ...] = ()
    """(pattern, language) for pages in another language; the last that fits counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPaths:
    """`[[keys.paths]]`: key patterns for the files that fit one pattern."""

    glob: str
    translate: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """`[keys]`: front matter and data keys to translate or keep, before the defaults of the page reader."""

    translate: tuple[str, ...] = ()
    """Patterns such as `title` (a leaf at any depth) or `sections.*.hero.title`."""
    keep: tuple[str, ...] = ()
    """Patterns of keys never offered; stronger than `translate`."""
    shared: tuple[str, ...] = ("third_nav_title", "second_nav_title")
    """Keys whose strings must agree on every page: they stand once, in `_site.po`."""
    shared_files: tuple[str, ...] = ("**/_data/**", "_data/**", "data/**", "_config.yml")
    """Patterns of files all of whose strings stand in `_site.po`."""
    paths: tuple[KeyPaths, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPaths:
    """`[[build.paths]]`: another policy or threshold for the pages that fit one pattern."""

    glob: str
    policy: str | None = None
    min_reviewed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildLanguage:
    """`[build.languages.TAG]`: what differs for one language."""

    language: LanguageTag
    policy: str | None = None
    folder: str = ""
    """Name of the edition's folder, of the suffix, and of the first part of its addresses; the tag when empty."""
    notice: str | None = None
    """Text shown on pages with machine translation; None for the built-in text."""
    notice_where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """`[build]`: what is published, and where."""

    policy: str = "reviewed"
    """"reviewed": approved messages only; "machine": current machine drafts too, under a notice."""
    min_reviewed: float = 0.8
    """Share of a page's words (0.0-1.0) that must be accepted; below it the page is not written."""
    layout: str = "folder"
    """Where a page of an edition goes: one of LAYOUTS."""
    permalinks: bool = True
    """Put the edition's folder before permalinks and links to translated pages, where the layout moves addresses."""
    added_keys: bool = True
    """Add `lang` (and a notice) to front matter."""
    mark_fallback: bool = True
    """Mark passages left in the source language with `lang`, where HTML allows."""
    notice_where: str = "front-matter"
    static: str = "none"
    """What becomes of the other files under the source root: one of STATIC."""
    static_include: tuple[str, ...] = ("**",)
    static_exclude: tuple[str, ...] = ()
    languages: tuple[BuildLanguage, ...] = ()
    paths: tuple[BuildPaths, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MtLanguage:
    """`[mt.languages.TAG]`: another engine, model or setting for one language."""

    language: LanguageTag
    engine: str | None = None
    model: str | None = None
    beam: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MtFolder:
    """`[mt.folders.NAME]`: a converted CTranslate2 model in a folder of one's own."""

    name: str
    path: Path
    source: str = ""
    """BCP 47 tags of a model for one pair; empty for a model of many languages."""
    target: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    """(BCP 47 tag, the model's own code) where that is not the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MtServer:
    """`[mt.libretranslate]`: a LibreTranslate server of one's own; never asked while `url` is empty."""

    url: str = ""
    allow_remote: bool = False
    """Let texts leave this machine, over https."""
    timeout: int = 60
    """Seconds for one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mt:
    """`[mt]`: what drafts are made with."""

    engine: str = "argos"
    """One of ENGINES; "pivot" stands for the two steps that `pivots` has for the language."""
    model: str = ""
    """Which installed model, e.g. "en-ms 1.9"; the best installed when empty."""
    beam: int | None = None
    """Beam size, 1-16: more is slower, seldom better. None for what the model needs: 4 for a starter, else 2."""
    threads: int = 0
    """CPU threads; 0 for all cores."""
    languages: tuple[MtLanguage, ...] = ()
    pivots: tuple[tuple[LanguageTag, tuple[str, ...]], ...] = ()
    """(language, two steps such as "argos:en-id") of languages that are drafted by way of another."""
    folders: tuple[MtFolder, ...] = ()
    libretranslate: MtServer = field(default_factory=MtServer)
    models: tuple[tuple[str, str], ...] = ()
    """(model as drafts name it, "sha256:…"): what that model has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryUse:
    """`[memory]`: how the translation memory fills what nobody has translated."""

    use: bool = True
    threshold: float = 0.75
    """How alike (0.0-1.0) a text must be for its translation to be offered."""
    exact: str = "fuzzy"
    """What the translation of the very same text becomes: one of EXACT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A site and its decisions. Paths are relative to `root` unless a method says otherwise."""

    root: Path
    format: int = FORMAT
    name: str = ""
    """`Project-Id-Version` of new catalogs; the folder's name when empty."""
    generator: str = "plain"
    """Which site generator reads the pages: one of GENERATORS."""
    languages: tuple[LanguageTag, ...] = ()
    """The editions to make."""
    locales: str = "locales"
    output: str = "output"
    catalogs: str = "page"
    """How many PO files: one per page, per folder, or one for the site."""
    references: str = "page"
    """What `#:` names: the page, its line too, or nothing."""
    templates: bool = False
    """Keep POT files under `locales/templates`, for tools that want them in Git."""
    contexts: tuple[tuple[str, str], ...] = ()
    """(start of a kind, msgctxt): which kinds of string get a context; the first that fits counts."""
    source: Source = field(default_factory=Source)
    keys: Keys = field(default_factory=Keys)
    build: Build = field(default_factory=Build)
    mt: Mt = field(default_factory=Mt)
    memory: MemoryUse = field(default_factory=MemoryUse)
    notes: tuple[Finding, ...] = field(default=(), compare=False, repr=False)
    """What a person should know about the file itself: that it is of an older format."""

    @property
    def title(self) -> str:
        """The project's name, or that of its folder."""
        return self.name or self.root.resolve().name

    @property
    def source_root(self) -> Path:
        """The folder page paths are relative to."""
        return self.root / self.source.root

    @property
    def locales_dir(self) -> Path:
        """The folder of the catalogs."""
        return self.root / self.locales

    @property
    def output_dir(self) -> Path:
        """The folder editions are written to."""
        return self.root / self.output

    def language_of(self, path: str) -> LanguageTag:
        """The language of a source page, by its path below the source root."""
        fitting = [tag for pattern, tag in self.source.languages if matches(path, pattern)]
        return fitting[-1] if fitting else self.source.language

    def policy(self, language: LanguageTag, path: str) -> str:
        """What may be published of a page in a language. Path rules are stronger than language rules; the last counts."""
        by_path = [rule.policy for rule in self.build.paths if rule.policy and matches(path, rule.glob)]
        return by_path[-1] if by_path else self._build_language(language).policy or self.build.policy

    def min_reviewed(self, path: str) -> float:
        """The share of a page's words that must be accepted before the page is published."""
        by_path = [rule.min_reviewed for rule in self.build.paths if matches(path, rule.glob)]
        set_here = [value for value in by_path if value is not None]
        return set_here[-1] if set_here else self.build.min_reviewed

    def folder(self, language: LanguageTag) -> str:
        """The edition's folder name: `ms`, `zh-Hans`, or what the configuration says."""
        return self._build_language(language).folder or language

    def notice(self, language: LanguageTag) -> tuple[str | None, str]:
        """(text or None for the built-in one, where it stands) of the machine translation notice."""
        own = self._build_language(language)
        return own.notice, own.notice_where or self.build.notice_where

    def mt_for(self, language: LanguageTag) -> Mt:
        """The drafting settings for one language, with no per-language part left."""
        own = next((item for item in self.mt.languages if item.language == language), None)
        engine = "pivot" if any(tag == language for tag, _ in self.mt.pivots) else self.mt.engine
        if own is None:
            return replace(self.mt, engine=engine, languages=())
        return replace(
            self.mt,
            engine=own.engine or engine,
            model=self.mt.model if own.model is None else own.model,
            beam=own.beam or self.mt.beam,
            languages=(),
        )

    def key_patterns(self, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(translate, keep) patterns of the configuration for one page; the more particular ones last."""
        here = [rule for rule in self.keys.paths if matches(path, rule.glob)]
        translate = (*self.keys.translate, *(pattern for rule in here for pattern in rule.translate))
        keep = (*self.keys.keep, *(pattern for rule in here for pattern in rule.keep))
        return translate, keep

    def shared_file(self, path: str) -> bool:
        """True when every string of the file stands in the site-wide catalog."""
        return matches_any(path, self.keys.shared_files)

    def _build_language(self, language: LanguageTag) -> BuildLanguage:
        found = (item for item in self.build.languages if item.language == language)
        return next(found, BuildLanguage(language=language))
