"""The open elements at a place of an HTML text, in constant time however many there are."""

from __future__ import annotations

from collections import Counter

KINDS = {
    "p": "paragraph", "li": "list item", "td": "table cell", "th": "table header", "dt": "term", "dd": "definition",
    "figcaption": "caption", "caption": "table caption", "summary": "summary", "label": "label", "button": "button",
    "option": "option", "legend": "legend", "title": "page title", "blockquote": "quote",
    "h1": "heading 1", "h2": "heading 2", "h3": "heading 3", "h4": "heading 4", "h5": "heading 5", "h6": "heading 6",
}  # fmt: skip
"""What text in an element is called."""


class OpenElements:
    """A stack of names that knows how often each stands in it. Hostile pages open a hundred thousand and close none."""

    __slots__ = ("_counts", "_kinds", "_names")

    def __init__(self) -> None:
        self._names: list[str] = []
        self._kinds: list[str] = []
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: str) -> bool:
        return self._counts[name] > 0

    @property
    def last(self) -> str:
        """The innermost name."""
        return self._names[-1]

    @property
    def kind(self) -> str:
        """What text here is, by the innermost element that says so."""
        return self._kinds[-1] if self._kinds else "text"

    def push(self, name: str) -> None:
        """Open an element."""
        self._kinds.append(KINDS.get(name) or self.kind)
        self._names.append(name)
        self._counts[name] += 1

    def pop(self) -> str:
        """Close the innermost element; its name."""
        name = self._names.pop()
        self._kinds.pop()
        self._counts[name] -= 1
        return name

    def close(self, name: str) -> None:
        """Close the innermost element of this name and those inside; nothing when none is open."""
        if name in self:
            while self.pop() != name:
                pass
