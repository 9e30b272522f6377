"""What every alignment keeps, whatever the two pages are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalog.align import LEAST, align, align_all
from pipeline.catalog.units import BLOCK, Unit, from_texts

words = st.sampled_from("owl frog 12 newt 7.30 [bee](/bee/) ant fees hall **pool** book open".split())
texts = st.lists(st.lists(words, min_size=1, max_size=8).map(" ".join), max_size=14)
kinds = st.sampled_from(["paragraph", "heading 2", "list item", "table cell", BLOCK, "front matter title", "image alt"])


@st.composite
def pages(draw):
    made = [unit._replace(kind=draw(kinds)) for unit in from_texts(draw(texts))]
    return [unit if unit.kind != BLOCK else unit._replace(segment=-1, words=frozenset()) for unit in made]


@settings(max_examples=60, deadline=None)
@given(pages(), pages())
def test_no_unit_is_in_two_pairs_and_order_is_kept(source, target):
    pairs = align(source, target)
    assert [pair.source for pair in pairs] == sorted({pair.source for pair in pairs})
    used = [j for pair in pairs for j in pair.targets]
    assert len(used) == len(set(used))
    for pair in pairs:
        assert LEAST < pair.confidence <= 1
        assert source[pair.source].kind != BLOCK
        assert all(target[j].kind != BLOCK for j in pair.targets)
    # Each front matter key is a sequence of its own.
    for keyed in (True, False):
        own = [p for p in pairs if source[p.source].kind.startswith("front") == keyed and not p.moved]
        assert [p.targets for p in own] == sorted(p.targets for p in own)


@settings(max_examples=40, deadline=None)
@given(pages(), pages())
def test_the_same_pages_give_the_same_pairs(source, target):
    assert align_all([(source, target)]) == align_all([(list(source), list(target))])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(2, 10**6), min_size=1, max_size=20, unique=True))
def test_a_page_is_its_own_translation(numbers):
    page = from_texts([f"Paragraph {number} says what it says." for number in numbers])
    assert [(pair.source, pair.targets) for pair in align(page, page)] == [(n, (n,)) for n in range(len(page))]


def test_units_are_plain_values():
    assert isinstance(from_texts(["One 1."])[0], Unit)
