"""Reading a TOML file value by value, so that every error names the file, the line and the key.

A table remembers which keys were asked for; `finish` refuses whatever is left over and
names the near miss. The line is found by looking for the key again in the text, because
tomllib does not keep it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

from pipeline.errors import ConfigError
from pipeline.versions import Format

T = TypeVar("T")

_HEADER = re.compile(r"\s*+(\[\[?)([^\[\]]++)\]\]?\s*+(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


class Table:
    """One table of a TOML file, together with the path of keys that leads to it."""

    def __init__(self, values: dict[str, Any], *, file: str, text: str, at: tuple[str | int, ...] = ()) -> None:
        self._values = values
        self._file = file
        self._text = text
        self._at = at
        self._asked: dict[str, None] = {}

    @classmethod
    def parse(cls, data: bytes, *, file: str) -> Table:
        """The whole file as a table; ConfigError with the line for anything that is not TOML in UTF-8."""
        try:
            text = data.decode("utf-8-sig")
            return cls(tomllib.loads(text.replace("\r\n", "\n")), file=file, text=text)
        except UnicodeDecodeError as error:
            raise ConfigError("is not UTF-8", path=file, line=data.count(b"\n", 0, error.start) + 1) from None
        except (ValueError, RecursionError) as error:  # of a number too long for Python, too
            # tomllib says "Invalid value (at line 3, column 5)" or "… (at end of document)".
            message, _, place = str(error).partition(" (at ")
            number = re.match(r"line (\d+)", place)
            last = data.count(b"\n") + 1 if place else None
            line = int(number[1]) if number else last
            raise ConfigError(f"not TOML: {message or 'nested too deep'}", path=file, line=line) from None

    def upgraded(self, form: Format[dict[str, Any]], version: int) -> tuple[Table, tuple[str, ...]]:
        """(this file, which is of `version`, as the form's current version has it; notes on what was changed)."""
        values, notes = form.upgrade(self._values, version)
        table = Table(values, file=self._file, text=self._text, at=self._at)
        table._asked = dict(self._asked)
        return table, notes

    def fail(self, key: str, message: str, *, hint: str | None = None) -> NoReturn:
        """Raise a ConfigError about one key of this table."""
        where = _dotted((*self._at, key))
        raise ConfigError(f"{where}: {message}", path=self._file, line=self._line(key), hint=hint)

    def text(self, key: str, default: str = "", *, choices: Iterable[str] = ()) -> str:
        """A string, one of `choices` if any are given."""
        value: str = self._get(key, default, str, "a string")
        allowed = tuple(choices)
        if allowed and value not in allowed and value != default:
            self.fail(key, f"{value!r} is not one of {', '.join(allowed)}", hint=_near(value, allowed))
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of strings."""
        value = self._get(key, None, list, "a list of strings")
        if value is None:
            return default
        if not all(isinstance(item, str) for item in value):
            self.fail(key, "must be a list of strings")
        return tuple(value)

    def text_map(self, key: str) -> tuple[tuple[str, str], ...]:
        """A table of strings, as pairs in the order of the file."""
        value = self._get(key, {}, dict, "a table of strings")
        if not all(isinstance(item, str) for item in value.values()):
            self.fail(key, "must be a table of strings")
        return tuple(value.items())

    def text_lists(self, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """A table of lists of strings, as pairs in the order of the file."""
        table = self.table(key)
        return tuple((name, table.texts(name)) for name in self._values.get(key, ()))

    def flag(self, key: str, default: bool) -> bool:
        """A true or false value."""
        value: bool = self._get(key, default, bool, "true or false")
        return value

    def count(self, key: str, default: int, *, low: int = 0, high: int = 1 << 31) -> int:
        """A whole number from `low` to `high`, both included."""
        value: int = self._get(key, default, int, "a whole number")
        if isinstance(value, bool) or not low <= value <= high:
            self.fail(key, f"must be a whole number from {low} to {high}")
        return value

    def ratio(self, key: str, default: float) -> float:
        """A number from 0.0 to 1.0."""
        value = self._get(key, default, (int, float), "a number from 0.0 to 1.0")
        if isinstance(value, bool) or not 0 <= value <= 1:
            self.fail(key, "must be a number from 0.0 to 1.0")
        return float(value)

    def read(self, key: str, convert: Callable[[str], T], value: str) -> T:
        """`convert(value)`, whose ConfigError is told again with this table's file, line and key."""
        try:
            return convert(value)
        except ConfigError as error:
            self.fail(key, error.message, hint=error.hint)

    def has(self, key: str) -> bool:
        """Whether the file sets this key."""
        self._asked[key] = None
        return key in self._values

    def table(self, key: str) -> Table:
        """A sub-table; an empty one when the file has none."""
        return self._sub(self._get(key, {}, dict, "a table"), key)

    def tables(self, key: str) -> tuple[Table, ...]:
        """An array of tables, written `[[key]]`."""
        value = self._get(key, [], list, f"tables, written [[{_dotted((*self._at, key))}]]")
        if not all(isinstance(item, dict) for item in value):
            self.fail(key, f"must be tables, written [[{_dotted((*self._at, key))}]]")
        return tuple(self._sub(item, key, number) for number, item in enumerate(value))

    def named_tables(self, key: str) -> tuple[tuple[str, Table], ...]:
        """A table whose keys are the user's own and whose values are tables: `[key.NAME]`."""
        value = self._get(key, {}, dict, "a table of tables")
        for name, item in value.items():
            if not isinstance(item, dict):
                self._sub(value, key).fail(name, "must be a table")
        return tuple((name, self._sub(item, key, name)) for name, item in value.items())

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                known = f"known here: {', '.join(self._asked)}"
                self.fail(key, "unknown key", hint=_near(key, self._asked) or known)

    def _sub(self, values: dict[str, Any], *at: str | int) -> Table:
        return Table(values, file=self._file, text=self._text, at=(*self._at, *at))

    def _get(self, key: str, default: Any, kind: type | tuple[type, ...], what: str) -> Any:
        self._asked[key] = None
        value = self._values.get(key, default)
        if value is not default and not isinstance(value, kind):
            self.fail(key, f"must be {what}, not {_kind(value)}")
        return value

    def _line(self, key: str) -> int | None:
        """1-based line that sets the key, or else opens the table it stands in."""
        wanted, best = (*self._at, key), None
        prefix: tuple[str | int, ...] = ()
        counts: dict[tuple[str | int, ...], int] = {}
        for number, line in enumerate(self._text.split("\n"), 1):
            if header := _HEADER.match(line):
                prefix = _unquoted(header[2])
                if header[1] == "[[":
                    counts[prefix] = counts.get(prefix, -1) + 1
                    prefix = (*prefix, counts[prefix])
                elif prefix[:-1] in counts:  # [[a]] then [a.b]: b of the latest a
                    prefix = (*prefix[:-1], counts[prefix[:-1]], prefix[-1])
                place = prefix
            elif assigned := _KEY.match(line):
                place = (*prefix, *_unquoted(assigned[1]))
            else:
                continue
            if place == wanted:
                return number
            if place and wanted[: len(place)] == place:
                best = number
        return best


def _unquoted(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _dotted(at: tuple[str | int, ...]) -> str:
    """`build.paths[1].glob`: how a message names a key."""
    name = ""
    for part in at:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            shown = part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"'
            name += f".{shown}" if name else shown
    return name


def _near(value: str, candidates: Iterable[str]) -> str | None:
    found = difflib.get_close_matches(value, tuple(candidates), n=1, cutoff=0.6)
    return f'did you mean "{found[0]}"?' if found else None


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date")
