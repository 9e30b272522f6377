"""A glossary as a CSV file, `locales/glossary/<language>.csv`, that spreadsheets and Weblate read and write.

Its first line names the columns, in any order; only `term` must be there:

    term,translation,forbidden,pos,case,keep,note
    permit,permit|kebenaran,lesen,noun,,,Not a driving licence
    SingPass,,,,yes,yes,

Several translations are separated by `|`, the preferred one first. `case` = yes: the term counts only as it is written.
`keep` = yes: the term is not translated.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
_NEEDED = ("translation", "forbidden", "case", "keep")
"""Columns without which a term would be another one."""
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[,;\t]*(?:\r\n?|\n)', re.IGNORECASE)
"""What Excel writes, or wants to read, above everything else."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)?")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The text of a file, and how it is written."""

    text: str
    """Without what stands above the line with the columns."""
    above: int
    """Lines above it: Excel's `sep=;`."""
    encoding: str
    delimiter: str

    @property
    def head(self) -> str:
        """The line that names the columns."""
        return _LINE.match(self.text)[0]  # type: ignore[index]

    def names(self) -> list[str]:
        """The columns, under our own names."""
        text = io.StringIO(self.text, newline="")
        cells = next(csv.reader(text, delimiter=self.delimiter, skipinitialspace=True), [])
        return [_ALIASES.get(name, name) for name in (cell.strip().casefold() for cell in cells)]


def parse_csv(data: bytes, *, path: str = "") -> Glossary:
    """A glossary from its CSV file (UTF-8, or Excel's UTF-16; a comma, semicolon or tab between columns).

    Raises CatalogError (path, line, hint) for another encoding, unknown columns, a line without a term or with more
    cells than there are columns, or a yes/no that is neither.
    """
    sheet = _read(data, path)
    lines = io.StringIO(sheet.text, newline="")
    reader = csv.reader(lines, delimiter=sheet.delimiter, skipinitialspace=True, strict=True)
    terms = []
    try:
        next(reader, [])
        names = sheet.names()
        _check_columns(names, path)
        for row in reader:
            if any(cell.strip() for cell in row) and not _is_fuzzy(names, row):
                line = reader.line_num + sheet.above
                if any(cell.strip() for cell in row[len(names) :]):
                    raise CatalogError(
                        f"more cells than the {len(names)} columns of the first line",
                        path=path,
                        line=line,
                        hint="put a text with a comma in it in quotes",
                    )
                terms.append(_term(dict(zip(names, row, strict=False)), path, line))
    except csv.Error as error:
        raise CatalogError(f"malformed CSV: {error}", path=path, line=reader.line_num + sheet.above) from None
    return Glossary(terms)


def _read(data: bytes, path: str) -> _Sheet:
    encoding, name = "utf-8-sig", "UTF-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, name = "utf-16", "UTF-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogError(f"this glossary is not {name}", path=path, line=line, hint="save it as CSV UTF-8") from None
    if encoding == "utf-16":
        encoding = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    said = _SEPARATOR.match(text)
    text = text[said.end() :] if said else text
    first = _LINE.match(text)[0]  # type: ignore[index]
    return _Sheet(text, int(said is not None), encoding, said[1] if said else max(",;\t", key=first.count))


def appended(data: bytes, terms: Iterable[Term], *, path: str = "") -> bytes:
    """The bytes of a CSV file that can be read, with more terms after what is there, written as the file is.

    Raises CatalogError when it has no column for what a term needs; `pos` and `note`, which only people read, are left
    out where there is none.
    """
    sheet = _read(data, path)
    names = sheet.names()
    end = "\r\n" if sheet.head.endswith("\r\n") else sheet.head[-1] if sheet.head.endswith(("\r", "\n")) else "\n"
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=sheet.delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if sheet.head.startswith('"') else csv.QUOTE_MINIMAL,
    )
    for term in terms:
        cells = _cells(term)
        lacking = [name for name in _NEEDED if cells[name] and name not in names]
        if lacking:
            raise CatalogError(
                f"there is no column `{lacking[0]}`, which {term.term!r} needs",
                path=path,
                line=1 + sheet.above,
                hint="add it to the line that names the columns",
            )
        writer.writerow([cells.get(name, "") for name in names])
    new = out.getvalue()
    if new and not sheet.text.endswith(("\r", "\n")):
        new = end + new
    return data + new.encode(sheet.encoding.removesuffix("-sig"))


def format_csv(terms: Iterable[Term]) -> bytes:
    """The CSV file of some terms, in their order."""
    return appended(f"{','.join(COLUMNS)}\n".encode(), terms)


def _cells(term: Term) -> dict[str, str]:
    yes = {True: "yes", False: ""}
    return {
        "term": term.term,
        "translation": "|".join(term.translations),
        "forbidden": "|".join(term.forbidden),
        "pos": term.part_of_speech,
        "case": yes[term.case_sensitive],
        "keep": yes[term.keep],
        "note": term.note,
    }


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
