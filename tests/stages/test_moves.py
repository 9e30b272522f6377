"""Translations follow their strings when pages move, split and join, and when the catalogs themselves are rearranged."""

import json
import shutil

import pytest

from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import state
from pipeline.cli import main
from pipeline.errors import ConfigError
from pipeline.langtag import parse
from pipeline.model import State
from pipeline.stages import moving as moving_module
from pipeline.stages.update import update

MS = parse("ms")
TA = parse("ta")

LONG = """# The night ferry

The night ferry leaves the east quay at ten.

Bring a warm coat, because the deck is windy.

## With a bicycle

Bicycles are carried without a fee on weekdays.

A ramp leads down to the lower deck, see the [map](map.png).
"""


@pytest.fixture
def ready(site):
    """The site with one more page, translated and reviewed."""
    (site.content / "ferry.md").write_text(LONG, encoding="utf-8")
    update(site.project, [MS])
    site.approve()
    update(site.project, [MS])
    return site


def states(site, *names):
    """{msgid: state} of the active entries of the catalogs."""
    return {m.msgid: state(m) for name in names for m in read_po(site.catalogs / name).messages if not m.obsolete}


def moves(result):
    return [(m.source.split("LC_MESSAGES/")[1], m.target.split("LC_MESSAGES/")[1], m.kept) for m in result.moved]


def settled(site):
    """A second update has nothing to do."""
    before = site.files()
    result = update(site.project, [MS])
    assert (result.written, result.removed, result.moved) == ((), (), ())
    assert site.files() == before
    shutil.rmtree(site.root / ".pipeline")
    again = update(site.project, [MS])
    assert (again.written, again.removed, again.moved) == ((), (), ())


def test_a_renamed_page_takes_its_catalog_along(ready):
    site = ready
    site.change("ferry.md.po", lambda m: m.changed(translator_comments=("Ask the harbour master.",)))
    before = site.messages("ferry.md.po")
    (site.content / "ferry.md").rename(site.content / "guide/boat.md")
    result = update(site.project, [MS])
    assert moves(result) == [("ferry.md.po", "guide/boat.md.po", 6)]
    assert result.removed == ("locales/ms/LC_MESSAGES/ferry.md.po",)
    assert (result.added, result.fuzzy, result.obsolete) == (0, 0, 0)
    assert not (site.catalogs / "ferry.md.po").exists()
    after = site.messages("guide/boat.md.po")
    assert after == {msgid: m.changed(references=("guide/boat.md",)) for msgid, m in before.items()}
    settled(site)


def test_what_is_fuzzy_obsolete_or_a_draft_goes_along_as_it_is(ready):
    site = ready
    site.edit(site.content / "ferry.md", "at ten", "at eleven")
    site.edit(site.content / "ferry.md", "\nBring a warm coat, because the deck is windy.\n", "")
    update(site.project, [MS])
    before = read_po(site.catalogs / "ferry.md.po")
    assert {m.obsolete for m in before.messages} == {True, False}
    (site.content / "ferry.md").rename(site.content / "boat.md")
    update(site.project, [MS])
    after = read_po(site.catalogs / "boat.md.po")
    assert after.messages == tuple(m if m.obsolete else m.changed(references=("boat.md",)) for m in before.messages)
    assert after.header == before.header
    settled(site)


def test_a_page_that_moved_and_was_edited(ready):
    site = ready
    (site.content / "ferry.md").rename(site.content / "boat.md")
    site.edit(site.content / "boat.md", "at ten", "at eleven")
    site.edit(site.content / "boat.md", "(map.png)", "(../map.png)")
    result = update(site.project, [MS])
    assert moves(result) == [("ferry.md.po", "boat.md.po", 5)]
    found = states(site, "boat.md.po")
    changed = "The night ferry leaves the east quay at eleven."
    assert [msgid for msgid, value in found.items() if value is not State.reviewed] == [changed]
    assert site.messages("boat.md.po")[changed].previous_msgid == changed.replace("eleven", "ten")
    assert site.messages("boat.md.po")["A ramp leads down to the lower deck, see the [map](../map.png)."].msgstr == (
        "Ya A ramp leads down to the lower deck, see the [map](../map.png)."
    )
    settled(site)


def test_a_page_split_in_two(ready):
    site = ready
    head, tail = LONG.split("## With")
    (site.content / "ferry.md").unlink()
    (site.content / "night.md").write_text(head, encoding="utf-8")
    (site.content / "bicycle.md").write_text("## With" + tail, encoding="utf-8")
    result = update(site.project, [MS])
    assert moves(result) == [("ferry.md.po", "bicycle.md.po", 3), ("ferry.md.po", "night.md.po", 3)]
    assert set(states(site, "night.md.po", "bicycle.md.po").values()) == {State.reviewed}
    assert not (site.catalogs / "ferry.md.po").exists()
    settled(site)


