"""Bytes to pages and back: masks, front matter, Markdown, HTML, data files, and the writing of translations."""
