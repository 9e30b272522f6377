"""CommonMark's own examples: identity, and the same block structure after a marked translation.

    python bench/commonmark.py SPEC.json [--show]

SPEC.json is the specification's example list (objects with `example` and `markdown`). Two translations are tried,
a mark after each msgid and `x ` before it; the re-parse is markdown-it-py's. Exits 1 when bytes change or fewer
than 99 % of the examples keep their blocks.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from common import MARK, blocks, commonmark_html, differs, marked, share, tags, tell, translate

import pipeline

TRANSLATIONS: dict[str, Callable[[str], str]] = {
    f"msgid + {MARK!r}": marked,
    "'x ' + msgid": lambda msgid: "x " + msgid,
}


def main() -> int:
    """Prints the figures and the numbers of the examples that fail."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("spec", type=Path)
    options.add_argument("--show", action="store_true", help="show each failing example on standard error")
    args = options.parse_args()
    examples = json.loads(args.spec.read_text(encoding="utf-8"))

    changed: list[int] = []
    broken: dict[str, list[int]] = {name: [] for name in TRANSLATIONS}
    inline: dict[str, list[int]] = {name: [] for name in TRANSLATIONS}
    for example in examples:
        number, source = example["example"], example["markdown"].encode()
        page = pipeline.parse_page(source, path=f"{number}.md")
        if not source == pipeline.rebuild_page(page, {}) == pipeline.rebuild_page(page, translate(page, str)):
            changed.append(number)
        before = tags(commonmark_html(source.decode()))
        for name, change in TRANSLATIONS.items():
            text = pipeline.rebuild_page(page, translate(page, change)).decode()
            after = tags(commonmark_html(text))
            if blocks(before) != blocks(after):
                broken[name].append(number)
                if args.show:
                    where = differs(blocks(before), blocks(after))
                    tell(f"example {number}, {name}: {where}\n{source.decode()!r}\n{text!r}")
            elif before != after:
                inline[name].append(number)

    count = len(examples)
    print(f"identity: {share(count - len(changed), count)} {changed or ''}")
    for name in TRANSLATIONS:
        print(f"{name}: same blocks {share(count - len(broken[name]), count)}; changed: {broken[name]}")
        print(f"{name}: same blocks, other inline tags: {inline[name]}")
    return int(bool(changed) or any(len(numbers) > count * 0.01 for numbers in broken.values()))


if __name__ == "__main__":
    raise SystemExit(main())
