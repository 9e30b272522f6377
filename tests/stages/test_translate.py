"""Drafts fill what is empty, and only that."""

import pytest

from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import state
from pipeline.langtag import parse
from pipeline.model import State
from pipeline.mt import draft
from pipeline.mt.pseudo import PseudoEngine
from pipeline.stages.translate import translate

MS = parse("ms")

XA = parse("en-XA")


@pytest.fixture
def pseudo(site):
    site.catalogs = site.root / "locales" / "en_XA" / "LC_MESSAGES"
    return site


def test_everything_is_drafted_as_fuzzy(pseudo):
    result = translate(pseudo.project, [XA])
    (drafts,) = result.languages
    assert drafts.engine == "pseudo"
    assert (drafts.refused, drafts.missing) == (0, 0)
    states = {state(m) for path in pseudo.catalogs.rglob("*.po") for m in pseudo.messages(path).values()}
    assert states == {State.machine}
    assert drafts.drafted == sum(len(pseudo.messages(path)) for path in pseudo.catalogs.rglob("*.po"))
    assert not result.failed


def test_a_second_run_writes_nothing(pseudo):
    translate(pseudo.project, [XA])
    before = pseudo.files("locales")
    result = translate(pseudo.project, [XA])
    assert (result.written, result.languages[0].drafted) == ((), 0)
    assert pseudo.files("locales") == before


def test_words_of_a_person_are_never_replaced(pseudo):
    translate(pseudo.project, [XA])
    pseudo.change("legal.md.po", lambda m: m.changed(msgstr="Mine", flags=("fuzzy",)) if "night" in m.msgid else m)
    translate(pseudo.project, [XA])
    message = pseudo.messages("legal.md.po")["Nobody may sail at night."]
    assert (message.msgstr, state(message)) == ("Mine", State.fuzzy)


def test_a_changed_source_is_drafted_anew(pseudo):
    translate(pseudo.project, [XA])
    pseudo.edit(pseudo.content / "legal.md", "at night", "by night")
    translate(pseudo.project, [XA])
    message = pseudo.messages("legal.md.po")["Nobody may sail by night."]
    assert state(message) is State.machine
    assert message.previous_msgid is None


def test_without_a_model_catalogs_are_still_brought_up_to_date(site, monkeypatch, tmp_path):
    monkeypatch.setenv("PIPELINE_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path / "none"))
    language = parse("cy")
    result = translate(site.project, [language, XA])
    assert result.failed
    (finding,) = result.findings
    assert finding.rule == "no-model"
    assert "pipeline models install" in finding.message
    missing, drafted = result.languages
    assert missing.missing == drafted.drafted > 0
    assert (site.root / "locales/cy/LC_MESSAGES/legal.md.po").exists()


def test_the_pseudo_language_is_no_draft_of_a_real_one(site):
    result = translate(site.project, [MS], engine="pseudo")
    assert result.failed
    assert result.languages[0].drafted == 0


def test_dry_run_writes_nothing(pseudo):
    before = pseudo.files()
    result = translate(pseudo.project, [XA], dry_run=True)
    assert len(result.update.written) == 4
    assert pseudo.files() == before


def test_selected_pages_only(pseudo):
    translate(pseudo.project, [XA], paths=["legal.md"])
    assert {path.name for path in pseudo.catalogs.rglob("*.po")} == {"legal.md.po"}


def test_numbers_are_left_alone(pseudo):
    text = "| Fee | Cost |\n|---|---|\n| Boat | $5.00 |\n"
    (pseudo.content / "prices.md").write_text(text, encoding="utf-8")
    (drafts,) = translate(pseudo.project, [XA]).languages
    assert drafts.skipped == 1
    assert pseudo.messages("prices.md.po")["$5.00"].msgstr == ""
    # Nothing is missing for want of a model either.
    (pseudo.content / "more.md").write_text("| 1 |\n|---|\n| 2 |\n", encoding="utf-8")
    (drafts,) = translate(pseudo.project, [MS], paths=["more.md"], model="none").languages
    assert (drafts.skipped, drafts.missing) == (2, len(site_strings(pseudo)))


def site_strings(site):
    return read_po(site.root / "locales" / "ms" / "LC_MESSAGES" / "_site.po").messages


def test_the_markup_of_a_draft_is_that_of_its_segment(pseudo, monkeypatch):
    text = "---\ntitle: Boat <b>2*3*4</b>\n---\n<p>Raft 2*3*4 of wood</p>\n\nSail 2\\*3 well\n"
    (pseudo.content / "m.md").write_text(text, encoding="utf-8")
    seen = {}
    real = draft.draft

    def spy(requests, *args, **settings):
        seen.update({request.text: request.markup for request in requests})
        return real(requests, *args, **settings)

    monkeypatch.setattr(draft, "draft", spy)
    translate(pseudo.project, [XA])
    assert seen["Boat <b>2*3*4</b>"] == "html"
    assert seen["Raft 2*3*4 of wood"] == "html"
    assert seen["Sail 2\\*3 well"] == "markdown"
    assert {markup for text, markup in seen.items() if text in ("Fees", "Start")} <= {"html"}


@pytest.mark.parametrize(
    ("config", "option", "beam"),
    [
        ("", None, None),
        ("[mt]\nbeam = 3\n", None, 3),
        ("[mt]\nbeam = 3\n", 5, 5),
        ("[mt]\nbeam = 3\n[mt.languages.ms]\nbeam = 7\n", None, 7),
    ],
)
def test_the_beam_of_the_configuration_is_used(site, monkeypatch, config, option, beam):
    path = site.root / "pipeline.toml"
    path.write_text(path.read_text(encoding="utf-8") + config, encoding="utf-8")
    made = []

    class Engine(PseudoEngine):
        def __init__(self, package, *, beam, threads):
            made.append(beam)

    monkeypatch.setattr("pipeline.mt.argos.ArgosEngine", Engine)
    monkeypatch.setattr("pipeline.mt.models.find", lambda *_: None)
    translate(site.project, [MS], beam=option)
    assert made == [beam]


def test_what_was_refused_is_looked_at_again_without_asking_the_model(site):
    (refused,) = translate(site.project, [MS], min_score=1.0).languages
    assert refused.refused
    assert refused.sentences
    (again,) = translate(site.project, [MS], min_score=1.0).languages
    assert (again.refused, again.drafted, again.sentences) == (refused.refused, 0, 0)
    (accepted,) = translate(site.project, [MS]).languages
    assert accepted.drafted > 0
    assert accepted.sentences == 0
