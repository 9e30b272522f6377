"""How much of a page is translated, in words of its source.

A word is a run of letters and digits; every Han or kana character counts as one, because those scripts write no spaces.
A text without any letter ("$5.00") has no words: left empty, it is published as it is and nothing is missing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pipeline.model import Key, Segment

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+(?:['\u2019-][^\W_]+)*"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|\]\([^()\s]*\)|\{[{%<][^{}]*[}%>]\}")
_ENTITY = re.compile(r"&#?\w+;")
_LETTER = re.compile(r"[^\W\d_]")


def count_words(text: str) -> int:
    """Words a reader would count: tags, link targets and template syntax are not among them, nor is a number alone."""
    text = _shown(text)
    return len(_WORD.findall(text)) if _LETTER.search(text) else 0


def needs_translation(text: str) -> bool:
    """False for a text without a letter, which counts as translated when it is left empty (docs/po-format.md)."""
    return _LETTER.search(_shown(text)) is not None


def _shown(text: str) -> str:
    if "<" in text or "](" in text or "{" in text:
        text = _TAG.sub(" ", text)
    return _ENTITY.sub(" ", text) if "&" in text else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Counts over one page or many; segments count once for every place they stand."""

    segments: int = 0
    words: int = 0
    translated_segments: int = 0
    translated_words: int = 0
    """Words of the segments that show a translation, machine drafts included."""
    machine_segments: int = 0
    machine_words: int = 0

    @property
    def ratio(self) -> float:
        """Translated words per word, 0.0-1.0; 1.0 for a page without words (nothing is missing)."""
        return self.translated_words / self.words if self.words else 1.0

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            segments=self.segments + other.segments,
            words=self.words + other.words,
            translated_segments=self.translated_segments + other.translated_segments,
            translated_words=self.translated_words + other.translated_words,
            machine_segments=self.machine_segments + other.machine_segments,
            machine_words=self.machine_words + other.machine_words,
        )

    def to_dict(self) -> dict[str, object]:
        """JSON shape: the counts and the ratio, rounded to four digits so that it prints the same everywhere."""
        return {
            "segments": self.segments,
            "words": self.words,
            "translated_segments": self.translated_segments,
            "translated_words": self.translated_words,
            "machine_segments": self.machine_segments,
            "machine_words": self.machine_words,
            "ratio": round(self.ratio, 4),
        }


def coverage(segments: Iterable[Segment], used: Collection[Key], machine: Collection[Key] = ()) -> Coverage:
    """Coverage of a page whose translations `used` are shown; `machine` are the keys whose text is a draft."""
    segment_count = words = shown = shown_words = drafts = draft_words = 0
    for segment in segments:
        count = count_words(segment.msgid)
        segment_count += 1
        words += count
        if segment.key in used:
            shown += 1
            shown_words += count
            if segment.key in machine:
                drafts += 1
                draft_words += count
    return Coverage(
        segments=segment_count,
        words=words,
        translated_segments=shown,
        translated_words=shown_words,
        machine_segments=drafts,
        machine_words=draft_words,
    )
