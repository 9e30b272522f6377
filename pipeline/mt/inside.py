"""The elements inside one sentence, as tokens: which can be carried around its words, and which are better kept whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.mt.scripts import in_word, is_wide
from pipeline.mt.tokens import Token

CONTENT = frozenset({"code", "url", "email", "autolink", "template", "expression", "brace", "text"})
"""Kinds that are words of their sentence; all others are left outside when they stand at its ends."""


def collapsed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with every element that has no letters between its ends as one atom (a linked image, `H<sub>2</sub>O`)."""
    out: list[Token] = []
    open_at: dict[int, int] = {}
    for token in tokens:
        out.append(token)
        if token.kind != "edge":
            continue
        start = open_at.pop(token.pair, None)
        if start is None:
            open_at[token.pair] = len(out) - 1
            continue
        inner = out[start + 1 : -1]
        if any(t.kind == "edge" or (t.kind == "text" and any(map(str.isalpha, t.source))) for t in inner):
            continue
        words = any(t.element in CONTENT if t.kind == "atom" else any(map(str.isalnum, t.source)) for t in inner)
        source, target = "".join(t.source for t in out[start:]), "".join(t.written for t in out[start:])
        whole = Token("atom", source, "text" if words else token.element, target=target if target != source else "")
        out[start:] = [whole]
    return out


def outside(body: Sequence[Token], end: int) -> bool:
    """Whether the token at this end (0 or -1) is an edge whose mate is in another sentence."""
    token = body[end]
    return token.kind == "edge" and sum(other.pair == token.pair for other in body if other.kind == "edge") == 1


def wrapped(body: Sequence[Token]) -> bool:
    """Whether the first and the last token are the two edges of one element."""
    return len(body) > 1 and body[0].kind == body[-1].kind == "edge" and body[0].pair == body[-1].pair


def image_at(body: Sequence[Token], end: int) -> int:
    """How many tokens at this end (0 or -1) are an image, or an element with nothing but images inside; 0 for none."""
    first = body[end]
    if first.kind != "edge":
        return 0
    group = [first]
    inside = first.element == "image"
    for token in body[1:] if end == 0 else body[-2::-1]:
        group.append(token)
        if token.kind == "edge" and token.element == "image":
            inside = not inside
        if token.kind == "edge" and token.pair == first.pair:
            return len(group) if any(t.element == "image" for t in group) else 0
        if token.kind == "text" and not inside and not token.source.isspace():
            return 0
    return 0


def can_carry(body: Sequence[Token]) -> bool:
    """Whether every element in `body` has both ends there, in proper nesting, and none begins or ends inside a word.

    An image's alternative text is no part of the sentence around it.
    """
    if any(token.element == "image" for token in body):
        return False
    count = Counter(token.pair for token in body if token.kind == "edge")
    if any(number != 2 for number in count.values()):
        return False
    open_: list[int] = []
    for i, token in enumerate(body):
        if token.kind != "edge":
            continue
        if open_ and open_[-1] == token.pair:
            open_.pop()
        elif token.pair in open_:
            return False
        else:
            open_.append(token.pair)
        if _in_word(_beside(body, i, -1), _beside(body, i, 1)):
            return False
    return True


def beside_is_word(body: Sequence[Token], at: int) -> bool:
    """Whether the next token that is no edge begins with a letter or digit."""
    return in_word(_beside(body, at, 1))


def _beside(body: Sequence[Token], at: int, step: int) -> str:
    """The character before or after a token, edges not counted; "" at the end, "X" for an atom."""
    at += step
    while 0 <= at < len(body):
        if body[at].kind != "edge":
            if body[at].kind == "atom":
                return "X"
            return body[at].source[0 if step > 0 else -1]
        at += step
    return ""


def _in_word(left: str, right: str) -> bool:
    return in_word(left) and in_word(right) and not (is_wide(left) or is_wide(right))
