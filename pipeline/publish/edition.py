"""A page of an edition, from its rebuilt bytes: address, links, language and notice. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.publish.keys import edit_data_file, edit_front_matter
from pipeline.publish.layout import Layout, is_site_path, page_url, prefixed
from pipeline.publish.links import SiteMap, rewrite_links
from pipeline.publish.notice import add_to_body

_REDIRECTS = ("redirect_from", "aliases")
_PERMALINK_STYLES = frozenset({"date", "pretty", "ordinal", "weekdate", "none"})
"""Values of `permalink` that Jekyll reads as the name of a rule, not as an address."""

_MARKABLE = (
    rb"p|li|td|th|h[1-6]|dt|dd|summary|figcaption|caption|div|blockquote|label|legend|button|span|strong|em|b|i|u|a"
)
_OPEN_TAG = re.compile(rb"<(" + _MARKABLE + rb")((?:\s[^<>]*)?)>\s*\Z", re.IGNORECASE)
_OWN_TEXT = re.compile(rb"\s(?:lang|xml:lang|title|alt|aria-label|placeholder)\s*=", re.IGNORECASE)
_LONGEST_TAG = 2000
"""Bytes; a longer open tag is not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRules:
    """What one language's edition does to every page."""

    language: str
    """BCP 47 tag, written to `lang`."""
    locale: str
    """Folder, suffix and first part of addresses."""
    direction: str = "ltr"
    layout: Layout = Layout.folder
    permalinks: bool = True
    """Put the locale before permalinks and links, where the layout moves addresses."""
    added_keys: bool = True
    notice: str = ""
    """Text for pages that show machine translation; none when empty."""
    notice_language: str = "en"
    notice_where: str = "front-matter"
    """"front-matter", "body" or "none". A page without front matter has it in its body."""


def make_edition(
    data: bytes,
    *,
    path: str,
    page_format: str,
    rules: EditionRules,
    site: SiteMap,
    machine: bool,
    asked: set[str] | None = None,
) -> bytes:
    """The edition's bytes of the page at `path`, from its rebuilt bytes `data`.

    `page_format` is the page's (`Page.format`), `site` says which pages the edition has, `machine` whether this one
    shows machine drafts. Nothing changes that no rule names. `asked` takes the links that `site` was asked about:
    all that the result owes to other pages is what it answered.
    """
    url = site.urls.get(path) or page_url(path)

    def target(link: str) -> str:
        if asked is not None:
            asked.add(link)
        return site.target(link, path=path, url=url)

    def change(key: tuple[str, ...], value: str) -> str:
        if not moves:
            return value
        if key == ("permalink",) or (key == ("url",) and is_site_path(value) and rules.layout is Layout.suffix):
            return value if value in _PERMALINK_STYLES else prefixed(value, rules.locale)
        if key[0] in _REDIRECTS:
            return prefixed(value, rules.locale)
        return target(value) if is_site_path(value) and not re.search(r"\s", value) else value

    moves = rules.permalinks and rules.layout.moves_addresses
    if page_format == "yaml":
        return edit_data_file(data, change)
    shows_notice = machine and bool(rules.notice) and rules.notice_where != "none"
    in_front = shows_notice and rules.notice_where == "front-matter"
    front, body = edit_front_matter(data, change, _added_keys(rules, notice=in_front, machine=machine))
    if moves:
        front = rewrite_links(front, target, html=True)
        body = rewrite_links(body, target, html=page_format == "html")
    if shows_notice and not (in_front and b"translation_notice" in front):
        newline = "\r\n" if b"\r\n" in data else "\n"
        body = add_to_body(body, rules.notice, rules.notice_language, page_format=page_format, newline=newline)
    return front + body


def _added_keys(rules: EditionRules, *, notice: bool, machine: bool) -> dict[str, str | bool]:
    if not rules.added_keys:
        return {}
    keys: dict[str, str | bool] = {"lang": rules.language}
    if rules.direction == "rtl":
        keys["dir"] = "rtl"
    if machine:
        keys["machine_translated"] = True
    if notice:
        keys["translation_notice"] = rules.notice
    return keys


def mark_fallbacks(data: bytes, passages: Iterable[tuple[int, int]], language: str) -> bytes:
    """A page with `lang` on the HTML elements that hold nothing but a passage in the source language.

    `passages` are the (start, end) of HTML texts in `data`. Only where the element's open tag stands directly before
    the text, its close tag directly behind, and no attribute of it is text of its own: elsewhere nothing is marked.
    """
    inserts: dict[int, bytes] = {}
    for start, end in passages:
        opening = _OPEN_TAG.search(data, _tag_start(data, start), start)
        if opening is None or _OWN_TEXT.search(opening[2]):
            continue
        if re.compile(rb"\s*</" + opening[1] + rb"\s*>", re.IGNORECASE).match(data, end):
            inserts[opening.end(1)] = b' lang="' + language.encode() + b'"'
    out: list[bytes] = []
    done = 0
    for at, text in sorted(inserts.items()):
        out += (data[done:at], text)
        done = at
    return b"".join((*out, data[done:])) if out else data


def _tag_start(data: bytes, before: int) -> int:
    return max(data.rfind(b"<", max(0, before - _LONGEST_TAG), before), 0)
