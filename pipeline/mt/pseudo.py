"""A pseudo-language for finding layout problems and strings nobody extracted: tag en-XA, no model.

"Opening hours" becomes "⟦Öþéñîñĝ ĥöûŕš ····⟧": readable, about 30 % longer, and bracketed, so that cut-off text and
untranslated text both show.
"""

from __future__ import annotations

from pipeline.inline import elements
from pipeline.mt.tokens import kept_in_text

EXPANSION = 0.3
"""How much longer the text gets, of its own letters and spaces."""

_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ",
)


class PseudoEngine:
    """Rewrites whole segments; its inline elements are left alone."""

    id = "pseudo"
    model = "accents"

    def translate_segment(self, text: str, markup: str = "markdown") -> str:
        """Accents outside inline elements, padding and brackets around the whole; line breaks stay."""
        lead = len(text) - len(text.lstrip())
        tail = len(text.rstrip())
        body, letters, at = [], 0, lead
        for start, end in [*_opaque(text, markup), (tail, tail)]:
            if start < at:
                at = max(at, min(end, tail))
                continue
            gap = text[at:start]
            letters += len(gap)
            body += [gap.translate(_ACCENTS), text[start:end]]
            at = end
        padding = " " + "·" * max(round(letters * EXPANSION) - 3, 1)
        return f"{text[:lead]}⟦{''.join(body)}{padding}⟧{text[tail:]}"


def _opaque(text: str, markup: str) -> list[tuple[int, int]]:
    """Ranges of markup and of whatever else must stay as it is."""
    spans = []
    for element in elements(text, markup):
        if element.close_span is None or not element.translate:
            spans.append((element.open_span[0], element.close_span[1] if element.close_span else element.open_span[1]))
        else:
            spans += [element.open_span, element.close_span]
    return sorted(spans + kept_in_text(text))
