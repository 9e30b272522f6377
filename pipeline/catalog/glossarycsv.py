"""A glossary as a CSV file, `locales/glossary/<language>.csv`, that spreadsheets and Weblate read and write.

Its first line names the columns, in any order; only `term` must be there:

    term,translation,forbidden,pos,case,keep,note
    permit,permit|kebenaran,lesen,noun,,,Not a driving licence
    SingPass,,,,yes,yes,

Several translations are separated by `|`, the preferred one first. `case` = yes: the term counts only as it is written.
`keep` = yes: the term is not translated.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from pipeline.catalog.glossary import Glossary, Term
from pipeline.errors import CatalogError

COLUMNS = ("term", "translation", "forbidden", "pos", "case", "keep", "note")
_ALIASES = {
    "source": "term",
    "target": "translation",
    "translations": "translation",
    "explanation": "note",
    "translator_comments": "note",
}
"""Column names of other programs (Weblate writes source, target and explanation, or all columns of Translate Toolkit)."""
_OTHERS = frozenset({"location", "id", "fuzzy", "context", "developer_comments"})
"""Columns of Translate Toolkit that say nothing about a term but for `fuzzy`: such a line is not approved, and left out."""
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"", "no", "n", "false", "0"})
_LETTER = re.compile(r"\w")


def parse_csv(data: bytes, *, path: str = "") -> Glossary:
    """A glossary from its CSV file (UTF-8, a comma, semicolon or tab between columns).

    Raises CatalogError (path, line, hint) for another encoding, unknown columns, a line without a term, or a yes/no that
    is neither.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogError("this glossary is not UTF-8", path=path, line=line, hint="save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [_ALIASES.get(name, name) for name in (cell.strip().casefold() for cell in next(reader, []))]
        _check_columns(names, path)
        terms = [
            _term(dict(zip(names, row, strict=False)), path, reader.line_num)
            for row in reader
            if any(cell.strip() for cell in row) and not _is_fuzzy(names, row)
        ]
    except csv.Error as error:
        raise CatalogError(f"malformed CSV: {error}", path=path, line=reader.line_num) from None
    return Glossary(terms)


def format_csv(terms: Iterable[Term]) -> bytes:
    """The CSV file of some terms, in their order."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in terms:
        yes = {True: "yes", False: ""}
        writer.writerow(
            (
                term.term,
                "|".join(term.translations),
                "|".join(term.forbidden),
                term.part_of_speech,
                yes[term.case_sensitive],
                yes[term.keep],
                term.note,
            )
        )
    return out.getvalue().encode()


def _check_columns(names: Sequence[str], path: str) -> None:
    unknown = [name for name in names if name and name not in COLUMNS and name not in _OTHERS]
    if "term" not in names:
        raise CatalogError(
            "a glossary's first line names its columns, and one is `term`",
            path=path,
            line=1,
            hint=f"the columns are {', '.join(COLUMNS)}",
        )
    if unknown:
        raise CatalogError(
            f"unknown column {unknown[0]!r}", path=path, line=1, hint=f"the columns are {', '.join(COLUMNS)}"
        )


def _is_fuzzy(names: Sequence[str], row: Sequence[str]) -> bool:
    return dict(zip(names, row, strict=False)).get("fuzzy", "").strip().casefold() in _YES


def _term(cells: dict[str, str], path: str, line: int) -> Term:
    term = " ".join(cells.get("term", "").split())
    if not _LETTER.search(term):
        raise CatalogError("a line without a term", path=path, line=line, hint="fill in the column `term`")
    flags = {}
    for name in ("case", "keep"):
        value = cells.get(name, "").strip().casefold()
        if value not in _YES | _NO:
            raise CatalogError(f"{name} is yes or empty, not {value!r}", path=path, line=line)
        flags[name] = value in _YES
    return Term(
        term=term,
        translations=_several(cells.get("translation", "")),
        forbidden=_several(cells.get("forbidden", "")),
        part_of_speech=cells.get("pos", "").strip(),
        case_sensitive=flags["case"],
        keep=flags["keep"],
        note=cells.get("note", "").strip(),
        line=line,
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(form for form in (" ".join(part.split()) for part in cell.split("|")) if form)
