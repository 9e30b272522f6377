"""The grammar of inline elements: find them, compare them, and tell text from markup.

`tags` scans HTML and JSX, `templates` generator syntax, `elements` puts both together with Markdown's own marks.
"""

from pipeline.inline.elements import elements, has_text, mark_spans, plain, signature, words_only
from pipeline.inline.references import unescape

__all__ = ["elements", "has_text", "mark_spans", "plain", "signature", "unescape", "words_only"]
