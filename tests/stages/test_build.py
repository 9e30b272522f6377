"""Editions: what is approved, in place; everything else as in the source."""

import json
import shutil

import pytest

from pipeline.config import load_project
from pipeline.langtag import parse
from pipeline.model import State
from pipeline.stages.build import build
from pipeline.stages.pages import parse_source
from pipeline.stages.status import status
from pipeline.stages.translate import translate
from pipeline.stages.update import update

MS = parse("ms")


@pytest.fixture
def approved(site):
    update(site.project, [MS])
    site.approve()
    return site


def test_a_reviewed_edition(approved):
    result = build(approved.project, [MS])
    assert not result.findings
    (built,) = result.languages
    assert (built.pages, built.held_back, built.fallbacks) == (4, (), 0)
    edition = approved.bytes("output")
    assert set(edition) == {
        "output/.pipeline/ms.json",
        "output/ms/_data/navigation.yml",
        "output/ms/guide/fees.md",
        "output/ms/images/boat.svg",
        "output/ms/index.md",
        "output/ms/legal.md",
    }
    index = edition["output/ms/index.md"].decode()
    assert 'title: "Ya Harbour Office"   # shown in the browser\npermalink: /ms/\n' in index
    assert 'Ya See the <a href="/ms/fees/">new fees</a>.' in index
    assert "lang: ms\n---\n# Ya Opening hours\n" in index
    assert "[the fees](/ms/fees/), [the rules](/ms/legal/)" in index
    assert "```sh\ncurl /fees/\n```\n" in index
    fees = edition["output/ms/guide/fees.md"].decode()
    assert "permalink: /ms/fees/\n" in fees
    assert "  - /ms/old-fees/\n" in fees
    assert fees.endswith("[the start](/ms/).")
    assert "url: /ms/fees/" in edition["output/ms/_data/navigation.yml"].decode()


def test_building_again_writes_nothing(approved):
    build(approved.project, [MS])
    before = approved.files("output")
    result = build(approved.project, [MS])
    assert (result.languages[0].written, result.languages[0].removed) == ((), ())
    assert approved.files("output") == before


