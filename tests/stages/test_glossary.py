"""A glossary in a project: drafts keep to it, and people's translations are checked against it."""

import pytest

from pipeline.catalog.pofile import parse_po
from pipeline.config import load_project
from pipeline.errors import CatalogError
from pipeline.langtag import parse
from pipeline.model import Severity
from pipeline.stages.glossary import check_glossary, glossary_files, load_glossary
from pipeline.stages.translate import translate
from pipeline.stages.update import update

MS = parse("ms")
PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Pay the fee"
msgstr "Bayar caj"

#, fuzzy
msgid "A fee"
msgstr "Satu bayaran"

msgid "The fee"
msgstr "Yuran itu"

msgid "Fees"
msgstr ""
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pipeline.toml").write_bytes(b'languages = ["ms"]\n[source]\nroot = "content"\n')
    folder = tmp_path / "locales" / "glossary"
    folder.mkdir(parents=True)
    (folder / "ms.csv").write_bytes(b"term,translation,forbidden\nfee,yuran,bayaran\n")
    return load_project(tmp_path)


def test_what_people_wrote_is_checked(project):
    catalog = project.root / "locales/ms/LC_MESSAGES/a.md.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text(PO, encoding="utf-8")
    result = check_glossary(project, [MS])
    assert [(f.rule, f.severity, f.line) for f in result.findings] == [
        ("glossary-missing", Severity.error, 5),
        ("glossary-forbidden", Severity.warning, 8),
    ]
    assert (result.failed, result.terms, result.checked) == (True, 1, 4)


def test_a_language_uses_the_files_of_those_it_falls_back_to(project):
    folder = project.root / "locales" / "glossary"
    (folder / "zh_Hans.csv").write_text("term,translation\nfee,费用\n", encoding="utf-8")
    (folder / "zh_Hans_SG.csv").write_text("term,translation\nfee,收费\n", encoding="utf-8")
    tag = parse("zh-Hans-SG")
    assert [path.name for path in glossary_files(project, tag)] == ["zh_Hans_SG.csv", "zh_Hans.csv"]
    assert load_glossary(project, tag).terms[0].translations == ("收费", "费用")


def test_a_damaged_glossary_is_told_and_drafts_are_made_without_it(project):
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"Opening hours of the office\n")
    (project.root / "locales/glossary/ms.csv").write_bytes(b"colour\n")
    with pytest.raises(CatalogError):
        load_glossary(project, MS)
    assert check_glossary(project, [MS]).failed
    result = translate(project, [MS])
    assert result.failed
    assert result.languages[0].drafted + result.languages[0].refused == 1


@pytest.mark.model
def test_drafts_keep_to_it(project):
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"Pay the fee before you *open* the form.\n")
    translate(project, [MS])
    message = parse_po((project.root / "locales/ms/LC_MESSAGES/a.md.po").read_bytes()).messages[0]
    assert "yuran" in message.msgstr.lower()


def test_entries_say_which_terms_they_hold(project):
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"Pay the fee now\n\nOpening hours\n")
    update(project, [MS])
    path = project.root / "locales/ms/LC_MESSAGES/a.md.po"
    comments = [message.extracted_comments for message in parse_po(path.read_bytes()).messages]
    assert comments == [("paragraph", "glossary: fee → yuran (not: bayaran)"), ("paragraph",)]
    assert update(project, [MS]).written == ()
    (project.root / "locales/glossary/ms.csv").write_bytes(b"term,translation\nhours,waktu\n")
    update(project, [MS])
    comments = [message.extracted_comments for message in parse_po(path.read_bytes()).messages]
    assert comments == [("paragraph",), ("paragraph", "glossary: hours → waktu")]
