"""Pages beside translations that were written for it; data/align/CASE/pairs.txt says what belongs together, by line."""

from pathlib import Path

import pytest

from pipeline.catalog.align import LEAST, align, align_all
from pipeline.catalog.lexicon import learn
from pipeline.catalog.units import bare_address, from_texts, numbers, units
from pipeline.document.builder import markup_of
from pipeline.document.skeleton import parse_page
from pipeline.stages.importpages import MIN_CONFIDENCE

CASES = Path(__file__).parents[1] / "data" / "align"


def read(path, locales=()):
    page = parse_page(path.read_bytes(), path=path.name)
    return page, units(page, [markup_of(segment.form) for segment in page.segments], locales)


def by_line(source, target, pairs):
    """Lines of each pair, "3 -> 4"; "3 -> 4+6" for a split one."""
    (page, ours), (other, theirs) = source, target
    lines = []
    for pair in pairs:
        there = "+".join(str(other.segments[theirs[j].segment].line) for j in pair.targets)
        lines.append(f"{page.segments[ours[pair.source].segment].line} -> {there}")
    return lines


@pytest.mark.parametrize("case", ["moved", "split", "han"])
def test_pairs_are_those_a_reader_would_make(case):
    source, target = read(CASES / case / "source.md"), read(CASES / case / "target.md", ("ms", "zh"))
    pairs = align_all([(source[1], target[1])])[0]
    expected = (CASES / case / "pairs.txt").read_text(encoding="utf-8").splitlines()
    assert by_line(source, target, pairs) == expected
    assert all(LEAST < pair.confidence <= 1 for pair in pairs)


def test_a_page_is_its_own_translation():
    _, every = read(CASES / "moved" / "source.md")
    texts = [i for i, unit in enumerate(every) if unit.segment >= 0]
    pairs = align(every, every)
    assert [(pair.source, pair.targets) for pair in pairs] == [(i, (i,)) for i in texts]
    assert not any(pair.moved for pair in pairs)


def test_what_is_moved_is_found_and_called_so():
    texts = [f"Sentence {n} about number {n * n} and its friends." for n in range(10, 22)]
    pairs = align(from_texts(texts), from_texts([*texts[1:], texts[0]]))
    assert [(pair.source, pair.targets, pair.moved) for pair in pairs] == [
        (0, (11,), True),
        *((n, (n - 1,), False) for n in range(1, 12)),
    ]


def test_little_is_thought_of_pairs_on_pages_of_different_subjects():
    ours = from_texts(["Pay $250 at counter 14.", "Call 6555 0199 before 30 June."])
    theirs = from_texts(["Sila bayar $99.", "Hubungi 1800 222 sebelum 15 Mei, atau datang sendiri ke pejabat kami."])
    assert all(pair.confidence < MIN_CONFIDENCE for pair in align(ours, theirs))


def test_empty_pages_have_no_pairs():
    assert align([], []) == align(from_texts(["One."]), []) == align([], from_texts(["Satu."])) == []
    assert align_all([]) == []


def test_a_long_page_is_cut_and_stays_right():
    texts = [f"Paragraph {n}, which says {n * 7} things." for n in range(400)]
    changed = [text for n, text in enumerate(texts) if n % 9]
    pairs = align(from_texts(texts), from_texts(changed))
    assert {pair.source: changed[pair.targets[0]] for pair in pairs} == {n: t for n, t in enumerate(texts) if n % 9}


def test_words_seen_together_are_translations():
    pairs = [
        (frozenset({"pool", "opens", f"w{n}"}), frozenset({"kolam", "buka", f"x{n}"}))
        if n % 2
        else (frozenset({"library", f"w{n}"}), frozenset({"perpustakaan", f"x{n}"}))
        for n in range(8)
    ]
    lexicon = learn(pairs + [(frozenset({f"a{n}"}), frozenset({f"b{n}"})) for n in range(40)])
    assert max(lexicon.forward["library"], key=lexicon.forward["library"].get) == "perpustakaan"
    assert set(lexicon.backward["kolam"]) == {"pool", "opens"}
    assert "w1" not in lexicon.forward  # seen once: no pair argues for itself


def test_equal_pairs_teach_once():
    once = (frozenset({"home"}), frozenset({"laman"}))
    assert learn([once] * 20).forward == {}


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("/ms/fees/", "/fees"),
        ("/fees/", "/fees"),
        ("/ms/", "/"),
        ("ms/fees.md", "fees.md"),
        ("about.ms.md", "about.md"),
        ("/mssite/", "/mssite"),
        ("https://example.org/ms/", "https://example.org/ms"),
        ("/caf%C3%A9/", "/café"),
        ("/", "/"),
    ],
)
def test_addresses_are_compared_without_the_locale(address, bare):
    assert bare_address(address, ("ms",)) == bare


def test_numbers_are_compared_without_their_dress():
    assert list(numbers("1,250.00 and 1.250,00, 9.30 or 9:30, ١٢٣")) == ["125000", "125000", "930", "930", "123"]
