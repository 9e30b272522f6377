"""Laws of taking text apart for translation: nothing is lost, and markup comes through or the draft is refused."""

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.inline import elements, signature
from pipeline.mt import sentences
from pipeline.mt.alignment import Link, pack
from pipeline.mt.draft import draft
from pipeline.mt.engine import Translation
from pipeline.mt.markers import Marker
from pipeline.mt.protect import plan
from pipeline.mt.pseudo import PseudoEngine
from pipeline.mt.request import DraftRequest
from pipeline.mt.restore import assemble, restore

WORDS = st.sampled_from(
    "Open the office at noon. 12.50 §1 & &amp; \\* ™ … e.g. No. 你好。 再见！ “Yes” 😀 a_b %s \u00a0 \n \u2028 ?! R&D".split(
        " "
    )
)
MARKS = st.sampled_from(
    [
        "`code`",
        '[link](/a "t")',
        "**bold**",
        "*it*",
        "![alt](x.png)",
        "<br>",
        "<b>so</b>",
        "{{ x }}",
        "[^1]",
        "https://a.example/b",
    ]
)
SEGMENTS = st.lists(st.one_of(WORDS, MARKS), max_size=12).map(" ".join)
STEADY = settings(deadline=None, derandomize=True)
FORMS = st.sampled_from([None, Marker("§{}"), Marker("[X{}X]")])


@STEADY
@given(st.text(max_size=80), st.sampled_from(["en", "zh-Hans", "ms", "ta"]))
def test_splitting_loses_nothing(text, language):
    assert "".join(sentences.split(text, language)) == text


@STEADY
@given(st.one_of(SEGMENTS, st.text("ab. `*[](){}<>\\&;§1\n", max_size=40)), FORMS, st.booleans(), st.booleans())
def test_a_plan_that_is_not_translated_gives_the_segment_back(text, marker, cut, numbers):
    taken = plan(text, "markdown", "en", marker, cut_atoms=cut, numbers=numbers)
    assert assemble(taken.parts, [run.source for run in taken.runs()]) == text
    assert assemble(taken.parts, [restore(run, run.text, marker) for run in taken.runs()]) == text


class Scrambler:
    """Drops, doubles, reorders and re-cases words at random, but always the same for the same sentence."""

    id, model, settings, source, target, identity, min_score = "scrambler", "test", "", "en", "ms", False, 0.0

    def __init__(self, seed):
        self.seed = seed

    def translate(self, texts, progress=None):
        return [Translation(text=self._scramble(text), score=0.5) for text in texts]

    def _scramble(self, text):
        chance = random.Random(f"{self.seed}{text}")
        words = text.split(" ")
        for _ in range(chance.randrange(4)):
            i = chance.randrange(len(words))
            change = chance.choice(["drop", "double", "move", "case"])
            if change == "drop":
                words[i] = ""
            elif change == "double":
                words[i] = f"{words[i]} {words[i]}"
            elif change == "move":
                words.insert(chance.randrange(len(words)), words.pop(i))
            else:
                words[i] = words[i].swapcase()
        return " ".join(words)


@settings(STEADY, max_examples=200)
@given(st.lists(SEGMENTS, min_size=1, max_size=4), st.integers(0, 1000))
def test_an_accepted_draft_has_the_elements_of_its_source(texts, seed):
    """Law 6, with an engine that does its worst."""
    requests = [DraftRequest(key=i, text=text) for i, text in enumerate(texts)]
    for text, result in zip(texts, draft(requests, Scrambler(seed), source="en", target="ms"), strict=True):
        if result.text is None:
            assert result.reason
        else:
            assert signature(result.text, strict=True) == signature(text, strict=True)


@STEADY
@given(SEGMENTS)
def test_the_pseudo_language_keeps_every_element(text):
    rewritten = PseudoEngine().translate_segment(text)
    assert signature(rewritten, strict=True) == signature(text, strict=True)


class Shuffler:
    """Says the words of a sentence in another order, each in capitals, and knows which is which."""

    id, model, settings, source, target, identity, min_score = "shuffler", "test", "", "en", "ms", False, 0.0

    def __init__(self, seed):
        self.seed = seed

    @property
    def second(self):
        return self

    def translate_forced(self, requests):
        return [None for _ in requests]

    def translate(self, texts, progress=None):
        return [self._shuffled(text) for text in texts]

    def _shuffled(self, text):
        words = [(found.start(), found[0]) for found in re.finditer(r"\S+", text)]
        random.Random(f"{self.seed}{text}").shuffle(words)
        links, out = [], ""
        for start, word in words:
            out += " " * bool(out)
            links.append(Link(len(out), len(out) + len(word), start, start + len(word), 1.0))
            out += word.upper()
        return Translation(text=out, score=0.9, alignment=pack(links))


NAMES = "".join(map(chr, range(ord("a"), ord("z"))))


@STEADY
@given(
    st.lists(st.sampled_from(["{}", "**{} {}**", "[{} *{}*](/x)", "<b>{}</b>", "_{} {} {}_"]), min_size=2, max_size=6),
    st.integers(0, 9),
)
def test_elements_stand_around_the_words_they_stood_around(shapes, seed):
    names = iter(a + b for a in NAMES for b in NAMES)
    text = " ".join(re.sub(r"\{\}", lambda _: f"q{next(names)}", shape) for shape in shapes)
    (result,) = draft([DraftRequest(key=0, text=text)], Shuffler(seed), source="en", target="ms")
    if result.text is not None and result.step == "projected":
        assert held(result.text.lower()) == held(text)


def held(text):
    """What each element holds: its own source, and its words."""
    return sorted(
        (e.source.lower(), sorted(re.findall(r"\bq[a-z]+", text[e.open_span[1] : e.close_span[0]])))
        for e in elements(text)
        if e.close_span
    )
