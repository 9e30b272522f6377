"""Texts that were cut in parts, and parts that became one."""

import pytest

from pipeline.catalog.pieces import Pieces, between, pieces

NINE = "The ferry leaves at nine."
DOGS = "Dogs travel free of charge."

FOUND = {
    "two sentences": ([f"{NINE} {DOGS}"], [NINE, DOGS], [Pieces(0, (0, 1))]),
    "in another order": ([f"{NINE} {DOGS}"], [DOGS, NINE], [Pieces(0, (1, 0))]),
    "with a word between": ([f"{NINE} And {DOGS}"], [NINE, DOGS], [Pieces(0, (0, 1))]),
    "with other marks": (["red, green and blue boats"], ["**Red**", "green", "blue boats"], [Pieces(0, (0, 1, 2))]),
    "no spaces": (["渡船九时离开。狗免费。"], ["渡船九时离开。", "狗免费。"], [Pieces(0, (0, 1))]),
    "each part once": ([f"{NINE} {DOGS}", f"{DOGS} {NINE}"], [NINE, DOGS], [Pieces(0, (0, 1))]),
    "two wholes": ([f"{NINE} {DOGS}", "Bring a coat. It is windy."], ["It is windy.", NINE, "Bring a coat.", DOGS],
                   [Pieces(0, (1, 3)), Pieces(1, (2, 0))]),
}  # fmt: skip

NOT_FOUND = {
    "one part": ([f"{NINE} {DOGS}"], [NINE]),
    "a small share": ([f"{NINE} {DOGS} Bring a coat, because the deck is windy at night."], ["nine", "deck"]),
    "the same text": ([NINE], [NINE, NINE]),
    "words in another order": ([f"{NINE} {DOGS}"], ["At nine leaves the ferry.", "Free of charge travel dogs."]),
    "nothing": ([], [NINE, DOGS]),
    "no words": (["— … —"], ["—", "…"]),
}


@pytest.mark.parametrize("case", FOUND)
def test_found(case):
    wholes, parts, expected = FOUND[case]
    assert pieces(wholes, parts) == expected


@pytest.mark.parametrize("case", NOT_FOUND)
def test_not_found(case):
    assert pieces(*NOT_FOUND[case]) == []


def test_what_stands_between_parts():
    assert between(f"{NINE}<br>{DOGS}", [NINE, DOGS]) == ["<br>"]
    assert between("A, b", ["A", "B"]) == [" "]
    assert between(f"{NINE} (not on Sundays) {DOGS}", [NINE, DOGS]) == [" "]
