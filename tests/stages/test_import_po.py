"""`import-po`: the same page as five tools hand it to translators, and what a person wrote is never replaced."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalog.pofile import read_po, write_po
from pipeline.catalog.state import state, with_provenance
from pipeline.cli import main
from pipeline.config import load_project
from pipeline.document.rebuild import rebuild_checked
from pipeline.document.skeleton import parse_page
from pipeline.errors import ConfigError
from pipeline.langtag import parse
from pipeline.model import Provenance, State
from pipeline.stages.importpo import import_po

DATA = Path(__file__).parents[1] / "data" / "import"
MS = parse("ms")
TOOLS = ("po4a", "mdpo", "translate-toolkit", "mdbook", "weblate")
CATALOG = "locales/ms/LC_MESSAGES/guide/page.md.po"

WHOLE = {
    "Opening hours": "Waktu operasi",
    "When we are open": "Bila kami dibuka",
    'Visit our **main** office or [write to us](/contact "Contact form") © 2024.': (
        'Lawati pejabat **utama** kami atau [tulis kepada kami](/contact "Borang hubungan") © 2024.'
    ),
    "Read [the rules][rules] and run `make`\\_here.": "Baca [peraturan][rules] dan jalankan `make`\\_sini.",
    "Closed on _Sunday_ and Monday.": "Tutup pada _Ahad_ dan Isnin.",
    "Fee": "Yuran",
    "Amount": "Jumlah",
    "Adult": "Dewasa",
    "Ten": "Sepuluh",
    "First line\nsecond line": "Baris pertama\nbaris kedua",
    "Press <kbd>Ctrl</kbd> now.": "Tekan <kbd>Ctrl</kbd> sekarang.",
}
"""What every tool's translator has translated."""
HTML = {"Raw <b>text</b>": "Teks <b>mentah</b>", "Second part": "Bahagian kedua"}
"""What only po4a shows to translators."""
NOT_CARRIED = {
    "po4a": [],
    "mdpo": ["copied"],
    "translate-toolkit": [],
    "mdbook": [],
    "weblate": [],
}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "content" / "guide").mkdir(parents=True)
    shutil.copyfile(DATA / "page.md", tmp_path / "content" / "guide" / "page.md")
    (tmp_path / "content" / "other.md").write_text("# Fee\n\nNothing else here.\n", encoding="utf-8")
    (tmp_path / "pipeline.toml").write_text('format = 1\nlanguages = ["ms"]\n', encoding="utf-8")
    return tmp_path


def run(root, *paths, **options):
    return import_po(
        load_project(root), MS, [DATA / path if isinstance(path, str) else path for path in paths], **options
    )


def messages(root, name=CATALOG):
    return {message.msgid: message for message in read_po(root / name).messages if not message.obsolete}


def change(root, function):
    catalog = read_po(root / CATALOG)
    write_po(replace(catalog, messages=tuple(map(function, catalog.messages))), root / CATALOG)


def po(root, text, name="theirs.po"):
    path = root / name
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n' + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_is_known_and_its_entries_are_carried(root, tool):
    result = run(root, f"{tool}/ms.po")
    assert not result.failed
    (file,) = result.files
    assert file.tool == tool
    assert [leftover.reason for leftover in file.not_carried] == NOT_CARRIED[tool]
    expected = WHOLE | (HTML if tool == "po4a" else {})
    found = messages(root)
    # mdpo has lost the line break, and writes emphasis in its own way, which is the translator's choice.
    texts = {msgid: " ".join(found[msgid].msgstr.replace("*Ahad*", "_Ahad_").split()) for msgid in expected}
    assert texts == {msgid: " ".join(text.split()) for msgid, text in expected.items()}
    fuzzy = {message.msgid for message in found.values() if message.fuzzy}
    assert fuzzy == {"mdpo": {"First line\nsecond line"}, "weblate": {"Fee"}}.get(tool, set())


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_approved_can_be_published(root, tool):
    run(root, f"{tool}/ms.po")
    page = parse_page((root / "content/guide/page.md").read_bytes(), path="guide/page.md")
    texts = read_po(root / CATALOG).accepted()
    rebuilt = rebuild_checked(page, texts)
    assert not rebuilt.findings
    assert len(rebuilt.used) >= len(WHOLE) - 1


