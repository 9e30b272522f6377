"""The notice on pages that show machine translation; the texts are of our own writing and may be replaced per language."""

from __future__ import annotations

import html
import re

_TEXTS = {
    "en": "Parts of this page were translated by machine and have not been checked by a person.",
    "id": "Sebagian halaman ini diterjemahkan oleh mesin dan belum diperiksa oleh manusia.",
    "ms": "Sebahagian halaman ini diterjemahkan oleh mesin dan belum disemak oleh manusia.",
    "ta": "இந்தப் பக்கத்தின் சில பகுதிகள் இயந்திரத்தால் மொழிபெயர்க்கப்பட்டவை; அவை இன்னும் சரிபார்க்கப்படவில்லை.",
    "zh-Hans": "本页部分内容由机器翻译，尚未经人工审核。",
    "zh-Hant": "本頁部分內容由機器翻譯，尚未經人工審核。",
}
_BODY_TAG = re.compile(rb"<body(?:\s[^<>]*)?>[ \t]*\r?\n?", re.IGNORECASE)


def notice_text(language: str, own: str | None, chain: tuple[str, ...] = ()) -> tuple[str, str]:
    """(text, its language): what the project says, else the built-in text of the nearest language, else English.

    `chain` is the fallback chain of `language`, nearest first.
    """
    if own is not None:
        return own, language
    for tag in (language, *chain):
        if tag in _TEXTS:
            return _TEXTS[tag], tag
    return _TEXTS["en"], "en"


def add_to_body(body: bytes, text: str, language: str, *, page_format: str, newline: str = "\n") -> bytes:
    """`body` (a page without its front matter) under the notice, as an element of its own."""
    attribute = "className" if page_format == "mdx" else "class"
    inside = html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")
    element = f'<div {attribute}="translation-notice" role="note" lang="{language}">{inside}</div>{newline}'
    opening = _BODY_TAG.search(body) if page_format == "html" else None
    if opening:
        return body[: opening.end()] + element.encode() + body[opening.end() :]
    # A blank line ends the element where Markdown is read, so that the first paragraph is still one.
    return (element + newline).encode() + body
