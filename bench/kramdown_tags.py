"""Isomer and Jekyll pages as kramdown renders them: the same tags before and after a marked translation.

    python bench/kramdown_tags.py CORPUS [--groups isomer,jekyll] [--ruby ruby] [--show]

Needs Ruby with kramdown and kramdown-parser-gfm (Debian: ruby-kramdown, ruby-kramdown-parser-gfm). Front matter is cut
off and Liquid replaced the same way on both sides, since Jekyll runs Liquid before kramdown sees the page. Exits 1 when
fewer than 99 % of the pages keep their tags.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from common import body, differs, find_pages, marked, share, tags, tell, translate

import pipeline

RENDERER = Path(__file__).with_name("kramdown_render.rb")
HIDDEN = re.compile(r"\{%-?\s*(highlight|comment)\b.*?%\}.*?\{%-?\s*end\1\s*-?%\}", re.DOTALL)
LIQUID = re.compile(r"\{%.*?%\}", re.DOTALL)
OUTPUT = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def without_liquid(text: str) -> str:
    """What kramdown gets to see: highlighted code as HTML, tags gone, outputs as a word."""
    text = HIDDEN.sub(lambda m: "<pre>code</pre>" if m[1] == "highlight" else "", text)
    return OUTPUT.sub("liquid", LIQUID.sub("", text))


def render(ruby: str, texts: Iterable[str]) -> list[dict[str, str]]:
    """Each text rendered by one Ruby process: objects with `html` or `error`, in order."""
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
    done = subprocess.run([ruby, str(RENDERER)], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> int:
    """Prints the share of pages whose tags stay, and the pages whose tags do not."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("--groups", default="isomer,jekyll", help="top-level folders of CORPUS")
    options.add_argument("--ruby", default="ruby")
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--show", action="store_true", help="show the first difference of each page")
    args = options.parse_args()

    names, before, after = [], [], []
    for path in find_pages(args.corpus, groups=args.groups.split(","), suffixes=(".md",), every=args.every):
        name = path.relative_to(args.corpus).as_posix()
        data = path.read_bytes()
        page = pipeline.parse_page(data, path=name)
        translated = pipeline.rebuild_page(page, translate(page, marked))
        names.append(name)
        before.append(without_liquid(body(data.decode())))
        after.append(without_liquid(body(translated.decode())))

    rendered = render(args.ruby, before + after)
    same, changed = 0, []
    for name, old, new in zip(names, rendered, rendered[len(names) :], strict=False):
        if "error" in old:
            tell(f"kramdown fails on the source of {name}: {old['error']}")
            same += "error" in new
            continue
        old_tags, new_tags = tags(old["html"]), tags(new.get("html", ""))
        if old_tags == new_tags:
            same += 1
        else:
            changed.append(name)
            if args.show:
                tell(f"{name}: {new.get('error') or differs(old_tags, new_tags)}")
    print(f"kramdown, same tags after a marked translation: {share(same, len(names))}")
    for name in changed:
        print(f"  changed: {name}")
    return int(same < 0.99 * len(names))


if __name__ == "__main__":
    raise SystemExit(main())
