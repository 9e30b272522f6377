"""What `import-translated` has to say: pairs, counts, and a table of all of them for a person to look at."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass

from pipeline.langtag import LanguageTag
from pipeline.model import Key
from pipeline.stages.updateresult import AfterUpdateResult

FILLED, KEPT, SAME, LOW, OTHER, UNKNOWN, ALONE, LEFT = (
    "filled", "kept", "same", "low", "other", "unknown", "alone", "left",
)  # fmt: skip
"""What became of a pair: in the catalog, fuzzy; a person's text stands there; equal to the source; below the
threshold; another translation of the same text was surer; the text is not in the catalog. Not pairs: a source text
without a translation, and a text of the translated page without a source."""
_COLUMNS = ("confidence", "outcome", "page", "line", "target", "target line", "source text", "translation")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPair:
    """A source text beside what translates it; one side is empty where there is none."""

    page: str
    target: str
    """The translated file, below the folder that was given."""
    outcome: str
    confidence: float = 0.0
    """0.0-1.0, two decimals."""
    key: Key = (None, "")
    msgstr: str = ""
    line: int | None = None
    target_line: int | None = None
    source: int | None = None
    """Index of the segment on the source page."""
    targets: tuple[int, ...] = ()
    """Indexes on the translated page."""
    moved: bool = False

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `pairs`."""
        return {
            "page": self.page,
            "line": self.line,
            "target": self.target,
            "target_line": self.target_line,
            "outcome": self.outcome,
            "confidence": self.confidence,
            "moved": self.moved,
            "parts": len(self.targets),
            "msgctxt": self.key[0],
            "msgid": self.key[1],
            "msgstr": self.msgstr,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTranslatedResult(AfterUpdateResult):
    """The update, and what was filled on top of it."""

    language: LanguageTag
    pages: tuple[tuple[str, str], ...]
    """(source page, translated file)."""
    sources_alone: tuple[str, ...] = ()
    """Source pages without a translation."""
    targets_alone: tuple[str, ...] = ()
    """Files below the target folder that translate no page."""
    pairs: tuple[ImportPair, ...] = ()
    """By page and place; what has no partner included."""
    written: tuple[str, ...] = ()
    """Catalogs that changed, relative to the project."""
    min_confidence: float = 0.0
    dry_run: bool = False

    def counts(self) -> Counter[str]:
        """How many pairs had each outcome."""
        return Counter(pair.outcome for pair in self.pairs)

    def to_dict(self) -> dict[str, object]:
        """JSON shape, version 1."""
        counts = self.counts()
        return {
            "version": 1,
            "command": "import-translated",
            "dry_run": self.dry_run,
            "language": self.language,
            "min_confidence": self.min_confidence,
            "update": self.update.to_dict(),
            "pages": [{"page": page, "target": target} for page, target in self.pages],
            "sources_alone": list(self.sources_alone),
            "targets_alone": list(self.targets_alone),
            "counts": {name: counts[name] for name in (FILLED, KEPT, SAME, LOW, OTHER, UNKNOWN, ALONE, LEFT)},
            "pairs": [pair.to_dict() for pair in self.pairs],
            "written": list(self.written),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def table(self) -> bytes:
        """All pairs as CSV in UTF-8 with a mark that spreadsheets know it by, the most doubtful first."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for pair in sorted(self.pairs, key=lambda pair: (pair.outcome in (ALONE, LEFT), pair.confidence)):
            confidence = f"{pair.confidence:.2f}" if pair.source is not None and pair.targets else ""
            cells = (pair.outcome, pair.page, pair.line, pair.target, pair.target_line, pair.key[1], pair.msgstr)
            writer.writerow((confidence, *(_inert(cell) for cell in cells)))
        return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _inert(cell: str | int | None) -> str | int | None:
    """A cell that no spreadsheet takes for a formula: pages are not trusted."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
