"""Internal links of an edition: found in the page's bytes, pointed at the edition where the target page exists in it.

A linear scanner over Markdown and HTML: `](target)`, `[label]: target` and `href=target`, outside code, comments,
scripts and styles. Everything else is copied. Images, files, external and `mailto:` targets never match a page, so
they stay; so does everything that holds template syntax.
"""

from __future__ import annotations

import bisect
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipeline.publish.layout import Layout, is_site_path, page_url, prefixed, url_key

ASSET_FOLDERS = frozenset({"images", "files"})
"""First path segments that hold files, never pages (Isomer)."""

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_TEMPLATE = re.compile(r"\{[{%<]|<%")

_MARKDOWN = re.compile(
    rb"(?P<fence>^[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t>]*+)?(?P<mark>`{3,}|~{3,}))"
    rb"|\\[`\[\]\\]"
    rb"|(?P<ticks>`+)"
    rb"|(?P<raw><!--|<(?P<element>script|style|pre|code)(?=[\s>]))"
    rb"|\]\([ \t]{0,8}(?:<(?P<angled>[^<>\n]*)>|(?P<inline>[^()\n<>\"']+)(?=[)\"']))"
    rb"|^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ \t]*<?(?P<definition>[^\s<>]+)"
    rb"|(?<![\w-])href[ \t]*=[ \t]*(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s\"'<>`]+))",
    re.MULTILINE | re.IGNORECASE,
)
_HTML = re.compile(
    rb"(?P<raw><!--|<(?P<element>script|style|pre|code)(?=[\s>]))"
    rb"|(?<![\w-])href\s*=\s*(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s\"'<>`]+))",
    re.IGNORECASE,
)
_TARGETS = ("angled", "inline", "definition", "double", "single", "bare")
_TICKS = re.compile(rb"`+")
_BLANK_LINE = re.compile(rb"\n[ \t]{0,40}\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMap:
    """Which pages the source has and which of them an edition has, by address and by path."""

    locale: str
    layout: Layout
    urls: Mapping[str, str]
    """Path of every source page -> its address on the source site."""
    known: Mapping[str, str]
    """Address key of every source page -> its address."""
    written: frozenset[str]
    """Address keys of the pages that exist in the edition."""
    written_paths: frozenset[str]

    @classmethod
    def of(
        cls, pages: Iterable[tuple[str, str | None]], written: Iterable[str], *, locale: str, layout: Layout
    ) -> SiteMap:
        """From (path, permalink) of every source page and the paths of those that the edition has."""
        urls = {path: page_url(path, permalink) for path, permalink in pages}
        there = frozenset(written)
        return cls(
            locale=locale,
            layout=layout,
            urls=urls,
            known={url_key(url): url for url in urls.values()},
            written=frozenset(url_key(urls[path]) for path in there),
            written_paths=there,
        )

    def target(self, target: str, *, path: str, url: str) -> str:
        """Where a link of the page at `path` (source address `url`) points in the edition; itself when it stays."""
        if not self.layout.moves_addresses or not target or target[0] in "#?" or _TEMPLATE.search(target):
            return target
        if is_site_path(target):
            if target[1:].partition("/")[0] in ASSET_FOLDERS or url_key(target) not in self.written:
                return target
            return prefixed(target, self.locale)
        if target.startswith("//") or _SCHEME.match(target):
            return target
        return self._relative(target, path=path, url=url)

    def _relative(self, target: str, *, path: str, url: str) -> str:
        # A relative link follows its page into the edition, so it changes only when its target did not follow.
        place, mark, rest = _split(target)
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), place))
        if file in self.urls:
            if file in self.written_paths or self.layout is not Layout.folder:
                return target
            return posixpath.relpath(file, posixpath.dirname(f"{self.locale}/{path}")) + mark + rest
        joined = posixpath.normpath(posixpath.join(url if url.endswith("/") else posixpath.dirname(url), place))
        key = url_key(joined)
        if key in self.known and key not in self.written:
            return self.known[key] + mark + rest
        return target


def _split(target: str) -> tuple[str, str, str]:
    found = re.search(r"[?#]", target)
    return (target, "", "") if found is None else (target[: found.start()], found[0], target[found.end() :])


def rewrite_links(data: bytes, rewrite: Callable[[str], str], *, html: bool = False) -> bytes:
    """`data` (a page's body) with every link target passed through `rewrite`; linear in its length."""
    pattern = _HTML if html else _MARKDOWN
    runs = _tick_runs(data) if not html and b"`" in data else {}
    out: list[bytes] = []
    missing: set[bytes] = set()
    lower: bytes | None = None
    done = at = 0
    while found := pattern.search(data, at):
        at = found.end()
        groups = found.groupdict()
        if groups.get("fence") is not None:
            at = _fence_end(data, found.end(), found["mark"])
        elif groups.get("ticks") is not None:
            at = _ticks_end(data, runs, found.start(), found.end())
        elif groups["raw"] is not None:
            lower = data.lower() if lower is None else lower
            close = b"-->" if groups["element"] is None else b"</" + groups["element"].lower()
            end = -1 if close in missing else lower.find(close, at)
            if end < 0:
                missing.add(close)
            else:
                at = end + len(close)
        else:
            name = next((name for name in _TARGETS if groups.get(name)), None)
            if name is not None:
                start, end = found.span(name)
                end -= len(groups[name]) - len(groups[name].rstrip())
                old = data[start:end].decode()
                new = rewrite(old)
                if new != old:
                    out += (data[done:start], new.encode())
                    done = end
    return b"".join((*out, data[done:])) if out else data


def _tick_runs(data: bytes) -> dict[int, list[int]]:
    runs: dict[int, list[int]] = {}
    for found in _TICKS.finditer(data):
        runs.setdefault(found.end() - found.start(), []).append(found.start())
    return runs


def _ticks_end(data: bytes, runs: Mapping[int, list[int]], start: int, end: int) -> int:
    """End of the code span that opens at `start`, or `end` when nothing in its paragraph closes it."""
    same = runs.get(end - start, [])
    following = bisect.bisect_right(same, start)
    if following == len(same) or _BLANK_LINE.search(data, end, same[following]):
        return end
    return same[following] + (end - start)


def _fence_end(data: bytes, at: int, mark: bytes) -> int:
    """End of the fenced block whose opening marks end at `at`; an unclosed one runs to the end."""
    close = re.compile(rb"^[ \t>]*" + mark[:1] + rb"{%d,}[ \t]*\r?$" % len(mark), re.MULTILINE)
    found = close.search(data, at)
    return found.end() if found else len(data)
