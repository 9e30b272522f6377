"""A glossary in a project: drafts keep to it, and people's translations are checked against it."""

from dataclasses import replace

import pytest

from pipeline.catalog.glossary import Term
from pipeline.catalog.pofile import parse_po, read_po, write_po
from pipeline.catalog.state import state, with_provenance
from pipeline.config import load_project
from pipeline.errors import CatalogError, EngineError
from pipeline.langtag import parse
from pipeline.model import Provenance, Severity, State
from pipeline.mt.engine import Translation
from pipeline.stages.glossary import add_terms, check_glossary, glossary_files, load_glossary
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


def test_a_file_may_have_the_name_that_the_command_line_takes(project):
    folder = project.root / "locales" / "glossary"
    (folder / "zh-Hans.csv").write_text("term,translation\nfee,费用\n", encoding="utf-8")
    tag = parse("zh-Hans")
    assert load_glossary(project, tag).terms[0].translations == ("费用",)
    result = add_terms(project, tag, [Term(term="permit", translations=("准证",))], command="glossary import")
    assert result.written == ("locales/glossary/zh-Hans.csv",)


def test_added_terms_leave_the_file_alone_and_say_nothing_against_a_tbx(project):
    folder = project.root / "locales" / "glossary"
    data = (
        "\ufeffterm;translation;forbidden;fuzzy;case\r\nfee;yuran;;;\r\npermit;lulus;;True;\r\nfee;bayaran;;;".encode()
    )
    (folder / "ms.csv").write_bytes(data)
    (folder / "ms.tbx").write_text(
        '<tbx type="TBX-Basic"><text><body><conceptEntry>'
        '<langSec xml:lang="en"><termSec><term>clinic</term></termSec></langSec>'
        '<langSec xml:lang="ms"><termSec><term>pusat</term>'
        '<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec></langSec>'
        "</conceptEntry></body></text></tbx>",
        encoding="utf-8",
    )
    new = [Term(term=name, translations=(name[::-1],), note="x") for name in ("Fee", "clinic", "permit")]
    result = add_terms(project, MS, new, command="glossary import")
    assert (folder / "ms.csv").read_bytes() == data + b"\r\npermit;timrep;;;\r\n"
    assert (result.terms, result.written) == (3, ("locales/glossary/ms.csv",))
    assert add_terms(project, MS, new, command="glossary import").written == ()
    with pytest.raises(CatalogError, match="no column `keep`"):
        add_terms(project, MS, [Term(term="SingPass", keep=True)], command="glossary import")


def test_what_must_stay_is_said_so_and_drafts_are_looked_at(project):
    (project.root / "locales/glossary/ms.csv").write_bytes(b"term,translation,keep\nSingPass,,yes\nfee,tarif,\n")
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"The fee\n\nUse SingPass\n")
    update(project, [MS])
    path = project.root / "locales/ms/LC_MESSAGES/a.md.po"
    text = path.read_text(encoding="utf-8").replace('"The fee"\nmsgstr ""', '"The fee"\nmsgstr "Yuran"')
    text = text.replace('"Use SingPass"\nmsgstr ""', '"Use SingPass"\nmsgstr "Guna Singpas"')
    path.write_text(text, encoding="utf-8")
    origin = Provenance(origin="machine", engine="e", model="m")
    catalog = read_po(path)
    fee, name = catalog.messages
    fee = with_provenance(fee.changed(flags=("fuzzy",)), origin)
    assert state(fee) is State.machine
    write_po(replace(catalog, messages=(fee, name)), path)
    assert [(f.severity, f.message) for f in check_glossary(project, [MS]).findings] == [
        (Severity.warning, "'fee' is not translated; the glossary has 'tarif'"),
        (Severity.error, "'SingPass' must stay as it is"),
    ]


def test_a_glossary_that_cannot_be_read_is_told_by_update_and_comments_stay(project):
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"Pay the fee now\n")
    (project.root / "content" / "b.md").write_bytes(b"---\ntitle: No fee\n---\nThe fee\n")
    update(project, [MS])
    path = project.root / "locales/ms/LC_MESSAGES/a.md.po"
    before = path.read_bytes()
    assert b"#. glossary: fee" in before
    good = (project.root / "locales/glossary/ms.csv").read_bytes()
    (project.root / "locales/glossary/ms.csv").write_bytes(b"bad\n")
    for _ in range(2):
        result = update(project, [MS])
        assert [(f.rule, f.path) for f in result.findings] == [("catalog-unreadable", "locales/glossary/ms.csv")]
        assert result.failed
        assert result.written == ()
    assert path.read_bytes() == before
    (project.root / "locales/glossary/ms.csv").write_bytes(good.replace(b"yuran", b"tarif"))
    assert not update(project, [MS]).failed
    assert b"glossary: fee \xe2\x86\x92 tarif" in path.read_bytes()


