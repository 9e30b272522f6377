"""Whether a word stands in a text of a language whose words take endings, or that has no spaces between words."""

from __future__ import annotations

import unicodedata

_WHOLE = 3
"""Letters up to which a word in a script with capitals counts only as a whole word: longer ones may take endings."""


def stands_in(text: str, form: str, *, exact: bool = False) -> bool:
    """Whether a form stands in a text, as a word or as a word's beginning; capitals count only when `exact`.

    In Indic scripts a word's last consonant or vowel sign may change before an ending (சிங்கப்பூர், சிங்கப்பூரில்), so it
    is not compared. Where words are not parted by spaces any place will do, but not inside a number (二月 in 十二月).
    """
    if not exact:
        text, form = text.casefold(), form.casefold()
    form = form if exact else _stem(form)
    at = text.find(form) if form else -1
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(form) : at + len(form) + 1]
        if not _is_within(before, form[0]) and not (len(form) <= _WHOLE and _is_cased(form) and after.isalpha()):
            return True
        at = text.find(form, at + 1)
    return False


def _is_within(before: str, first: str) -> bool:
    """Whether a character goes on with what stands before it."""
    if not before:
        return False
    if before.isnumeric() and first.isnumeric():
        return True
    return before.isascii() and before.isalnum() and first.isascii() and first.isalnum()


def _is_cased(form: str) -> bool:
    return form.upper() != form


def _stem(form: str) -> str:
    """Without the last consonant and its virama, or the last vowel sign, where at least two letters are left."""
    kinds = [unicodedata.category(character) for character in form]
    if not kinds or kinds[-1] not in ("Mn", "Mc") or form[-1] < "\u0900":
        return form
    cut = len(form) - (2 if unicodedata.combining(form[-1]) == 9 else 1)  # 9: a virama
    return form[:cut] if sum(kind == "Lo" for kind in kinds[:cut]) >= 2 else form
