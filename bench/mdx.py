"""MDX pages compile as before after an identity and after a marked translation.

    python bench/mdx.py CORPUS NODE_MODULES [--suffixes .mdx] [--show]

NODE_MODULES is a folder made by `npm install @mdx-js/mdx@3 remark-gfm@4`. Only pages that compile untouched are
counted. Front matter is cut off and `{#id}` after a heading escaped on both sides, as the site generators do before
they call the compiler. Beside compiling, the compiled elements must be the same ones. Exits 1 when a page
stops compiling.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from common import body, differs, find_pages, marked, share, tell, translate

import pipeline

COMPILER = Path(__file__).with_name("mdx_compile.mjs")
HEADING_ID = re.compile(r"^(#{1,6} .*?)(?<!\\)\{(#[\w-]+\}[ \t]*\r?)$", re.MULTILINE)


def compiler_input(data: bytes) -> str:
    """The page as the site generator hands it to the compiler."""
    return HEADING_ID.sub(r"\1\\{\2", body(data.decode()))


def compile_all(node: str, modules: Path, texts: list[str]) -> list[dict[str, Any]]:
    """Each text compiled by one Node process: objects with `ok`, and `elements` or `error`, in order."""
    lines = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
    command = [node, str(COMPILER), str(modules)]
    done = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> int:
    """Prints how many of the pages that compile still do, and which ones do not."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path)
    options.add_argument("modules", type=Path, metavar="NODE_MODULES")
    options.add_argument("--suffixes", default=".mdx", help="comma-separated")
    options.add_argument("--node", default="node")
    options.add_argument("--show", action="store_true", help="show the first difference of each page")
    args = options.parse_args()

    paths = find_pages(args.corpus, suffixes=args.suffixes.split(","))
    names = [path.relative_to(args.corpus).as_posix() for path in paths]
    sides: dict[str, list[str]] = {"source": [], "identity": [], "marked": []}
    for path, name in zip(paths, names, strict=True):
        data = path.read_bytes()
        page = pipeline.parse_page(data, path=name)
        sides["source"].append(compiler_input(data))
        sides["identity"].append(compiler_input(pipeline.rebuild_page(page, translate(page, str))))
        sides["marked"].append(compiler_input(pipeline.rebuild_page(page, translate(page, marked))))
    answers = compile_all(args.node, args.modules, [text for side in sides.values() for text in side])
    count = len(names)
    source = answers[:count]
    good = [number for number in range(count) if source[number]["ok"]]
    print(f"{count} pages, {len(good)} compile untouched")

    failed = False
    for name, side in (("identity", answers[count : 2 * count]), ("marked", answers[2 * count :])):
        broken = [number for number in good if not side[number]["ok"]]
        other = [n for n in good if side[n]["ok"] and side[n]["elements"] != source[n]["elements"]]
        failed |= bool(broken)
        print(f"{name}: compile {share(len(good) - len(broken), len(good))}")
        print(f"{name}: same elements {share(len(good) - len(broken) - len(other), len(good))}")
        for number in broken:
            print(f"  does not compile: {names[number]}: {side[number]['error']}")
        for number in other:
            print(f"  other elements: {names[number]}")
            if args.show:
                tell(f"{names[number]}: {differs(source[number]['elements'], side[number]['elements'])}")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
