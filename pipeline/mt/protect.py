"""Takes a segment apart into plain text to translate and markup to keep; `restore` puts it together again.

The ladder, gentlest step first (research on real pages: four segments of five need only the first):

1. `plain`: elements around a sentence, and images, tags and footnotes at its ends, stay outside; the bare text is translated.
2. `projected`: links, emphasis and tags inside a sentence are taken out, and their ends put back by the words' alignment.
3. `markers`: code, addresses and placeholders inside a sentence are replaced by markers; `forced` when the model was made
   to write a marker that it had lost.
4. `split`: a sentence is cut at a link's or tag's ends, or at an element whose marker was lost.

Putting a plan together without changing its texts gives the segment back, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.mt import sentences
from pipeline.mt.ends import without_punctuation
from pipeline.mt.inside import CONTENT, beside_is_word, can_carry, collapsed, image_at, outside, wrapped
from pipeline.mt.markers import Marker
from pipeline.mt.scripts import in_word
from pipeline.mt.tokens import CURLY, ENTITIES, ENTITY, ESCAPE, NO_TERMS, Token, read_tokens

_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Atom:
    """Something a marker stands for; the flags say that a space was put between it and a letter beside it."""

    written: str
    """What stands for it in the translation: itself, or a glossary's word for it."""
    padded_left: bool
    padded_right: bool


@dataclass(frozen=True, slots=True)
class Span:
    """An element taken out of a run, whose ends go around the same words again."""

    start: int
    end: int
    """Code points of the run's text."""
    opening: str
    closing: str


@dataclass(frozen=True, slots=True)
class Run:
    """Text for the engine: a sentence, or a part of one, with markers for its atoms."""

    source: str
    """As in the segment."""
    text: str
    """As the engine gets it."""
    atoms: tuple[Atom, ...]
    escapes: tuple[tuple[str, str], ...]
    """(escaped form in the segment, character in the text)."""
    quotes: str = ""
    """The curly quotation marks of the source, in order; the engine gets straight ones, which models know better."""
    renamed: bool = False
    """True when an atom is written otherwise in the translation."""
    spans: tuple[Span, ...] = ()
    """In order of their opening ends, the outer first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A segment taken apart: literal strings and runs, in order."""

    parts: tuple[str | Run, ...]
    step: str
    """split where any part of it was cut, else projected, markers or plain."""

    def runs(self) -> Iterator[Run]:
        """The runs, in order."""
        return (part for part in self.parts if isinstance(part, Run))


def plan(
    text: str,
    markup: str,
    language: str,
    marker: Marker | None,
    *,
    spans: bool = False,
    cut_atoms: bool = False,
    numbers: bool = False,
    quotes: bool = False,
    clauses: bool = False,
    terms: Mapping[str, str] = NO_TERMS,
) -> Plan:
    """Take a segment apart.

    `language` is the source's BCP 47 tag. Without a `marker`, with `cut_atoms`, or where the text itself has
    something that looks like a marker, sentences are cut at atoms. With `spans` elements inside a sentence are taken
    out, to be projected; without, it is cut at their ends. `numbers` and `quotes` make atoms of those too, `terms` of
    glossary terms ({spelling: translation}); `clauses` cuts sentences at commas and the like.
    """
    tokens = collapsed(list(read_tokens(text, markup, numbers=numbers, quotes=quotes, terms=terms)))
    if cut_atoms or marker is None or any(t.kind == "text" and marker.pattern.search(t.source) for t in tokens):
        marker = None
    parts: list[str | Run] = []
    marked = cut = projected = False
    for sentence in _sentences(tokens, language, clauses=clauses):
        whole = _carried(sentence, marker) if spans else None
        if whole is not None:
            parts += whole
            runs = [part for part in whole if isinstance(part, Run)]
            projected = projected or any(run.spans for run in runs)
            marked = marked or any(run.atoms for run in runs)
            continue
        pieces = _pieces(sentence, cut_atoms=marker is None)
        several = sum(_has_letter(piece) for piece in pieces if isinstance(piece, list)) > 1 or (
            marker is None and any(_inside(sentence))
        )
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            before, body, after = _trim(piece, fragment=several)
            parts.append(before)
            if body:
                run = _run(body, marker)
                marked = marked or bool(run.atoms)
                cut = cut or several
                parts.append(run)
            parts.append(after)
    step = "split" if cut else "projected" if projected else "markers" if marked else "plain"
    return Plan(tuple(part for part in parts if part), step)


def _carried(sentence: list[Token], marker: Marker | None) -> list[str | Run] | None:
    """A sentence with elements inside as one run between what stays outside; None where that cannot be."""
    body = list(sentence)
    before: list[str | Run] = []
    after: list[str | Run] = []
    while body:
        before.append(_trim_end(body, 0, fragment=False))
        after.append(_trim_end(body, -1, fragment=False))
        if not body:
            return None
        if outside(body, 0):
            before.append(body.pop(0).source)
        elif outside(body, -1):
            after.append(body.pop().source)
        elif wrapped(body) and not image_at(body, 0):
            before.append(body.pop(0).source)
            after.append(body.pop().source)
        elif first := image_at(body, 0):
            before += _apart(body[:first], marker)
            del body[:first]
        elif last := image_at(body, -1):
            after += reversed(_apart(body[-last:], marker))
            del body[-last:]
        else:
            break
    atoms = any(token.kind == "atom" for token in body)
    if not _has_letter(body) or (atoms and marker is None) or not can_carry(body):
        return None
    return [*before, _run(body, marker), *reversed(after)]


