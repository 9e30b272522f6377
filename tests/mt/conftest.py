"""The copy model, built once a session, and engines made of plain functions."""

import runpy
from pathlib import Path

import pytest

from pipeline.mt.argos import ArgosEngine
from pipeline.mt.engine import Translation
from pipeline.mt.package import read_package

# By path: argostranslate installs a package called `tests`, which would be found instead of this folder.
build_copy_model = runpy.run_path(str(Path(__file__).with_name("copymodel.py")))["build_copy_model"]


@pytest.fixture(scope="session")
def copy_package(tmp_path_factory):
    """Path of a .argosmodel en to ms that copies."""
    return build_copy_model(tmp_path_factory.mktemp("copy"))


@pytest.fixture(scope="session")
def copy_engine(copy_package):
    return ArgosEngine(read_package(copy_package, "installed"), beam=2, threads=1)


@pytest.fixture
def own_folders(tmp_path, monkeypatch):
    """No packages but the starter: PIPELINE_MODELS and argos-translate's folder are empty ones."""
    monkeypatch.setenv("PIPELINE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path / "argos"))
    return tmp_path / "models"


class FunctionEngine:
    """An engine that is a function of one sentence, and remembers what it was asked."""

    id, model, settings, source, target, min_score = "function", "test", "", "en", "ms", 0.0

    def __init__(self, function, *, identity=False, target="ms", score=0.8):
        self.function, self.identity, self.target, self.score = function, identity, target, score
        self.calls = []

    def translate(self, sentences, progress=None):
        self.calls.append(list(sentences))
        if progress is not None:
            progress(len(sentences), len(sentences))
        return [Translation(text=self.function(sentence), score=self.score) for sentence in sentences]


@pytest.fixture
def function_engine():
    return FunctionEngine
