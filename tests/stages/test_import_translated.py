"""Old translated pages fill catalogs: fuzzy, with a confidence, and never over a person's words."""

import json

import pytest

from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import provenance, state
from pipeline.cli.app import main
from pipeline.errors import ConfigError
from pipeline.langtag import parse
from pipeline.model import State
from pipeline.stages.importpages import MIN_CONFIDENCE, import_translated
from pipeline.stages.translate import translate
from pipeline.stages.update import update

MS = parse("ms")
INDEX = """\
---
title: "Pejabat Pelabuhan"
permalink: /ms/
third_nav_title: Tentang pejabat
---
# Waktu operasi

Pejabat ini **dibuka** pada hari bekerja. Baca [yuran](/ms/fees/), [peraturan](/ms/legal/)
atau [tulis kepada kami](mailto:desk@harbour.example).

Perenggan ini hanya ada di sini dan tidak ada pada halaman asal.

<div class="box">
<p>Tanya <a href="/ms/fees/">kaunter</a> dahulu.</p>
</div>

```sh
curl /fees/
```
"""
LEGAL = "---\ntitle: Peraturan\npermalink: /ms/legal/\n---\nTiada sesiapa boleh belayar pada waktu malam.\n\nSemua orang memakai jaket keselamatan.\n"


@pytest.fixture
def old(site):
    folder = site.root / "old"
    folder.mkdir()
    (folder / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "legal.md").write_text(LEGAL, encoding="utf-8")
    return folder


def run(site, old, **options):
    return import_translated(site.project, MS, site.content, old, **options)


def test_pages_fill_their_catalogs_as_fuzzy(site, old):
    result = run(site, old)
    messages = site.messages("index.md.po")
    heading = messages["Opening hours"]
    assert (heading.msgstr, heading.flags, state(heading)) == ("Waktu operasi", ("fuzzy",), State.fuzzy)
    origin = provenance(heading)
    assert (origin.origin, origin.model) == ("import", "index.md")
    assert 0.6 <= origin.score < 1
    assert f"# pipeline: import index.md score={origin.score:.2f} of=" in (site.catalogs / "index.md.po").read_text(
        "utf-8"
    )
    assert site.messages("_site.po")["About the office"].msgstr == "Tentang pejabat"
    assert site.messages("legal.md.po")["Rules"].msgstr == "Peraturan"
    assert messages["Boats of any size may moor here."].msgstr == ""
    assert result.counts()["filled"] >= 7
    assert result.sources_alone == ("_data/navigation.yml", "guide/fees.md")
    assert {pair.msgstr for pair in result.pairs if pair.outcome == "left"} == {
        "Perenggan ini hanya ada di sini dan tidak ada pada halaman asal."
    }
    assert not result.failed


def test_link_targets_are_those_of_the_source(site, old):
    run(site, old)
    texts = [m.msgstr for m in site.messages("index.md.po").values()]
    assert 'Tanya <a href="/fees/">kaunter</a> dahulu.' in texts
    assert any("[yuran](/fees/), [peraturan](/legal/)" in text for text in texts)


def test_a_second_run_changes_nothing(site, old):
    run(site, old)
    before = site.files("locales")
    again = run(site, old)
    assert again.written == ()
    assert site.files("locales") == before


def test_drafts_are_replaced_and_a_persons_words_are_not(site, old):
    accents = parse("en-XA")
    translate(site.project, [accents])
    site.catalogs = site.root / "locales" / "en_XA" / "LC_MESSAGES"
    kept = {"Opening hours": ("Mine", ()), "Harbour Office": ("Almost", ("fuzzy",))}
    site.change(
        "index.md.po",
        lambda m: m.changed(msgstr=kept[m.msgid][0], flags=kept[m.msgid][1]) if m.msgid in kept else m,
    )
    result = import_translated(site.project, accents, site.content, old)
    messages = site.messages("index.md.po")
    assert {msgid: (messages[msgid].msgstr, messages[msgid].flags) for msgid in kept} == kept
    assert site.messages("legal.md.po")["Rules"].msgstr == "Peraturan"
    assert result.counts()["kept"] == 2


