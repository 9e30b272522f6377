"""The day after: no sequence of edits, drafts, builds, merges and killed runs loses a word or publishes a stale one.

A model of its own remembers what people wrote and approved; PO files are read with polib. Run it for longer by hand with
`PIPELINE_SEQUENCES=5000 pytest tests/property/test_day_after.py`: the sequences are then new ones every time.
"""

import contextlib
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import hypothesis.strategies as st
import polib
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline.catalog.pofile import format_po, parse_po
from pipeline.catalog.threeway import merge_three
from pipeline.config import load_project
from pipeline.langtag import parse
from pipeline.stages.build import build
from pipeline.stages.pages import parse_source
from pipeline.stages.places import SITE_CATALOG, catalog_name
from pipeline.stages.translate import translate
from pipeline.stages.update import update

_spec = importlib.util.spec_from_file_location("editors", Path(__file__).parents[1] / "editors.py")
editors = importlib.util.module_from_spec(_spec)
sys.modules["editors"] = editors
_spec.loader.exec_module(editors)
EDITORS = editors.every_editor()

XA = parse("en-XA")
CONFIG = """format = 1
name = "Day after"
languages = ["en-XA"]
[source]
root = "content"
include = ["**/*.md", "**/*.html", "_data/*.yml"]
[build]
min_reviewed = 0.0
[mt]
engine = "pseudo"
"""
LONG = int(os.environ.get("PIPELINE_SEQUENCES", "0"))


# People's files


WORDS = ("ferry", "harbour", "opens", "daily", "[fees](/a)", "[fees](/b)", "`tide`", "`tide --now`", "**boats**", "9")
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
STARTS = ("", "", "", "## ", "- ", "> ", "1. ")
BLOCK = st.tuples(st.sampled_from(STARTS), TEXT).map("".join)
PAGES = ("a.md", "b.md", "guide/a.md", "guide/c.md", "d.html", "_data/nav.yml")
NUMBER = st.integers(0, 999)
"""Which of what there is; taken modulo how many there are."""


@dataclass(frozen=True)
class Source:
    """A page as its author thinks of it."""

    title: str
    part: str
    blocks: tuple[str, ...]
    crlf: bool = False

    def encode(self, path):
        texts = [block.lstrip("#->1. ") for block in self.blocks]
        if path.endswith(".html"):
            text = "<html><body>\n" + "".join(f"<p>{text}</p>\n" for text in texts) + "</body></html>\n"
        elif path.endswith(".yml"):
            text = "".join(f"- title: {polib_quoted(text)}\n" for text in (self.title, *texts))
        else:
            head = f"---\ntitle: {polib_quoted(self.title)}\nthird_nav_title: {self.part}\n---\n"
            text = head + "\n\n".join(self.blocks) + "\n"
        return (text.replace("\n", "\r\n") if self.crlf else text).encode()


def polib_quoted(text):
    return f'"{polib.escape(text)}"'


SOURCE = st.builds(
    Source, title=TEXT, part=st.sampled_from(["Visit us", "About"]), blocks=st.lists(BLOCK, max_size=5).map(tuple)
)


# A process that can be stopped at any change it makes to a file


class Killed(BaseException):
    """Stands for SIGKILL: from then on the process changes nothing."""


CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod", "os.truncate"}