def test_the_number_of_workers_changes_no_byte(approved):
    for number in range(150):
        (approved.content / f"p{number:03}.md").write_text(f"Tide {number} [x](/legal/).\n", encoding="utf-8")
    update(approved.project, [MS])
    approved.approve()
    build(approved.project, [MS], jobs=1)
    alone = approved.bytes("output")
    for path in sorted((approved.root / "output").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    build(approved.project, [MS], jobs=2)
    assert approved.bytes("output") == alone


def test_a_page_below_the_threshold_is_left_out_and_links_know(approved):
    approved.change("legal.md.po", lambda m: m.changed(msgstr="") if "night" in m.msgid else m)
    result = build(approved.project, [MS])
    ((path, reason),) = result.languages[0].held_back
    assert (path, reason) == ("legal.md", "54% of its words are translated, 100% are required")
    edition = approved.bytes("output")
    assert "output/ms/legal.md" not in edition
    assert b"[the rules](/legal/)" in edition["output/ms/index.md"]
    assert b"url: /legal/" in edition["output/ms/_data/navigation.yml"]
    manifest = json.loads(edition["output/.pipeline/ms.json"])
    (page,) = (page for page in manifest["pages"] if page["path"] == "legal.md")
    assert (page["output"], page["counts"]["ratio"]) == (None, 0.5455)


def test_pages_that_are_gone_leave_the_edition(approved):
    build(approved.project, [MS])
    (approved.root / "output/ms/mine.md").write_bytes(b"mine")
    (approved.content / "legal.md").unlink()
    assert build(approved.project, [MS]).languages[0].removed == ("ms/legal.md",)
    assert "output/ms/mine.md" in approved.bytes("output")


def test_fallback_passages_are_marked_and_named(approved):
    approved.change("index.md.po", lambda m: m.changed(msgstr="") if "Boats" in m.msgid else m)
    result = build(approved.project, [MS])
    edition = approved.bytes("output")
    assert b'<p lang="en">Boats of any size may moor here.</p>' in edition["output/ms/index.md"]
    assert result.languages[0].fallbacks == 1
    (page,) = (p for p in json.loads(edition["output/.pipeline/ms.json"])["pages"] if p["path"] == "index.md")
    assert [(f["msgid"], f["reason"]) for f in page["fallbacks"]] == [
        ("Boats of any size may moor here.", "untranslated")
    ]


def test_a_fuzzy_text_of_a_person_is_never_published(approved):
    approved.change("legal.md.po", lambda m: m.changed(flags=("fuzzy",)))
    for policy in ("reviewed", "machine"):
        approved.configure("[build]\n", f'[build]\npolicy = "{policy}"\n')
        assert [path for path, _ in build(approved.project, [MS]).languages[0].held_back] == ["legal.md"]
        approved.configure(f'policy = "{policy}"\n', "")


def test_an_injected_script_falls_back(approved):
    approved.change("index.md.po", lambda m: m.changed(msgstr="Ya <script>x()</script>") if "Boats" in m.msgid else m)
    result = build(approved.project, [MS])
    assert result.failed
    assert b"script" not in approved.bytes("output")["output/ms/index.md"]
    assert result.languages[0].fallbacks == 1


def test_machine_drafts_come_with_a_notice(site):
    language = parse("en-XA")
    site.configure("[build]\n", '[build]\npolicy = "machine"\n')
    translate(site.project, [language])
    build(site.project, [language])
    index = site.bytes("output")["output/en-XA/index.md"].decode()
    assert "machine_translated: true\ntranslation_notice: " in index
    assert "\u27e6" in index


def test_a_malformed_catalog_leaves_only_its_pages_out(approved):
    (approved.catalogs / "legal.md.po").write_bytes(b'msgid "x\n')
    result = build(approved.project, [MS])
    assert result.failed
    assert result.languages[0].pages == 3
    assert [path for path, _ in result.languages[0].held_back] == ["legal.md"]


def test_an_unreadable_page_is_left_out(approved):
    (approved.content / "legal.md").write_bytes(b"\xff")
    result = build(approved.project, [MS])
    assert [f.rule for f in result.findings] == ["page-unreadable"]
    assert result.languages[0].pages == 3


def test_selected_pages_leave_the_others_as_they_are(approved):
    build(approved.project, [MS])
    before = approved.bytes("output")
    approved.approve("legal.md.po", prefix="Jadi ")
    approved.approve("index.md.po", prefix="Jadi ")
    result = build(approved.project, [MS], paths=["legal.md"])
    assert result.languages[0].written == ("ms/legal.md",)
    assert result.languages[0].removed == ()
    after = approved.bytes("output")
    assert {path for path in after if after[path] != before[path]} == {"output/ms/legal.md"}
    manifest = json.loads(after["output/.pipeline/ms.json"])
    assert len(manifest["pages"]) == 4


def test_dry_run_writes_nothing(approved):
    before = approved.files()
    assert len(build(approved.project, [MS], dry_run=True).languages[0].written) == 5
    assert approved.files() == before


@pytest.mark.parametrize(
    ("layout", "page"),
    [
        ("suffix", "output/guide/fees.ms.md"),
        ("docusaurus", "output/i18n/ms/docusaurus-plugin-content-docs/current/guide/fees.md"),
        ("polyglot", "output/ms/guide/fees.md"),
    ],
)
def test_layouts(approved, layout, page):
    approved.configure("[build]\n", f'[build]\nlayout = "{layout}"\n')
    build(approved.project, [MS])
    text = approved.bytes("output")[page].decode()
    assert ("permalink: /ms/fees/" in text) == (layout == "suffix")


def test_pages_in_the_target_language_are_taken_as_they_are(approved):
    approved.configure('root = "content"', 'root = "content"\nlanguages = { "legal.md" = "ms" }')
    build(approved.project, [MS])
    assert b"Nobody may sail at night." in approved.bytes("output")["output/ms/legal.md"]


def test_status_agrees_with_the_build(approved):
    approved.change("legal.md.po", lambda m: m.changed(msgstr="") if "night" in m.msgid else m)
    result = status(approved.project, [MS], by_page=True)
    (row,) = result.languages
    assert (row.pages, row.published) == (4, 3)
    assert row.held_back == (("legal.md", pytest.approx(6 / 11)),)
    assert row.words[State.untranslated] == 5
    built = build(approved.project, [MS]).languages[0]
    assert built.pages == row.published
    assert sum(1 for page in result.pages if page.published) == 3
    assert row.share(State.reviewed) + row.share(State.untranslated) == pytest.approx(1.0)


PRICES = "---\ntitle: Prices\n---\n| Fee | Cost |\n|---|---|\n| Boat | $5.00 |\n| Raft | <b>6.50</b> |\n"


def test_numbers_are_translated_when_they_are_left_empty(site):
    (site.content / "prices.md").write_text(PRICES, encoding="utf-8")
    update(site.project, [MS])
    site.approve()
    site.change("prices.md.po", lambda m: m.changed(msgstr="") if "0" in m.msgid else m)
    numbers = [m for m in site.messages("prices.md.po").values() if not m.msgstr]
    assert len(numbers) == 2
    result = build(site.project, [MS])
    assert result.languages[0].fallbacks == 0
    manifest = json.loads((site.root / "output/.pipeline/ms.json").read_bytes())
    (page,) = (page for page in manifest["pages"] if page["path"] == "prices.md")
    assert (page["fallbacks"], page["counts"]["ratio"]) == ([], 1.0)
    assert page["counts"]["segments"] == page["counts"]["translated_segments"] == 7
    assert page["counts"]["words"] == 5
    assert "$5.00" in site.bytes("output")["output/ms/prices.md"].decode()
    row = status(site.project, [MS]).languages[0]
    assert (row.segments[State.untranslated], row.words[State.untranslated]) == (0, 0)


def test_a_page_of_numbers_is_published(site):
    (site.content / "n.md").write_text("| 1 | 2 |\n|---|---|\n| 3 | 4 |\n", encoding="utf-8")
    update(site.project, [MS])
    build(site.project, [MS])
    assert "output/ms/n.md" in site.bytes("output")


def test_data_files_are_always_written(site):
    update(site.project, [MS])
    site.change("_site.po", lambda m: m.changed(msgstr="Yuran") if m.msgid == "Fees" else m)
    result = build(site.project, [MS])
    navigation = site.bytes("output")["output/ms/_data/navigation.yml"].decode()
    assert navigation.count("Yuran") == 1
    (finding,) = result.findings
    assert (finding.rule, finding.severity, finding.path) == ("data-file-partly", "info", "_data/navigation.yml")
    assert "% of its words are translated" in finding.message
    assert not result.failed
    shown = status(site.project, [MS], by_page=True)
    assert shown.findings == result.findings
    (row,) = (page for page in shown.pages if page.path.endswith(".yml"))
    assert row.published
    assert row.ratio < 0.8


def test_data_files_are_written_without_a_readable_catalog(approved):
    (approved.catalogs / "_site.po").write_bytes(b'msgid "x\n')
    result = build(approved.project, [MS])
    assert result.failed
    assert set(approved.bytes("output")) >= {"output/ms/_data/navigation.yml"}
    assert "_data/navigation.yml" not in [path for path, _ in result.languages[0].held_back]


def test_status_and_build_name_held_back_pages_in_the_same_order(site):
    (site.content / "a.md").write_text("Alpha boat.\n\nBeta boat.\n", encoding="utf-8")
    update(site.project, [MS])
    site.approve("legal.md.po")
    site.change("legal.md.po", lambda m: m.changed(msgstr="") if "night" in m.msgid else m)
    built = [path for path, _ in build(site.project, [MS]).languages[0].held_back]
    assert built == [path for path, _ in status(site.project, [MS]).languages[0].held_back] != []


def test_working_files_are_never_copied(tmp_path):
    for name in ("index.md", "a.css", "pipeline.toml", "locales/ms/x.txt", "output/x.txt", "old.po", "sub/old.POT"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Hello there\n", encoding="utf-8")
    for name in (".gitignore", ".git/config", ".pipeline/cache/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n", encoding="utf-8")
    settings = 'languages = ["ms"]\n[source]\nroot = "."\n[build]\nstatic = "copy"\nmin_reviewed = 0.0\n'
    (tmp_path / "pipeline.toml").write_text(settings, encoding="utf-8")
    build(load_project(tmp_path), [MS])
    edition = tmp_path / "output" / "ms"
    assert {p.relative_to(edition).as_posix() for p in edition.rglob("*") if p.is_file()} == {"index.md", "a.css"}


@pytest.fixture
def parsed(monkeypatch):
    """The pages that are parsed from now on."""
    paths = []

    def parse_and_note(project, path, data):
        paths.append(path)
        return parse_source(project, path, data)

    monkeypatch.setattr("pipeline.stages.rebuild.parse_source", parse_and_note)
    return paths


def test_an_unchanged_site_is_not_parsed_again(approved, parsed):
    approved.change("index.md.po", lambda m: m.changed(msgstr="") if "Boats" in m.msgid else m)
    approved.change("legal.md.po", lambda m: m.changed(msgstr="") if "night" in m.msgid else m)
    first = build(approved.project, [MS])
    assert len(parsed) == 4
    before = approved.files()
    again = build(approved.project, [MS])
    assert len(parsed) == 4
    assert approved.files() == before
    expected = first.to_dict()
    expected["languages"][0]["written"] = []
    assert again.to_dict() == expected


def test_only_what_changed_is_parsed_again(approved, parsed):
    build(approved.project, [MS])
    parsed.clear()
    approved.approve("index.md.po", prefix="Jadi ")
    assert build(approved.project, [MS]).languages[0].written == ("ms/index.md",)
    assert set(parsed) == {"index.md"}
    parsed.clear()
    (approved.root / "output/ms/guide/fees.md").write_bytes(b"spoilt")
    assert build(approved.project, [MS]).languages[0].written == ("ms/guide/fees.md",)
    assert set(parsed) == {"guide/fees.md"}
    assert b"spoilt" not in approved.bytes("output")["output/ms/guide/fees.md"]


def test_links_follow_when_another_page_comes_or_goes(approved, parsed):
    build(approved.project, [MS])
    approved.change("legal.md.po", lambda m: m.changed(msgstr="") if "night" in m.msgid else m)
    build(approved.project, [MS])
    assert b"[the rules](/legal/)" in approved.bytes("output")["output/ms/index.md"]
    approved.approve("legal.md.po")
    parsed.clear()
    build(approved.project, [MS])
    assert b"[the rules](/ms/legal/)" in approved.bytes("output")["output/ms/index.md"]
    assert {path for path in parsed if path != "legal.md"} == {"index.md", "_data/navigation.yml"}


def test_a_new_page_leaves_pages_alone_that_do_not_link_to_it(approved, parsed):
    build(approved.project, [MS])
    parsed.clear()
    (approved.content / "tides.md").write_text("---\npermalink: /tides/\n---\nTides.\n", encoding="utf-8")
    update(approved.project, [MS])
    approved.approve("tides.md.po")
    assert build(approved.project, [MS]).languages[0].written == ("ms/tides.md",)
    assert set(parsed) == {"tides.md"}
    shutil.rmtree(approved.root / ".pipeline")
    assert build(approved.project, [MS]).languages[0].written == ()


@pytest.mark.parametrize("lost", [".pipeline/cache/build.json", "output/.pipeline/ms.json", "output/ms"])
def test_whatever_is_lost_is_made_again(approved, lost):
    build(approved.project, [MS])
    before = approved.bytes()
    path = approved.root / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    build(approved.project, [MS])
    assert approved.bytes() == before


def test_a_build_that_could_not_be_recorded_is_not_believed(approved, monkeypatch):
    build(approved.project, [MS])
    approved.change("legal.md.po", lambda m: m.changed(msgstr=""))
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.publish.writer.EditionWriter.finish", lambda *_: 1 / 0)
        build(approved.project, [MS])
    build(approved.project, [MS])
    manifest = json.loads(approved.bytes()["output/.pipeline/ms.json"])
    (page,) = (page for page in manifest["pages"] if page["path"] == "legal.md")
    assert page["counts"]["ratio"] < 0.1


def test_another_language_is_remembered_too(approved):
    language = parse("ta")
    update(approved.project, [language])
    build(approved.project, [MS])
    build(approved.project, [language])
    cache = json.loads("[" + ",".join(approved.bytes()[".pipeline/cache/build.json"].decode().splitlines()) + "]")
    assert [row[0] for row in cache if len(row) == 3] == ["ms", "ta"]
    assert all(set(row[5]) == {"ms", "ta"} for row in cache if len(row) == 6)
