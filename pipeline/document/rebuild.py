"""Page to bytes: `rebuild_page`, the inverse of `parse_page`.

A page without translations rebuilds to the same bytes by construction. A page with some is parsed again: each segment
must come back as what was put in, in the same order and in the same kinds of block. A translation that fails this is
taken out again, with a finding (law 2 of docs/architecture.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.document.builder import markup_of
from pipeline.document.encode import Encoded, RefusedError, encode
from pipeline.document.skeleton import parse_page
from pipeline.inline import signature, unescape
from pipeline.model import Finding, Key, Page, Segment, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A rebuilt page: its bytes, the keys whose translation stands in it, and why others do not."""

    data: bytes
    used: frozenset[Key]
    findings: tuple[Finding, ...]
    places: tuple[tuple[int, int, Key], ...] = ()
    """(start, end, key) of every segment in `data`, in order."""


def rebuild_page(page: Page, translations: Mapping[Key, str]) -> bytes:
    """The page with the translations that may stand in it; see `rebuild_checked` for those that may not."""
    return rebuild_checked(page, translations).data


def rebuild_checked(page: Page, translations: Mapping[Key, str]) -> Rebuilt:
    """The page in another language: every translation that survives is in it, the others fall back to the source.

    `translations` maps (msgctxt, msgid) to msgstr. One that equals its msgid leaves the source's own bytes.
    """
    used = set()
    findings: list[Finding] = []
    new: dict[int, Encoded] = {}
    refused: dict[Key, Finding] = {}
    for n, segment in enumerate(page.segments):
        msgstr = translations.get(segment.key)
        if not msgstr:
            continue
        used.add(segment.key)
        if msgstr == segment.msgid:
            continue
        try:
            new[n] = encode(segment, msgstr, page.data)
        except RefusedError as error:
            refused.setdefault(segment.key, _finding(page, segment, "translation-refused", str(error)))
    findings += refused.values()
    if new:
        data, bad = _checked(page, new)
        for n in bad:
            segment = page.segments[n]
            findings.append(
                _finding(page, segment, "translation-unstable", "it would not be read as the same text on the page")
            )
            refused.setdefault(segment.key, findings[-1])
    else:
        data = page.data
    kept = {n: b for n, b in new.items() if n not in bad} if new else {}
    return Rebuilt(
        data=data, used=frozenset(used - set(refused)), findings=tuple(findings), places=tuple(_places(page, kept))
    )


def _finding(page: Page, segment: Segment, rule: str, why: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.error,
        path=page.path,
        line=segment.line,
        key=segment.key,
        message=f"translation not used: {why}",
    )


def _splice(page: Page, new: Mapping[int, Encoded]) -> bytes:
    out, i, data = [], 0, page.data
    for n in sorted(new, key=lambda n: page.segments[n].pieces[0][0]):
        pieces = page.segments[n].pieces
        out.append(data[i : pieces[0][0]])
        out.append(new[n].data)
        i = pieces[-1][1]
    out.append(data[i:])
    return b"".join(out)


def _places(page: Page, new: Mapping[int, Encoded]) -> Iterable[tuple[int, int, Key]]:
    shift = 0
    for n, segment in sorted(enumerate(page.segments), key=lambda s: s[1].pieces[0][0]):
        start, end = segment.pieces[0][0], segment.pieces[-1][1]
        length = len(new[n].data) if n in new else end - start
        yield start + shift, start + shift + length, segment.key
        shift += length - (end - start)


def _checked(page: Page, new: dict[int, Encoded]) -> tuple[bytes, list[int]]:
    """The page with as many of the new texts as survive being read again, and the indexes of those that do not."""
    bad: list[int] = []
    work = dict(new)
    for _ in range(6):
        data = _splice(page, work)
        wrong = _differences(page, work, data)
        if not wrong:
            return data, sorted(bad)
        for n in wrong:
            work.pop(n, None)
            bad.append(n)
        if not work:
            return page.data, sorted(bad)
    # Many at once: find by halves the ones that stand on their own, and keep them if they also stand together.
    good = _stable(page, work, iter(range(max(_LEAST_ATTEMPTS, _BYTES_OF_ATTEMPTS // len(page.data)))))
    data = _splice(page, good)
    if _differences(page, good, data):
        good, data = {}, page.data
    return data, sorted({*bad, *(n for n in work if n not in good)})


_LEAST_ATTEMPTS = 24
_BYTES_OF_ATTEMPTS = 500_000
"""What may be read again in the search for translations that stand on their own: a page of hostile ones must not take
minutes. A page of ordinary length has a hundred attempts, of which one bad translation takes a dozen."""


def _stable(page: Page, new: dict[int, Encoded], attempts: Iterator[int]) -> dict[int, Encoded]:
    """Those that stand on their own, as far as the `attempts` last."""
    if not new or next(attempts, None) is None:
        return {}
    if not _differences(page, new, _splice(page, new)):
        return new
    if len(new) == 1:
        return {}
    keys = sorted(new)
    half = len(keys) // 2
    left = _stable(page, {n: new[n] for n in keys[:half]}, attempts)
    right = _stable(page, {n: new[n] for n in keys[half:]}, attempts)
    return {**left, **right}


def _differences(page: Page, new: Mapping[int, Encoded], data: bytes) -> list[int]:
    """Indexes of the new texts to take out so that `data` may be read as `page` is; empty when it already is."""
    again = parse_page(data, path=page.path, language=page.language, options=page.options, guesses=page.guesses)
    wrong = []
    first = -1
    for n, (ours, theirs) in enumerate(zip(page.segments, again.segments, strict=False)):
        if n in new:
            same = ours.kind == theirs.kind and _same_text(new[n].text, theirs.msgid, markup_of(ours.form))
        else:
            same = ours.msgid == theirs.msgid and ours.kind == theirs.kind
        if not same:
            if first < 0:
                first = n
            if n in new:
                wrong.append(n)
    count = len(page.segments) == len(again.segments)
    if first < 0 and count and again.shape == page.shape:
        return []
    if count and wrong and len(wrong) <= max(3, len(new) // 4):
        return wrong
    # The first difference is the fault of the new text there, or of the last one before it.
    limit = first if first >= 0 else len(page.segments)
    before = [n for n in new if n <= limit]
    if before:
        return [max(before)]
    return [min(new)]


def _same_text(written: str, read: str, markup: str) -> bool:
    if written == read:
        return True
    return _canonical(written) == _canonical(read) and signature(written, markup) == signature(read, markup)


_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>\s*")
_WHITE = re.compile(r" [ \t\r\n\f>]+|[\t\r\n\f>][ \t\r\n\f>]*")  # any but a single space


def _canonical(text: str) -> str:
    """A text without the differences that guards and folding make: escapes, references, white space, tags at its edges."""
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _without_edge_tags(text)
    return _WHITE.sub(" ", text).strip(" \u00a0")


def _without_edge_tags(text: str) -> str:
    """A text without the tags it begins and ends with."""
    start, end = 0, len(text.rstrip())
    while (m := _TAG.match(text, start, end)) is not None:
        start = m.end()
    while end > start and text[end - 1] == ">":
        tag = text.rfind("<", start, end)
        if tag < 0 or not _TAG.fullmatch(text, tag, end):
            break
        end = tag
        while end > start and text[end - 1].isspace():
            end -= 1
    return text[start:end]