class Process:
    """Watches what a stage does to the files below `root`; kills it at one change, or lets somebody save a file."""

    def __init__(self, root, *, kill_at=None, torn=False, meanwhile=None, at=0):
        self.root, self.kill_at, self.torn, self.meanwhile, self.at = str(root), kill_at, torn, meanwhile, at
        self.changes = self.opened = 0
        self.dead = self.busy = False

    def __call__(self, event, arguments):
        if self.busy or (event not in CHANGES and event != "open"):
            return
        path = arguments[0]
        if not isinstance(path, str | os.PathLike) or not os.fspath(path).startswith(self.root):
            return
        self.busy = True
        try:
            self._look(event, os.fspath(path), arguments)
        finally:
            self.busy = False

    def _look(self, event, path, arguments):
        if event == "open":
            self.opened += 1
            # Before a file is opened, and so at some time before the last look that a run has at a PO file.
            if self.meanwhile and self.opened > self.at:
                saved, self.meanwhile = self.meanwhile, None
                saved()
            flags = arguments[2] or 0
            if not flags & (os.O_WRONLY | os.O_RDWR):
                return
        self.changes += 1
        if self.dead:
            raise Killed
        if self.kill_at is not None and self.changes >= self.kill_at:
            self.dead = True
            if self.torn and event == "os.rename":  # half of it had been written
                os.truncate(path, Path(path).stat().st_size // 2)
            raise Killed


_watching = []


def _hook(event, arguments):
    if _watching:
        _watching[-1](event, arguments)


sys.addaudithook(_hook)


@contextlib.contextmanager
def watched(process):
    _watching.append(process)
    try:
        with contextlib.suppress(Killed):
            yield
    finally:
        _watching.remove(process)


# What people wrote


def plain(text):
    """A text without what may follow its source and stay approved: link targets, code, the insides of tags, white space."""
    text = re.sub(r"\]\([^)]*\)", "]()", text)
    text = re.sub(r"`[^`]*`", "``", text)
    return " ".join(re.sub(r"<[^>]*>", "<>", text).split())


STAGES = {
    "update": lambda project: update(project, [XA], jobs=1),
    "translate": lambda project: translate(project, [XA], engine="pseudo", jobs=1),
    "build": lambda project: build(project, [XA], jobs=1),
}


class DayAfter(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.root = self.folder / "project"
        self.content = self.root / "content"
        self.catalogs = self.root / "locales" / "en_XA" / "LC_MESSAGES"
        self.content.mkdir(parents=True)
        (self.root / "pipeline.toml").write_text(CONFIG, encoding="utf-8")
        # Forcing data to the disk is for power cuts, of which there are none here.
        self.disk = mock.patch("os.fsync")
        self.disk.start()
        self.pages = {}
        self.past = []
        self.number = 0
        self.texts = set()
        """What people wrote or approved, and have not replaced: it must be in some PO file."""
        self.remarks = set()
        self.approved = {}
        """Source text -> what a person ever approved as its translation."""
        self.withdrawn = set()
        """(catalog, msgid, text) whose approval its last editor took back."""

    def teardown(self):
        self.disk.stop()
        shutil.rmtree(self.folder)

    @property
    def project(self):
        return load_project(self.root)

    # Authors

    def put(self, path, source):
        self.past.append((path, source))
        self.pages[path] = source
        (self.content / path).parent.mkdir(parents=True, exist_ok=True)
        (self.content / path).write_bytes(source.encode(path))

    def any_page(self, number):
        return sorted(self.pages)[number % len(self.pages)]

    def blocks_of(self, number):
        path = self.any_page(number)
        return path, self.pages[path], list(self.pages[path].blocks)

    @initialize(sources=st.lists(SOURCE, min_size=2, max_size=3))
    def a_site(self, sources):
        for path, source in zip(PAGES, sources, strict=False):
            self.put(path, source)
        update(self.project, [XA], jobs=1)

    @rule(path=st.sampled_from(PAGES), source=SOURCE)
    def new_page(self, path, source):
        self.put(path, source)

    @precondition(lambda self: self.pages)
    @rule(number=NUMBER, at=NUMBER, word=st.sampled_from(WORDS))
    def change_a_word(self, number, at, word):
        path, source, blocks = self.blocks_of(number)
        if blocks:
            words = blocks[at % len(blocks)].split(" ")
            words[at % len(words)] = word
            blocks[at % len(blocks)] = " ".join(words)
            self.put(path, Source(source.title, source.part, tuple(blocks), source.crlf))

    @precondition(lambda self: self.pages)
    @rule(number=NUMBER, at=NUMBER, block=BLOCK)
    def insert_a_paragraph(self, number, at, block):
        path, source, blocks = self.blocks_of(number)
        blocks.insert(at % (len(blocks) + 1), block)
        self.put(path, Source(source.title, source.part, tuple(blocks), source.crlf))

    @precondition(lambda self: self.pages)
    @rule(number=NUMBER, at=NUMBER, to=st.none() | st.tuples(NUMBER, NUMBER))
    def delete_or_move_a_paragraph(self, number, at, to):
        path, source, blocks = self.blocks_of(number)
        if not blocks:
            return
        block = blocks.pop(at % len(blocks))
        self.put(path, Source(source.title, source.part, tuple(blocks), source.crlf))
        if to:
            self.insert_a_paragraph(*to, block)

    @precondition(lambda self: self.pages)
    @rule(number=NUMBER, at=NUMBER)
    def split_or_join_paragraphs(self, number, at):
        path, source, blocks = self.blocks_of(number)
        if not blocks:
            return
        at %= len(blocks)
        words = blocks[at].split(" ")
        if at + 1 < len(blocks) and len(words) % 2:
            blocks[at : at + 2] = [f"{blocks[at]} {blocks[at + 1].lstrip('#->1. ')}"]
        elif len(words) > 2:
            blocks[at : at + 1] = [" ".join(words[:2]), " ".join(words[2:])]
        self.put(path, Source(source.title, source.part, tuple(blocks), source.crlf))

    @precondition(lambda self: self.pages)
    @rule(number=NUMBER, path=st.sampled_from(PAGES))
    def rename_page(self, number, path):
        old = self.any_page(number)
        if old != path:
            source = self.pages[old]
            self.delete_page(number)
            self.put(path, source)

    @precondition(lambda self: self.pages)
    @rule(number=NUMBER)
    def delete_page(self, number):
        path = self.any_page(number)
        (self.content / path).unlink()
        del self.pages[path]

    @precondition(lambda self: self.past)
    @rule(number=NUMBER)
    def restore_an_older_version(self, number):
        self.put(*self.past[number % len(self.past)])

    @precondition(lambda self: self.pages)
    @rule(number=NUMBER)
    def save_with_other_line_ends(self, number):
        path, source, blocks = self.blocks_of(number)
        self.put(path, Source(source.title, source.part, tuple(blocks), not source.crlf))

    # Translators

    def po_files(self):
        return sorted(self.catalogs.rglob("*.po"))

    def chosen_entry(self, number, at):
        """(PO file, active entry, the one after it), as somebody looking at the files finds them; None without any."""
        files = [(path, found) for path in self.po_files() if (found := active(path.read_bytes()))]
        if not files:
            return None
        path, found = files[number % len(files)]
        return path, found[at % len(found)], found[(at + 1) % len(found)]

    def new_text(self, msgid):
        self.number += 1
        return f"k{self.number}k {msgid}"

    def edit_of(self, entry, action):
        """What a person does to an entry; None for what makes no sense."""
        if action == "fill":
            return editors.Edit(entry.msgid, msgstr=self.new_text(entry.msgid), fuzzy=False)
        if action == "change":  # and whether it is approved stays as it was
            return editors.Edit(entry.msgid, msgstr=self.new_text(entry.msgid))
        if action == "remark":
            self.number += 1
            return editors.Edit(entry.msgid, comment=f"remark{self.number}.")
        if action == "approve" and entry.fuzzy and entry.msgstr:
            return editors.Edit(entry.msgid, fuzzy=False)
        if action == "doubt" and not entry.fuzzy and entry.msgstr:
            return editors.Edit(entry.msgid, fuzzy=True)
        return editors.Edit(entry.msgid, msgstr="") if action == "clear" and entry.msgstr else None

    def remember(self, path, entry, edit):
        """Take over into the model what the person did, after the file was saved."""
        name = path.relative_to(self.catalogs).as_posix()
        text = entry.msgstr if edit.msgstr is None else edit.msgstr
        fuzzy = entry.fuzzy if edit.fuzzy is None else edit.fuzzy
        old = plain(entry.msgstr)
        if edit.comment:
            self.remarks.add(edit.comment)
            return
        if text != entry.msgstr and old not in self.all_texts(drafts=False):
            self.texts.discard(old)
        if text and (not fuzzy or "⟦" not in text):
            self.texts.add(plain(text))
        elif fuzzy and old not in self.all_texts(drafts=False):
            self.texts.discard(old)  # a draft again, as nobody has changed it
        if text and not fuzzy:
            self.approved.setdefault(plain(entry.msgid), set()).add(plain(text))
            self.withdrawn.discard((name, entry.msgid, plain(text)))
        if entry.msgstr and (fuzzy or text != entry.msgstr):
            self.withdrawn.add((name, entry.msgid, old))

    def save(self, number, at, editor, action):
        """One edit, from opening the file to saving it; what was done, or None."""
        found = self.chosen_entry(number, at)
        edit = self.edit_of(found[1], action) if found else None
        if edit is None:
            return None
        path, entry, _ = found
        replace_file(path, EDITORS[editor](path.read_bytes(), edit))
        (after,) = [e for e in active(path.read_bytes()) if e.msgid == edit.msgid]
        assert edit.msgstr in (None, after.msgstr)
        assert edit.fuzzy in (None, after.fuzzy)
        self.remember(path, entry, edit)
        return path, edit

    ACTION = st.sampled_from(["fill", "fill", "change", "approve", "approve", "doubt", "remark", "clear"])

    @rule(number=NUMBER, at=NUMBER, editor=st.sampled_from(sorted(EDITORS)), action=ACTION)
    def edit_catalog(self, number, at, editor, action):
        self.save(number, at, editor, action)

    @rule(number=NUMBER, editor=st.sampled_from(sorted(EDITORS)))
    def translate_a_whole_catalog(self, number, editor):
        """So that there is something to lose."""
        found = self.chosen_entry(number, 0)
        for at in range(len(active(found[0].read_bytes())) if found else 0):
            self.save(number, at, editor, "fill" if at % 3 else "approve")

    @rule(
        number=NUMBER,
        at=NUMBER,
        same=st.booleans(),
        names=st.tuples(st.sampled_from(sorted(EDITORS)), st.sampled_from(sorted(EDITORS))),
        actions=st.tuples(ACTION, ACTION),
        updated=st.booleans(),
    )
    def merge_two_branches(self, number, at, same, names, actions, updated):
        """Two people edit one catalog from the same base, one after an update; the driver of Git joins them."""
        found = self.chosen_entry(number, at)
        if not found:
            return
        path, mine, other = found
        base = path.read_bytes()
        yours = mine if same else other
        if updated:
            update(self.project, [XA], jobs=1)
            if not path.is_file():
                return
        ours = path.read_bytes()
        edit_mine = self.edit_of(mine, actions[0])
        edit_yours = self.edit_of(yours, actions[1])
        if edit_mine and mine.msgid in {e.msgid for e in active(ours)}:
            (mine,) = [e for e in active(ours) if e.msgid == mine.msgid]
            ours = EDITORS[names[0]](ours, edit_mine)
        else:
            edit_mine = None
        theirs = EDITORS[names[1]](base, edit_yours) if edit_yours else base
        merged = merge_three(*map(parse_po, (base, ours, theirs)))
        data = format_po(merged.catalog)
        replace_file(path, data)
        if mine.msgid == yours.msgid and edit_mine and edit_yours:
            self.remember_both(path, mine, (edit_mine, edit_yours))
        else:
            touched = {edit.msgid for edit in (edit_mine, edit_yours) if edit}
            assert {msgid for _, msgid in merged.conflicts} <= (touched if updated else set())
            for entry, edit in ((mine, edit_mine), (yours, edit_yours)):
                if edit:
                    self.remember(path, entry, edit)

    def remember_both(self, path, entry, edits):
        """Two people did something to one entry: what either wrote must be there; nobody's approval counts against doubt."""
        before = plain(entry.msgstr)
        for edit in edits:
            if edit.comment:
                self.remarks.add(edit.comment)
            if edit.msgstr:
                self.texts.add(plain(edit.msgstr))
                if edit.fuzzy is False or not entry.fuzzy:
                    self.approved.setdefault(plain(entry.msgid), set()).add(plain(edit.msgstr))
            if edit.fuzzy is False and edit.msgstr is None:
                self.approved.setdefault(plain(entry.msgid), set()).add(before)
        if before not in self.all_texts(drafts=False):
            self.texts.discard(before)

    # Runs

    STAGE = st.sampled_from(["update", "translate", "build"])

    @rule()
    def update_twice(self):
        update(self.project, [XA], jobs=1)
        self.check_update()

    @rule()
    def draft(self):
        translate(self.project, [XA], engine="pseudo", jobs=1)
        self.check_update()

    @rule()
    def publish(self):
        result = build(self.project, [XA], jobs=1)
        # Somebody may have approved a text that does not fit its source: it is reported, and not shown.
        assert {finding.rule for finding in result.findings} <= {"translation-refused"}
        self.check_edition()

    @rule()
    def forget_what_is_remembered(self):
        shutil.rmtree(self.root / ".pipeline", ignore_errors=True)

    @rule(stage=STAGE, change=st.integers(1, 25), torn=st.booleans(), rerun=st.booleans())
    def killed_run(self, stage, change, torn, rerun):
        before = self.files("locales", "output")
        shutil.copytree(self.root, self.folder / "undisturbed")
        process = Process(self.root, kill_at=change, torn=torn)
        with watched(process):
            STAGES[stage](self.project)
        event(f"{stage}: {'killed' if process.dead else 'ended before it was killed'}")
        STAGES[stage](load_project(self.folder / "undisturbed"))
        should = files(self.folder / "undisturbed", "locales", "output")
        for name, data in self.files("locales", "output").items():
            between = stage == "translate" or name.startswith("output/.pipeline/") or name.endswith(".tmp")
            assert between or data in (before.get(name), should.get(name)), name
        if rerun:
            STAGES[stage](self.project)
            now = self.files("locales", "output")
            assert {name for name in now if name.endswith(".tmp")} == set()
            assert now == should
        shutil.rmtree(self.folder / "undisturbed")

    @rule(
        stage=st.sampled_from(["update", "translate"]),
        opened=st.integers(0, 40),
        number=NUMBER,
        at=NUMBER,
        editor=st.sampled_from(["poedit", "weblate", "lokalize", "text", "text, CRLF"]),
        action=ACTION,
    )
    def an_edit_saved_in_the_middle(self, stage, opened, number, at, editor, action):
        done = []
        process = Process(self.root, meanwhile=lambda: done.append(self.save(number, at, editor, action)), at=opened)
        with watched(process):
            STAGES[stage](self.project)
        event(f"edit in the middle: {bool(done and done[0])}")
        for path, edit in filter(None, done):
            if not path.is_file():  # its page has moved, and so has the text: see the invariant
                continue
            (entry,) = [e for e in active(path.read_bytes()) if e.msgid == edit.msgid] or [None]
            if entry is not None and edit.msgstr:
                assert entry.msgstr == edit.msgstr
            if entry is not None and edit.fuzzy is not None:
                assert entry.fuzzy == edit.fuzzy

    # What must hold

    def files(self, *folders):
        return files(self.root, *folders)

    def all_texts(self, *, drafts=True):
        """Every msgstr in the PO files, obsolete entries included."""
        there = [entry for path in self.po_files() for entry in editors.entries(path.read_bytes())]
        return {plain(entry.msgstr) for entry in there if drafts or not is_machine(entry)}

    def all_remarks(self):
        """Every translator comment. In some of them stand the texts that had to make room for another."""
        return "\n".join(e.tcomment for path in self.po_files() for e in editors.entries(path.read_bytes()))

    @invariant()
    def no_word_of_a_person_is_lost(self):
        remarks = self.all_remarks()
        noted = plain(polib.unescape(remarks))
        assert {text for text in self.texts - self.all_texts() if text not in noted} == set()
        assert {remark for remark in self.remarks if remark not in remarks} == set()

    def check_update(self):
        """A catalog has the strings of its pages; an update with nothing to do does nothing, whatever it remembers."""
        before = self.files("locales")
        assert update(self.project, [XA], jobs=1).written == ()
        self.forget_what_is_remembered()
        assert update(self.project, [XA], jobs=1).written == ()
        assert self.files("locales") == before
        for path in self.pages:
            wanted = {segment.msgid for segment in self.parsed(path).segments}
            assert wanted <= {entry.msgid for _, entry in self.entries_for(path)}

    def parsed(self, path, data=None):
        return parse_source(self.project, path, (self.content / path).read_bytes() if data is None else data)

    def entries_for(self, page):
        """(catalog, entry) of the active entries that the page's strings can stand in."""
        names = [SITE_CATALOG] if page.startswith("_data/") else [catalog_name(self.project, page), SITE_CATALOG]
        there = [name for name in names if (self.catalogs / name).is_file()]
        return [(name, entry) for name in there for entry in active((self.catalogs / name).read_bytes())]

    def check_edition(self):
        """What the edition shows is the source's own text, or what a person approved for it."""
        output = self.root / "output" / "en-XA"
        assert {p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file()} == set(self.pages)
        for path in self.pages:
            there = self.entries_for(path)
            segments = self.parsed(path).segments
            shown = self.parsed(path, (output / path).read_bytes()).segments
            for source, found in zip(segments, shown, strict=True):
                text = plain(found.msgid)
                if text == plain(source.msgid):
                    continue
                event("published a person's text")
                assert text in self.approved.get(plain(source.msgid), ())
                fitting = [
                    name
                    for name, entry in there
                    if entry.msgid == source.msgid and not entry.fuzzy and plain(entry.msgstr) == text
                ]
                assert fitting
                assert not all((name, source.msgid, text) in self.withdrawn for name in fitting)


def active(data):
    return [entry for entry in editors.entries(data) if not entry.obsolete]


def is_machine(entry):
    return "pipeline: machine" in entry.tcomment and entry.fuzzy and "⟦" in entry.msgstr


def files(root, *folders):
    """{path: bytes} of every file in these folders."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def replace_file(path, data):
    """As an editor saves: the new file takes the old one's place."""
    temporary = path.with_name("saving")
    temporary.write_bytes(data)
    temporary.replace(path)


TestDayAfter = DayAfter.TestCase
TestDayAfter.settings = settings(
    derandomize=not LONG,
    max_examples=LONG or 25,
    phases=[Phase.generate] if LONG else list(Phase),
    stateful_step_count=60 if LONG else 25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
