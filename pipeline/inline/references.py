"""Character references resolved, for comparing and judging texts; `document/entities.py` says how they are spelled."""

from __future__ import annotations

import re

_ZEROS = re.compile(r"&#0++(?=[0-9])")
_TOO_LARGE = re.compile(r"&#[0-9]{8,}+;?")


def unescape(text: str) -> str:
    """`html.unescape`, also for numbers too long for Python to read as one (a ValueError there)."""
    if "&" not in text:
        return text
    from html import unescape as by_html  # brings a large table, which most pages do not need

    return by_html(_TOO_LARGE.sub("\ufffd", _ZEROS.sub("&#", text)) if "&#" in text else text)
