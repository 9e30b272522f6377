"""From accepted messages to files: what an edition's pages are, where they go, and how they are written.

`edition`, `links`, `layout` and `coverage` are pure; only `writer` touches files.
"""
