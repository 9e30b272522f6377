"""The translation memory: what was put in is found again, exactly or nearly, whatever became of its file."""

import random
import sqlite3
import threading

import pytest
from rapidfuzz.distance import Indel

from pipeline.catalog import memindex
from pipeline.catalog.kinds import kind_of, word_count
from pipeline.catalog.memfile import synced
from pipeline.catalog.memory import Unit
from pipeline.catalog.memunits import units_of
from pipeline.catalog.pofile import parse_po

VOCABULARY = [a + b + c for a in ("ka", "lo", "mi", "ter", "an") for b in ("b", "sh", "r", "nd") for c in "aeiou"]


def sentences(count, seed=1):
    draw = random.Random(seed)
    made = {" ".join(draw.choices(VOCABULARY, k=draw.randint(3, 14))).capitalize() for _ in range(count)}
    texts = sorted(made)
    for text in texts[:: max(1, count // 100)]:
        words = text.split()
        words[draw.randrange(len(words))] = draw.choice(VOCABULARY)
        made.add(" ".join(words))
    return sorted(made)


@pytest.fixture
def memory_of(tmp_path):
    """Call it with {origin: units}: the memory of these, in one file for the whole test."""
    opened = []

    def make(origins, path="memory.sqlite3"):
        digests = {name: str(hash(tuple(units))) for name, units in origins.items()}
        memory = synced(path and tmp_path / path, "en", digests, lambda name: origins[name])
        opened.append(memory)
        return memory

    yield make
    for memory in opened:
        memory.close()


def found(matches):
    return [(round(match.score, 4), match.unit, match.path, match.times) for match in matches]


def test_the_same_text_is_found_with_all_that_is_known_of_it(memory_of):
    memory = memory_of(
        {
            "a.po": (Unit("Book", "Buku", "heading"), Unit("Close", "Tutup")),
            "b.po": (Unit("Book", "Tempah", "button", "verb"), Unit("Book", "Buku", "heading")),
        }
    )
    assert found(memory.exact("Book")) == [
        (1.0, Unit("Book", "Buku", "heading"), "a.po", 2),
        (1.0, Unit("Book", "Tempah", "button", "verb"), "b.po", 1),
    ]
    assert memory.exact("book") == []
    assert memory.near("Book", 0.75) == []


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("The library is closed on Mondays.", "The library is closed on Sundays."),
        ("The fee is $10 for each visit.", "The fee is $12 for each visit."),
        ("图书馆星期一不开放，请改天再来。", "图书馆星期二不开放，请改天再来。"),
        ("நூலகம் திங்கட்கிழமை மூடப்பட்டிருக்கும்.", "நூலகம் செவ்வாய்க்கிழமை மூடப்பட்டிருக்கும்."),
        ("ห้องสมุดปิดทุกวันจันทร์", "ห้องสมุดปิดทุกวันอังคาร"),
        ("Café “Blue Harbour” opens at nine", "Café “Blue Harbour” opens at ten"),
        ("Opening hours", "Opening hour"),
    ],
)
def test_a_text_that_is_alike_is_found_in_any_script(memory_of, stored, asked):
    others = tuple(Unit(text, "x") for text in sentences(50))
    memory = memory_of({"a.po": (*others, Unit(stored, "y"))})
    (match,) = memory.near(asked, 0.7)
    assert match.unit == Unit(stored, "y")
    assert match.score == Indel.normalized_similarity(stored, asked)


def test_near_look_ups_find_what_a_scan_finds(memory_of):
    texts = sentences(3000)
    memory = memory_of({"a.po": tuple(Unit(text, text[::-1]) for text in texts)})
    draw = random.Random(2)
    wanted = hits = 0
    for text in draw.sample(texts, 120):
        words = text.split()
        words[draw.randrange(len(words))] = draw.choice(VOCABULARY)
        asked = " ".join(words)
        scan = {other for other in texts if other != asked and Indel.normalized_similarity(asked, other) >= 0.75}
        near = memory.near(asked, 0.75, limit=1000)
        assert {match.unit.source for match in near} <= scan
        assert [match.score for match in near] == sorted((match.score for match in near), reverse=True)
        wanted += len(scan)
        hits += len(near)
    assert wanted > 100
    assert hits >= 0.95 * wanted


def test_a_memory_of_many_segments_finds_the_same(memory_of, monkeypatch):
    texts = sentences(800)
    origins = {f"{n}.po": tuple(Unit(text, "x") for text in texts[n::4]) for n in range(4)}
    asked = [text.replace("a", "e", 1) for text in texts[::40]]
    whole = memory_of(origins, None)
    monkeypatch.setattr(memindex, "SEGMENT", 64)
    pieces = memory_of(origins, None)
    for text in asked:
        assert found(pieces.near(text, 0.6)) == found(whole.near(text, 0.6))


def test_common_words_are_stored_as_bitmaps(memory_of):
    texts = [f"the common {a} {b}" for a in VOCABULARY[:40] for b in VOCABULARY[40:60]]
    memory = memory_of({"a.po": tuple(Unit(text, "x") for text in texts)})
    scores = [match.score for match in memory.near("the common kaba kabe", 0.5, limit=10_000)]
    scan = [Indel.normalized_similarity("the common kaba kabe", text) for text in texts]
    assert scores == sorted((score for score in scan if score >= 0.5), reverse=True)


def test_what_an_origin_no_longer_has_is_forgotten(memory_of):
    one, two = Unit("The harbour is closed today", "Pelabuhan tutup"), Unit("The ferry is late today", "Feri lewat")
    memory = memory_of({"a.po": (one, two), "b.po": (one,)})
    memory.close()
    memory = memory_of({"a.po": (two,), "b.po": (one,)})
    assert [match.path for match in memory.exact(one.source)] == ["b.po"]
    memory.close()
    memory = memory_of({"a.po": (two,)})
    assert memory.exact(one.source) == []
    assert memory.near(one.source + "!", 0.9) == []
    assert memory.counts() == {"origins": 1, "sources": 1, "units": 1}


