"""One sentence of a reviewed paragraph changes: update, translate, approval, update."""

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, parse_po
from pipeline.catalog.state import state
from pipeline.langtag import parse
from pipeline.model import Catalog, Message, State
from pipeline.mt.pseudo import PseudoEngine
from pipeline.stages.sentences import missing_sentences, narrowed, with_drafts
from pipeline.stages.translate import translate
from pipeline.stages.update import update

ENTRIES = tomllib.loads((Path(__file__).parents[1] / "data" / "patch" / "entries.toml").read_text("utf-8"))["case"]
EN, MS, XA = parse("en"), parse("ms"), parse("en-XA")
OLD = "Adults pay $10 a day. Children are free. See [the fees](/fees). Bring your passport. We close at 8:30."
TEXT = "Dewasa bayar RM10 sehari. Kanak-kanak percuma. Lihat [yuran](/fees). Bawa pasport anda. Kami tutup jam 8.30."
DOGS = "Dogs must wait outside the door."


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
    comments = [re.sub(r"of=[0-9a-f]{8}", "of=DIGEST", comment) for comment in message.translator_comments]
    assert comments == case.get("comments", [])
    assert updated(catalog, case["new"], language)[0] == message


def test_a_second_change_keeps_what_is_still_to_be_looked_at():
    _, catalog = updated(reviewed(OLD, TEXT), OLD.replace("$10", "$12").replace("Bring", f"{DOGS} Bring"))
    new = OLD.replace("$10", "$12").replace("Bring", f"{DOGS} Bring").replace("8:30", "9:30")
    message, _ = updated(catalog, new)
    assert message.msgstr == TEXT.replace("RM10", "RM12").replace("8.30", "9.30")
    assert message.translator_comments[:3] == (
        "was: Dewasa bayar RM10 sehari.",
        "was: Kami tutup jam 8.30.",
        "pipeline: review sentences 1 (10 → 12), 6 (8 → 9) of 6",
    )
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
    assert with_drafts(edited, {DOGS: "Anjing tunggu."}, EN, MS) is edited


def test_a_draft_stands_between_its_neighbours():
    message, _ = updated(reviewed(OLD, TEXT), OLD.replace("Bring", f"{DOGS} Bring"))
    done = with_drafts(message, {DOGS: "Anjing tunggu di luar."}, EN, MS)
    assert done.msgstr == TEXT.replace("Bawa", "Anjing tunggu di luar. Bawa")
    assert done.translator_comments == ("pipeline: review sentence 4 (draft) of 6",)
    chinese = "成人10元。儿童免费。见[费用](/fees)。请带护照。晚上8:30关门。"
    message, _ = updated(reviewed(OLD, chinese), OLD.replace("Bring", f"{DOGS} Bring"), parse("zh-Hans"))
    done = with_drafts(message, {DOGS: "狗在门外等。"}, EN, parse("zh-Hans"))
    assert done.msgstr == chinese.replace("请带", "狗在门外等。请带")


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
    assert message.translator_comments == (
        "mine",
        "was: Dewasa bayar RM10 sehari.",
        "pipeline: review sentences 1 (10 → 12), 4 (draft) of 6",
    )
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
