"""Pairing new strings with old ones."""

import random

from pipeline.catalog.match import Candidate, closest


def texts(*values, gap=0):
    return [Candidate(value, gap, place) for place, value in enumerate(values)]


def test_best_scores_first_and_each_old_text_once():
    old = texts("The office opens at nine every weekday", "The office closes at five every weekday")
    new = texts("The office closes at six every weekday", "The office opens at ten every weekday")
    assert closest(new, old, 0.6) == {0: 1, 1: 0}
    assert closest([*new, *new], old, 0.6) == {0: 1, 1: 0}


def test_unrelated_texts_stay_apart():
    old = texts("Please bring your identity card to the counter", "Fees", "Contact", "Boats longer than twelve metres")
    new = texts("A short notice was placed here today.", "Content", "Home", "Parking is free after six in the evening")
    assert closest(new, old, 0.6) == {}


def test_a_spelling_correction_in_one_word():
    assert closest(texts("Address"), texts("Adress"), 0.6) == {0: 0}


def test_the_nearer_wins_a_tie():
    old = [Candidate("Read more about it", 0, 3), Candidate("Read more about it", 0, 8)]
    assert closest([Candidate("Read more about this", 0, 8)], old, 0.6) == {0: 1}


def test_scripts_without_spaces():
    old = texts("码头每天早上九点开放", "请携带身份证到柜台办理")
    assert closest(texts("码头每天早上十点开放"), old, 0.6) == {0: 0}


def test_nothing_to_pair():
    assert closest([], texts("a"), 0.6) == {}
    assert closest(texts("a"), [], 0.6) == {}


def test_thousands_find_their_own():
    # Only a few comparisons are made for each: what is checked here is that they include the right one.
    source = random.Random(7)
    words = ["".join(source.choices("abcdefghijklmnop", k=source.randint(2, 9))) for _ in range(600)]
    sentences = [source.choices(words, k=source.randint(5, 25)) for _ in range(1500)]
    old = texts(*(" ".join(sentence) for sentence in sentences))
    changed = [[*sentence] for sentence in sentences]
    for sentence in changed:
        sentence[source.randrange(len(sentence))] = "altered"
    order = list(range(len(changed)))
    source.shuffle(order)
    new = texts(*(" ".join(changed[number]) for number in order), gap=1)
    assert closest(new, old, 0.6) == dict(enumerate(order))
