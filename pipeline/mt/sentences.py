"""Cuts text into sentences without losing a character, and says what stands between translated ones.

sentencex finds the boundaries: it works offline and its pieces joined are its input (checked on every call). Version
1.0.32 panics (and says so on standard error) when white space of several bytes, such as U+00A0 or U+2028, stands before a
name's initial, so all of it is shown to it as plain spaces.
"""

from __future__ import annotations

import re

from pipeline.mt.scripts import is_wide

_AS_SPACE = str.maketrans(
    dict.fromkeys(
        "\x0b\x0c\x1c\x1d\x1e\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
        "\u202f\u205f\u3000\ufeff",
        " ",
    )
)
_LINE = re.compile(r"[^\n]+|\n+")
_END = re.compile(r"[.!?](?=\s)|[。！？](?![。！？”’」』）])")
_CLAUSE = re.compile(r"[,;:\u2014\u2013](?=\s)\s+|[，；：、]")
_SHORT = 25
"""Characters below which a part of a sentence says too little to be translated by itself."""


def split(text: str, language: str) -> list[str]:
    """Sentences, each with the white space that follows it; `"".join(split(t)) == t` for every t.

    `language` is a BCP 47 tag. A line break always ends a sentence.
    """
    if "\n" not in text:
        return _split_line(text, language)
    return [piece for line in _LINE.findall(text) for piece in _split_line(line, language)]


def clauses(sentence: str) -> list[str]:
    """A long sentence cut after commas, semicolons, colons and dashes; the parts joined are the sentence."""
    out, start = [], 0
    for found in _CLAUSE.finditer(sentence):
        if found.end() - start >= _SHORT and len(sentence) - found.end() >= _SHORT:
            out.append(sentence[start : found.end()])
            start = found.end()
    return [*out, sentence[start:]]


def between(source_left: str, separator: str, source_right: str, left: str, right: str) -> str:
    """What stands between two translated sentences whose sources had `separator` (a space or nothing) between them.

    Chinese and Japanese write no space: it goes where both translations are such text, and comes where only the
    sources were.
    """
    if not (left and right and source_left and source_right):
        return separator
    was_wide = is_wide(source_left[-1]) and is_wide(source_right[0])
    now_wide = is_wide(left[-1]) and is_wide(right[0])
    if separator == " " and now_wide and not was_wide:
        return ""
    if separator == "" and was_wide and not is_wide(left[-1]) and not is_wide(right[0]):
        return " "
    return separator


def _split_line(line: str, language: str) -> list[str]:
    if len(line) < 2:
        return [line] if line else []
    try:
        import sentencex

        pieces = sentencex.segment(language.partition("-")[0], line.translate(_AS_SPACE))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # noqa: BLE001 - pyo3's PanicException derives from BaseException
        return _by_rule(line)
    out, at = [], 0
    for piece in pieces:
        out.append(line[at : at + len(piece)])
        at += len(piece)
    return out if at == len(line) else _by_rule(line)


def _by_rule(line: str) -> list[str]:
    """The plain rule, for when the library cannot: after . ! ? and white space, after 。 ！ ？."""
    out, start = [], 0
    for found in _END.finditer(line):
        end = found.end()
        while end < len(line) and line[end].isspace():
            end += 1
        out.append(line[start:end])
        start = end
    return [*out, line[start:]] if start < len(line) else out
