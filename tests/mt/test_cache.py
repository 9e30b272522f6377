"""Nothing is translated twice, and a killed run goes on with the batches it would have had."""

import sqlite3

import pytest

from pipeline.mt import oracle
from pipeline.mt.cache import SentenceCache
from pipeline.mt.draft import draft
from pipeline.mt.engine import Translation
from pipeline.mt.request import DraftRequest


def test_what_was_put_is_found_under_the_same_settings_only(tmp_path):
    cache = SentenceCache(tmp_path / "sub" / "mt.sqlite")
    whole = Translation(text="Buka", score=0.5, truncated=True, alignment=b"\x01\x02")
    cache.put("model beam=2", {"Open": whole, "Close": Translation(text="Tutup")})
    cache.close()
    again = SentenceCache(tmp_path / "sub" / "mt.sqlite")
    assert again.get("model beam=2", ["Open", "Close", "Other"]) == {"Open": whole, "Close": Translation(text="Tutup")}
    assert again.get("model beam=4", ["Open"]) == {}


def test_more_sentences_than_a_statement_takes(tmp_path):
    cache = SentenceCache(tmp_path / "mt.sqlite")
    cache.put("s", {str(n): Translation(text=str(n)) for n in range(2500)})
    assert len(cache.get("s", [str(n) for n in range(3000)])) == 2500


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be read as one" * 20, b""])
def test_a_damaged_file_is_made_anew(tmp_path, content):
    path = tmp_path / "mt.sqlite"
    path.write_bytes(content)
    cache = SentenceCache(path)
    assert cache.get("s", ["Open"]) == {}
    cache.put("s", {"Open": Translation(text="Buka")})
    assert cache.get("s", ["Open"])["Open"].text == "Buka"


def test_a_full_disk_loses_nothing(tmp_path):
    path = tmp_path / "mt.sqlite"
    first = SentenceCache(path)
    first.put("s", {"Open": Translation(text="Buka")})
    first._open().execute("PRAGMA max_page_count = 1")
    first.put("s", {"Long": Translation(text="x" * 100_000)})
    assert first.get("s", ["Open"]) == {}  # keeps no more in this run
    assert SentenceCache(path).get("s", ["Open", "Long"]) == {"Open": Translation(text="Buka")}


def test_a_file_of_another_version_is_made_anew(tmp_path):
    path = tmp_path / "mt.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE sentence (x)")
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    cache = SentenceCache(path)
    cache.put("s", {"Open": Translation(text="Buka")})
    assert cache.get("s", ["Open"])


def test_a_place_that_cannot_be_written_keeps_nothing_and_stops_nobody(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cache = SentenceCache(tmp_path / "file" / "mt.sqlite")
    cache.put("s", {"Open": Translation(text="Buka")})
    assert cache.get("s", ["Open"]) == {}


class Killed(BaseException):
    pass


def drafts(texts, engine, cache):
    requests = [DraftRequest(key=text, text=text) for text in texts]
    return [r.text for r in draft(requests, engine, source="en", target="ms", cache=cache)]


def test_a_killed_run_goes_on_with_the_same_batches(tmp_path, function_engine, monkeypatch):
    monkeypatch.setattr(oracle, "BATCH", 10)
    texts = [f"Sentence {chr(97 + n)}" for n in range(26)]
    whole = function_engine(str.upper)
    wanted = drafts(texts, whole, None)
    cache = SentenceCache(tmp_path / "mt.sqlite")
    killed = function_engine(str.upper)

    def dies(sentences, progress=None):
        if len(killed.calls) == 1:
            raise Killed
        return function_engine.translate(killed, sentences)

    monkeypatch.setattr(killed, "translate", dies, raising=False)
    with pytest.raises(Killed):
        drafts(texts, killed, cache)
    rest = function_engine(str.upper)
    assert drafts(texts, rest, cache) == wanted
    assert killed.calls + rest.calls == whole.calls
    nothing = function_engine(str.upper)
    assert drafts(texts, nothing, cache) == wanted
    assert nothing.calls == []
