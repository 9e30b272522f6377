"""`pipeline memory` from end to end."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.catalog.memory import Unit
from pipeline.catalog.tmx import read_tmx, write_tmx
from pipeline.cli import main
from pipeline.langtag import parse

SITE = Path(__file__).parents[1] / "projects" / "site"
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas" / "v1.json"
EN, MS = parse("en"), parse("ms")
UNITS = [
    Unit("The library is closed on Mondays.", "Perpustakaan tutup pada hari Isnin.", "paragraph"),
    Unit("Book", "Tempah", "button", "verb"),
]


@pytest.fixture
def site(tmp_path, monkeypatch):
    shutil.copytree(SITE, tmp_path / "site")
    monkeypatch.chdir(tmp_path / "site")
    write_tmx(tmp_path / "partner.tmx", UNITS, EN, MS)
    return tmp_path / "site"


@pytest.fixture
def run(capsys):
    def call(*args):
        code = main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def document(run, *args):
    code, out, err = run(*args, "--format", "json")
    data = json.loads(out)
    required = json.loads(SCHEMAS.read_text("utf-8"))["$defs"][data["command"]]["required"]
    assert set(required) == set(data)
    assert (data["version"], err) == (1, "")
    return code, data


def test_import_stats_search_and_export(site, run):
    code, out, err = run("memory", "import", site.parent / "partner.tmx")
    assert (code, err) == (0, "")
    assert out == "locales/memory/partner.tmx: 2 segments in en, 2 segments in ms\n"
    code, data = document(run, "memory", "stats")
    assert (code, data["languages"][0]["units"]) == (0, 2)
    assert data["languages"][0]["origins"] == [{"path": "locales/memory/partner.tmx", "units": 2}]
    code, out, err = run("memory", "stats")
    assert out.splitlines()[1].split()[:4] == ["ms", "2", "2", "1"]
    code, out, err = run("memory", "search", "The library is closed on Sundays.", "--lang", "ms")
    assert (code, err) == (0, "")
    score, text = out.splitlines()[0].split("  ")
    assert (0.8 < float(score) < 1, text) == (True, UNITS[0].source)
    assert out.splitlines()[2].strip() == "locales/memory/partner.tmx, paragraph"
    code, data = document(run, "memory", "search", "Book", "-l", "ms")
    assert data["matches"] == [
        {
            "score": 1.0,
            "source": "Book",
            "target": "Tempah",
            "kind": "button",
            "msgctxt": "verb",
            "obsolete": False,
            "times": 1,
            "path": "locales/memory/partner.tmx",
        }
    ]
    assert run("memory", "search", "Quite another thing", "-l", "ms")[1] == "nothing like it\n"
    code, out, err = run("memory", "export", "-l", "ms", "-o", "out.tmx")
    assert (code, out) == (0, "out.tmx: 2 units\n")
    assert sorted(read_tmx(site / "out.tmx", EN, MS)) == sorted(UNITS)
    code, data = document(run, "memory", "export", "-l", "ms", "-o", "again.tmx")
    assert (data["units"], data["left_out"]) == (2, 0)
    assert (site / "again.tmx").read_bytes() == (site / "out.tmx").read_bytes()


def test_a_pair_is_shown_once_whatever_it_stands_for(site, run):
    units = [Unit("Opening hours", "Waktu buka", kind) for kind in ("heading 1", "paragraph", "table cell")]
    write_tmx(site.parent / "kinds.tmx", units, EN, MS)
    assert run("memory", "import", site.parent / "kinds.tmx")[0] == 0
    _, data = document(run, "memory", "search", "Opening hours", "-l", "ms")
    found = [(match["target"], match["times"]) for match in data["matches"] if match["score"] == 1.0]
    assert found == [("Waktu buka", 3)]


def test_importing_again_and_under_a_name_that_is_taken(site, run):
    partner = site.parent / "partner.tmx"
    run("memory", "import", partner)
    assert document(run, "memory", "import", partner)[1]["written"] is False
    write_tmx(partner, UNITS[:1], EN, MS)
    code, _, err = run("memory", "import", partner)
    assert (code, "there is another file of this name" in err, "--replace" in err) == (2, True, True)
    assert document(run, "memory", "import", partner, "--replace")[1]["languages"] == {"en": 1, "ms": 1}
    assert run("memory", "import", partner, "--name", "other")[1].startswith(
        "locales/memory/other.tmx: 1 segment in en"
    )
    assert run("memory", "import", partner, "--name", "../x")[0] == 2


def test_a_file_that_is_no_tmx_is_not_taken(site, run):
    (site / "x.tmx").write_text("<!DOCTYPE tmx [<!ENTITY a 'b'>]><tmx/>", encoding="utf-8")
    code, _, err = run("memory", "import", "x.tmx")
    assert (code, "x.tmx:1: error: it declares the entity 'a'" in err) == (1, True)
    assert not (site / "locales" / "memory").exists()
    (site / "locales" / "memory").mkdir(parents=True)
    shutil.copy(site / "x.tmx", site / "locales" / "memory")
    code, _, err = run("memory", "stats")
    assert (code, "locales/memory/x.tmx:1: error: it declares" in err) == (1, True)


def test_what_was_found_wrong_in_the_arguments(site, run):
    assert run("memory", "search", "x")[0] == 2
    assert run("memory", "search", "x", "-l", "qqq")[0] == 2
    assert run("memory", "search", "x", "-l", "ms", "--threshold", "0")[0] == 2


def test_an_output_never_takes_the_place_of_a_catalog_or_page(site, capsys):
    main(["update", "--lang", "ms"])
    capsys.readouterr()
    catalog = next((site / "locales").rglob("*.po"))
    page = next((site / "content").rglob("*.md"))
    for command in (
        ["memory", "export", "--lang", "ms", "-o"],
        ["import-po", "--lang", "ms", str(catalog), "--rest"],
        ["import-translated", "--lang", "ms", "content", "content", "--report"],
    ):
        for target in (catalog, page):
            before = target.read_bytes()
            assert main([*command, str(target)]) == 2
            assert "would be lost" in capsys.readouterr().err
            assert target.read_bytes() == before
