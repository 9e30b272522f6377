"""What happens to pages between two runs: the changes of `day_after.py`. Pages are {path: text}; line ends are kept."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable, Iterator

import yaml
from common import FRONT_MATTER, body

Pages = dict[str, str]

FENCE = re.compile(r"[ \t]*(?:>[ \t]*)*(`{3,}|~{3,})")
HEADING = re.compile(r"#{1,5}(?=[ \t]+\S)")
DEFINITION = re.compile(r"^ {0,3}(\[[^\]\n]+\]):[ \t]*\S.*$", re.MULTILINE)
TARGET = re.compile(r"(\]\()([^()\s<>{}]+)(?=[)\s])|(\bhref=\")([^\"{}]+)(?=\")")
NOT_PROSE = re.compile(r"[#>|:=~`{}<$\[\]!\t]|^[ \t]|^\s*(?:[-+*]|\d+[.)])(?:\s|$)|(?:  |\\)$|^\s*(?:---|===)")
"""A line that is not plain prose, or whose end means something; a paragraph with one is left as it is."""
WIDTH = 68


def renamed(pages: Pages) -> Pages:
    """Another file name in the same folder."""
    return {re.sub(r"(\.\w+)$", r"-renamed\1", path): text for path, text in pages.items()}


def moved(pages: Pages) -> Pages:
    """The same file name in another folder."""
    return {f"archive/{path}": text for path, text in pages.items()}


def split(pages: Pages) -> Pages:
    """Cut at the heading nearest to the middle; each half keeps the definitions of the links and notes it has."""
    result: Pages = {}
    for path, text in pages.items():
        heads = [start for start, line in _prose_lines(text) if HEADING.match(line) and start]
        if not heads:
            result[path] = text
            continue
        cut = min(heads, key=lambda start: abs(start - len(text) // 2))
        first, second = (DEFINITION.sub("", half) for half in (text[:cut], text[cut:]))
        for match in DEFINITION.finditer(text):
            in_first, in_second = (_plain(match[1]) in _plain(half) for half in (first, second))
            if in_first or not in_second:
                first = f"{first.rstrip()}\n\n{match[0]}\n"
            if in_second:
                second = f"{second.rstrip()}\n\n{match[0]}\n"
        result[path] = first
        result[re.sub(r"(\.\w+)$", r"-2\1", path)] = second
    return result


def joined(pages: Pages) -> Pages:
    """Each second page of a folder is appended to the one before it, and gone."""
    result: Pages = {}
    last = ""
    for path, text in sorted(pages.items()):
        alike = last and _kind(last) == _kind(path)
        if alike and not set(DEFINITION.findall(result[last])) & set(DEFINITION.findall(text)):  # no label twice
            result[last] = result[last].rstrip() + "\n\n" + body(text)
            last = ""
        else:
            result[path] = text
            last = path
    return result


def resaved(pages: Pages) -> Pages:
    """YAML refolded and requoted, plain paragraphs wrapped at another width."""
    return {path: _requoted(text) for path, text in pages.items()}


def other_line_ends(pages: Pages) -> Pages:
    """CRLF becomes LF, LF becomes CRLF."""
    return {
        path: text.replace("\r\n", "\n") if "\r\n" in text else text.replace("\n", "\r\n")
        for path, text in pages.items()
    }


def other_levels(pages: Pages) -> Pages:
    """Every ATX heading one level deeper."""
    return {path: _edited(text, lambda line: HEADING.sub(lambda m: m[0] + "#", line)) for path, text in pages.items()}


def other_targets(pages: Pages) -> Pages:
    """Every link target in prose without code changed."""

    def change(line: str) -> str:
        if "`" in line:
            return line
        return TARGET.sub(lambda m: f"{m[1] or m[3]}{m[2] or m[4]}-new", line)

    return {path: _edited(text, change) for path, text in pages.items()}


def section_moved(pages: Pages) -> Pages:
    """The second half of each second page is cut out, and pasted at the end of the page after it."""
    result = dict(pages)
    paths = sorted(pages)
    for giver, receiver in zip(paths[::2], paths[1::2], strict=False):
        halves = split({giver: pages[giver]})
        if len(halves) == 2 and not DEFINITION.search(pages[giver]) and _kind(giver) == _kind(receiver):
            first, second = halves.values()
            result[giver] = first
            result[receiver] = pages[receiver].rstrip() + "\n\n" + second
    return result


CHANGES: dict[str, Callable[[Pages], Pages]] = {
    "renamed": renamed,
    "moved": moved,
    "split in two": split,
    "joined": joined,
    "section moved to another page": section_moved,
    "re-saved: YAML and paragraphs": resaved,
    "re-saved: line ends": other_line_ends,
    "heading levels": other_levels,
    "link targets": other_targets,
}


def _plain(text: str) -> str:
    """As labels are compared."""
    return " ".join(text.casefold().split())


def _kind(path: str) -> tuple[str, str]:
    return path.rpartition(".")[2], path.split("/", maxsplit=1)[0]


def _prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """(offset, line) of the lines outside front matter, fences and comments."""
    match = FRONT_MATTER.match(text)
    position = match.end() if match else 0
    fence = ""
    for line in text[position:].splitlines(keepends=True):
        found = FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence):
                fence = ""
        elif found:
            fence = found[1]
        else:
            yield position, line
        position += len(line)


def _edited(text: str, change: Callable[[str], str]) -> str:
    parts, position = [], 0
    for start, line in _prose_lines(text):
        parts += [text[position:start], change(line)]
        position = start + len(line)
    return "".join(parts) + text[position:]


def _requoted(text: str) -> str:
    match = FRONT_MATTER.match(text)
    head, rest = (match[0], text[match.end() :]) if match else ("", text)
    end = "\r\n" if "\r\n" in text else "\n"
    if head.startswith("---"):
        inner = head.strip().removeprefix("---").removesuffix("---")
        try:
            value = yaml.safe_load(inner)
            style = random.Random(len(inner)).choice([None, "'", '"'])
            dumped = yaml.safe_dump(value, width=40, allow_unicode=True, sort_keys=False, default_style=style)
            if isinstance(value, dict) and yaml.safe_load(dumped) == value:
                head = f"---\n{dumped}---\n".replace("\n", end)
        except yaml.YAMLError:
            pass  # a CMS would not open it either
    return head + _wrapped(rest, end)


def _wrapped(text: str, end: str) -> str:
    """Plain paragraphs wrapped anew: lines of prose between blank lines, and between nothing else."""
    lines = text.split(end)
    prose = {start for start, _ in _prose_lines(text)}
    result: list[str] = []
    paragraph: list[str] = []
    offset, plain = 0, True
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
            plain = plain and offset in prose and not NOT_PROSE.search(line)
        else:
            if plain and paragraph and (not result or not result[-1].strip()):
                again = textwrap.wrap(" ".join(paragraph), WIDTH, break_long_words=False, break_on_hyphens=False)
                paragraph = again if not any(map(NOT_PROSE.search, again)) else paragraph
            result += [*paragraph, line]
            paragraph, plain = [], True
        offset += len(line) + len(end)
    return end.join(result[:-1])
