"""The second step of `build`: rebuilt pages get their links and language, and go to their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, NamedTuple

from pipeline.errors import WriteError
from pipeline.globs import matches_any
from pipeline.langtag import LanguageTag, direction, fallback_chain
from pipeline.model import Finding
from pipeline.project import Project
from pipeline.publish.coverage import Coverage
from pipeline.publish.edition import EditionRules, make_edition
from pipeline.publish.layout import Layout, output_path
from pipeline.publish.links import SiteMap
from pipeline.publish.manifest import encode_manifest, encode_page, read_manifest
from pipeline.publish.notice import notice_text
from pipeline.publish.writer import EditionWriter, StaticFiles
from pipeline.source import SourceFiles
from pipeline.stages.buildcache import BuildCache, Made
from pipeline.stages.cache import digest, file_digest
from pipeline.stages.gather import Gathered, Spooled, Waiting
from pipeline.stages.places import manifest_path, shown
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.selection import problem


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageBuild:
    """What was built of one language. Paths are below the output folder."""

    language: LanguageTag
    pages: int = 0
    """Pages of the edition."""
    held_back: tuple[tuple[str, str], ...] = ()
    """(source page, why) of pages that are not in the edition."""
    written: tuple[str, ...] = ()
    """Files whose bytes changed."""
    removed: tuple[str, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    """Of the pages that are in the edition."""
    fallbacks: int = 0
    """Segments of those pages that show their source text."""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `languages`."""
        return {
            "language": self.language,
            "pages": self.pages,
            "held_back": [{"path": path, "reason": reason} for path, reason in self.held_back],
            "written": list(self.written),
            "removed": list(self.removed),
            "counts": self.coverage.to_dict(),
            "fallbacks": self.fallbacks,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    kept: Mapping[str, Mapping[str, Any]]
    """Pages this run does not look at -> their entries in the last manifest."""
    site: SiteMap
    stamp: str
    """Changes with everything that the links of a page depend on."""
    same: set[str]
    """Pages whose file already is what would be written."""
    whole: bool


class Writing:
    """The second step for one language."""

    def __init__(
        self,
        project: Project,
        language: LanguageTag,
        gathered: Gathered,
        sources: SourceFiles,
        cache: BuildCache,
        *,
        dry_run: bool,
        overwrite: bool,
        jobs: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.project, self.language, self.gathered, self.sources = project, language, gathered, sources
        self.cache, self.dry_run, self.overwrite = cache, dry_run, overwrite
        self.jobs, self.progress = jobs, progress
        self.rules = edition_rules(project, language)
        self._plan: _Plan | None = None

    def plan(self, permalinks: dict[str, str | None], *, whole: bool) -> list[str]:
        """Decide what is to be done; the source pages whose rebuilt bytes are still lacking for it."""
        try:
            self._plan = self._planned(permalinks, whole=whole)
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            self._report(error, shown(self.project, manifest_path(self.project, self.language)))
            return []
        same = self._plan.same
        return [path for path, page in self.gathered.waiting.items() if path not in same and page.offset < 0]

    def run(self, spool: IO[bytes]) -> LanguageBuild:
        """Write the language; what cannot be written is a finding."""
        try:
            if self._plan is not None:
                return self._run(self._plan, spool)
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            self._report(error, shown(self.project, manifest_path(self.project, self.language)))
        return LanguageBuild(language=self.language, held_back=tuple(sorted(self.gathered.held_back)))

    def _planned(self, permalinks: dict[str, str | None], *, whole: bool) -> _Plan:
        # In a build of some pages the others count as they were when they were last built.
        earlier = {} if whole else read_manifest(manifest_path(self.project, self.language)).pages
        gathered = self.gathered
        kept = {path: row for path, row in earlier.items() if path in permalinks and path not in gathered.seen}
        there = {path for path, row in kept.items() if row["output"]} | set(gathered.waiting)
        site = SiteMap.of(permalinks.items(), there, locale=self.rules.locale, layout=self.rules.layout)
        stamp = digest(repr((self.rules, sorted(site.urls.items()), sorted(there))).encode())
        moved = self.cache.last[self.language] != stamp
        same = {
            page.path
            for page in gathered.waiting.values()
            if (made := page.made)
            and (not moved or made.answers == _answers(self.rules, site, page.path, made.links))
            and self._is_there(page, made)
        }
        return _Plan(kept=kept, site=site, stamp=stamp, same=same, whole=whole)

    def _is_there(self, page: Waiting, made: Made) -> bool:
        file = self.project.output_dir / page.output
        return bool(made.output) and not file.is_symlink() and file_digest(file) == made.output

    def _run(self, plan: _Plan, spool: IO[bytes]) -> LanguageBuild:
        project, language, gathered = self.project, self.language, self.gathered
        manifest = manifest_path(project, language)
        writer = EditionWriter(
            project.output_dir, manifest, language=language, dry_run=self.dry_run, overwrite=self.overwrite
        )
        pages = [gathered.waiting[path] for path in sorted(gathered.waiting)]
        static = self._static() if plan.whole else []
        allowed = self._claimed(writer, [(page.path, page.output) for page in pages] + static)
        writer.keep(page.output for page in pages if page.path in allowed and page.path in plan.same)
        new = [p for p in pages if p.path in allowed and p.path not in plan.same and p.offset >= 0]
        work = partial(_edition, self.rules, plan.site)
        label = f"writing {language}"
        editions = run_tasks(work, Spooled(spool, new), label=label, jobs=self.jobs, progress=self.progress)
        for page, edition in zip(new, editions, strict=True):
            self._write(writer, page, edition)
        for source, output in static:
            if source in allowed:
                self._place(writer, source, output)
        if not plan.whole:
            own = {output_path(path, self.rules.locale, self.rules.layout) for path in gathered.seen}
            writer.keep(writer.previous - own)
        lines = gathered.records | {path: encode_page(row) for path, row in plan.kept.items()}
        data = encode_manifest(
            language=language,
            pages=[lines[path] for path in sorted(lines)],
            files=writer.files,
            findings=sorted(gathered.findings, key=lambda f: (f.path, f.line or 0, f.rule)),
        )
        writer.finish(data)
        self.cache.sites[language] = (plan.stamp, digest(data))
        return LanguageBuild(
            language=language,
            pages=sum(page.path in allowed and page.output in writer.files for page in pages),
            held_back=tuple(sorted(gathered.held_back)),
            written=tuple(sorted(writer.written)),
            removed=tuple(writer.removed),
            coverage=gathered.coverage,
            fallbacks=gathered.fallbacks,
        )

    def _write(self, writer: EditionWriter, page: Waiting, edition: _Edition | Finding) -> None:
        made = self.cache.pages[page.path].languages.get(self.language)
        if made:
            made.output = ""
        if isinstance(edition, Finding):
            self.gathered.findings.append(edition)
            return
        try:
            writer.write(page.output, edition.data)
            if made:
                made.output, made.links, made.answers = digest(edition.data), edition.links, edition.answers
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            self._report(error, page.path)

    def _place(self, writer: EditionWriter, source: str, output: str) -> None:
        try:
            writer.place(self.project.source_root / source, output, StaticFiles(self.project.build.static))
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            self._report(error, source)

    def _claimed(self, writer: EditionWriter, files: Iterable[tuple[str, str]]) -> set[str]:
        """The sources, of (source, output path), that may be written; each of the others is a finding."""
        good: dict[str, str] = {}
        for source, output in files:
            try:
                writer.check(output)
                other = good.setdefault(output, source)
                if other != source:
                    raise WriteError(f"{source} and {other} would both be written here", path=output, hint="rename one")
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                self._report(error, output)
        writer.claim(good)
        return set(good.values())

    def _static(self) -> list[tuple[str, str]]:
        build = self.project.build
        if build.static == StaticFiles.none:
            return []
        layout, locale = Layout(build.layout), self.project.folder(self.language)
        if layout in (Layout.suffix, Layout.docusaurus):
            return []  # these editions share the files of the source
        return [
            (path, output_path(path, locale, layout))
            for path in self.sources.others
            if matches_any(path, build.static_include) and not matches_any(path, build.static_exclude)
        ]

    def _report(self, error: Exception, path: str) -> None:
        self.gathered.findings.append(problem(error, path, self.project))


class _Edition(NamedTuple):
    data: bytes
    links: tuple[str, ...]
    answers: str


def _edition(rules: EditionRules, site: SiteMap, task: tuple[Waiting, bytes]) -> _Edition | Finding:
    """One page of the edition, or why there is none; runs in a worker process."""
    page, data = task
    asked: set[str] = set()
    try:
        data = make_edition(
            data,
            path=page.path,
            page_format=page.page_format,
            rules=rules,
            site=site,
            machine=page.machine,
            asked=asked,
        )
        links = tuple(sorted(asked))
        return _Edition(data, links, _answers(rules, site, page.path, links))
    except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
        return problem(error, page.path)


def _answers(rules: EditionRules, site: SiteMap, path: str, links: tuple[str, ...]) -> str:
    """Digest of all that the edition of a page depends on besides its own rebuilt bytes."""
    url = site.urls.get(path, "")
    return digest(repr((rules, url, [site.target(link, path=path, url=url) for link in links])).encode())


def edition_rules(project: Project, language: LanguageTag) -> EditionRules:
    """What the project decided for one language's pages."""
    own, where = project.notice(language)
    notice, notice_language = notice_text(language, own, tuple(fallback_chain(language)))
    return EditionRules(
        language=language,
        locale=project.folder(language),
        direction=direction(language),
        layout=Layout(project.build.layout),
        permalinks=project.build.permalinks,
        added_keys=project.build.added_keys,
        notice=notice,
        notice_language=notice_language,
        notice_where=where,
    )
