"""The same laws on `.html` pages, made by rendering a Markdown corpus, and on the corpus's YAML files.

    python bench/html_pages.py CORPUS OUT [--every N]

Each Markdown page is rendered by markdown-it-py into a whole document (title, description, og: tags) under OUT.
Measured: bytes after an identity rebuild; the invisible mark inside every word, put in and taken out again;
coverage of text and attributes; words in msgids that no reader sees (noise); msgids that hold block HTML; tags and link
targets after a marked translation. YAML files: bytes after an identity rebuild. Exits 1 below the bars.
"""

from __future__ import annotations

import argparse
import html
from collections import Counter
from pathlib import Path

from common import body, commonmark_html, find_pages, marked, share, tell, translate
from visible_text import BLOCK_TAG, INNER, OPAQUE, covered, inner_mark, pairs, read_html, words

import pipeline

DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="description" content="{description}">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{description}">
<meta property="og:image" content="/images/share.png">
<script>const page = "{number}";</script>
<style>main {{ margin: 0 }}</style>
</head>
<body>
<main>
{main}</main>
</body>
</html>
"""


def document(path: Path, number: int) -> str:
    """A Markdown file as a whole HTML document."""
    main = commonmark_html(body(path.read_bytes().decode()))
    title = html.escape(f"Page {path.stem.replace('-', ' ')}")
    description = html.escape(f'What "{path.stem}" & its neighbours are about')
    return DOCUMENT.format(title=title, description=description, number=number, main=main)


def measure_html(name: str, data: bytes, figures: Counter[str]) -> list[str]:
    """Adds one page to the figures; returns the names of the laws it breaks."""
    page = pipeline.parse_page(data, path=name)
    text = data.decode()
    seen = read_html(text)
    msgids = [segment.msgid for segment in page.segments]
    known = pairs(msgids)

    inner = pipeline.rebuild_page(page, translate(page, inner_mark)).decode()
    after = read_html(pipeline.rebuild_page(page, translate(page, marked)).decode())
    laws = {
        "bytes": data == pipeline.rebuild_page(page, {}) == pipeline.rebuild_page(page, translate(page, str)),
        "inner": inner.replace(INNER, "") == text and (INNER in inner or not msgids),
        "tags": after.tags == seen.tags,
        "targets": after.targets == seen.targets,
    }
    figures["pages"] += 1
    figures["segments"] += len(msgids)
    figures.update(law for law, kept in laws.items() if kept)
    figures["block HTML"] += sum(bool(BLOCK_TAG.search(msgid)) for msgid in msgids)
    for what, texts in (("text", seen.nodes), ("attributes", seen.attributes)):
        part, whole = covered(texts, known)
        figures[what + " covered"] += part
        figures[what] += whole
    readable = set(words(" ".join(seen.nodes + seen.attributes)))
    spoken = [word for msgid in msgids for word in words(OPAQUE.sub(" ", msgid))]
    figures["noise"] += sum(word not in readable for word in spoken)
    figures["words"] += len(spoken)
    return [law for law, kept in laws.items() if not kept]


def main() -> int:
    """Prints one line a figure, and the pages and files that break a law."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--every", type=int, default=1, help="only every Nth page")
    args = options.parse_args()

    figures: Counter[str] = Counter()
    for number, path in enumerate(find_pages(args.corpus, every=args.every)):
        target = (args.out / path.relative_to(args.corpus)).with_suffix(".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(document(path, number).encode())
        name = target.relative_to(args.out).as_posix()
        broken = measure_html(name, target.read_bytes(), figures)
        if broken:
            tell(f"{name}: {', '.join(broken)}")

    files = find_pages(args.corpus, suffixes=(".yml", ".yaml"))
    same = 0
    for path in files:
        data = path.read_bytes()
        page = pipeline.parse_page(data, path=path.relative_to(args.corpus).as_posix())
        if data == pipeline.rebuild_page(page, {}) == pipeline.rebuild_page(page, translate(page, str)):
            same += 1
        else:
            tell(f"{path}: bytes")

    for law in ("bytes", "inner", "tags", "targets"):
        print(f"HTML {law}: {share(figures[law], figures['pages'])}")
    for what in ("text", "attributes"):
        print(f"HTML {what} covered: {share(figures[what + ' covered'], figures[what])}")
    print(f"HTML noise: {share(figures['noise'], figures['words'])}")
    print(f"HTML segments with block HTML: {figures['block HTML']} of {figures['segments']:,}")
    print(f"YAML bytes: {share(same, len(files))}")
    whole = figures["bytes"] == figures["pages"] and same == len(files)
    return int(not whole or figures["inner"] < 0.995 * figures["pages"])


if __name__ == "__main__":
    raise SystemExit(main())
