"""One sentence of a reviewed paragraph changes: update, translate, approval, update."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalog.hints import draft_note, draft_score
from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, parse_po
from pipeline.catalog.state import state
from pipeline.langtag import parse
from pipeline.model import Catalog, Message, Provenance, State
from pipeline.mt.engine import Translation
from pipeline.mt.pseudo import PseudoEngine
from pipeline.stages.sentences import missing_sentences, narrowed, with_drafts
from pipeline.stages.status import status
from pipeline.stages.translate import translate
from pipeline.stages.update import update

ENTRIES = tomllib.loads((Path(__file__).parents[1] / "data" / "patch" / "entries.toml").read_text("utf-8"))["case"]
EN, MS, XA = parse("en"), parse("ms"), parse("en-XA")
OLD = "Adults pay $10 a day. Children are free. See [the fees](/fees). Bring your passport. We close at 8:30."
TEXT = "Dewasa bayar RM10 sehari. Kanak-kanak percuma. Lihat [yuran](/fees). Bawa pasport anda. Kami tutup jam 8.30."
DOGS = "Dogs must wait outside the door."
NOTE = draft_note(Provenance(origin="machine", engine="argos", model="en-ms 1.9", score=0.71))


def comments(message):
    return [re.sub(r"of=[0-9a-f]{8}", "of=DIGEST", comment) for comment in message.translator_comments]


def updated(catalog, msgid, language=MS):
    """(the entry of the new source after an update, the catalog)."""
    merged = merge(catalog, Catalog(messages=(Message(msgid=msgid),)))
    result, _ = narrowed(catalog, merged, source=EN, target=language)
    read = parse_po(format_po(result))
    return read.get((None, msgid)), read


def reviewed(msgid, msgstr):
    return parse_po(format_po(Catalog(language="ms", messages=(Message(msgid=msgid, msgstr=msgstr),))))


@pytest.mark.parametrize("case", ENTRIES, ids=lambda case: case["name"])
def test_entry(case):
    language = parse(case.get("language", "ms"))
    message, catalog = updated(reviewed(case["old"], case["translation"]), case["new"], language)
    assert state(message) is State.fuzzy
    assert message.previous_msgid == case["old"]
    assert message.msgstr == case.get("msgstr", case["translation"])
    assert comments(message) == case.get("comments", [])
    assert updated(catalog, case["new"], language)[0] == message


def test_a_second_change_keeps_what_is_still_to_be_looked_at():
    _, catalog = updated(reviewed(OLD, TEXT), OLD.replace("$10", "$12").replace("Bring", f"{DOGS} Bring"))
    new = OLD.replace("$10", "$12").replace("Bring", f"{DOGS} Bring").replace("8:30", "9:30")
    message, _ = updated(catalog, new)
    assert message.msgstr == TEXT.replace("RM10", "RM12").replace("8.30", "9.30")
    assert comments(message)[:3] == [
        "was: Dewasa bayar RM10 sehari.",
        "was: Kami tutup jam 8.30.",
        "pipeline: review sentences 1 (10 → 12), 6 (8 → 9) of 6 of=DIGEST",
    ]
    assert missing_sentences(message, EN, MS) == (DOGS,)


def test_a_change_taken_back_leaves_their_own_words():
    _, catalog = updated(reviewed(OLD, TEXT), OLD.replace("$10", "$12"))
    message, _ = updated(catalog, OLD)
    assert message.msgstr == TEXT
    assert "was: Dewasa bayar RM10 sehari." not in message.translator_comments
    assert state(message) is State.fuzzy


def test_a_second_change_of_a_text_that_cannot_be_followed_is_to_be_looked_at_whole():
    first = OLD.replace("$10", "$12")
    _, catalog = updated(reviewed(OLD, TEXT), first)
    edited = catalog.messages[0].changed(msgstr="Semua lain. Satu.")
    message, _ = updated(Catalog(language="ms", header=catalog.header, messages=(edited,)), first.replace("8:30", "9"))
    assert message.msgstr == "Semua lain. Satu."
    assert "pipeline: review sentences 1, 2, 3, 4, 5 of 5" in message.translator_comments


def test_a_fuzzy_text_that_nobody_ever_approved_is_left_whole():
    catalog = Catalog(language="ms", messages=(Message(msgid=OLD, msgstr=TEXT, flags=("fuzzy",)),))
    message, _ = updated(catalog, OLD.replace("$10", "$12"))
    assert (message.msgstr, message.translator_comments) == (TEXT, ())


def test_each_part_of_a_split_paragraph_gets_its_own_sentences():
    first, second = OLD.split(" See ", maxsplit=1)[0], OLD[OLD.index("See ") :]
    catalog = reviewed(OLD, TEXT)
    merged = merge(catalog, Catalog(messages=(Message(msgid=first), Message(msgid=second))))
    result, count = narrowed(catalog, merged, source=EN, target=MS)
    assert count == 2
    parts = [result.get((None, part)).msgstr for part in (first, second)]
    assert " ".join(parts) == TEXT


def test_nobodys_edit_gets_a_draft_put_in():
    message, _ = updated(reviewed(OLD, TEXT), OLD.replace("Bring", f"{DOGS} Bring"))
    edited = message.changed(msgstr=message.msgstr.replace("Dewasa", "Orang dewasa"))
    assert missing_sentences(edited, EN, MS) == ()
    assert with_drafts(edited, {DOGS: ("Anjing tunggu.", NOTE)}, EN, MS) is edited


def test_a_draft_stands_between_its_neighbours():
    message, _ = updated(reviewed(OLD, TEXT), OLD.replace("Bring", f"{DOGS} Bring"))
    done = with_drafts(message, {DOGS: ("Anjing tunggu di luar.", NOTE)}, EN, MS)
    assert done.msgstr == TEXT.replace("Bawa", "Anjing tunggu di luar. Bawa")
    assert comments(done) == ["pipeline: review sentence 4 (draft argos en-ms 1.9 score=0.71) of 6 of=DIGEST"]
    assert draft_score(done) == 0.71
    assert draft_score(done.changed(msgstr=f"{done.msgstr} Ya.")) is None
    chinese = "成人10元。儿童免费。见[费用](/fees)。请带护照。晚上8:30关门。"
    message, _ = updated(reviewed(OLD, chinese), OLD.replace("Bring", f"{DOGS} Bring"), parse("zh-Hans"))
    done = with_drafts(message, {DOGS: ("狗在门外等。", NOTE)}, EN, parse("zh-Hans"))
    assert done.msgstr == chinese.replace("请带", "狗在门外等。请带")


CATS = "Cats may run about in the garden all night."


def test_the_whole_text_stands_until_there_is_a_draft():
    new = OLD.replace("Bring your passport.", CATS)
    message, catalog = updated(reviewed(OLD, TEXT), new)
    assert message.msgstr == TEXT
    assert comments(message) == ["pipeline: translate sentence 4 (old words stand) of 5 of=DIGEST"]
    assert missing_sentences(message, EN, MS) == (CATS,)
    later = new.replace("$10", "$12")
    message, _ = updated(catalog, later)
    assert message.msgstr == TEXT.replace("RM10", "RM12")
    assert missing_sentences(message, EN, MS) == (CATS,)
    done = with_drafts(message, {CATS: ("Kucing boleh berlari.", NOTE)}, EN, MS)
    assert done.msgstr == message.msgstr.replace("Bawa pasport anda.", "Kucing boleh berlari.")
    assert done.translator_comments[:2] == ("was: Dewasa bayar RM10 sehari.", "was: Bawa pasport anda.")
    assert missing_sentences(done, EN, MS) == ()


def test_old_words_that_stand_are_kept_when_their_place_goes():
    new = OLD.replace("Bring your passport.", CATS)
    _, catalog = updated(reviewed(OLD, TEXT), new)
    message, _ = updated(catalog, new.replace(f" {CATS}", ""))
    assert message.msgstr == TEXT.replace(" Bawa pasport anda.", "")
    assert comments(message) == ["was: Bawa pasport anda.", "pipeline: review removal at sentence 4 of 4"]


def test_words_in_a_place_that_somebody_touched_are_a_persons():
    new = OLD.replace("Bring your passport.", CATS)
    message, catalog = updated(reviewed(OLD, TEXT), new)
    own = message.changed(msgstr=TEXT.replace("Bawa pasport anda.", "Kucing boleh berlari di taman semalaman."))
    message, _ = updated(replace(catalog, messages=(own,)), new.replace("$10", "$12"))
    assert message.msgstr == own.msgstr.replace("RM10", "RM12")
    assert missing_sentences(message, EN, MS) == ()
    assert "pipeline: review sentences 1 (10 → 12), 4 of 5 of=DIGEST" in comments(message)


def drafted(message, catalog, draft):
    """The catalog with one draft for every sentence that waits for one."""
    made = with_drafts(message, dict.fromkeys(missing_sentences(message, EN, MS), (draft, NOTE)), EN, MS)
    return replace(catalog, messages=tuple(made if m is message else m for m in catalog.messages))


@pytest.mark.parametrize(
    "new",
    [
        OLD.replace("Bring your passport.", CATS),
        OLD.replace(" Bring your passport.", ""),
        OLD.replace("Bring", f"{DOGS} Bring"),
        OLD.replace("$10", "$12"),
        OLD.replace("Bring your passport.", CATS).replace("$10", "$12"),
    ],
)
@pytest.mark.parametrize("with_draft", [True, False])
def test_a_change_that_is_taken_back_needs_no_draft(new, with_draft):
    message, catalog = updated(reviewed(OLD, TEXT), new)
    if with_draft:
        catalog = drafted(message, catalog, "Kucing boleh berlari di taman.")
    message, _ = updated(catalog, OLD)
    assert message.msgstr == TEXT
    assert missing_sentences(message, EN, MS) == ()
    assert not [comment for comment in message.translator_comments if "removal" in comment or "was:" in comment]
    assert state(message) is State.fuzzy


def test_number_after_number_is_told_from_the_first():
    _, catalog = updated(reviewed(OLD, TEXT), OLD.replace("$10", "$12"))
    message, catalog = updated(catalog, OLD.replace("$10", "$14"))
    assert message.msgstr == TEXT.replace("RM10", "RM14")
    assert comments(message) == [
        "was: Dewasa bayar RM10 sehari.",
        "pipeline: review sentence 1 (10 → 14) of 5 of=DIGEST",
    ]
    touched = replace(catalog, messages=(message.changed(msgstr=TEXT.replace("bayar RM10", "membayar RM14")),))
    message, _ = updated(touched, OLD.replace("$10", "$16"))
    assert comments(message) == [
        "was: Dewasa bayar RM10 sehari.",
        "was: Dewasa membayar RM14 sehari.",
        "pipeline: review sentence 1 (14 → 16) of 5 of=DIGEST",
    ]


def test_a_number_is_put_right_in_a_sentence_whose_words_change_too():
    message, _ = updated(reviewed(OLD, TEXT), OLD.replace("$10 a day", "$12 each day"))
    assert message.msgstr == TEXT.replace("RM10", "RM12")
    assert "pipeline: review sentence 1 (10 → 12) of 5 of=DIGEST" in comments(message)


def test_a_text_with_a_draft_that_cannot_be_followed_says_so():
    message, catalog = updated(reviewed(OLD, TEXT), OLD.replace("Bring", f"{DOGS} Bring"))
    catalog = drafted(message, catalog, "Anjing tunggu di luar.")
    joined = OLD.replace("Bring", f"{DOGS} Bring").replace("day. Children", "day, children")
    message, _ = updated(catalog, joined)
    assert comments(message) == [
        "pipeline: review sentences "
        + ", ".join(f"{place} (may be a draft)" for place in range(1, 6))
        + " of 5 of=DIGEST"
    ]


def test_hints_follow_a_link():
    new = OLD.replace("Bring", f"{DOGS} Bring")
    message, catalog = updated(reviewed(OLD, TEXT), new)
    waiting, _ = updated(catalog, new.replace("/fees", "/prices"))
    assert missing_sentences(waiting, EN, MS) == (DOGS,)
    assert waiting.msgstr == TEXT.replace("/fees", "/prices")
    done, _ = updated(drafted(message, catalog, "Anjing tunggu."), new.replace("/fees", "/prices"))
    assert comments(done) == comments(drafted(message, catalog, "Anjing tunggu.").messages[0])
    assert draft_score(done) == 0.71


def test_a_persons_words_are_kept_though_a_draft_says_the_same():
    new = OLD.replace("Bring your passport.", DOGS)
    message, catalog = updated(reviewed(OLD, TEXT), new)
    message, catalog = updated(drafted(message, catalog, "Bawa pasport anda."), new.replace("$10", "$12"))
    message, _ = updated(catalog, new.replace("$10", "$12").replace(f" {DOGS}", ""))
    assert "was: Bawa pasport anda." in message.translator_comments


def test_a_text_whose_one_sentence_lacks_an_element_is_left_whole():
    message, _ = updated(
        reviewed("See `a.txt` for the fees.", "Lihat yuran di bawah."), "See `a.txt` for the fees. Bring your passport."
    )
    assert (message.msgstr, message.translator_comments) == ("Lihat yuran di bawah.", ())


def test_a_draft_that_would_be_read_as_two_sentences_waits_for_the_others():
    message, _ = updated(reviewed(OLD, TEXT), OLD.replace("Bring", f"{DOGS} {CATS} Bring"))
    two = {DOGS: ("Anjing tunggu di luar. Di luar pintu.", NOTE)}
    assert with_drafts(message, two, EN, MS) is message
    both = {**two, CATS: ("Kucing boleh berlari.", NOTE)}
    assert "Di luar pintu. Kucing boleh berlari. Bawa" in with_drafts(message, both, EN, MS).msgstr


def test_comments_of_two_entries_that_were_joined_are_about_neither():
    _, catalog = updated(reviewed(OLD, TEXT), OLD.replace("$10", "$12"))
    (entry,) = catalog.messages
    both = (*entry.translator_comments, "pipeline: review sentence 2 of 2")
    joined = replace(catalog, messages=(entry.changed(translator_comments=both),))
    message, _ = updated(joined, OLD.replace("$10", "$14"))
    assert comments(message)[-1] == "pipeline: review sentences 1, 2, 3, 4, 5 of 5"


def test_a_machines_words_are_not_kept_when_they_go():
    message, catalog = updated(reviewed(OLD, TEXT), OLD.replace("Bring", f"{DOGS} Bring"))
    done = with_drafts(message, {DOGS: ("Anjing tunggu di luar.", NOTE)}, EN, MS)
    message, _ = updated(replace(catalog, messages=(done,)), OLD.replace("$10", "$12"))
    assert message.msgstr == TEXT.replace("RM10", "RM12")
    assert comments(message) == [
        "was: Dewasa bayar RM10 sehari.",
        "pipeline: review sentence 1 (10 → 12) of 5 of=DIGEST",
    ]
    touched = done.changed(msgstr=done.msgstr.replace("luar.", "luar pintu."))
    message, _ = updated(replace(catalog, messages=(touched,)), OLD.replace("$10", "$12"))
    assert message.translator_comments[:2] == ("was: Anjing tunggu di luar pintu.", "was: Dewasa bayar RM10 sehari.")


def test_a_draft_whose_sentence_changes_again_is_made_again():
    message, catalog = updated(reviewed(OLD, TEXT), OLD.replace("Bring", f"{DOGS} Bring"))
    done = with_drafts(message, {DOGS: ("Anjing tunggu di luar.", NOTE)}, EN, MS)
    other = DOGS.replace("door", "gate")
    message, _ = updated(replace(catalog, messages=(done,)), OLD.replace("Bring", f"{other} Bring"))
    assert message.msgstr == TEXT
    assert comments(message) == ["pipeline: translate sentence 4 of 6 of=DIGEST"]


@pytest.mark.parametrize("form", ["page", "folder", "site"])
def test_from_update_to_approval(site, form):
    name = {"page": "sentences.md.po", "folder": "_folder.po", "site": "site.po"}[form]
    if form != "page":
        config = site.root / "pipeline.toml"
        config.write_text(f'catalogs = "{form}"\n' + config.read_text("utf-8"), "utf-8")
    site.catalogs = site.root / "locales" / "en_XA" / "LC_MESSAGES"
    page = site.content / "sentences.md"
    page.write_text(f"# Hours\n\n{OLD}\n", "utf-8")
    update(site.project, [XA])
    site.change(name, lambda m: m.changed(msgstr=TEXT, translator_comments=("mine",)) if m.msgid == OLD else m)

    new = OLD.replace("$10", "$12").replace("Bring", f"{DOGS} Bring")
    site.edit(page, OLD, new)
    result = update(site.project, [XA])
    assert (result.fuzzy, result.narrowed) == (1, 1)
    assert site.messages(name)[new].msgstr == TEXT.replace("RM10", "RM12")

    drafts = translate(site.project, [XA])
    assert not drafts.failed
    message = site.messages(name)[new]
    assert state(message) is State.fuzzy
    assert comments(message) == [
        "mine",
        "was: Dewasa bayar RM10 sehari.",
        "pipeline: review sentences 1 (10 → 12), 4 (draft pseudo accents) of 6 of=DIGEST",
    ]
    draft = PseudoEngine().translate_segment(DOGS, "markdown")
    assert message.msgstr == TEXT.replace("RM10", "RM12").replace("Bawa", f"{draft} Bawa")
    before = site.bytes("locales")
    translate(site.project, [XA])
    assert site.bytes("locales") == before

    site.change(name, lambda m: m.changed(flags=(), previous_msgid=None) if m.msgid == new else m)
    update(site.project, [XA])
    approved = site.messages(name)[new]
    assert (approved.msgstr, approved.translator_comments) == (message.msgstr, ("mine",))
    assert state(approved) is State.reviewed


class Sentences:
    """An engine that knows one sentence, and gives back the others."""

    id, model, settings, source, target, identity, min_score = "known", "en-ms 1.9", "", "en", "ms", False, 0.0

    def translate(self, texts, progress=None):
        known = {DOGS: Translation(text="Anjing mesti tunggu di luar pintu.", score=0.612)}
        return [known.get(text, Translation(text=text.replace("office", "pejabat"), score=0.9)) for text in texts]


def one_changed(site, added):
    page = site.content / "sentences.md"
    page.write_text(f"# Hours\n\n{OLD}\n", "utf-8")
    update(site.project, [MS])
    site.change("sentences.md.po", lambda m: m.changed(msgstr=TEXT, flags=()) if m.msgid == OLD else m)
    new = OLD.replace("Bring", f"{added} Bring")
    site.edit(page, OLD, new)
    return new, translate(site.project, [MS], paths=["sentences.md"])


def test_a_sentence_in_a_persons_text_is_scored(site, monkeypatch):
    monkeypatch.setattr("pipeline.stages.drafting.open_engine", lambda *_: Sentences())
    new, _ = one_changed(site, DOGS)
    message = site.messages("sentences.md.po")[new]
    assert message.msgstr == TEXT.replace("Bawa", "Anjing mesti tunggu di luar pintu. Bawa")
    assert comments(message) == ["pipeline: review sentence 4 (draft known en-ms 1.9 score=0.61) of 6 of=DIGEST"]
    (listed,) = (e for e in status(site.project, [MS], review=True).review if e.key == message.key)
    assert (listed.state, listed.score) == (State.fuzzy, 0.61)


def test_a_copied_sentence_is_not_put_into_a_persons_text(site, monkeypatch):
    monkeypatch.setattr("pipeline.stages.drafting.open_engine", lambda *_: Sentences())
    new, result = one_changed(site, CATS)
    message = site.messages("sentences.md.po")[new]
    assert message.msgstr == TEXT
    assert comments(message) == [
        "pipeline: translate sentence 4 of 6 of=DIGEST",
        "pipeline: refused known en-ms 1.9: repeats its source",
    ]
    assert not [finding for finding in result.findings if finding.rule == "draft-copies-source"]


def test_a_draft_that_does_not_fit_is_told_and_not_made_again(site, monkeypatch):
    def translated(texts, progress=None):
        return [Translation(text="" if "Cats" in text else "Satu ekor. Dua ekor.", score=0.9) for text in texts]

    engine = Sentences()
    engine.translate = translated
    monkeypatch.setattr("pipeline.stages.drafting.open_engine", lambda *_: engine)
    new, _ = one_changed(site, f"{DOGS} {CATS}")
    message = site.messages("sentences.md.po")[new]
    assert message.msgstr == TEXT
    assert any(comment.startswith("pipeline: refused known en-ms 1.9: ") for comment in message.translator_comments)
    assert missing_sentences(message, EN, MS) == (DOGS, CATS)
    before = site.bytes("locales")
    assert translate(site.project, [MS], paths=["sentences.md"]).languages[0].drafted == 0
    assert site.bytes("locales") == before


def test_a_copied_sentence_of_an_identity_is_put_in_and_told(site, monkeypatch):
    engine = Sentences()
    engine.identity = True
    monkeypatch.setattr("pipeline.stages.drafting.open_engine", lambda *_: engine)
    new, result = one_changed(site, CATS)
    assert CATS in site.messages("sentences.md.po")[new].msgstr
    told = [finding.message for finding in result.findings if finding.rule == "draft-copies-source"]
    assert f"the draft repeats its source: {CATS!r}" in told
