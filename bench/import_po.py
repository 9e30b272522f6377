"""Whether `import-po` carries over what translators did with other tools.

    python bench/import_po.py CORPUS OUT [--tools po4a,mdpo,...]

Pages of CORPUS (Markdown; for html2po the same pages rendered) are extracted by each tool. Each entry gets a pseudo
translation: other letters, the same markup, as a translator would leave it. The catalogs are imported into a project
in OUT, and every message that was filled is turned back and compared with its own msgid by letters and digits.

The tools: `po4a-updatepo` on the path; mdpo and translate-toolkit in the environment whose Python is --python;
--mdbook, a program that reads paths on standard input and prints `[path, [[line, msgid], ...]]` as JSON for each
(`extract_messages` of mdbook-i18n-helpers, whose own command wants a whole book).

Exits 1 below 95 % of the entries that we offer, or when anything landed on another string or would be refused.
"""

from __future__ import annotations

import argparse
import codecs
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from common import FRONT_MATTER, body, commonmark_html, find_pages, share, table, tell
from markdown_it import MarkdownIt

from pipeline.catalog.pofile import new_header, parse_po, write_po
from pipeline.catalog.state import accepted
from pipeline.document.rebuild import rebuild_checked
from pipeline.document.skeleton import parse_page
from pipeline.langtag import parse
from pipeline.model import Catalog, Message

SEED = 7
LANGUAGE = "ms"
FOLDER = Path("locales/ms/LC_MESSAGES")

# What a translator leaves alone, whatever the tool.
KEPT = re.compile(
    r"(```\w*|(?<!`)(?:``(?!`).+?``|`[^`]+`)|\]\((?:[^()\n]|\([^()]*\))*\)|\]\[[^\]]*\]|\]\{\d+\}"
    r"|<[A-Za-z/!][^>]*>|<(?:https?|mailto):[^>]*>|\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}|&#?\w+;|\[\^[^\]]*\]"
    r"|(?<!\S):{3,}\s*\w*|\[![A-Z]+\\?\]|!!! \w+|(?:https?|mailto|tel):\S+|www\.\S+|\S+@\S+\.\w+|^\[[^\]]+\]:.*$|\\\S)",
    re.DOTALL | re.MULTILINE,
)
KEYS = re.compile(r"((?<!\S)[a-z]\w*:(?=\s))")
"""Keys of a front matter that was taken for text."""
LETTERS = re.compile(r"[\W_]+")

VERBATIM = re.compile(r"<(pre|code|style|script)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
PAGE_CODE = MarkdownIt("commonmark", {"html": True}).enable("table")


def pseudo(text: str, *, keys: bool = False) -> str:
    """Every letter of the running text another one; twice gives the text back. `keys` stay in front matter."""
    kept = re.compile(f"{KEPT.pattern}|{KEYS.pattern}", KEPT.flags) if keys else KEPT
    return "".join(
        part if number % 2 else codecs.encode(part, "rot13")
        for number, part in enumerate(part for part in kept.split(text) if part is not None)
    )


def letters(text: str) -> str:
    """Letters and digits of the running text."""
    text = KEPT.sub(lambda m: unescape(m[0]) if m[0].startswith("&") else "", text)
    return LETTERS.sub("", text).casefold()


@dataclass(slots=True)
class Score:
    """What became of the entries of one tool."""

    pages: int = 0
    failed: int = 0
    entries: int = 0
    approved: int = 0
    fuzzy: int = 0
    known: int = 0
    never: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, str, str]] = field(default_factory=list)
    filled: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    similar: list[tuple[str, str, str]] = field(default_factory=list)
    """Fuzzy, and shown with the other tool's msgid, because that has other words."""
    accepted: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    offered: int = 0

    @property
    def carried(self) -> int:
        """Entries that came over in full."""
        return self.approved + self.fuzzy + self.known