def test_many_small_changes_leave_the_memory_as_one_made_at_once(memory_of):
    texts = sentences(60)
    origins = {}
    for number, text in enumerate(texts):
        origins[f"{number % 7}.po"] = (*origins.get(f"{number % 7}.po", ())[-20:], Unit(text, str(number), "paragraph"))
        memory_of(dict(origins)).close()
    changed, anew = memory_of(origins), memory_of(origins, None)
    assert changed.counts() == anew.counts()
    assert changed.state() == anew.state()
    for text in texts:
        assert found(changed.exact(text)) == found(anew.exact(text))
        assert found(changed.near(text, 0.5)) == found(anew.near(text, 0.5))


def test_a_touched_origin_with_the_same_units_changes_nothing(tmp_path):
    units = (Unit("One thing", "Satu"),)
    first = synced(tmp_path / "m", "en", {"a.po": "1"}, lambda _: units)
    state = first.state()
    first.remember(state, ["One thing"])
    assert not first.sync({"a.po": "2"}, lambda _: list(units)[:1] and units)
    assert (first.state(), first.asked(state, ["One thing", "Two"])) == (state, {"One thing"})
    assert first.sync({"a.po": "3"}, lambda _: ())
    assert first.asked(first.state(), ["One thing"]) == set()
    first.close()


def test_an_origin_that_fails_undoes_everything(tmp_path):
    def read(name):
        yield Unit("One thing", "Satu")
        if name == "b":
            raise ValueError

    memory = synced(tmp_path / "m", "en", {"a": "1"}, read)
    with pytest.raises(ValueError, match=r"^$"):
        memory.sync({"b": "1"}, read)
    assert [match.path for match in memory.exact("One thing")] == ["a"]
    memory.close()


@pytest.mark.parametrize("damage", ["garbage", "middle", "empty", "version", "language", "other"])
def test_a_file_that_cannot_be_used_is_made_anew(tmp_path, damage):
    path = tmp_path / "memory.sqlite3"
    units = tuple(Unit(text, "x") for text in sentences(300))
    memory = synced(path, "en", {"a.po": "1"}, lambda _: units)
    before = [found(memory.near(unit.source, 0.6)) for unit in units[::50]]
    memory.close()
    if damage == "garbage":
        path.write_bytes(b"this is no database, whatever its name says" * 100)
    elif damage == "middle":
        data = bytearray(path.read_bytes())
        data[4096 : 4096 * 12] = bytes(4096 * 11)
        path.write_bytes(data)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "version":
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
    elif damage == "language":
        synced(path, "fr", {}, lambda _: ()).close()
    elif damage == "other":
        path.unlink()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE origins (something TEXT)")
    if damage in ("version", "other"):
        connection.close()
    memory = synced(path, "en", {"a.po": "1" if damage != "middle" else "2"}, lambda _: units)
    assert [found(memory.near(unit.source, 0.6)) for unit in units[::50]] == before
    memory.close()


def test_where_there_can_be_no_file_the_memory_is_made_for_the_run(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    memory = synced(tmp_path / "file" / "memory.sqlite3", "en", {"a.po": "1"}, lambda _: (Unit("One", "Satu"),))
    assert [match.unit.target for match in memory.exact("One")] == ["Satu"]
    memory.close()


def test_runs_at_the_same_time_find_the_same(tmp_path):
    origins = {f"{n}.po": tuple(Unit(text, str(n)) for text in sentences(200, n)) for n in range(3)}
    digests = dict.fromkeys(origins, "1")
    results, errors = [], []

    def run():
        try:
            memory = synced(tmp_path / "memory.sqlite3", "en", digests, lambda name: origins[name])
            results.append([found(memory.near(unit.source, 0.6)) for unit in origins["1.po"][::20]])
            memory.close()
        except Exception as error:  # noqa: BLE001  (a thread's errors are for the test to tell)
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(result == results[0] for result in results)


def test_units_of_a_catalog_are_its_reviewed_messages():
    catalog = parse_po(
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        b'#. heading 2\nmsgid "One"\nmsgstr "Satu"\n\n'
        b'#. table cell, column Fee\nmsgctxt "cell"\nmsgid "Two"\nmsgstr "Dua"\n\n'
        b'#, fuzzy\nmsgid "Three"\nmsgstr "Tiga"\n\n'
        b'msgid "Four"\nmsgstr ""\n\n'
        b'msgid "n thing"\nmsgid_plural "n things"\nmsgstr[0] "benda"\n\n'
        b'#~ msgid "Six"\n#~ msgstr "Enam"\n'
    )
    assert units_of(catalog) == (
        Unit("One", "Satu", "heading"),
        Unit("Two", "Dua", "table cell", "cell"),
        Unit("Six", "Enam", "", None, obsolete=True),
    )
    assert [kind_of(message) for message in catalog.messages][:2] == ["", "heading"] or catalog.header is not None


def test_words_are_those_a_reader_sees():
    assert word_count("Read [the **guide**](https://example.org/a-b-c) now") == 4
    assert word_count("Book") == 1


def test_texts_taken_out_are_no_candidates(memory_of):
    texts = sentences(100)
    memory_of({"a.po": tuple(Unit(text, "x") for text in texts)}).close()
    memory = memory_of({"a.po": tuple(Unit(text, "x") for text in texts[:10])})
    candidates = memory._index.candidates(texts[50], 0.3)
    assert len(candidates) == len(list(memory._index.texts(candidates)))
