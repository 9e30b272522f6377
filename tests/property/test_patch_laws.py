"""Laws of sentence memory: no word of a person is lost, what did not change keeps its bytes, elements are the source's."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.hints import hints_of
from pipeline.catalog.merge import merge
from pipeline.catalog.numbers import put_right
from pipeline.catalog.sentencepairs import align, sentences
from pipeline.catalog.state import provenance, state
from pipeline.inline import signature
from pipeline.langtag import parse
from pipeline.model import Catalog, Message, State
from pipeline.mt.sentences import split
from pipeline.stages.sentences import missing_sentences, narrowed, with_drafts

EN, MS = parse("en"), parse("ms")

# (source, translation); the numbers and elements are there to be told apart by, and to be followed.
SENTENCES = {
    "Adults pay $10 for each day of their stay.": "Dewasa bayar RM10 untuk setiap hari.",
    "Adults pay $12 for each day of their stay.": "Dewasa bayar RM12 untuk setiap hari.",
    "Children under five are always free.": "Kanak-kanak bawah lima sentiasa percuma.",
    "See [the fees](/fees) for every season!": "Lihat [yuran](/fees) untuk setiap musim!",
    "See [the fees](/fees-2) for each season!": "Lihat [yuran](/fees-2) bagi setiap musim!",
    "Where do I leave `my.boat` at night?": "Di mana saya tinggalkan `my.boat` pada malam?",
    "Dogs must wait outside the harbour office.": "Anjing mesti tunggu di luar pejabat pelabuhan.",
    "The harbour master closes the gate at 8:30.": "Ketua pelabuhan tutup pintu pada jam 8.30.",
    "**Nobody** may sail after that.": "**Tiada sesiapa** boleh belayar selepas itu.",
}
SOURCES = sorted(SENTENCES)
TEXTS = st.lists(st.sampled_from(SOURCES), min_size=1, max_size=6, unique=True)


def updated(catalog, msgid):
    merged = merge(catalog, Catalog(messages=(Message(msgid=msgid),)), cutoff=0.0)
    return narrowed(catalog, merged, source=EN, target=MS)[0]


def entry(catalog, msgid):
    return catalog.get((None, msgid))


def holds(message, text):
    return text in message.msgstr or f"was: {text}" in message.translator_comments


@given(TEXTS, TEXTS)
def test_one_change(old, new):
    person = [SENTENCES[text] for text in old]
    before = Catalog(messages=(Message(msgid=" ".join(old), msgstr=" ".join(person)),))
    after = updated(before, " ".join(new))
    message = entry(after, " ".join(new))
    assert all(holds(message, text) for text in person)
    hints = hints_of(message)
    if hints:
        kept = {place for place in range(len(new)) if place not in hints.wanted}
        told = {place for place, _ in hints.review}
        assert hints.total == len(new)
        for place in kept - told:
            assert new[place] in old
            assert SENTENCES[new[place]] in message.msgstr
        if not hints.stale:
            assert signature(message.msgstr) == tuple(sorted(part for place in kept for part in signature(new[place])))
    if old != new:
        assert state(message) is State.fuzzy
        assert provenance(message) is None
    again = updated(after, " ".join(new))
    assert again is after


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
def test_change_after_change_and_drafts(old, versions):
    catalog = Catalog(messages=(Message(msgid=" ".join(old), msgstr=" ".join(SENTENCES[text] for text in old)),))
    for new in [*versions, old]:
        msgid = " ".join(new)
        catalog = updated(catalog, msgid)
        message = entry(catalog, msgid)
        # The numbers of a sentence may be put right more than once: the person's own words are then the first.
        assert all(holds(message, SENTENCES[text]) for text in old)
        missing = missing_sentences(message, EN, MS)
        drafts = {text: (SENTENCES[text], "draft argos en-ms score=0.50") for text in missing[:1]}
        done = with_drafts(message, drafts, EN, MS)
        assert all(draft in done.msgstr for draft, _ in drafts.values())
        assert len(missing_sentences(done, EN, MS)) == max(0, len(missing) - 1)
        if missing and len(missing) == 1:
            assert signature(done.msgstr) == signature(msgid)
        assert state(done) in (State.fuzzy, State.reviewed)
        catalog = Catalog(messages=tuple(done if m is message else m for m in catalog.messages))


@given(st.text("Ab1. \n*`[](/x)<b>?。", max_size=60), st.text("Ab1. \n*`?", max_size=30))
def test_sentences_are_the_text(text, other):
    cut = sentences(split(text, "en"))
    assert "".join(part for sentence in cut for part in sentence) == text
    found = align([s.text for s in cut], [s.text for s in sentences(split(other, "en"))])
    if found is not None:
        known = [number for number in found if number is not None]
        assert len(set(known)) == len(known)


@given(st.text("a1 2,.٣५", max_size=12), st.text("a1 2,.", max_size=12), st.text("b12 ,.٣५", max_size=12))
def test_only_digits_and_what_groups_them_are_put_right(old, new, translation):
    found = put_right(old, new, translation)
    if found:
        assert [c for c in found.text if c.isalpha()] == [c for c in translation if c.isalpha()]
        assert found.text != translation