def test_pages_joined_into_one_that_existed(ready):
    site = ready
    legal = (site.content / "legal.md").read_text(encoding="utf-8")
    (site.content / "legal.md").write_text(legal + "\n" + LONG, encoding="utf-8")
    (site.content / "ferry.md").unlink()
    site.change("ferry.md.po", lambda m: m)
    result = update(site.project, [MS])
    assert moves(result) == [("ferry.md.po", "legal.md.po", 6)]
    assert set(states(site, "legal.md.po").values()) == {State.reviewed}
    settled(site)


def test_a_section_pasted_into_another_page_keeps_approval(ready):
    site = ready
    head, tail = LONG.split("## With")
    (site.content / "ferry.md").write_text(head, encoding="utf-8")
    legal = (site.content / "legal.md").read_text(encoding="utf-8")
    (site.content / "legal.md").write_text(legal + "\n## With" + tail, encoding="utf-8")
    result = update(site.project, [MS])
    assert moves(result) == [("ferry.md.po", "legal.md.po", 3)]
    assert result.removed == ()
    assert set(states(site, "legal.md.po", "ferry.md.po").values()) == {State.reviewed}
    assert sum(m.obsolete for m in read_po(site.catalogs / "ferry.md.po").messages) == 3
    settled(site)


def test_a_section_whose_links_changed_on_the_way(ready):
    site = ready
    head, tail = LONG.split("## With")
    (site.content / "ferry.md").write_text(head.replace("at ten", "at eleven"), encoding="utf-8")
    (site.content / "guide/bicycle.md").write_text("## With" + tail.replace("(map", "(../map"), encoding="utf-8")
    result = update(site.project, [MS])
    assert moves(result) == [("ferry.md.po", "guide/bicycle.md.po", 3)]
    assert set(states(site, "guide/bicycle.md.po").values()) == {State.reviewed}
    assert not any(m.obsolete for m in read_po(site.catalogs / "guide/bicycle.md.po").messages)
    assert states(site, "ferry.md.po")["The night ferry leaves the east quay at eleven."] is State.fuzzy
    settled(site)


def test_a_section_cut_today_and_pasted_tomorrow(ready):
    site = ready
    head, tail = LONG.split("## With")
    (site.content / "ferry.md").write_text(head, encoding="utf-8")
    update(site.project, [MS])
    (site.content / "later.md").write_text("## With" + tail, encoding="utf-8")
    assert moves(update(site.project, [MS])) == [("ferry.md.po", "later.md.po", 3)]
    assert set(states(site, "later.md.po").values()) == {State.reviewed}
    settled(site)


def test_a_string_that_stays_where_it_is_gives_no_approval(ready):
    site = ready
    (site.content / "copy.md").write_text(LONG, encoding="utf-8")
    result = update(site.project, [MS])
    assert moves(result) == []
    assert set(states(site, "copy.md.po").values()) == {State.untranslated}
    settled(site)


def test_a_page_copied_first_and_deleted_later(ready):
    site = ready
    (site.content / "copy.md").write_text(LONG, encoding="utf-8")
    update(site.project, [MS])
    (site.content / "ferry.md").unlink()
    assert moves(update(site.project, [MS])) == [("ferry.md.po", "copy.md.po", 6)]
    assert set(states(site, "copy.md.po").values()) == {State.reviewed}
    settled(site)


def test_of_two_that_differ_the_better_match_wins_and_the_other_is_noted(ready):
    site = ready
    (site.content / "short.md").write_text("# The night ferry\n\nA short page.\n", encoding="utf-8")
    update(site.project, [MS])
    site.approve("short.md.po", prefix="Lain ")
    for name in ("ferry.md", "short.md"):
        (site.content / name).unlink()
    (site.content / "all.md").write_text(LONG + "\nA short page.\n", encoding="utf-8")
    result = update(site.project, [MS])
    assert moves(result) == [("ferry.md.po", "all.md.po", 6), ("short.md.po", "all.md.po", 1)]
    title = site.messages("all.md.po")["The night ferry"]
    assert (title.msgstr, state(title)) == ("Ya The night ferry", State.reviewed)
    assert title.translator_comments == ("Another translation, from short.md.po: Lain The night ferry",)
    settled(site)


def test_the_catalog_of_a_deleted_page_stays_until_it_is_pruned(ready):
    site = ready
    (site.content / "ferry.md").unlink()
    (site.catalogs / "theme.po").write_bytes(b'msgid "a"\nmsgstr "b"\n')
    before = site.bytes("locales")
    result = update(site.project, [MS])
    assert [f.rule for f in result.findings] == ["catalog-without-page"]
    assert not result.failed
    assert site.bytes("locales") == before
    path = "locales/ms/LC_MESSAGES/ferry.md.po"
    assert update(site.project, [MS], prune=True, dry_run=True).removed == (path,)
    assert site.bytes("locales") == before
    assert update(site.project, [MS], prune=True).removed == (path,)
    assert set(before) - set(site.bytes("locales")) == {path}
    assert update(site.project, [MS]).findings == ()
    with pytest.raises(ConfigError, match="all pages"):
        update(site.project, [MS], prune=True, paths=["guide"])


