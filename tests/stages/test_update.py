"""Catalogs follow their pages, and nothing else is ever written."""

import os
import random
import shutil
from dataclasses import replace

import pytest

from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import state
from pipeline.errors import ConfigError
from pipeline.langtag import parse
from pipeline.model import State
from pipeline.stages import cache as cache_module
from pipeline.stages.build import build
from pipeline.stages.update import update

MS = parse("ms")

TA = parse("ta")


def test_one_catalog_per_page_and_one_for_shared_strings(site):
    result = update(site.project, [MS])
    assert result.written == tuple(
        f"locales/ms/LC_MESSAGES/{name}" for name in ("_site.po", "guide/fees.md.po", "index.md.po", "legal.md.po")
    )
    assert set(site.messages("_site.po")) == {"About the office", "Fees", "Rules"}
    assert "About the office" not in site.messages("index.md.po")
    assert site.messages("_site.po")["About the office"].references == ("guide/fees.md", "index.md")


def test_updating_again_parses_and_writes_nothing(site, monkeypatch):
    update(site.project, [MS])
    for path in site.content.rglob("*.md"):
        os.utime(path)
    before = site.files()
    monkeypatch.setattr("pipeline.stages.regroup.regroup", None)
    result = update(site.project, [MS])
    assert (result.written, result.parsed, result.pages) == ((), 0, 4)
    assert site.files() == before


def test_a_new_language_gets_its_catalogs(site):
    update(site.project, [MS])
    assert all("/ta/" in path for path in update(site.project, [MS, TA]).written)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"version": 1}'])
def test_a_damaged_cache_is_only_slower(site, damage):
    update(site.project, [MS])
    before = site.bytes("locales")
    (site.root / ".pipeline/cache/update.json").write_bytes(damage)
    assert update(site.project, [MS]).parsed == 4
    assert site.bytes("locales") == before


def test_a_changed_configuration_is_seen(site):
    update(site.project, [MS])
    site.configure("[source]", '[keys]\nkeep = ["title"]\n\n[source]')
    result = update(site.project, [MS])
    assert result.parsed == 4
    assert "Harbour Office" not in site.messages("index.md.po")


def test_a_new_version_of_the_program_reads_everything_again(site, monkeypatch):
    update(site.project, [MS])
    monkeypatch.setattr(cache_module, "VERSION", 2)
    assert update(site.project, [MS]).parsed == 4


def test_only_the_changed_entry_turns_fuzzy(site):
    update(site.project, [MS])
    site.approve()
    update(site.project, [MS])
    before = site.bytes("locales")
    site.edit(site.content / "legal.md", "at night", "by night")
    result = update(site.project, [MS])
    assert (result.parsed, result.fuzzy, result.added) == (1, 1, 1)
    assert result.written == ("locales/ms/LC_MESSAGES/legal.md.po",)
    message = site.messages("legal.md.po")["Nobody may sail by night."]
    assert (state(message), message.previous_msgid) == (State.fuzzy, "Nobody may sail at night.")
    after = site.bytes("locales")
    assert {path for path in after if after[path] != before[path]} == set(result.written)


def test_a_catalog_edited_by_hand_is_looked_at_again(site):
    update(site.project, [MS])
    site.approve("legal.md.po")
    result = update(site.project, [MS])
    assert (result.parsed, result.written) == (1, ())


def test_a_deleted_catalog_is_made_again(site):
    update(site.project, [MS])
    (site.catalogs / "legal.md.po").unlink()
    assert update(site.project, [MS]).written == ("locales/ms/LC_MESSAGES/legal.md.po",)


def test_an_unreadable_page_loses_nothing_and_stops_nobody(site):
    update(site.project, [MS])
    site.approve()
    before = site.bytes("locales")
    (site.content / "guide/fees.md").write_bytes(b"\xff\xfe---")
    site.edit(site.content / "legal.md", "at night", "by night")
    result = update(site.project, [MS])
    assert result.failed
    assert [(f.rule, f.path) for f in result.findings] == [("page-unreadable", "guide/fees.md")]
    assert result.written == ("locales/ms/LC_MESSAGES/legal.md.po",)
    assert (
        site.bytes("locales")["locales/ms/LC_MESSAGES/guide/fees.md.po"]
        == before["locales/ms/LC_MESSAGES/guide/fees.md.po"]
    )
    assert not any(m.obsolete for m in site.messages("_site.po").values())
    # It is reported every time, not only when it was new.
    assert update(site.project, [MS]).failed


@pytest.mark.parametrize("catalogs", ["folder", "site"])
def test_an_unreadable_page_in_a_shared_catalog(site, catalogs):
    site.configure("[source]", f'catalogs = "{catalogs}"\n[source]')
    (site.content / "guide/more.md").write_text("More words.\n", encoding="utf-8")
    update(site.project, [MS])
    site.approve()
    before = site.bytes("locales")
    (site.content / "guide/fees.md").write_bytes(b"\xff")
    update(site.project, [MS])
    assert site.bytes("locales") == before


