"""The commented `pipeline.toml` that `pipeline init` writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.generator import default_layout, detect_generator, is_isomer, source_defaults
from pipeline.langtag import LanguageTag
from pipeline.project import Keys

_TEMPLATE = """\
# What pipeline translates here, and what it publishes. Every key: docs/configuration.md.
# A line that begins with "# " and a key shows the default; take the mark away to change it.
format = 1

# The editions to make, as BCP 47 tags: "ms", "zh-Hans", "ta", "pt-BR".
languages = [{languages}]

# name = "{name}"
{mark}generator = "{generator}"   # {origin}{isomer}; or "jekyll", "hugo", "mkdocs", "docusaurus", "plain"
# locales = "locales"       # folder of the PO files
# output = "output"         # folder of the editions
# catalogs = "page"         # one PO file per "page" or "folder", or one for the "site"
# references = "page"       # what `#:` says: "page", "line" or "none"
# templates = false         # keep POT files in locales/templates

[source]
root = "{root}"
language = "en"
# include = [{include}]
# exclude = [{exclude}]

# [source.languages]        # pages in another language
# "_posts/zh/**" = "zh-Hans"

# [keys]                    # front matter and data keys, before the built-in rules
# translate = ["sections.*.hero.title"]
# keep = ["colors.*.title"]
# shared = [{shared}]   # keys whose strings must agree on every page
# shared_files = [{shared_files}]

# [contexts]                # msgctxt for the kinds of string that begin so, e.g. "table header"
# "button" = "button"

# [[keys.paths]]
# glob = "_config.yml"
# translate = ["title", "description"]

[build]
policy = "reviewed"         # or "machine": machine drafts too, under a notice
min_reviewed = 0.8          # a page with less of its words accepted is not written
# layout = "{layout}"         # "folder", "suffix", "docusaurus" or "polyglot"
# permalinks = true         # /fees/ becomes /ms/fees/
# added_keys = true         # add `lang` to front matter
# mark_fallback = true      # mark passages left in the source language
# notice_where = "front-matter"   # or "body", "none"
# static = "none"           # other files: "copy", "link" or "none"
# static_include = ["**"]
# static_exclude = []

# [build.languages.ms]
# policy = "machine"
# folder = "ms"
# notice = "Terjemahan mesin."

# [[build.paths]]
# glob = "legal/**"
# policy = "reviewed"
# min_reviewed = 1.0

# [mt]
# engine = "argos"          # or "apertium", "ctranslate2", "libretranslate", "pseudo"
# model = ""                # e.g. "en-ms 1.9"; the best installed when empty
# beam = 2                 # the default is 4 for a starter model, 2 for others
# threads = 0               # 0 for all cores

# [mt.languages.ta]
# engine = "ctranslate2"

# [mt.pivots]               # by way of another language
# ms = ["argos:en-id", "apertium:id-ms"]

# [mt.folders.nllb]         # a converted CTranslate2 model with its SentencePiece
# path = "../models/nllb-200-distilled-600M"
# source = "en"             # of a model for one pair only
# target = "ta"
# codes = {{ ms = "zsm_Latn" }}   # the model's own, where they are not the usual ones

# [mt.libretranslate]       # a server of one's own
# url = "http://127.0.0.1:5000"
# allow_remote = false      # true: texts may leave this machine, over https
# timeout = 60              # seconds

# [mt.models]               # what a model has to be; see `pipeline models list`
# "en-ms 1.9" = "sha256:…"   # 64 hexadecimal digits

# [memory]                  # what people have translated already fills in what nobody has
# use = true
# threshold = 0.75          # how alike two texts must be, 0.0 to 1.0
# exact = "fuzzy"           # the same text elsewhere; "reviewed": approved at once, where nothing speaks against it
"""


def config_text(root: Path, languages: Sequence[LanguageTag] = (), *, generator: str | None = None) -> str:
    """The text of a new `pipeline.toml` for the site in `root`; only its source folder and languages are decided.

    A `generator` that is given is decided too.
    """
    site = generator or detect_generator(root)
    found = source_defaults(root, site)
    return _TEMPLATE.format(
        languages=_list(languages),
        name=root.resolve().name.replace("\\", "").replace('"', ""),
        generator=site,
        mark="" if generator else "# ",
        origin="as given" if generator else "found by looking",
        isomer=" (an Isomer site)" if site == "jekyll" and is_isomer(root) else "",
        root=found.root,
        include=_list(found.include),
        exclude=_list(found.exclude),
        layout=default_layout(site),
        shared=_list(Keys().shared),
        shared_files=_list(Keys().shared_files),
    )


def _list(items: Sequence[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)
