"""What kind of string an entry is, and whether it is so short that elsewhere it may be another word (Book, May, Close)."""

from __future__ import annotations

import re

from pipeline.catalog.glossary import GLOSSARY_COMMENT
from pipeline.catalog.match import words
from pipeline.inline import plain
from pipeline.model import Message

LEAST_WORDS = 4
"""Words from which the same text means the same wherever it stands."""

_NUMBERED = re.compile(r" \d+$")


def kind_of(message: Message) -> str:
    """What kind of string it is, from its first `#.` comment: "heading", "table cell", "front matter title"; "" if unsaid.

    Headings of all levels are of one kind.
    """
    return _kind(message.extracted_comments[0]) if message.extracted_comments else ""


def has_one_kind(message: Message) -> bool:
    """Whether all its places are of one kind, and no author has left a note on any."""
    comments = (line for line in message.extracted_comments if not line.startswith(GLOSSARY_COMMENT))
    return len(set(map(_kind, comments))) == 1


def _kind(comment: str) -> str:
    return _NUMBERED.sub("", comment.partition(",")[0].strip())


def word_count(text: str) -> int:
    """Words that a reader sees."""
    return sum(1 for _ in words(plain(text)))


def may_be_another(message: Message, wanted: Message) -> bool:
    """Whether an entry of another place may be another word than the one that is wanted: short, and not of its kind.

    Of an entry that went out of use nobody knows the kind.
    """
    kinds = kind_of(message), kind_of(wanted)
    # "front matter title" and "front matter menu" are of one family.
    same = all(kinds) and kinds[0].partition(" ")[0] == kinds[1].partition(" ")[0]
    return not same and word_count(message.msgid) < LEAST_WORDS