def test_a_malformed_catalog_is_not_overwritten_and_stops_nobody(site):
    update(site.project, [MS, TA])
    broken = site.catalogs / "legal.md.po"
    broken.write_bytes(b'msgid "Nobody\n')
    site.edit(site.content / "legal.md", "at night", "by night")
    result = update(site.project, [MS, TA])
    assert result.written == ("locales/ta/LC_MESSAGES/legal.md.po",)
    (finding,) = result.findings
    assert (finding.rule, finding.line) == ("catalog-unreadable", 1)
    assert finding.path.endswith("legal.md.po")
    assert broken.read_bytes() == b'msgid "Nobody\n'


def test_selected_pages_only(site):
    result = update(site.project, [MS], paths=["guide"])
    assert result.written == ("locales/ms/LC_MESSAGES/_site.po", "locales/ms/LC_MESSAGES/guide/fees.md.po")
    site.approve("_site.po")
    # The other pages' strings come in without touching what is there.
    update(site.project, [MS], paths=["**/*.md"])
    assert state(site.messages("_site.po")["About the office"]) is State.reviewed
    with pytest.raises(ConfigError, match="no source page fits"):
        update(site.project, [MS], paths=["nowhere.md"])


def test_dry_run_writes_nothing(site):
    before = site.files()
    assert len(update(site.project, [MS], dry_run=True).written) == 4
    assert site.files() == before


def test_pages_in_the_target_language_have_no_catalog(site):
    site.configure('root = "content"', 'root = "content"\nlanguages = { "legal.md" = "ms" }')
    update(site.project, [MS])
    assert not (site.catalogs / "legal.md.po").exists()


def test_templates_are_kept_when_asked_for(site):
    site.configure("[source]", "templates = true\n[source]")
    update(site.project, [MS])
    names = {path.name for path in (site.root / "locales/templates").rglob("*.pot")}
    assert names == {"_site.pot", "fees.md.pot", "index.md.pot", "legal.md.pot"}


@pytest.mark.parametrize("catalogs", ["folder", "site"])
def test_fewer_bigger_catalogs(site, catalogs):
    site.configure("[source]", f'catalogs = "{catalogs}"\n[source]')
    update(site.project, [MS])
    names = {path.relative_to(site.catalogs).as_posix() for path in site.catalogs.rglob("*.po")}
    expected = {"folder": {"_folder.po", "guide/_folder.po"}, "site": {"site.po"}}[catalogs]
    assert names == expected | {"_site.po"}
    assert update(site.project, [MS]).parsed == 0


def test_the_number_of_workers_changes_no_byte(site):
    generator = random.Random(7)
    words = "harbour boat tide pilot quay anchor rope sail".split()
    for number in range(150):
        text = " ".join(generator.choices(words, k=9))
        (site.content / f"p{number:03}.md").write_text(f"# {text}\n\n{text} again.\n", encoding="utf-8")
    update(site.project, [MS], jobs=1)
    alone = site.bytes("locales")
    shutil.rmtree(site.root / "locales")
    shutil.rmtree(site.root / ".pipeline")
    result = update(site.project, [MS], jobs=2)
    assert result.parsed == 154
    assert site.bytes("locales") == alone


def test_over_long_page_names_get_a_name_that_fits(site):
    name = "n" * 250 + ".md"
    (site.content / name).write_text("Words.\n", encoding="utf-8")
    result = update(site.project, [MS], paths=[name])
    (catalog,) = (path for path in result.written if "nnn" in path)
    assert len(catalog.rsplit("/", 1)[1]) < 255
    assert [finding.rule for finding in result.findings] == ["name-not-portable"]


def test_references_can_be_left_out(site):
    update(replace(site.project, references="none"), [MS])
    assert all(not m.references for m in site.messages("index.md.po").values())


def test_kinds_get_the_context_of_the_configuration(site):
    (site.content / "t.md").write_text("| Boat |\n|---|\n| Raft |\n\nBoat\n", encoding="utf-8")
    update(site.project, [MS])
    assert [m.msgctxt for m in read_po(site.catalogs / "t.md.po").messages] == [None, None]
    site.approve("t.md.po")
    site.configure("[source]", '[contexts]\n"table header" = "column heading"\n\n[source]')
    update(site.project, [MS])
    keys = {m.key for m in read_po(site.catalogs / "t.md.po").messages if not m.obsolete}
    assert keys == {("column heading", "Boat"), (None, "Raft"), (None, "Boat")}
    site.approve("t.md.po", prefix="Ya ")
    site.change("t.md.po", lambda m: m.changed(msgstr="Perahu") if m.msgctxt else m)
    build(site.project, [MS], paths=["t.md"])
    text = (site.root / "output/ms/t.md").read_text(encoding="utf-8")
    assert text == "| Perahu |\n|---|\n| Ya Raft |\n\nYa Boat\n"
