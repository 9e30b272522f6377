"""Making a model write what it lost: the beginning of a translation that ends with the lost piece.

The model goes on from there (CTranslate2's `target_prefix`), so the piece is in the result for certain, and the words
after it are chosen knowing it. It is cut where the model's attention reaches the piece.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.mt.alignment import offsets

_SPACE = "\u2581"


def prefix_before(
    sentence: str, keep: tuple[int, int], tokens: list[str], hypothesis: list[str], attention: Sequence[Sequence[float]]
) -> list[str] | None:
    """The hypothesis' tokens up to where it should say sentence[keep], and the tokens of that; None when none are.

    `tokens` are the sentence's, `attention` has a row for each token of the hypothesis.
    """
    start, end = keep
    places = offsets(tokens, sentence)
    wanted = [i for i, (a, b) in enumerate(places) if a < end and start < b]
    if not wanted:
        return None
    looks = [row.index(max(row[: len(tokens)])) for row in attention[: len(hypothesis)]]
    first, last = wanted[0], wanted[-1]
    # Where it looked at the piece, else where it first looked past it, else the end.
    cut = next((j for j, i in enumerate(looks) if first <= i <= last), None)
    if cut is None:
        cut = next((j for j, i in enumerate(looks) if i > last), len(looks))
    while 0 < cut < len(hypothesis) and not hypothesis[cut].startswith(_SPACE):
        cut -= 1
    if first and tokens[first - 1] == _SPACE:  # the space before it can be a piece of its own
        first -= 1
    return hypothesis[:cut] + tokens[first : last + 1]
