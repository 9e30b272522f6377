"""The step of `update` in which strings find their translations in other catalogs: pages that moved, split or joined.

It comes after every changed page was read. Catalogs that lack or lose strings were held back until now; in the others
nothing changed that a plan depends on. So a run that was killed before, started again, finds the same; and one that was
killed later is carried on (see `redo`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from pipeline.catalog.pofile import parse_po
from pipeline.errors import PipelineError
from pipeline.langtag import LanguageTag
from pipeline.model import Finding
from pipeline.project import Project
from pipeline.stages.cache import digest
from pipeline.stages.delivery import NOTHING, Delivery, Order, pick
from pipeline.stages.moves import Plan, plan
from pipeline.stages.orphans import CatalogFiles
from pipeline.stages.places import catalog_dir, shown
from pipeline.stages.pool import Progress, run_tasks
from pipeline.stages.redo import Removal
from pipeline.stages.regroup import Held
from pipeline.stages.selection import problem
from pipeline.stages.stock import Stock, take_stock

_OBSOLETE = b"#~"


class _Looked(NamedTuple):
    language: LanguageTag
    name: str
    digest: str
    stock: Stock | None
    finding: Finding | None


@dataclass(slots=True)
class Moving:
    """What moves, in all languages."""

    plans: dict[LanguageTag, Plan] = field(default_factory=dict)
    digests: dict[tuple[LanguageTag, str], str] = field(default_factory=dict)
    """Of the orphans that were read."""
    deliveries: dict[str, dict[LanguageTag, Delivery]] = field(default_factory=dict)
    """Catalog name -> what it gets; every catalog that was held back is among them."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """True when something moves, if only that all of an orphan stands elsewhere already."""
        return any(found.gifts or found.moved for found in self.plans.values())

    def sources(self) -> frozenset[str]:
        """Catalogs that something moves away from."""
        return frozenset(name for found in self.plans.values() for name in found.parted())


def find_moves(
    project: Project,
    files: Sequence[CatalogFiles],
    held: Sequence[Held],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Moving:
    """Compare what is held with every other catalog of its language, and with the orphans."""
    moving = Moving(deliveries=waiting(held))
    live: dict[LanguageTag, dict[str, Stock]] = {found.language: {} for found in files}
    orphans: dict[LanguageTag, dict[str, Stock]] = {found.language: {} for found in files}
    for item in held:
        live[item.language][item.name] = item.stock
    tasks = [
        (found.language, name, name in orphan_names, bool(orphan_names))
        for found in files
        for orphan_names in [frozenset(found.orphans)]
        for name in (*found.live, *found.orphans)
        if name not in live[found.language]
    ]
    look = partial(_look, project)
    for seen, task in zip(
        run_tasks(look, tasks, label="looking for moves", jobs=jobs, progress=progress), tasks, strict=True
    ):
        if seen.finding:
            moving.findings.append(seen.finding)
        if seen.stock is None:
            continue
        is_orphan = task[2]
        (orphans if is_orphan else live)[seen.language][seen.name] = seen.stock
        if is_orphan:
            moving.digests[seen.language, seen.name] = seen.digest
    for language, stocks in live.items():
        moving.plans[language] = plan(stocks, orphans[language])
        for name, delivery in _deliveries(project, language, moving):
            moving.deliveries.setdefault(name, {})[language] = delivery
    return moving


def waiting(held: Iterable[Held]) -> dict[str, dict[LanguageTag, Delivery]]:
    """Nothing, for every catalog that was held back."""
    found: dict[str, dict[LanguageTag, Delivery]] = {}
    for item in held:
        if item.open:
            found.setdefault(item.name, {})[item.language] = NOTHING
    return found


def _look(project: Project, task: tuple[LanguageTag, str, bool, bool]) -> _Looked:
    """The stock of a catalog on disk. Without orphans (`full`) only obsolete entries count, so most files need no parser."""
    language, name, is_orphan, full = task
    path = catalog_dir(project, language) / name
    try:
        data = path.read_bytes()
        if not full and _OBSOLETE not in data:
            return _Looked(language, name, "", Stock(), None)
        return _Looked(language, name, digest(data), take_stock(parse_po(data, path=str(path)), full=full), None)
    except (PipelineError, OSError) as error:
        # A catalog with pages that cannot be read is reported when it is its turn.
        finding = problem(error, shown(project, path), project) if is_orphan else None
        return _Looked(language, name, "", None, finding)


def _deliveries(project: Project, language: LanguageTag, moving: Moving) -> Iterator[tuple[str, Delivery]]:
    """(catalog, delivery) of everything that takes part in a language's moves and is written now."""
    found = moving.plans[language]
    parted = found.parted()
    waiting = {name for name, languages in moving.deliveries.items() if language in languages}
    for name in sorted(waiting | found.gifts.keys()):
        orders: list[Order] = []
        for gift in found.gifts.get(name, ()):
            own = moving.digests.get((language, gift.source), "")
            orders.append(Order(gift, digest=own) if own else pick(project, language, gift))
        yield name, Delivery(tuple(orders), frozenset(parted.get(name, ())))


def went(project: Project, moving: Moving, done: Collection[str]) -> Iterator[tuple[LanguageTag, str]]:
    """(language, orphan) of those that moved as a whole, and whose receivers (`done`, by path) are all up to date."""
    for language, found in moving.plans.items():
        root = catalog_dir(project, language)
        for name, targets in found.moved.items():
            if all(shown(project, root / target) in done for target in targets):
                yield language, name


def removals(project: Project, moving: Moving, done: Collection[str]) -> Iterator[Removal]:
    """The same, for the log."""
    for language, name in went(project, moving, done):
        yield Removal(language, name, moving.digests[language, name], moving.plans[language].moved[name])
