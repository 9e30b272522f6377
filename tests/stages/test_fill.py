"""What the translation memory fills in: only what nobody has touched, marked with where it came from."""

import shutil

import pytest

from pipeline.catalog.pofile import read_po
from pipeline.catalog.state import digest, provenance, state
from pipeline.langtag import parse
from pipeline.model import State
from pipeline.stages.fill import fill
from pipeline.stages.memory import memory_path
from pipeline.stages.translate import translate
from pipeline.stages.update import update

MS = parse("ms")
KNOWN = "The harbour office is open on weekdays."
NEAR = "The harbour office is open on Sundays."


def write(site, name, text):
    (site.content / name).write_text(text, encoding="utf-8")


@pytest.fixture
def harbour(site):
    """The site with two more pages: `known.md` is translated and reviewed, `open.md` is not translated."""
    write(site, "known.md", f"# Berth fees\n\n{KNOWN}\n\n- Book\n\nPay **here** or [online](pay.html) before noon.\n")
    write(site, "open.md", f"{KNOWN}\n\n- Book\n\n{NEAR}\n\nPay **here** or [online](pay.html) before dusk.\n")
    update(site.project, [MS])
    site.approve("known.md.po")
    return site


def run(site, **settings):
    names = [path.relative_to(site.catalogs).as_posix() for path in sorted(site.catalogs.rglob("*.po"))]
    return fill(site.project, parse(settings.pop("language", "ms")), names)


def of(site, text, name="open.md.po"):
    return site.messages(name)[text]


def test_the_same_text_is_filled_in_as_fuzzy(harbour):
    result = run(harbour)
    message = of(harbour, KNOWN)
    assert (message.msgstr, message.flags) == (f"Ya {KNOWN}", ("fuzzy",))
    origin = provenance(message)
    assert (origin.origin, origin.model, origin.score) == ("memory", "locales/ms/LC_MESSAGES/known.md.po", 1.0)
    assert state(message) is State.machine
    assert (result.reviewed, result.exact, result.near) == (0, 2, 2)
    assert result.written == ("locales/ms/LC_MESSAGES/open.md.po",)


def test_a_near_text_brings_its_source_and_is_published_by_no_policy(harbour):
    run(harbour)
    message = of(harbour, NEAR)
    assert (message.msgstr, message.previous_msgid) == (f"Ya {KNOWN}", KNOWN)
    assert message.fuzzy
    assert provenance(message).digest == digest(None, KNOWN, f"Ya {KNOWN}")
    assert 0.75 <= provenance(message).score < 1.0
    assert state(message) is State.fuzzy
    raw = (harbour.catalogs / "open.md.po").read_text("utf-8")
    assert f'#| msgid "{KNOWN}"' in raw
    assert "# pipeline: memory locales/ms/LC_MESSAGES/known.md.po score=0." in raw


def test_as_reviewed_only_where_nothing_speaks_against_it(harbour):
    harbour.configure('languages = ["ms"]', 'languages = ["ms"]\n\n[memory]\nexact = "reviewed"\n')
    write(harbour, "open.md", f"{KNOWN}\n\n- Book\n\n## Pay **here** or [online](pay.html) before noon.\n")
    update(harbour.project, [MS])
    result = run(harbour)
    assert (result.reviewed, result.exact) == (1, 2)
    assert state(of(harbour, KNOWN)) is State.reviewed
    assert provenance(of(harbour, KNOWN)).origin == "memory"
    assert of(harbour, "Book").fuzzy, "one word may be another one"
    assert of(harbour, "Pay **here** or [online](pay.html) before noon.").fuzzy, "a heading is no paragraph"


def test_nothing_is_certain_of_a_text_in_two_kinds_of_place_or_that_says_the_same(harbour):
    harbour.configure('languages = ["ms"]', 'languages = ["ms"]\n\n[memory]\nexact = "reviewed"\n')
    write(harbour, "known.md", f"{KNOWN}\n\nThe Straits Boat Club\n")
    write(harbour, "open.md", f"{KNOWN}\n\n> {KNOWN}\n\nThe Straits Boat Club\n")
    update(harbour.project, [MS])
    harbour.approve("known.md.po")
    harbour.change("known.md.po", lambda m: m.changed(msgstr=m.msgid) if "Boat" in m.msgid else m)
    assert (run(harbour).reviewed, of(harbour, KNOWN).fuzzy, of(harbour, "The Straits Boat Club").fuzzy) == (
        0,
        True,
        True,
    )