def test_nothing_is_pruned_while_something_is_wrong(ready):
    site = ready
    (site.content / "ferry.md").unlink()
    (site.content / "new.md").write_bytes(b"\xff")
    result = update(site.project, [MS], prune=True)
    assert result.removed == ()
    assert (site.catalogs / "ferry.md.po").exists()
    assert {f.rule for f in result.findings} == {"page-unreadable", "catalog-without-page"}


def test_an_orphan_that_was_looked_at_costs_nothing(ready, monkeypatch):
    site = ready
    (site.content / "ferry.md").unlink()
    update(site.project, [MS])
    monkeypatch.setattr(moving_module, "find_moves", None)
    assert update(site.project, [MS]).parsed == 0


@pytest.mark.parametrize("way", [("page", "folder", "site", "page"), ("site", "page", "folder")])
def test_other_catalogs_for_the_same_pages(ready, way):
    site = ready
    site.configure("[source]", 'catalogs = "page"\n[source]')
    update(site.project, [MS])
    names = [p.relative_to(site.catalogs).as_posix() for p in sorted(site.catalogs.rglob("*.po"))]
    expected = states(site, *names)
    current = "page"
    for catalogs in way:
        site.configure(f'catalogs = "{current}"', f'catalogs = "{catalogs}"')
        current = catalogs
        result = update(site.project, [MS])
        assert (result.added, result.fuzzy, result.obsolete) == (0, 0, 0)
        names = [p.relative_to(site.catalogs).as_posix() for p in sorted(site.catalogs.rglob("*.po"))]
        assert states(site, *names) == expected
        settled(site)


def test_a_key_that_is_shared_now_keeps_its_approval(ready):
    site = ready
    assert "Harbour Office" in site.messages("index.md.po")
    site.configure("[source]", '[keys]\nshared = ["third_nav_title", "title"]\n\n[source]')
    result = update(site.project, [MS])
    assert state(site.messages("_site.po")["Harbour Office"]) is State.reviewed
    assert any(target == "_site.po" for _, target, _ in moves(result))
    settled(site)
    site.configure('[keys]\nshared = ["third_nav_title", "title"]\n\n', "")
    update(site.project, [MS])
    assert state(site.messages("index.md.po")["Harbour Office"]) is State.reviewed
    settled(site)


def test_check_names_what_is_stale_and_writes_nothing(ready, capsys):
    site = ready
    command = ["-C", str(site.root), "update", "--lang", "ms", "--check", "--format", "json"]
    assert main(command) == 0
    (site.content / "ferry.md").rename(site.content / "boat.md")
    before = site.files()
    capsys.readouterr()
    assert main(command) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["written"] == ["locales/ms/LC_MESSAGES/boat.md.po"]
    assert told["removed"] == ["locales/ms/LC_MESSAGES/ferry.md.po"]
    (move,) = told["moved"]
    assert (move["language"], move["kept"]) == ("ms", 6)
    assert site.files() == before


def test_a_run_killed_before_the_old_catalog_went(ready, monkeypatch):
    site = ready
    (site.content / "ferry.md").rename(site.content / "boat.md")
    site.edit(site.content / "boat.md", "at ten", "at eleven")
    site.edit(site.content / "boat.md", "(map.png)", "(../map.png)")
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.stages.update.remove", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            update(site.project, [MS])
    assert (site.catalogs / "ferry.md.po").exists()
    before = site.bytes("locales")
    result = update(site.project, [MS])
    assert result.removed == ("locales/ms/LC_MESSAGES/ferry.md.po",)
    assert result.written == ()
    assert {path: data for path, data in before.items() if "ferry" not in path} == site.bytes("locales")


def test_a_short_text_that_comes_as_another_kind_of_string_is_a_suggestion(ready):
    """Close above a list of hours is another word than on a button; with a sentence, its section has moved."""
    site = ready
    page = site.content / "kinds.md"
    text = "The harbour is closed on Mondays and Fridays."
    page.write_text(
        f"# Close\n\n{text}\n\n## Open\n\nThe quay is open on all other days of the week.\n", encoding="utf-8"
    )
    update(site.project, [MS])
    site.approve("kinds.md.po")
    page.write_text(f"{text}\n", encoding="utf-8")
    (site.content / "other.md").write_text("- Close\n", encoding="utf-8")
    (site.content / "more.md").write_text(
        "- Open\n\nThe quay is open on all other days of the week.\n", encoding="utf-8"
    )
    update(site.project, [MS])
    assert states(site, "other.md.po") == {"Close": State.fuzzy}
    assert set(states(site, "more.md.po").values()) == {State.reviewed}
