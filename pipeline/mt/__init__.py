"""Machine translation: sentences in, drafts out. Engines, models, protection of markup, checks.

Nothing here touches a catalog or a page; importing the package loads no model and no heavy library.
"""
