"""Every bug that fuzzing found, again; and every seed of bench/fuzz.py, with a few hundred mutations of each target.

A file in tests/data/fuzz/TARGET/ is a case: bytes that once broke the target of that name.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "data" / "fuzz"
FEW = 150

sys.path.insert(0, str(ROOT / "bench"))
try:
    from fuzz import SEED_FOLDERS, failure
    from fuzz_mutate import Mutator
    from fuzz_targets import TARGETS, seeds
finally:
    sys.path.remove(str(ROOT / "bench"))

FLOOR = 20.0
"""Seconds a case may take here: what hangs is found, and a busy machine breaks no test."""


@pytest.mark.parametrize("path", sorted(CASES.rglob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_bug_stays_fixed(path):
    assert failure(TARGETS[path.parent.name], path.read_bytes(), dear=True, floor=FLOOR) == ""


def test_every_folder_of_cases_is_a_target():
    assert {path.name for path in CASES.iterdir()} <= set(TARGETS)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_few_cases(name):
    """Enough to see that the target works; `python bench/fuzz.py` is for finding."""
    target = TARGETS[name]
    mutator = Mutator(seeds(target, SEED_FOLDERS), 1)
    for n in range(FEW):
        case = mutator.case()
        assert failure(target, case, dear=n % 10 == 0, floor=FLOOR) == "", case


def test_a_broken_parser_is_seen(monkeypatch):
    """The harness itself: a crash, a broken law and a refusal without reason are findings."""
    target = TARGETS["markdown"]

    def crash(*_, **__):
        raise KeyError("x")

    monkeypatch.setattr("pipeline.rebuild_page", crash)
    assert failure(target, b"# a", dear=False, floor=FLOOR).startswith("KeyError")
    monkeypatch.setattr("pipeline.rebuild_page", lambda page, _: page.data + b"x")
    assert failure(target, b"# a", dear=False, floor=FLOOR).startswith("law 1")