def test_a_damaged_glossary_is_told_and_drafts_are_made_without_it(project):
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"Opening hours of the office\n")
    (project.root / "locales/glossary/ms.csv").write_bytes(b"colour\n")
    with pytest.raises(CatalogError):
        load_glossary(project, MS)
    assert check_glossary(project, [MS]).failed
    result = translate(project, [MS])
    assert result.failed
    assert len([*result.update.findings, *result.findings]) == 1
    assert result.languages[0].drafted + result.languages[0].refused == 1


class Engine:
    """Lower case, and `caj` for a fee; with nothing to say of what is lost unless it is a fee."""

    id, model, settings, source, target, min_score, identity = "function", "test", "", "en", "ms", 0.0, False

    def __init__(self):
        self.asked = []

    def translate(self, sentences, progress=None):
        self.asked += sentences
        said = [s.lower().replace("fee", "caj").replace("the", "x") for s in sentences]
        return [Translation(text="" if "lost" in s and "caj" not in s else s, score=0.8) for s in said]


@pytest.fixture
def engine(monkeypatch):
    made = Engine()
    monkeypatch.setattr("pipeline.stages.drafting.open_engine", lambda *_: made)
    return made


def drafts(project):
    path = project.root / "locales/ms/LC_MESSAGES/a.md.po"
    return [message.msgstr for message in parse_po(path.read_bytes()).messages]


def test_a_term_takes_the_capitals_of_its_place_in_every_sentence(project, engine):
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"## Fees\n\nFees apply. The fee is low. FEE OFFICE\n")
    translate(project, [MS])
    assert drafts(project) == ["Yuran", "Yuran apply. x yuran is low. YURAN office"]


def test_a_name_with_marks_is_never_shown_to_the_engine(project, engine):
    (project.root / "locales/glossary/ms.csv").write_bytes(b"term,keep\nC++,yes\nYahoo!,yes\nU.S.,yes\n")
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"Learn C++ at Yahoo! in the U.S. **today**\n")
    translate(project, [MS])
    assert drafts(project) == ["learn C++ at Yahoo! in x U.S. **today**"]
    assert not [s for s in engine.asked if "C++" in s or "Yahoo" in s or "U.S" in s]


def test_drafts_follow_a_glossary_that_changes_and_then_rest(project, engine):
    (project.root / "content").mkdir()
    page = b"The fee is due.\n\nA lost fee.\n\nThe fee is mine.\n\nNo word of it.\n"
    (project.root / "content" / "a.md").write_bytes(page)
    translate(project, [MS])
    path = project.root / "locales/ms/LC_MESSAGES/a.md.po"
    path.write_text(path.read_text("utf-8").replace("x yuran is mine.", "Yuran saya."), encoding="utf-8")
    assert drafts(project) == ["x yuran is due.", "a lost caj.", "Yuran saya.", "no word of it."]
    (project.root / "locales/glossary/ms.csv").write_bytes(b"term,translation\nfee,tarif\n")
    (result,) = translate(project, [MS]).languages
    assert (result.drafted, dict(result.steps)) == (1, {"markers": 1})
    assert drafts(project) == ["x tarif is due.", "a lost caj.", "Yuran saya.", "no word of it."]
    assert state(parse_po(path.read_bytes()).messages[0]) is State.machine
    before, asked = (path.read_bytes(), path.stat().st_mtime_ns), len(engine.asked)
    again = translate(project, [MS])
    assert (again.written, again.languages[0].drafted, again.languages[0].sentences) == ((), 0, 0)
    assert dict(again.languages[0].steps) == {}
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert len(engine.asked) == asked


def test_a_draft_that_might_be_better_needs_no_engine(project, engine, monkeypatch):
    (project.root / "content").mkdir()
    (project.root / "content" / "a.md").write_bytes(b"A lost fee.\n")
    translate(project, [MS])

    def none(*_):
        raise EngineError("no model")

    monkeypatch.setattr("pipeline.stages.drafting.open_engine", none)
    result = translate(project, [MS])
    assert (result.failed, result.languages[0].missing) == (False, 0)


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