def test_no_draft_and_no_merge_takes_an_imported_text_away(site, old):
    run(site, old)
    site.edit(site.content / "legal.md", "at night", "by night")
    update(site.project, [MS])
    message = site.messages("legal.md.po")["Nobody may sail by night."]
    assert message.msgstr == "Tiada sesiapa boleh belayar pada waktu malam."
    assert (message.previous_msgid, provenance(message)) == ("Nobody may sail at night.", None)


def test_a_dry_run_says_the_same_and_writes_nothing(site, old):
    before = site.files()
    dry = run(site, old, dry_run=True)
    assert site.files() == before
    wet = run(site, old)
    assert dry.counts() == wet.counts()
    assert dry.pairs == wet.pairs


def test_doubtful_pairs_are_only_reported(site, old):
    result = run(site, old, min_confidence=1.0)
    assert set(result.counts()) == {"low", "alone", "left"}
    assert all(m.msgstr == "" for m in site.messages("index.md.po").values())


def test_equal_text_is_no_translation(site):
    result = import_translated(site.project, MS, site.content, _copy(site))
    assert result.counts()["filled"] == 0
    assert result.counts()["same"] > 5


def _copy(site):
    folder = site.root / "copy"
    for path in sorted(site.content.rglob("*.md")):
        target = folder / path.relative_to(site.content)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def test_other_inline_elements_lower_the_confidence_and_are_reported(site, old):
    sure = {pair.key: pair.confidence for pair in run(site, old).pairs}
    path = old / "index.md"
    path.write_text(INDEX.replace("(mailto:desk@harbour.example)", "(mailto:other@harbour.example)"), encoding="utf-8")
    result = run(site, old)
    (finding,) = [f for f in result.findings if f.rule == "import-markup-differs"]
    assert finding.path == "index.md"
    (pair,) = [pair for pair in result.pairs if pair.key == finding.key]
    assert pair.confidence < sure[pair.key]
    assert not result.failed


def test_one_bad_page_stops_nothing(site, old):
    (old / "legal.md").write_bytes(b"\xff\xfe broken")
    result = run(site, old)
    assert result.failed
    assert [f.rule for f in result.findings] == ["page-unreadable"]
    assert site.messages("index.md.po")["Opening hours"].msgstr == "Waktu operasi"


def test_a_folder_of_the_sources_will_do(site, old):
    (site.root / "old-guide").mkdir()
    (site.root / "old-guide" / "fees.md").write_bytes((site.content / "guide" / "fees.md").read_bytes())
    result = import_translated(site.project, MS, site.content / "guide", site.root / "old-guide")
    assert result.pages == (("guide/fees.md", "fees.md"),)


def test_nothing_to_pair_is_an_error(site):
    (site.root / "empty").mkdir()
    with pytest.raises(ConfigError, match="no file there"):
        import_translated(site.project, MS, site.content, site.root / "empty")
    with pytest.raises(ConfigError, match="none of the project's pages"):
        import_translated(site.project, MS, site.root / "empty", site.root / "empty")


def test_the_table_is_for_spreadsheets_and_holds_no_formula(site, old):
    (old / "legal.md").write_text(LEGAL.replace("Semua", "=SUM(A1) Semua"), encoding="utf-8")
    table = run(site, old).table().decode("utf-8-sig").splitlines()
    assert table[0].startswith("confidence,outcome,page,line")
    confidences = [float(row.split(",")[0]) for row in table[1:] if row.split(",")[0]]
    assert confidences == sorted(confidences)
    assert not any(cell.startswith("=") for row in table for cell in row.split(","))
    assert read_po(site.catalogs / "legal.md.po").get((None, "Everybody wears a life vest.")).msgstr.startswith("=SUM")


def test_the_command_says_what_the_stage_did(site, old, capsys, tmp_path):
    report = tmp_path / "pairs.csv"
    folders = [str(site.content), str(old)]
    assert main(["-C", str(site.root), "import-translated", "--lang", "ms", *folders, "--report", str(report)]) == 0
    text = capsys.readouterr().out
    assert "filled, fuzzy" in text
    assert "2 pages paired, 2 without a translation" in text
    assert report.read_bytes().startswith(b"\xef\xbb\xbfconfidence,")
    assert main(["-C", str(site.root), "import-translated", "--lang", "ms", *folders, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["command"], told["min_confidence"]) == (1, "import-translated", MIN_CONFIDENCE)
    assert main(["-C", str(site.root), "import-translated", "--lang", "en", *folders]) == 2