Extract = Callable[[Path, list[str], Path], None]
"""(source folder, pages, folder for one PO per page)."""


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    """A program of somebody else's, whose complaints nobody needs."""
    return subprocess.run(command, text=True, capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def po4a(options: list[str]) -> Extract:
    """po4a's text module."""

    def extract(source: Path, pages: list[str], out: Path) -> None:
        for page in pages:
            target = out / f"{page}.po"
            target.parent.mkdir(parents=True, exist_ok=True)
            flags = [part for option in ("markdown", *options) for part in ("-o", option)]
            try:
                run(["po4a-updatepo", "-f", "text", *flags, "-M", "UTF-8", "-m", page, "-p", str(target.resolve())],
                    cwd=source, timeout=20)  # fmt: skip
            except subprocess.TimeoutExpired:
                target.unlink(missing_ok=True)

    return extract


def mdpo(python: str) -> Extract:
    """md2po of mdpo, one page at a time, in one process."""
    script = (
        "import sys, pathlib\nfrom mdpo.md2po import markdown_to_pofile\n"
        "for line in sys.stdin:\n"
        "    page, out = line.rstrip('\\n').split('\\t')\n"
        "    pathlib.Path(out).parent.mkdir(parents=True, exist_ok=True)\n"
        "    try: markdown_to_pofile(page, po_filepath=out, save=True)\n"
        "    except Exception as error: print(page, error)\n"
    )

    def extract(source: Path, pages: list[str], out: Path) -> None:
        rows = "".join(f"{page}\t{(out / page).resolve()}.po\n" for page in pages)
        run([python, "-c", script], cwd=source, input=rows)

    return extract


def toolkit(python: str, module: str, *options: str) -> Extract:
    """md2po and html2po of Translate Toolkit, a folder at a time."""

    def extract(source: Path, pages: list[str], out: Path) -> None:
        del pages
        out.mkdir(parents=True, exist_ok=True)
        run(
            [python, "-m", f"translate.convert.{module}", "--progress=none", *options, ".", str(out.resolve())],
            cwd=source,
        )

    return extract


def mdbook(program: str) -> Extract:
    """mdbook-i18n-helpers: one PO for the whole book."""

    def extract(source: Path, pages: list[str], out: Path) -> None:
        found: dict[str, list[str]] = {}
        for line in run([program], cwd=source, input="\n".join(pages)).stdout.splitlines():
            page, messages = json.loads(line)
            for number, msgid in messages or ():
                found.setdefault(msgid, []).append(f"src/{page}:{number}")
        messages = tuple(Message(msgid, references=tuple(places)) for msgid, places in found.items())
        out.mkdir(parents=True, exist_ok=True)
        write_po(Catalog(header=new_header(parse(LANGUAGE)), messages=messages), out / "ms.po")

    return extract


def translate(out: Path) -> None:
    """Give every entry its pseudo translation. A copy the tool made for want of one stays what it is."""
    for path in sorted(out.rglob("*.po")):
        catalog = parse_po(path.read_bytes(), path=str(path), unique=False)
        messages = []
        for message in catalog.messages:
            if not message.msgstr and message.msgid and message.msgid_plural is None:
                message = message.changed(  # noqa: PLW2901
                    msgstr=pseudo(message.msgid, keys=bool(KEYS.match(message.msgid.lstrip("-\n")))),
                    flags=tuple(flag for flag in message.flags if flag != "fuzzy"),
                )
            messages.append(message)
        write_po(Catalog(language=catalog.language, header=catalog.header, messages=tuple(messages)), path)


def make_project(root: Path, corpus: Path, pages: list[Path], *, html: bool) -> list[str]:
    """A project with these pages; their names below `content`."""
    shutil.rmtree(root, ignore_errors=True)
    names = []
    for page in pages:
        name = page.relative_to(corpus).as_posix()
        target = root / "content" / (f"{name}.html" if html else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if html:
            text = body(page.read_text(encoding="utf-8", errors="replace"))
            target.write_text(f"<html><body>\n{commonmark_html(text)}</body></html>\n", encoding="utf-8")
        else:
            shutil.copyfile(page, target)
        names.append(target.relative_to(root / "content").as_posix())
    include = '["**/*.md", "**/*.mdx", "**/*.html"]'
    (root / "pipeline.toml").write_text(
        f'format = 1\nlanguages = ["{LANGUAGE}"]\n\n[source]\ninclude = {include}\n', encoding="utf-8"
    )
    return names


class NeverOffered:
    """Why an entry is none that we would offer, judged from the page and the entry alone."""

    def __init__(self, content: Path, pages: list[str]) -> None:
        self._code: set[str] = set()
        self._keys: set[str] = set()
        self._front: set[str] = set()
        self._values: set[str] = set()
        self._titles: set[str] = set()
        self._labels: set[str] = set()
        for name in pages:
            data = (content / name).read_bytes()
            text = data.decode("utf-8", "replace")
            segments = parse_page(data, path=name).segments
            texts = {segment.msgid for segment in segments}
            offered = set(map(letters, texts))
            self._titles |= {letters(s.msgid) for s in segments if s.kind.startswith("front matter")}
            for token in PAGE_CODE.parse(body(text)):
                if token.type in ("fence", "code_block"):
                    self._code.add(LETTERS.sub("", token.content).casefold())
            for code in VERBATIM.finditer(text):
                self._code.add(LETTERS.sub("", unescape(code[2])).casefold())
            if front := FRONT_MATTER.match(text):
                self._front.add(letters(KEYS.sub("", front[0])))
                for line in front[0].split("\n"):
                    written = re.sub(r"^\s*-?\s*[\w-]+:\s", "", line).strip().strip("\"'")
                    if written not in texts:
                        self._values.add(written)
                    value = letters(written)
                    if value and value not in offered:
                        self._keys.add(value)
            for label in re.findall(r"^ {0,3}\[([^\]]+)\]:", text, re.MULTILINE):
                self._labels.add(letters(label))
        self._all_front = "\n".join(self._front)
        self._all_code = "\n".join(self._code)

    def reason(self, msgid: str) -> str:
        """Empty for an entry that should have been carried."""
        text, every = letters(msgid), LETTERS.sub("", unescape(msgid)).casefold()
        if not text or re.fullmatch(r"\s*/\S*\s*", msgid):
            return "only markup, code, addresses"
        if re.fullmatch(r"(?:\s*\[[^\]]+\]:.*)+\s*", msgid) or text in self._labels:
            return "reference definitions and labels"
        if msgid.startswith("```") or (every and every in self._all_code):
            return "code blocks"
        if re.match(r"\s*(?:<!--|<style|<script|<svg)", msgid):
            return "comments, styles, scripts"
        if re.match(r"\s*(?:import|export)\s", msgid):
            return "module imports"
        bare = letters(KEYS.sub("", msgid))
        if bare in self._all_front and not any(title in bare for title in self._titles if title):
            return "front matter that is no text"
        if text in self._keys or msgid.strip() in self._values:
            return "front matter that is no text"
        return ""


def measure(root: Path, source: Path, out: Path, pages: list[str], *, whole: bool) -> Score:
    """Import, and judge what came of it."""
    score = Score(pages=len(pages))
    score.failed = (
        0
        if whole
        else sum(not (out / f"{p}.po").exists() and not (out / Path(p).with_suffix(".po")).exists() for p in pages)
    )
    command = [sys.executable, "-m", "pipeline", "-C", str(root), "import-po", "--lang", LANGUAGE, "--format", "json",
               "--rest", str(root / "rest.po"), str(out)]  # fmt: skip
    done = run(command)
    if not done.stdout:
        raise SystemExit(done.stderr)
    result = json.loads(done.stdout)
    never = NeverOffered(source, pages)
    for file in result["files"]:
        for name in ("entries", "approved", "fuzzy", "known"):
            setattr(score, name, getattr(score, name) + file[name])
        for left in file["not_carried"]:
            reason = "copies the tool made" if left["reason"] == "copied" else never.reason(left["msgid"])
            if reason:
                score.never[reason] += 1
            else:
                score.lost.append((file["path"], left["reason"], left["msgid"]))
    for page, catalog in _catalogs(root, pages):
        for message in catalog.index.values():
            score.offered += 1
            if message.msgstr:
                score.filled += 1
                # What stood in a front matter has kept its keys.
                back = {letters(pseudo(message.msgstr, keys=keys)) for keys in (False, True)}
                # An attribute that the translator left alone is equal to its msgid.
                if message.msgstr == message.msgid or letters(message.msgid) in back:
                    continue
                if message.fuzzy and message.previous_msgid:
                    score.similar.append((page, message.msgid, message.previous_msgid))
                else:
                    score.wrong.append((page, message.msgid, message.msgstr))
        texts = accepted(catalog)
        score.accepted += len(texts)
        rebuilt = rebuild_checked(parse_page((source / page).read_bytes(), path=page), texts)
        score.refused += [(page, finding.message) for finding in rebuilt.findings]
    return score


def _catalogs(root: Path, pages: list[str]) -> Iterator[tuple[str, Catalog]]:
    for page in pages:
        path = root / FOLDER / f"{page}.po"
        if path.is_file():
            yield page, parse_po(path.read_bytes(), path=str(path))


def main() -> int:
    """Measure each tool; exit code 1 below 95 %, or when anything landed on another string."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tools", default="po4a,po4a-tuned,mdpo,md2po,md2po-plain,html2po,mdbook")
    parser.add_argument("--python", default=sys.executable, help="Python with mdpo and translate-toolkit")
    parser.add_argument("--mdbook", default="", help="program that gives the messages of pages, see above")
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--show", type=int, default=0, help="print so many of what was lost, wrong or refused")
    options = parser.parse_args()
    pages = find_pages(options.corpus)
    pages = sorted(random.Random(SEED).sample(pages, min(options.pages, len(pages))))
    ways: dict[str, Extract] = {
        "po4a": po4a([]),
        "po4a-tuned": po4a(["neverwrap", "yfm_lenient", "yfm_skip_array", "yfm_keys=title,description"]),
        "mdpo": mdpo(options.python),
        "md2po": toolkit(options.python, "md2po"),
        "md2po-plain": toolkit(options.python, "md2po", "--no-placeholders", "--no-frontmatter"),
        "html2po": toolkit(options.python, "html2po"),
    }
    if options.mdbook:
        ways["mdbook"] = mdbook(str(Path(options.mdbook).resolve()))
    rows = []
    good = True
    for tool in options.tools.split(","):
        if tool not in ways:
            tell(f"{tool}: not installed, left out")
            continue
        root, out = options.out / tool / "project", options.out / tool / "po"
        shutil.rmtree(out, ignore_errors=True)
        names = make_project(root, options.corpus, pages, html=tool == "html2po")
        ways[tool](root / "content", names, out)
        translate(out)
        score = measure(root, root / "content", out, names, whole=tool == "mdbook")
        ours = score.entries - score.never.total()
        good &= score.carried >= 0.95 * ours > 0 and not score.wrong and not score.refused
        rows.append([
            tool, f"{score.pages - score.failed}/{score.pages}", f"{score.entries:,}", share(score.carried, score.entries),
            share(score.carried, ours), f"{score.approved:,}", f"{score.fuzzy:,}", f"{score.known:,}",
            f"{score.filled:,}/{score.offered:,}", len(score.similar), len(score.wrong), f"{len(score.refused)}/{score.accepted:,}",
        ])  # fmt: skip
        tell(f"{tool}: never offered: {dict(score.never.most_common())}; lost: {Counter(r for _, r, _ in score.lost)}")
        for what in (score.lost, score.similar, score.wrong, score.refused):
            for item in what[: options.show]:
                tell("  " + " | ".join(repr(part)[:160] for part in item))
    head = ["tool", "pages", "entries", "carried of all", "of those we offer", "approved", "fuzzy", "there already",
            "our messages filled", "similar text", "wrong", "refused"]  # fmt: skip
    print(table(head, rows))
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
