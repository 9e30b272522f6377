"""An update that moves strings, killed at any of its writes and removals, ends as an undisturbed one when run again."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import files
from pipeline.catalog.pofile import read_po, write_po
from pipeline.config import load_project
from pipeline.langtag import parse
from pipeline.stages import redo
from pipeline.stages.update import update

LANGUAGES = [parse("ms"), parse("ta")]
CONFIG = """format = 1
name = "Ferry"
languages = ["ms", "ta"]
templates = true
[source]
root = "content"
"""
NOTICE = "All times are local.\n"
FERRY = "# The night ferry\n\nThe night ferry leaves at ten.\n\nThe deck is windy.\n\n## With a bicycle\n\nBring it.\n"
GONE = "The old harbour office has closed for good.\n\nIts archive burnt down years ago.\n\nThe deck is windy.\n"


class Killed(BaseException):
    """As if the process had gone: nothing in the program catches it."""


def sites():
    """{page: text} before, and after pages were moved, split, joined, edited and deleted; a notice stands on all."""
    before = {f"p{n}.md": f"# Page {n}\n\nWhat page {n} says.\n\nMore {n}.\n\n{NOTICE}" for n in range(22)}
    before |= {"ferry.md": f"{FERRY}\n{NOTICE}", "gone.md": f"{GONE}\n{NOTICE}"}
    after = {name: text for name, text in before.items() if name not in ("ferry.md", "gone.md", "p1.md", "p2.md")}
    head, tail = FERRY.split("## With")
    after |= {"night.md": f"{head}\n{NOTICE}", "guide/bicycle.md": f"## With{tail}\nA new line.\n"}
    after |= {"joined.md": before["p1.md"] + "\n" + before["p2.md"].replace("says", "said")}
    after["p3.md"] = before["p3.md"].replace("More 3.", "Another line.\n\nThe deck is windy.")
    after["p4.md"] = before["p4.md"].replace("More 4.\n", "")
    after["p5.md"] = before["p5.md"] + "\nMore 4.\n\nMore 6.\n"
    after["p6.md"] = before["p6.md"].replace("More 6.\n", "")
    after |= {f"new{n}.md": f"# New {n}\n\n{NOTICE}" for n in range(3)}
    return before, after


def write_pages(root, pages):
    shutil.rmtree(root / "content", ignore_errors=True)
    for name, text in pages.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def translate(root):
    """A person's text for most strings; which catalog it was made in can be read off it."""
    for number, path in enumerate(sorted(root.rglob("*.po"))):
        catalog = read_po(path)
        filled = (
            m if (row + number) % 5 == 3 else m.changed(msgstr=f"{number} {m.msgid}", flags=("fuzzy",) * (row % 4 == 2))
            for row, m in enumerate(catalog.messages)
        )
        write_po(replace(catalog, messages=tuple(filled)), path)


