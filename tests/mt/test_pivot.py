import pytest

from pipeline.errors import EngineError
from pipeline.mt.alignment import Link, pack, unpack
from pipeline.mt.draft import draft, provenance
from pipeline.mt.engine import AligningEngine, Forced, Translation
from pipeline.mt.pivot import AligningPivotEngine, PivotEngine, pivot
from pipeline.mt.request import DraftRequest


class Words:
    """Translates word by word, writes them backwards, and says which is which; loses `loses` unless forced."""

    id, identity, min_score = "words", False, 0.5

    def __init__(self, source, target, table, *, loses="", forces=True, aligns=True):
        self.source, self.target, self.table = source, target, table
        self.model = self.settings = f"{source}-{target} 1"
        self.loses, self.forces, self.aligns = loses, forces, aligns
        self.asked = []

    @property
    def second(self):
        return self

    def translate(self, sentences, progress=None):
        self.asked += sentences
        if progress:
            progress(len(sentences), len(sentences))
        return [self._one(sentence, self.loses) for sentence in sentences]

    def translate_forced(self, requests):
        return [self._one(request.sentence, "") if self.forces else None for request in requests]

    def _one(self, sentence, loses):
        places, at = [], 0
        for word in sentence.split():
            at = sentence.index(word, at)
            if word != loses:
                places.append((at, word))
            at += len(word)
        text, links = "", []
        for place, word in reversed(places):
            text += " " * bool(text)
            new = self.table.get(word, word)
            links.append(Link(len(text), len(text) + len(new), place, place + len(word), 0.5))
            text += new
        return Translation(text=text, score=0.8, alignment=pack(links) if self.aligns else None)


FIRST = {"red": "merah", "car": "mobil"}
SECOND = {"mobil": "kereta"}


def test_both_engines_are_named_and_the_confidence_is_the_product():
    engine = pivot(Words("en", "id", FIRST), Words("id", "ms", SECOND))
    result = engine.translate(["red car"])[0]
    assert (result.text, round(result.score, 2)) == ("merah kereta", 0.64)
    assert (engine.id, engine.model, engine.source, engine.target) == ("words+words", "en-id 1 > id-ms 1", "en", "ms")
    assert engine.min_score == 0.5
    entry = provenance(draft([DraftRequest(key=1, text="red car")], engine, source="en", target="ms")[0], engine)
    assert (entry.engine, entry.model, entry.score) == ("words+words", "en-id 1 > id-ms 1", 0.64)


def test_alignments_are_composed():
    result = pivot(Words("en", "id", FIRST), Words("id", "ms", SECOND)).translate(["the red car"])[0]
    assert [(result.text[a:b], "the red car"[c:d], round(w, 2)) for a, b, c, d, w in unpack(result.alignment)] == [
        ("the", "the", 0.25),
        ("merah", "red", 0.25),
        ("kereta", "car", 0.25),
    ]
    without = pivot(Words("en", "id", FIRST, aligns=False), Words("id", "ms", SECOND))
    assert without.translate(["red car"])[0].alignment is None


def test_elements_follow_their_words_through_both():
    engine = pivot(Words("en", "id", FIRST), Words("id", "ms", SECOND))
    assert isinstance(engine, AligningEngine)
    text = "the **red car** here"
    result = draft([DraftRequest(key=1, text=text)], engine, source="en", target="ms")[0]
    assert (result.text, result.step) == ("the **merah kereta** here", "projected")


def test_a_marker_lost_by_one_of_them_is_forced_through_both():
    first = Words("en", "id", FIRST, loses="§1")
    engine = AligningPivotEngine(first, Words("id", "ms", SECOND, forces=False))
    sentence = "red §1 car"
    request = Forced(sentence=sentence, keep=((4, 6),))
    assert engine.translate([sentence])[0].text == "merah kereta"
    assert engine.translate_forced([request])[0].text == "merah §1 kereta"
    losing = AligningPivotEngine(first, Words("id", "ms", SECOND, loses="§1", forces=False))
    assert losing.translate_forced([request]) == [None]


def test_a_text_in_between_is_translated_once_and_an_empty_one_not_at_all():
    second = Words("id", "ms", SECOND)
    engine = PivotEngine(Words("en", "id", {"red": "merah", "crimson": "merah"}, loses="x"), second)
    assert [found.text for found in engine.translate(["red", "crimson", "x"])] == ["merah", "merah", ""]
    assert second.asked == ["merah"]


def test_progress_goes_on_through_both():
    seen = []
    pivot(Words("en", "id", FIRST), Words("id", "ms", SECOND)).translate(["red", "car"], lambda *at: seen.append(at))
    assert seen == sorted(seen)
    assert seen[-1] == (2, 2)


def test_steps_that_do_not_fit():
    with pytest.raises(EngineError, match="gap"):
        pivot(Words("en", "id", {}), Words("es", "ms", {}))
    with pytest.raises(EngineError, match="two steps"):
        pivot(pivot(Words("en", "id", {}), Words("id", "ms", {})), Words("ms", "ta", {}))
