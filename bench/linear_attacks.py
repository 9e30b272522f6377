"""Strings that make a regular expression slow if anything does: made from the expression's own parts.

Each repetition in it is pumped, behind what leads to it and before an end that fails.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterable
from re import _constants as op  # the parsed form of a pattern is CPython's own; there is no public one
from re import _parser as sre
from typing import Any

ENDS = ("", "\0", "\n", "!", "a", " ")


class Sampler:
    """Strings that a parsed pattern matches, chosen at random, and the repetitions in it with what leads to each."""

    def __init__(self, pattern: re.Pattern[Any], seed: int) -> None:
        self.random = random.Random(seed)
        self.pumps: list[tuple[str, str]] = []
        """(what stands before, one turn of the repetition)."""
        self.is_bytes = isinstance(pattern.pattern, bytes)
        self.groups: dict[int, str] = {}
        self.ignore_case = bool(pattern.flags & re.IGNORECASE)
        source = pattern.pattern.decode("latin-1") if self.is_bytes else pattern.pattern
        flags = pattern.flags & ~re.UNICODE if self.is_bytes else pattern.flags
        self.whole = self.text(sre.parse(source, flags & ~re.DEBUG), "")

    def text(self, nodes: Iterable[Any], before: str) -> str:
        out = ""
        for code, value in nodes:
            out += self.one(code, value, before + out)
        return out

    def one(self, code: Any, value: Any, before: str) -> str:
        if code is op.LITERAL:
            return chr(value)
        if code is op.NOT_LITERAL:
            return "a" if value != ord("a") else "b"
        if code is op.ANY:
            return self.random.choice("ax ")
        if code is op.IN:
            return self.member(value)
        if code is op.BRANCH:
            return self.text(self.random.choice(value[1]), before)
        if code is op.SUBPATTERN:
            out = self.text(value[3], before)
            if value[0]:
                self.groups[value[0]] = out
            return out
        if code is op.ATOMIC_GROUP:
            return self.text(value, before)
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            low, high, inner = value
            turn = self.text(inner, before)
            if high is op.MAXREPEAT or high > 20:
                self.pumps.append((before, turn))
            count = low + (self.random.randrange(3) if high is op.MAXREPEAT or high > low else 0)
            count = min(count, high) if high is not op.MAXREPEAT else count
            return "".join(self.text(inner, before) for _ in range(count))
        if code is op.GROUPREF:
            return self.groups.get(value, "")
        if code is op.GROUPREF_EXISTS:
            return self.text(value[1], before)
        return ""  # anchors, look-arounds

    def member(self, items: list[Any]) -> str:
        """A character of a set."""
        if items and items[0][0] is op.NEGATE:
            barred = sre_set(items[1:])
            good = [c for c in "ax0 -\n\"'<>`=[](){}:/\\\u00e9" if not barred(c)]
            return self.random.choice(good or ["\u4e00"])
        code, value = self.random.choice(items)
        if code is op.LITERAL:
            return chr(value)
        if code is op.RANGE:
            return chr(self.random.choice([value[0], value[1]]))
        return self.random.choice(CATEGORIES.get(value, "a"))


CATEGORIES = {
    op.CATEGORY_SPACE: " \t\n", op.CATEGORY_NOT_SPACE: "a-", op.CATEGORY_WORD: "a0_", op.CATEGORY_NOT_WORD: " -.",
    op.CATEGORY_DIGIT: "07", op.CATEGORY_NOT_DIGIT: "a ",
}  # fmt: skip


def sre_set(items: list[Any]) -> Callable[[str], bool]:
    """Whether a character is in a set."""

    def inside(c: str) -> bool:
        for code, value in items:
            if code is op.LITERAL and ord(c) == value:
                return True
            if code is op.RANGE and value[0] <= ord(c) <= value[1]:
                return True
            if code is op.CATEGORY and re.match({
                op.CATEGORY_SPACE: r"\s", op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_WORD: r"\w",
                op.CATEGORY_NOT_WORD: r"\W", op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D",
            }[value], c):  # fmt: skip
                return True
        return False

    return inside


Attack = tuple[str, str, str]
"""(prefix, what is repeated, end)."""


def attacks(pattern: re.Pattern[Any], rounds: int) -> list[Attack]:
    """Attacks made from the pattern's own parts, in a fixed order."""
    out: dict[Attack, None] = {}
    for seed in range(rounds):
        sampler = Sampler(pattern, seed)
        turns = [turn for _, turn in sampler.pumps if turn]
        for before, turn in sampler.pumps:
            if turn:
                for end in ENDS:
                    out[(before, turn, end)] = None
                out[("", before + turn, "\0")] = None
                out[("", turn, "\0")] = None
        for one, two in itertools.islice(itertools.permutations(dict.fromkeys(turns), 2), 12):
            out[("", one + two, "\0")] = None
        whole = sampler.whole
        if whole:
            for cut in {1, len(whole) // 2, len(whole) - 1, len(whole)}:
                out[("", whole[: max(cut, 1)], "\0")] = None
            for c in dict.fromkeys(whole):
                out[("", c, "\0")] = None
                out[(whole[: whole.index(c)], c, "\0")] = None
    return [a for a in out if a[1]]


def build(attack: Attack, size: int, *, as_bytes: bool = False) -> Any:
    """The hostile string of about `size` characters."""
    prefix, turn, end = attack
    text = prefix + turn * max(1, (size - len(prefix) - len(end)) // len(turn)) + end
    return text.encode("utf-8", "surrogatepass") if as_bytes else text
