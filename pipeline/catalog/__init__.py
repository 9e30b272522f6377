"""PO files: read, write, merge with a template, and tell how far each entry is."""