@pytest.mark.parametrize("tool", TOOLS)
def test_importing_again_changes_nothing(root, tool):
    run(root, f"{tool}/ms.po")
    before = (root / CATALOG).read_bytes()
    again = run(root, f"{tool}/ms.po")
    assert (root / CATALOG).read_bytes() == before
    assert again.written == ()
    assert again.files[0].approved == again.files[0].fuzzy == 0
    assert again.files[0].known == again.files[0].entries - len(NOT_CARRIED[tool])


def test_what_one_tool_escapes_and_the_page_writes_as_a_reference(root):
    (root / "content" / "other.md").write_text("Write &lt;b&gt; for bold.\n", encoding="utf-8")
    run(root, po(root, 'msgid "Write \\\\<b\\\\> for bold."\nmsgstr "Tulis \\\\<b\\\\> untuk tebal."\n'))
    message = messages(root, "locales/ms/LC_MESSAGES/other.md.po")["Write &lt;b&gt; for bold."]
    assert (message.msgstr, message.fuzzy) == ("Tulis &lt;b&gt; untuk tebal.", False)


def test_a_lost_line_break_is_for_a_person_to_put_back(root):
    run(root, "mdpo/ms.po")
    message = messages(root)["First line\nsecond line"]
    assert message.fuzzy
    assert message.previous_msgid == "First line second line"


def test_fuzzy_obsolete_and_comments_of_theirs(root):
    run(root, "weblate/ms.po")
    found = messages(root)
    assert found["Fee"].fuzzy
    assert found["Fee"].previous_msgid is None
    assert found["Fee"].translator_comments == (" Dewan memutuskan istilah ini.",)
    assert found["Ten"].msgstr == "Sepuluh"
    assert not found["Ten"].fuzzy


def test_a_string_of_several_pages_goes_where_the_references_point(root):
    run(root, "mdbook/ms.po")
    assert messages(root, "locales/ms/LC_MESSAGES/other.md.po")["Fee"].msgstr == ""
    run(root, po(root, 'msgid "Nothing else here."\nmsgstr "Tiada lagi di sini."\n'))
    assert messages(root, "locales/ms/LC_MESSAGES/other.md.po")["Nothing else here."].msgstr == "Tiada lagi di sini."


def test_a_persons_text_is_never_replaced_but_a_draft_is(root):
    run(root, po(root, 'msgid "Fee"\nmsgstr "Bayaran"\n'))
    draft = Provenance(origin="machine", engine="pseudo", model="x")
    change(
        root,
        lambda m: (
            with_provenance(m.changed(msgstr="Draf", flags=("fuzzy",)), draft) if m.msgid == "Ten"
            else m.changed(msgstr="Kerja separuh jalan", flags=("fuzzy",)) if m.msgid == "Adult"
            else m
        ),
    )  # fmt: skip
    rest = root / "rest.po"
    result = run(root, "po4a/ms.po", rest=rest)
    found = messages(root)
    assert (found["Fee"].msgstr, found["Adult"].msgstr, found["Ten"].msgstr) == (
        "Bayaran",
        "Kerja separuh jalan",
        "Sepuluh",
    )
    assert state(found["Ten"]) is State.reviewed
    assert not found["Ten"].translator_comments
    assert [leftover.reason for leftover in result.files[0].not_carried] == ["different"]
    assert result.rest == "rest.po"
    assert "Yuran" in read_po(rest).messages[0].msgstr


