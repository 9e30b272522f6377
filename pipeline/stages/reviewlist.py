"""What waits for a reviewer, the least certain first: drafts by their confidence, then people's text that needs work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.catalog.hints import draft_score
from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import provenance, state, untouched
from pipeline.langtag import LanguageTag
from pipeline.model import Finding, Key, Message, Provenance, State
from pipeline.project import Project
from pipeline.stages.places import SITE_CATALOG, catalog_dir, groups, shown
from pipeline.stages.selection import problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry to review."""

    language: LanguageTag
    path: str
    """Of the PO file, in the project."""
    line: int
    state: State
    score: float | None
    """The confidence in its text, 0.0-1.0, or in the least certain sentence a machine wrote; None where nothing gave one."""
    step: str
    """How a draft's markup was handled; "" where it has none."""
    key: Key

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `review`."""
        return {
            "language": self.language,
            "path": self.path,
            "line": self.line,
            "state": str(self.state),
            "score": self.score,
            "step": self.step,
            "msgctxt": self.key[0],
            "msgid": self.key[1],
        }


def review_list(
    project: Project, languages: Sequence[LanguageTag], pages: Sequence[str], chosen: Iterable[str]
) -> tuple[tuple[Waiting, ...], tuple[Finding, ...]]:
    """(the entries of the chosen pages' catalogs that wait for a reviewer, what could not be read)."""
    wanted = set(chosen)
    names = [name for name, members in groups(project, pages).items() if name and not wanted.isdisjoint(members)]
    waiting: list[Waiting] = []
    findings: list[Finding] = []
    for language in languages:
        for name in (*names, SITE_CATALOG):
            path = catalog_dir(project, language) / name
            place = shown(project, path)
            try:
                messages = read_po(path).messages if path.is_file() else ()
            except Exception as error:  # noqa: BLE001  (one bad file never stops the others)
                findings.append(problem(error, place, project))
                continue
            for message in messages:
                known = state(message)
                if message.obsolete or not message.msgid or known not in (State.machine, State.fuzzy):
                    continue
                origin = provenance(message)
                waiting.append(
                    Waiting(
                        language=language,
                        path=place,
                        line=message.line or 0,
                        state=known,
                        score=_score(message, origin),
                        step=origin.step if origin else "",
                        key=message.key,
                    )
                )
    waiting.sort(key=lambda entry: (entry.score is None, entry.score or 0.0, entry.language, entry.path, entry.line))
    return tuple(waiting), tuple(findings)


def _score(message: Message, origin: Provenance | None) -> float | None:
    """That of a draft which nobody has touched, or of imported text; else of the sentences a machine wrote into it."""
    if origin and not origin.reason and (origin.origin == "import" or untouched(message, origin)):
        return origin.score
    return draft_score(message)
