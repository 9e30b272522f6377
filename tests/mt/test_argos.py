import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import EngineError
from pipeline.mt import models
from pipeline.mt.argos import ArgosEngine
from pipeline.mt.ct2run import MAX_TOKENS, parts_of
from pipeline.mt.package import read_package

pytestmark = pytest.mark.model


def test_sentences_come_back_in_order_with_scores(copy_engine):
    sentences = ["Click the button to save.", "Opening hours", "Apply online for a permit."]
    results = copy_engine.translate(sentences)
    assert [result.text for result in results] == sentences
    assert all(result.score > 0.99 for result in results)


@pytest.mark.parametrize("text", ["snake_case_name", "Trade™ ½ ﬁne…", "a\u00a0b", "நலம் 卫生部 😀", "x " * 600])
def test_nothing_is_lost_on_the_way_through_the_tokenizer(copy_engine, text):
    result = copy_engine.translate([text])[0]
    assert (result.text, result.truncated) == (text, False)


def test_a_long_sentence_is_translated_in_parts(copy_engine):
    long = ", ".join(f"clause {i} of this page" for i in range(300))
    pieces = parts_of(long, copy_engine._model.loaded()[1])
    assert "".join(text for text, _ in pieces) == long
    assert max(len(tokens) for _, tokens in pieces) <= MAX_TOKENS
    assert copy_engine.translate([long])[0].text == long


def test_a_target_prefix_is_forced_and_taken_off_again(tmp_path):
    import runpy

    build = runpy.run_path(str(Path(__file__).with_name("copymodel.py")))["build_copy_model"]
    package = read_package(build(tmp_path, prefix=">>ms<<"), "installed")
    result = ArgosEngine(package, threads=1).translate(["Opening hours"])[0]
    assert package.target_prefix == ">>ms<<"
    assert ">>ms<<" not in result.text


def test_progress_reaches_the_end(copy_engine):
    seen = []
    copy_engine.translate(["One.", "Two.", "Three."], lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)
    assert seen == sorted(seen)


def test_an_installed_folder_works_like_the_file(copy_package, own_folders):
    engine = ArgosEngine(models.install(copy_package), threads=1)
    assert engine.translate(["Opening hours"])[0].text == "Opening hours"
    assert engine.model == "en-ms 1.0"
    assert engine.identity
    assert engine.search.beam == 2


def test_a_damaged_model_is_an_engine_error(copy_package, own_folders):
    package = models.install(copy_package)
    (package.path / "model" / "model.bin").write_bytes(b"nonsense")
    with pytest.raises(EngineError) as caught:
        ArgosEngine(package).translate(["Opening hours"])
    assert caught.value.path == str(package.path)


def test_the_starter_translates_interface_phrases(own_folders):
    engine = ArgosEngine(models.find("en", "ms"), threads=1)
    assert engine.model == "en-ms 0.1 starter"
    assert engine.search.beam == 4
    texts = [
        result.text
        for result in engine.translate(["Save your changes before you close the window.", "13 new messages"])
    ]
    assert texts == ["Simpan perubahan anda sebelum anda menutup tetingkap.", "13 mesej baharu"]


def test_no_socket_is_opened_and_nothing_is_written_at_home(tmp_path):
    """With a home that is a file, and sockets forbidden: importing argostranslate's settings would fail there."""
    home = tmp_path / "home"
    home.write_bytes(b"")
    program = (
        "import socket, sys\n"
        "class Refused(socket.socket):\n"
        "    def __init__(self, *a, **k): raise AssertionError('socket')\n"
        "socket.socket = Refused\n"
        "from pipeline.mt import models\n"
        "from pipeline.mt.argos import ArgosEngine\n"
        "print(ArgosEngine(models.find('en', 'ms'), threads=1).translate(['Opening hours'])[0].text)\n"
        "heavy = {'torch', 'stanza', 'spacy', 'onnxruntime', 'minisbd', 'argostranslate.settings'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    root = Path(__file__).parents[2]
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    environment = {
        **kept,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PYTHONPATH": str(root),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert home.read_bytes() == b""


def test_translating_in_this_process_opens_no_socket(copy_engine, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert copy_engine.translate(["Opening hours"])[0].text == "Opening hours"


def test_an_old_package_without_sacremoses_says_what_is_missing(copy_package, own_folders, monkeypatch):
    package = models.install(copy_package)
    (package.path / "sentencepiece.model").rename(package.path / "bpe.model")
    monkeypatch.setitem(sys.modules, "sacremoses", None)
    with pytest.raises(EngineError, match="sacremoses is not installed"):
        ArgosEngine(read_package(package.path, "installed")).translate(["Opening hours"])
    assert "argostranslate.settings" not in sys.modules


def test_the_starter_is_careful(own_folders):
    engine = ArgosEngine(models.find("en", "ms"), threads=1)
    assert (engine.search.beam, engine.search.repetition_penalty, engine.min_score) == (4, 1.2, 0.2)
    assert engine.settings.startswith(engine.package.sha256)
