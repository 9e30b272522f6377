"""How far an entry is, and the comment that says where its text came from."""

import hashlib
from pathlib import Path

import pytest

from pipeline.catalog.pofile import format_po, parse_po, read_po
from pipeline.catalog.state import accepted, digest, provenance, state, with_provenance
from pipeline.errors import ConfigError
from pipeline.model import Catalog, Message, Provenance, State

DATA = Path(__file__).parents[1] / "data" / "po" / "valid"
DRAFT = with_provenance(
    Message(msgid="Opening hours", msgstr="Waktu operasi", flags=("fuzzy",)),
    Provenance(origin="machine", engine="argos", model="en-ms 0.1 starter", score=0.834),
)


def test_digest_is_the_published_one():
    expected = hashlib.sha256("menu\x04Fées\x04Yuran".encode()).hexdigest()[:8]
    assert digest("menu", "Fées", "Yuran") == expected
    assert digest(None, "Fées", "Yuran") == digest("", "Fées", "Yuran") != expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (
            "pipeline: machine argos en-ms 0.1 starter score=0.83 of=9f2c01ab",
            Provenance(origin="machine", engine="argos", model="en-ms 0.1 starter", score=0.83, digest="9f2c01ab"),
        ),
        (
            "pipeline: machine pseudo en-XA of=9f2c01ab",
            Provenance(origin="machine", engine="pseudo", model="en-XA", digest="9f2c01ab"),
        ),
        (
            "pipeline: memory guide/the fees.md score=1.00 of=00000000",
            Provenance(origin="memory", model="guide/the fees.md", score=1.0, digest="00000000"),
        ),
        (
            "pipeline: refused argos en-ms 0.1: the number 50 is lost: 5",
            Provenance(origin="machine", engine="argos", model="en-ms 0.1", reason="the number 50 is lost: 5"),
        ),
    ],
)
def test_comment_both_ways(comment, expected):
    message = Message(msgid="a", msgstr="b", translator_comments=(" remark", comment))
    assert provenance(message) == expected
    assert with_provenance(message, expected) is message
    assert with_provenance(Message(msgid="a"), expected).translator_comments == (comment,)


@pytest.mark.parametrize(
    "comment", ["pipeline: ask Bob", "pipeline: machine argos", "pipeline", "machine argos x of=12345678"]
)
def test_other_comments_are_people_s(comment):
    message = Message(msgid="a", translator_comments=(comment,))
    assert provenance(message) is None
    assert with_provenance(message, None) is message


def test_there_is_one_provenance_at_most():
    twice = with_provenance(DRAFT, Provenance(origin="machine", engine="argos", model="x 2"))
    assert [c for c in twice.translator_comments if c.startswith("pipeline: ")] == [
        f"pipeline: machine argos x 2 of={digest(None, 'Opening hours', 'Waktu operasi')}"
    ]
    assert with_provenance(twice, None).translator_comments == ()
    refused = Provenance(origin="machine", engine="argos", model="a  b", reason="lost:\n`x`")
    assert with_provenance(DRAFT, refused).translator_comments == ("pipeline: refused argos a b: lost: `x`",)


def test_states():
    assert state(Message(msgid="a")) is State.untranslated
    assert state(Message(msgid="a", flags=("fuzzy",))) is State.untranslated
    assert state(Message(msgid="a", msgstr="b")) is State.reviewed
    assert state(Message(msgid="a", msgstr="b", flags=("fuzzy",))) is State.fuzzy
    assert state(Message(msgid="a", msgid_plural="b", msgstr_plural=("", ""))) is State.untranslated
    assert state(Message(msgid="a", msgid_plural="b", msgstr_plural=("c",))) is State.reviewed
    assert state(DRAFT) is State.machine
    assert state(DRAFT.changed(msgstr="Waktu buka")) is State.fuzzy
    assert state(DRAFT.changed(msgid="Opening hour")) is State.fuzzy
    assert state(DRAFT.changed(msgctxt="menu")) is State.fuzzy
    assert state(DRAFT.changed(flags=())) is State.reviewed


def test_the_sample_of_the_format_page_is_a_machine_draft():
    draft, refused = read_po(DATA / "machine.po").messages
    assert state(draft) is State.machine
    assert state(refused) is State.untranslated
    assert provenance(refused).reason == "the code `tide --now` is missing"
    assert state(parse_po(format_po(Catalog(messages=(draft.changed(),)))).messages[0]) is State.machine


def test_accepted():
    messages = (
        Message(msgid="reviewed", msgstr="1"),
        Message(msgid="reviewed", msgctxt="menu", msgstr="2"),
        DRAFT,
        Message(msgid="fuzzy", msgstr="3", flags=("fuzzy",)),
        Message(msgid="empty"),
        Message(msgid="gone", msgstr="4", obsolete=True),
        with_provenance(
            Message(msgid="gone draft", msgstr="5", flags=("fuzzy",), obsolete=True),
            Provenance(origin="machine", engine="argos", model="x"),
        ),
    )
    catalog = Catalog(messages=messages)
    reviewed = {(None, "reviewed"): "1", ("menu", "reviewed"): "2"}
    assert accepted(catalog, "reviewed") == reviewed
    assert accepted(catalog, "machine") == reviewed | {(None, "Opening hours"): "Waktu operasi"}
    with pytest.raises(ConfigError, match="reviewed, machine"):
        accepted(catalog, "everything")
