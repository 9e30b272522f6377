"""Translations found on pages, put into catalogs: the best for each string, fuzzy, and never over a person's text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.catalog.rewrite import rewrite_po
from pipeline.catalog.state import provenance, state, untouched, with_provenance
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Finding, Key, Message, Provenance, Severity, State
from pipeline.project import Project
from pipeline.stages.importreport import FILLED, KEPT, LOW, OTHER, SAME, UNKNOWN, ImportPair
from pipeline.stages.places import catalog_dir, shown
from pipeline.stages.selection import problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A translation for a string of one catalog."""

    pair: ImportPair
    catalog: str
    alike: bool
    """True when it has the inline elements of its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What became of the offers."""

    pairs: tuple[ImportPair, ...]
    """Each offer's, with its outcome."""
    written: tuple[str, ...]
    findings: tuple[Finding, ...]


def fill(
    project: Project, language: LanguageTag, offers: Sequence[Offer], *, min_confidence: float, dry_run: bool
) -> Filled:
    """Put the best offer for each string into its catalog, unless it is less sure than `min_confidence`.

    With `dry_run` nothing is written, and a string that is not in its catalog yet counts as one an update would add.
    """
    by_catalog: dict[str, dict[Key, list[Offer]]] = defaultdict(lambda: defaultdict(list))
    for offer in offers:
        by_catalog[offer.catalog][offer.pair.key].append(offer)
    pairs: list[ImportPair] = []
    written: list[str] = []
    findings: list[Finding] = []
    for name in sorted(by_catalog):
        path = catalog_dir(project, language) / name
        here = by_catalog[name]
        chosen = {key: best for key, several in here.items() if (best := _best(several, min_confidence))}
        try:
            became, changed = _fill(path, chosen, dry_run=dry_run)
        except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
            findings.append(problem(error, shown(project, path), project))
            continue
        if changed:
            written.append(shown(project, path))
        for key, several in here.items():
            for offer in several:
                outcome = _outcome(offer, chosen.get(key), min_confidence) or became.get(key, UNKNOWN)
                pairs.append(replace(offer.pair, outcome=outcome))
                if outcome == FILLED and not offer.alike:
                    findings.append(_differs(offer.pair))
    return Filled(pairs=tuple(pairs), written=tuple(written), findings=tuple(findings))


@dataclass(slots=True)
class _Filling:
    """A change of a catalog; it may be asked for again when somebody saves the file meanwhile."""

    chosen: Mapping[Key, Offer]
    became: dict[Key, str] = field(default_factory=dict)

    def __call__(self, catalog: Catalog) -> Catalog:
        self.became.clear()
        return replace(catalog, messages=tuple(map(self._filled, catalog.messages)))

    def _filled(self, message: Message) -> Message:
        offer = None if message.obsolete else self.chosen.get(message.key)
        if offer is None:
            return message
        self.became[message.key] = FILLED if _is_open(message) else KEPT
        return _with_text(message, offer.pair) if _is_open(message) else message


def _fill(path: Path, chosen: Mapping[Key, Offer], *, dry_run: bool) -> tuple[dict[Key, str], bool]:
    """(outcome by key, whether the catalog changes)."""
    filling = _Filling(chosen)
    rewritten = rewrite_po(path, filling, new=Catalog() if dry_run else None, dry_run=dry_run)
    if not dry_run:
        return filling.became, rewritten.written
    became = {key: filling.became.get(key, FILLED) for key in chosen}
    return became, FILLED in became.values()


def _outcome(offer: Offer, best: Offer | None, min_confidence: float) -> str:
    """What is known of an offer without a look at the catalog; "" for the one that was chosen."""
    if offer.pair.msgstr == offer.pair.key[1]:
        return SAME
    if offer.pair.confidence < min_confidence:
        return LOW
    return "" if best is not None and best.pair.msgstr == offer.pair.msgstr else OTHER


def _best(offers: Sequence[Offer], min_confidence: float) -> Offer | None:
    """Of several translations of one string that with the most confidence in all, where it is surest."""
    usable = [offer for offer in offers if not _outcome(offer, offer, min_confidence)]
    weight: dict[str, float] = defaultdict(float)
    for offer in usable:
        weight[offer.pair.msgstr] += offer.pair.confidence
    return max(
        usable,
        key=lambda offer: (round(weight[offer.pair.msgstr], 6), offer.pair.msgstr, offer.pair.confidence),
        default=None,
    )


def _is_open(message: Message) -> bool:
    """True for an entry without a person's word in it: empty, a draft, or filled by an earlier import and left alone."""
    if message.msgid_plural is not None:
        return False
    if state(message) in (State.untranslated, State.machine):
        return True
    origin = provenance(message)
    return message.fuzzy and origin is not None and origin.origin == "import" and untouched(message, origin)


def _with_text(message: Message, pair: ImportPair) -> Message:
    """The entry with the translation, fuzzy."""
    flags = message.flags if message.fuzzy else ("fuzzy", *message.flags)
    if (message.msgstr, message.flags) != (pair.msgstr, flags):
        message = message.changed(msgstr=pair.msgstr, flags=flags)
    return with_provenance(message, Provenance(origin="import", model=pair.target, score=pair.confidence))


def _differs(pair: ImportPair) -> Finding:
    return Finding(
        rule="import-markup-differs",
        severity=Severity.warning,
        path=pair.page,
        line=pair.line,
        key=pair.key,
        message=f"the translation in {pair.target}, line {pair.target_line}, has other links, code or tags",
    )