def test_the_source_is_no_related_language(harbour):
    harbour.configure('languages = ["ms"]', 'languages = ["ms", "en-GB"]')
    (harbour.root / "locales/memory").mkdir()
    text = f"<tuv xml:lang='en'><seg>{KNOWN}</seg></tuv><tuv xml:lang='ms'><seg>Ya</seg></tuv>"
    (harbour.root / "locales/memory/a.tmx").write_text(
        f"<tmx version='1.4'><body><tu>{text}</tu></body></tmx>", "utf-8"
    )
    update(harbour.project, [parse("en-GB")])
    result = fill(harbour.project, parse("en-GB"), ["open.md.po"])
    assert (result.filled, result.findings) == (0, ())


def test_two_translations_of_a_text_leave_the_choice_to_a_person(harbour):
    harbour.configure('languages = ["ms"]', 'languages = ["ms"]\n\n[memory]\nexact = "reviewed"\n')
    write(harbour, "third.md", f"{KNOWN}\n")
    update(harbour.project, [MS])
    harbour.approve("third.md.po", prefix="Betul ")
    run(harbour)
    assert of(harbour, KNOWN).fuzzy


def test_what_the_memory_filled_in_is_no_evidence_of_its_own(harbour):
    harbour.configure('languages = ["ms"]', 'languages = ["ms"]\n\n[memory]\nexact = "reviewed"\n')
    run(harbour)
    assert state(of(harbour, KNOWN)) is State.reviewed
    harbour.change("known.md.po", lambda m: m.changed(msgstr="Baru") if m.msgid == KNOWN else m)
    write(harbour, "third.md", f"{KNOWN}\n")
    update(harbour.project, [MS])
    run(harbour)
    message = of(harbour, KNOWN, "third.md.po")
    assert (message.msgstr, state(message)) == ("Baru", State.reviewed)


@pytest.mark.parametrize("flags", [("fuzzy",), ()])
def test_words_of_a_person_are_never_replaced(harbour, flags):
    harbour.change("open.md.po", lambda m: m.changed(msgstr="Mine", flags=flags) if m.msgid else m)
    before = harbour.files("locales")
    assert run(harbour).filled == 0
    assert harbour.files("locales") == before


def test_a_draft_nobody_touched_gives_way_and_a_touched_one_does_not(harbour):
    from pipeline.catalog.state import with_provenance
    from pipeline.model import Provenance

    def drafted(message):
        if not message.msgid:
            return message
        made = message.changed(msgstr=message.msgid.replace("open", "buka"), flags=("fuzzy",))
        made = with_provenance(made, Provenance(origin="machine", engine="argos", model="en-ms", score=0.9))
        return made.changed(msgstr=made.msgstr + "!") if "Sundays" in made.msgid else made

    harbour.change("open.md.po", drafted)
    run(harbour)
    assert of(harbour, KNOWN).msgstr == f"Ya {KNOWN}"
    assert of(harbour, NEAR).msgstr == NEAR.replace("open", "buka") + "!"


def test_a_better_match_takes_the_place_of_one_that_nobody_touched(harbour):
    run(harbour)
    write(harbour, "third.md", f"{NEAR}\n")
    update(harbour.project, [MS])
    harbour.approve("third.md.po", prefix="Tepat ")
    assert run(harbour).exact == 1
    message = of(harbour, NEAR)
    assert (message.msgstr, message.previous_msgid, state(message)) == (f"Tepat {NEAR}", None, State.machine)


def test_running_again_changes_nothing_with_or_without_the_file(harbour):
    run(harbour)
    before = harbour.files("locales")
    assert run(harbour).filled == 0
    shutil.rmtree(memory_path(harbour.project, MS).parent)
    assert run(harbour).filled == 0
    assert harbour.files("locales") == before


def test_deleting_the_file_changes_no_result(harbour, tmp_path):
    other = tmp_path / "other"
    run(harbour)  # a memory with a history
    write(harbour, "late.md", f"{KNOWN}\n\n{NEAR} Always.\n\nThe harbour office is shut on weekdays.\n")
    update(harbour.project, [MS])
    shutil.copytree(harbour.root, other)
    shutil.rmtree(other / ".pipeline")
    run(harbour)
    kept = harbour.files("locales")
    names = [p.relative_to(harbour.catalogs).as_posix() for p in sorted(harbour.catalogs.rglob("*.po"))]
    from pipeline.config import load_project

    fill(load_project(other), MS, reversed(names))
    for name in names:
        assert (other / "locales/ms/LC_MESSAGES" / name).read_bytes() == (harbour.catalogs / name).read_bytes()
    assert kept == harbour.files("locales")