def _apart(image: list[Token], marker: Marker | None) -> list[str | Run]:
    """An image at the end of a sentence: its alternative text is translated by itself."""
    parts: list[str | Run] = []
    for piece in _pieces(image, cut_atoms=True):
        if isinstance(piece, str):
            parts.append(piece)
        else:
            before, text, after = _trim(piece, fragment=False)
            parts += [before, *([_run(text, marker)] if text else []), after]
    return parts


def _sentences(tokens: list[Token], language: str, *, clauses: bool) -> Iterator[list[Token]]:
    """The tokens of each sentence; an atom counts as a word, an edge as nothing."""
    shown = "".join(t.source if t.kind == "text" else "X" if t.kind == "atom" else "" for t in tokens)
    ends: list[int] = []
    split = sentences.split(shown, language)
    for sentence in (part for whole in split for part in sentences.clauses(whole)) if clauses else split:
        ends.append((ends[-1] if ends else 0) + len(sentence))
    current: list[Token] = []
    at, next_end = 0, 0
    for token in tokens:
        length = len(token.source) if token.kind == "text" else int(token.kind == "atom")
        start = at
        while next_end < len(ends) and ends[next_end] < at + length:
            end = ends[next_end]
            if token.kind == "text" and end > start:
                current.append(Token("text", token.source[start - at : end - at]))
                start = end
            if current:
                yield current
            current = []
            next_end += 1
        if token.kind != "text":
            current.append(token)
        elif start < at + length:
            current.append(Token("text", token.source[start - at :]))
        at += length
    if current:
        yield current


def _pieces(sentence: list[Token], *, cut_atoms: bool) -> list[str | list[Token]]:
    """Literal strings, and stretches of text and atoms between the edges."""
    pieces: list[str | list[Token]] = []
    for token in sentence:
        if token.kind == "edge" or (cut_atoms and token.kind == "atom"):
            pieces.append(token.written)
        elif pieces and isinstance(last := pieces[-1], list):
            last.append(token)
        else:
            pieces.append([token])
    return pieces


def _inside(sentence: list[Token]) -> Iterator[Token]:
    """The atoms with letters on both sides in their sentence."""
    lettered = [i for i, token in enumerate(sentence) if token.kind == "text" and _LETTER.search(token.source)]
    if lettered:
        yield from (token for token in sentence[lettered[0] : lettered[-1]] if token.kind == "atom")


def _has_letter(piece: list[Token]) -> bool:
    return any(token.kind == "text" and _LETTER.search(ENTITY.sub("", token.source)) for token in piece)


def _trim(piece: list[Token], *, fragment: bool) -> tuple[str, list[Token], str]:
    """(literal before, what to translate, literal after). A fragment of a sentence leaves its punctuation outside too."""
    if not _has_letter(piece):
        return "".join(token.written for token in piece), [], ""
    body = list(piece)
    before = _trim_end(body, 0, fragment)
    after = _trim_end(body, -1, fragment)
    return before, body, after


def _trim_end(body: list[Token], end: int, fragment: bool) -> str:
    out = ""
    while body:
        token = body[end]
        if token.kind == "edge":
            break
        if token.kind == "atom":
            if token.element in CONTENT and not _is_block_template(token):
                break
            taken, rest = token.written, ""
        else:
            text = token.source
            stripped = text.lstrip() if end == 0 else text.rstrip()
            if fragment and stripped:
                stripped = without_punctuation(stripped, end)
            cut = len(text) - len(stripped)
            taken, rest = (text[:cut], stripped) if end == 0 else (text[len(text) - cut :], stripped)
        out = out + taken if end == 0 else taken + out
        if rest:
            body[end] = Token("text", rest)
            break
        del body[end]
    return out


def _is_block_template(token: Token) -> bool:
    return token.source.startswith(("{%", "{{<", "{{%", "{#", "{/*"))


def _run(body: list[Token], marker: Marker | None) -> Run:
    source = "".join(token.source for token in body)
    plain = "".join(token.source for token in body if token.kind == "text")
    escapes = [(found, found[1]) for found in dict.fromkeys(ESCAPE.findall(plain))]
    escapes += [(entity, character) for entity, character in ENTITIES.items() if entity in plain]
    atoms: list[Atom] = []
    open_: dict[int, tuple[int, str]] = {}
    spans: list[Span] = []
    text = ""
    for i, token in enumerate(body):
        if token.kind == "edge":
            if token.pair in open_:
                start, opening = open_.pop(token.pair)
                spans.append(Span(start, len(text), opening, token.source))
            else:
                open_[token.pair] = len(text), token.source
        elif token.kind == "text":
            piece = token.source
            for escaped, character in escapes:
                piece = piece.replace(escaped, character)
            text += piece
        else:
            left = in_word(text[-1:])
            right = beside_is_word(body, i) and body[i + 1].kind != "atom"
            atoms.append(Atom(token.written, left, right))
            shown = marker(len(atoms)) if marker else token.source
            text += (" " if left else "") + shown + (" " if right else "")
    # An inner element closes first; of two around the same words the outer one comes first all the same.
    spans.reverse()
    spans.sort(key=lambda span: (span.start, -span.end))
    renamed = any(token.target for token in body)
    quotes = "" if '"' in text else "".join(CURLY.findall(text))
    if quotes:
        text = CURLY.sub('"', text)
    return Run(source, text, tuple(atoms), tuple(escapes), quotes, renamed, tuple(spans))
