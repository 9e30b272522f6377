"""Whether a span has its line to itself, in constant time however long the line is.

A page may be one line of a megabyte with a hundred thousand spans in it: the line is looked at once, not for each.
"""

from __future__ import annotations

BLANK = " \t\n\r\f\v"
"""White space of a page viewed as Latin-1, where `strip()` alone takes half a character: Å is C3 85, à is C3 A0."""


class LineEdges:
    """Where the words of a line begin and end; `before` and `after` are the characters that are no words there.

    Two lines are remembered, the last one asked about from each side, so asking in the order of the text is linear.
    """

    __slots__ = ("_after", "_before", "_first", "_last", "_text")

    def __init__(self, text: str, before: str = BLANK, after: str = BLANK) -> None:
        self._text, self._before, self._after = text, before, after
        self._first = (0, -1, 0)  # start and end of a line, and where its words begin
        self._last = (0, -1, 0)  # start and end of a line, and where its words end

    def leads(self, position: int) -> bool:
        """Nothing but `before` stands between the start of the line and the position."""
        start, end, first = self._first
        if not start <= position <= end:
            start, end = self._line(position)
            first = end - len(self._text[start:end].lstrip(self._before))
            self._first = (start, end, first)
        return position <= first

    def ends(self, position: int) -> bool:
        """Nothing but `after` stands between the position and the end of the line."""
        start, end, last = self._last
        if not start <= position <= end:
            start, end = self._line(position)
            last = start + len(self._text[start:end].rstrip(self._after))
            self._last = (start, end, last)
        return position >= last

    def end(self, position: int) -> int:
        """The end of the line, without its line break."""
        self.ends(position)
        return self._last[1]

    def _line(self, position: int) -> tuple[int, int]:
        start = self._text.rfind("\n", 0, position) + 1
        end = self._text.find("\n", position)
        return start, len(self._text) if end < 0 else end
