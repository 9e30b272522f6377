"""Numbers put right, sentences paired, and the comments that say where to look."""

import tomllib
from pathlib import Path

import pytest

from pipeline.catalog.hints import (
    Hints,
    draft_score,
    everything,
    hints_of,
    trusted_hints,
    waits_for_draft,
    with_hints,
    without_hints,
)
from pipeline.catalog.numbers import put_right
from pipeline.catalog.patch import Whole, patch
from pipeline.catalog.sentencepairs import Sentence, align, moved, sentences, split_alike
from pipeline.catalog.state import digest, provenance, state, with_provenance
from pipeline.model import Message, Provenance, State

DATA = Path(__file__).parents[1] / "data" / "patch"
NUMBERS = tomllib.loads((DATA / "numbers.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", NUMBERS, ids=lambda case: case["name"])
def test_numbers_are_put_right_when_that_is_sure(case):
    found = put_right(case["old"], case["new"], case["translation"])
    if not case["right"]:
        assert found is None
        return
    assert found.text == case["right"]
    assert "; ".join(f"{before} → {after}" for before, after in found.changes) == case["changes"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("abc", "abc", [0, 1, 2]),
        ("abc", "ac", [0, 2]),
        ("abc", "axbc", [0, None, 1, 2]),
        ("abc", "cab", [2, 0, 1]),
        ("aba", "ba", [1, 2]),
    ],
)
def test_sentences_are_paired(old, new, expected):
    names = {
        "a": "The office opens at nine.",
        "b": "Nobody may sail by night!",
        "c": "Where is the key?",
        "x": "Dogs wait outside.",
    }
    assert align([names[one] for one in old], [names[one] for one in new]) == expected


def test_the_most_alike_of_similar_sentences_is_taken():
    old = ["Adults of the town pay 10 dollars.", "Children of the town pay 5 dollars."]
    new = ["Children of this town pay 5 dollars.", "Adults of this town pay 10 dollars."]
    assert align(old, new) == [1, 0]


def test_as_few_sentences_as_possible_have_moved():
    assert moved([1, 2, 3, 0]) == [3]
    assert moved([3, None, 0, 1, 2]) == [0]
    assert moved([None, 0, 1]) == []


def test_an_element_is_never_cut():
    assert sentences(["See [a. ", "B](/x). ", "And `c. ", "d`."]) == [
        Sentence("See [a. B](/x).", " "),
        Sentence("And `c. d`.", ""),
    ]


def test_white_space_belongs_to_the_sentence_before_it():
    assert sentences(["One.", "\n", "Two. ", " "]) == [Sentence("One.", "\n"), Sentence("Two.", "  ")]


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        (["See [a](/a).", "Then wait."], ["Lihat.", "Tunggu [a](/a)."]),
        (["Pay 10.", "Wait 20 days."], ["Tunggu 20 hari.", "Bayar 10."]),
        (["Wait.", "The office of the harbour master opens at nine."], ["Tunggu di pejabat pelabuhan itu.", "Jam 9."]),
    ],
)
def test_as_many_sentences_need_not_be_the_same(source, translation):
    def cut(texts):
        return [Sentence(text, " ") for text in texts]

    assert not split_alike(cut(source), cut(translation))


HINTS = Hints(total=9, review=((1, "10 → 12"), (3, "")), removed=(0, 8), moved=(4,), missing=(5,), stale=(6,))


def test_hints_are_read_as_written():
    message = with_hints(Message(msgid="a", msgstr="b", flags=("fuzzy",)), HINTS, ("x",))
    assert message.translator_comments[:4] == (
        "was: x",
        f"pipeline: review sentences 2 (10 → 12), 4 of 9 of={digest(None, 'a', 'b')}",
        "pipeline: review removal at sentences 1, 9 of 9",
        "pipeline: review order of sentence 5 of 9",
    )
    found = hints_of(message)
    assert (found.total, found.review, found.removed) == (HINTS.total, HINTS.review, HINTS.removed)
    assert (found.moved, found.missing, found.stale) == (HINTS.moved, HINTS.missing, HINTS.stale)
    assert (found.wanted, found.places) == ((5, 6), (0, 1, 3, 4, 5, 6, 8))


def test_a_draft_that_names_no_engine_is_read():
    """So they were written before they had a score."""
    comments = ("pipeline: review sentences 1 (10 → 12), 4 (draft) of 6",)
    message = Message(msgid="a", msgstr="b", flags=("fuzzy",), translator_comments=comments)
    assert (hints_of(message).drafted, hints_of(message).score, draft_score(message)) == ((3,), None, None)
    assert trusted_hints(message).drafted == ()  # nothing says that nobody has touched it


def test_hints_are_no_provenance_and_the_text_stays_a_persons():
    message = with_hints(Message(msgid="a", msgstr="b", flags=("fuzzy",)), HINTS)
    assert provenance(message) is None
    assert state(message) is State.fuzzy
    assert with_provenance(message, None) is message


def test_a_text_waits_for_a_draft_until_somebody_touches_it():
    message = with_hints(Message(msgid="a", msgstr="b", flags=("fuzzy",)), HINTS)
    assert waits_for_draft(message)
    assert not waits_for_draft(message.changed(msgstr="c"))
    assert not waits_for_draft(message.changed(flags=()))


def test_only_comments_of_ours_go():
    own = Message(msgid="a", msgstr="b", translator_comments=("was: a remark", "pipeline is fine"))
    assert without_hints(own) is own
    hinted = with_hints(own.changed(translator_comments=("mine",)), HINTS, ("x", "a\rb"))
    assert 'was: "a\\rb"' in hinted.translator_comments
    refused = with_provenance(hinted, Provenance(origin="machine", engine="e", model="m", reason="empty"))
    assert without_hints(refused).translator_comments == ("mine",)


@pytest.mark.parametrize(
    "comments",
    [
        ("pipeline: review sentence 3 of 2",),
        ("pipeline: review sentence 1 of 2", "pipeline: review sentence 2 of 2"),
        ("pipeline: review sentence 1 of 2", "pipeline: translate sentence 2 of 3 of=00000000"),
        ("pipeline: review sentence 0 of 2",),
        (f"pipeline: review sentence {'1' * 5000} of 2",),
        (f"pipeline: review sentence 1 of {'2' * 5000}",),
    ],
)
def test_hints_that_contradict_each_other_are_none(comments):
    assert hints_of(Message(msgid="a", msgstr="b", translator_comments=comments)) is None


def test_what_may_be_a_draft_may_be_one_after_a_change_too():
    old, new = ("It costs 11 dollars.", "It costs 94 dollars."), ("Harga 11.", "Bawa tuala.")
    first, second = Sentence("Bring a towel.", ""), Sentence(new[1], "")
    whole = Whole([Sentence(old[0], " "), first], [Sentence(new[0], " "), second], everything(2, drafts=True))
    hints = patch(whole, [Sentence(old[1], " "), first], lambda *_: " ").hints
    assert hints.review == ((0, "11 → 94; may be a draft"), (1, "may be a draft"))
    assert hints.has_drafts