@pytest.mark.parametrize(
    ("theirs", "theirs_str", "ours"),
    [
        ("Press <kbd>Alt</kbd> now.", "Tekan <kbd>Alt</kbd> sekarang.", "Press <kbd>Ctrl</kbd> now."),
        ("Closed on Sunday and Monday.", "Tutup pada Ahad dan Isnin.", "Closed on _Sunday_ and Monday."),
        ("Closed on _Sunday_ or Monday.", "Tutup pada _Ahad_ atau Isnin.", "Closed on _Sunday_ and Monday."),
        ("Read [the rules](/old) and run `make`\\_here.", "Baca dan jalankan `make`.", "Read [the rules][rules] and run `make`\\_here."),
        ("Read [the rules][rules] and run `cook`\\_here.", "Baca [p][rules] dan `cook`.", "Read [the rules][rules] and run `make`\\_here."),
    ],
)  # fmt: skip
def test_other_words_or_elements_turn_fuzzy_with_the_source_they_were_made_for(root, theirs, theirs_str, ours):
    quoted = [json.dumps(text, ensure_ascii=False) for text in (theirs, theirs_str)]
    run(root, po(root, f"msgid {quoted[0]}\nmsgstr {quoted[1]}\n"))
    message = messages(root)[ours]
    assert message.fuzzy
    assert message.previous_msgid == theirs


def test_what_has_no_place_is_kept_and_a_broken_file_stops_nobody(root):
    folder = root / "old"
    folder.mkdir()
    po(root, 'msgid "Nowhere to be found at all"\nmsgstr "Tiada"\n', "old/a.po")
    (folder / "b.po").write_bytes(b'msgid "unfinished\n')
    po(root, 'msgid "Fee"\nmsgstr "Yuran"\n\nmsgid "Nowhere to be found at all"\nmsgstr "Lain"\n', "old/c.po")
    result = run(root, folder, rest=folder / "rest.po")
    assert [finding.rule for finding in result.findings] == ["catalog-unreadable"]
    assert result.failed
    assert len(result.files) == 2
    assert messages(root)["Fee"].msgstr == "Yuran"
    (kept,) = read_po(folder / "rest.po").messages
    assert (kept.msgstr, kept.translator_comments) == ("Tiada", ("c.po: Lain",))


def test_an_entry_defined_twice_is_read(root):
    entry = 'msgctxt "page.md:10"\nmsgid "Fee"\nmsgstr "Yuran"\n'
    assert run(root, po(root, f"{entry}\n{entry}")).files[0].known == 1


def test_a_dry_run_counts_the_same_and_writes_nothing(root):
    dry = run(root, "po4a/ms.po", dry_run=True, rest=root / "rest.po")
    assert not (root / "locales").exists()
    assert not (root / "rest.po").exists()
    wet = run(root, "po4a/ms.po")
    assert dry.files == wet.files


def test_an_edit_saved_in_the_meantime_wins(root, monkeypatch):
    from pipeline.stages import importpo

    original = importpo.rewrite_po

    def slow(path, new):
        change(root, lambda m: m.changed(msgstr="Orang lain") if m.msgid == "Fee" else m)
        return original(path, new)

    monkeypatch.setattr(importpo, "rewrite_po", slow)
    run(root, "po4a/ms.po")
    assert messages(root)["Fee"].msgstr == "Orang lain"
    assert messages(root)["Amount"].msgstr == "Jumlah"


def test_nothing_to_import_is_a_usage_error(root):
    with pytest.raises(ConfigError):
        run(root, root / "content")
    with pytest.raises(ConfigError):
        run(root, "po4a/ms.po", tool="other")


def test_the_command(root, capsys, monkeypatch):
    monkeypatch.chdir(root)
    assert main(["import-po", "--lang", "ms", "--format", "json", str(DATA / "mdpo" / "ms.po")]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["version"], result["command"], result["language"]) == (1, "import-po", "ms")
    assert result["files"][0]["not_carried"] == [{"line": 56, "msgid": "[rules]: /rules", "reason": "copied"}]
    assert main(["import-po", "--lang", "ms", str(DATA / "po4a" / "ms.po")]) == 0
    assert "there already" in capsys.readouterr().out
    assert main(["import-po", "--lang", "en", str(DATA / "po4a" / "ms.po")]) == 2