def test_inline_elements_must_be_the_same(harbour):
    write(harbour, "open.md", "Pay **here** or [online](http://elsewhere.example/) before noon.\n")
    update(harbour.project, [MS])
    assert run(harbour).filled == 0


@pytest.mark.parametrize(
    "target",
    [
        "<script>alert(1)</script>",
        "Pejabat {{ site.secret }}",
        "Pejabat [di sini](javascript:alert(1))",
        "Pejabat <img src=x onerror=alert(1)>",
        "Pejabat\nbaris",
    ],
)
def test_a_hostile_memory_adds_nothing_active(site, target):
    from pipeline.catalog.memory import Unit
    from pipeline.catalog.tmx import write_tmx

    write(site, "open.md", f"{KNOWN}\n")
    update(site.project, [MS])
    write_tmx(site.root / "locales/memory/x.tmx", [Unit(KNOWN, target, "paragraph")], parse("en"), MS)
    assert run(site).filled == 0


def test_tmx_files_fill_in_and_a_bad_one_stops_nothing(site):
    from pipeline.catalog.memory import Unit
    from pipeline.catalog.tmx import write_tmx

    write(site, "open.md", f"{KNOWN}\n")
    update(site.project, [MS])
    write_tmx(site.root / "locales/memory/good.tmx", [Unit(KNOWN, "Pejabat buka")], parse("en"), parse("ms-MY"))
    (site.root / "locales/memory/bad.tmx").write_text("<tmx><body>", encoding="utf-8")
    result = run(site)
    assert of(site, KNOWN).msgstr == "Pejabat buka"
    assert provenance(of(site, KNOWN)).model == "locales/memory/good.tmx"
    (finding,) = result.findings
    assert (finding.path, finding.rule) == ("locales/memory/bad.tmx", "catalog-unreadable")
    assert result.failed


def test_obsolete_entries_are_remembered(harbour):
    (harbour.content / "known.md").write_text("# Berth fees\n", encoding="utf-8")
    update(harbour.project, [MS])
    assert run(harbour).exact >= 1
    assert of(harbour, KNOWN).msgstr == f"Ya {KNOWN}"


def test_a_related_language_is_asked_too_and_scores_less(harbour):
    regional = parse("ms-SG")
    update(harbour.project, [regional])
    folder = harbour.root / "locales" / "ms_SG" / "LC_MESSAGES"
    fill(harbour.project, regional, ["open.md.po"])
    message = {m.msgid: m for m in read_po(folder / "open.md.po").messages}[KNOWN]
    assert message.msgstr == f"Ya {KNOWN}"
    assert (provenance(message).score, message.fuzzy, message.previous_msgid) == (0.9, True, None)


def test_it_may_be_switched_off_and_made_strict(harbour):
    harbour.configure('languages = ["ms"]', 'languages = ["ms"]\n\n[memory]\nthreshold = 0.99\n')
    assert run(harbour).near == 0
    harbour.configure("threshold = 0.99", "use = false")
    before = harbour.files("locales")
    assert run(harbour).filled == 0
    assert harbour.files("locales") == before


def test_a_damaged_file_is_made_anew_while_it_is_asked(harbour):
    from pipeline.stages.memory import ProjectMemory

    run(harbour)
    path = memory_path(harbour.project, MS)
    with ProjectMemory(harbour.project, MS) as memory:
        path.write_bytes(b"\x00" * path.stat().st_size)
        assert [match.unit.target for match in memory.exact(KNOWN)] == [f"Ya {KNOWN}"]


def test_translate_fills_before_it_drafts(harbour, monkeypatch, tmp_path):
    monkeypatch.setenv("PIPELINE_MODELS", str(tmp_path / "none"))
    result = translate(harbour.project, [MS], model="none")
    (drafts,) = result.languages
    assert drafts.to_dict()["memory"] == {"reviewed": 0, "exact": 2, "near": 2}
    assert of(harbour, KNOWN).msgstr == f"Ya {KNOWN}"
    assert "locales/ms/LC_MESSAGES/open.md.po" in result.written
    dry = translate(harbour.project, [MS], dry_run=True)
    assert dry.languages[0].memory is None