def bytes_of(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


class Reaper:
    """Counts the steps that change files, and kills at one of them: before it is done, or just after."""

    def __init__(self, monkeypatch, at=None, *, after=False):
        self.count, self.at, self.after = 0, at, after
        monkeypatch.setattr(os, "fsync", lambda _: None)
        for owner, name in ((files, "_put"), (Path, "unlink"), (Path, "write_bytes"), (shutil, "rmtree")):
            monkeypatch.setattr(owner, name, self.counted(getattr(owner, name)))

    def counted(self, step):
        def run(*args, **kwargs):
            if self.at is not None and self.count > self.at:
                return None  # a dead process does nothing more
            self.count += 1
            if self.count - 1 != self.at:
                return step(*args, **kwargs)
            if self.after:
                step(*args, **kwargs)
            self.count += 1
            raise Killed

        return run


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """(the project before its pages change on disk into what they are `after`, the catalogs it must end with)."""
    root = tmp_path_factory.mktemp("moves") / "start"
    before, after = sites()
    write_pages(root, before)
    (root / "pipeline.toml").write_text(CONFIG, encoding="utf-8")
    update(load_project(root), LANGUAGES)
    translate(root / "locales")
    update(load_project(root), LANGUAGES)
    write_pages(root, after)
    end = root.with_name("project")
    shutil.copytree(root, end)
    result = update(load_project(end), LANGUAGES)
    assert len(result.removed) == 6
    assert not redo.left_behind(load_project(end))
    expected = bytes_of(end / "locales")
    shutil.rmtree(end)
    return root, end, expected


def again(start, *, cold):
    root, place, _ = start
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(root, place)
    if cold:
        shutil.rmtree(place / ".pipeline")
    return place


def killed(start, monkeypatch, at, *, after=False, cold=False):
    """The project after a run that was killed at a step; None when it came to its end before."""
    place = again(start, cold=cold)
    with monkeypatch.context() as patch:
        Reaper(patch, at, after=after)
        try:
            update(load_project(place), LANGUAGES, jobs=1)
        except Killed:
            return place
    return None


@pytest.mark.parametrize(("first", "every", "after", "cold"), [(0, 5, False, False), (2, 9, True, True)])
def test_a_kill_at_any_step_changes_nothing(start, monkeypatch, first, every, after, cold):
    steps = first
    while place := killed(start, monkeypatch, steps, after=after, cold=cold):
        steps += every
        update(load_project(place), LANGUAGES, jobs=1)
        assert bytes_of(place / "locales") == start[2], steps
        assert not redo.left_behind(load_project(place)), steps
    assert steps > 70


@pytest.fixture
def halfway(start, monkeypatch):
    """A project whose run was killed when about half of its catalogs were in place, and what it had already written."""
    for at in range(60, 1000):
        place = killed(start, monkeypatch, at)
        old, now = bytes_of(start[0] / "locales"), bytes_of(place / "locales")
        if (
            sum(now.get(name) != data for name, data in old.items()) > 3
            and (redo.redo_dir(load_project(place)) / "log.json").exists()
        ):
            return place
    raise AssertionError


def test_a_dry_run_leaves_the_log_alone(halfway):
    before = bytes_of(halfway / ".pipeline")
    update(load_project(halfway), LANGUAGES, dry_run=True)
    assert update(load_project(halfway), LANGUAGES, check=True).failed
    assert bytes_of(halfway / ".pipeline") == before


def test_what_is_carried_on_is_told(halfway, start):
    result = update(load_project(halfway), LANGUAGES)
    assert bytes_of(halfway / "locales") == start[2]
    assert len(result.removed) == 6
    assert "locales/ta/LC_MESSAGES/p5.md.po" in result.written
    assert {(move.source, move.target) for move in result.moved} >= {
        (f"locales/{tag}/LC_MESSAGES/ferry.md.po", f"locales/{tag}/LC_MESSAGES/{name}.md.po")
        for tag in ("ms", "ta")
        for name in ("night", "guide/bicycle")
    }


@pytest.mark.parametrize("name", ["ferry.md.po", "p3.md.po", "night.md.po"])
def test_a_catalog_saved_since_then_keeps_what_was_saved(halfway, name):
    path = halfway / "locales/ta/LC_MESSAGES" / name
    catalog = read_po(path if path.exists() else path.with_name("p7.md.po"))
    first, *others = catalog.messages
    write_po(replace(catalog, messages=(first.changed(msgstr="Saved since.", flags=()), *others)), path)
    words = {m.msgstr for p in (halfway / "locales").rglob("*.po") for m in read_po(p).messages}
    update(load_project(halfway), LANGUAGES)
    found = [m for p in (halfway / "locales").rglob("*.po") for m in read_po(p).messages]
    held = {m.msgstr for m in found} | {c.partition(": ")[2] for m in found for c in m.translator_comments}
    assert words <= held
    assert not redo.left_behind(load_project(halfway))
    assert update(load_project(halfway), LANGUAGES).written == ()


def test_pages_changed_since_then_are_planned_anew(halfway):
    (halfway / "content/night.md").rename(halfway / "content/later.md")
    update(load_project(halfway), LANGUAGES)
    assert not (halfway / "locales/ta/LC_MESSAGES/night.md.po").exists()
    texts = [m.msgstr for m in read_po(halfway / "locales/ta/LC_MESSAGES/later.md.po").messages]
    assert any(text.endswith("The night ferry leaves at ten.") for text in texts)


@pytest.mark.parametrize(
    "damage", [b"", b"null\n", b"[1", b'["put"]\n', b'["put","ms","../../x.po","","",true,[]]\n["end"]\n']
)
def test_a_damaged_log_counts_for_nothing(halfway, damage):
    log = redo.redo_dir(load_project(halfway)) / "log.json"
    first = log.read_bytes().partition(b"\n")[0] + b"\n"
    log.write_bytes(first + damage if damage else b"")
    assert update(load_project(halfway), LANGUAGES).failed is False
    assert not redo.left_behind(load_project(halfway))
