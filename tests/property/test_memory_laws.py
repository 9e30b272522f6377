"""Laws of the translation memory, for any texts and any history."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from pipeline.catalog.memfile import synced
from pipeline.catalog.memory import Unit
from pipeline.catalog.tmx import read_tmx, write_tmx
from pipeline.langtag import parse

WORDS = st.sampled_from(
    "the harbour office ferry is closed open on Monday Sunday at noon 10 12 图书馆 不开放 நூலகம் Café".split()
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
TEXTS = st.one_of(SENTENCES, st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable()))
UNITS = st.lists(
    st.builds(
        Unit,
        TEXTS,
        TEXTS,
        st.sampled_from(["", "heading", "table cell"]),
        st.sampled_from([None, "menu"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
).map(tuple)
HISTORIES = st.lists(st.dictionaries(st.sampled_from(["a.po", "b.po", "c.tmx"]), UNITS), min_size=1, max_size=4)

# On a busy machine making the examples is slow; that says nothing of the laws.
LAW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def memory_of(path, origins):
    digests = {name: str(hash(units)) for name, units in origins.items()}
    return synced(path, "en", digests, lambda name: origins[name])


@given(HISTORIES, SENTENCES)
@LAW
def test_what_is_found_depends_on_the_origins_alone(history, asked):
    """Not on what the file held before, nor on the order of origins; and every unit is found by its own text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.sqlite3"
        for origins in history:
            memory_of(path, origins).close()
        last = history[-1]
        kept = memory_of(path, last)
        anew = memory_of(None, dict(reversed(last.items())))
        assert kept.counts() == anew.counts()
        for units in last.values():
            for unit in units:
                assert unit in [match.unit for match in kept.exact(unit.source)]
                assert kept.exact(unit.source) == anew.exact(unit.source)
        assert kept.near(asked, 0.6) == anew.near(asked, 0.6)
        assert list(kept.units()) == list(anew.units())
        kept.close()
        anew.close()


@given(UNITS, TEXTS, st.floats(0.3, 1.0))
@LAW
def test_near_matches_are_scored_by_rapidfuzz_and_never_the_same_text(units, asked, threshold):
    memory = memory_of(None, {"a.po": units})
    matches = memory.near(asked, threshold)
    for match in matches:
        assert match.unit.source != asked
        assert match.score == min(Indel.normalized_similarity(asked, match.unit.source), 0.99) >= min(threshold, 0.99)
    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
    memory.close()


@given(UNITS)
@LAW
def test_tmx_gives_back_what_was_written(units):
    units = [unit._replace(obsolete=False, copy=False) for unit in units]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.tmx"
        assert write_tmx(path, units, parse("en"), parse("ta")) == (len(units), 0)
        kept = [unit for unit in units if unit.target.strip()]
        assert list(read_tmx(path, parse("en"), parse("ta"))) == kept
