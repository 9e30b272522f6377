"""Translations on their way into a page: guarded where they would be read as markup, refused where they add or lose it.

`tests/data/rebuild` holds pages, translations and the page that comes out; `refused.json` those that may not come in.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.document.rebuild import rebuild_checked, rebuild_page
from pipeline.document.skeleton import parse_page

CASES = Path(__file__).parent.parent / "data" / "rebuild"


def load(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((CASES / name).read_text("utf-8"))
    return cases


ACCEPTED = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted(CASES.glob("*.json"))
    if path.name != "refused.json"
    for case in load(path.name)
]
REFUSED = [pytest.param(case, id=case["case"]) for case in load("refused.json")]


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case: dict[str, Any]) -> None:
    page = parse_page(case["page"].encode(), path=case["path"])
    translations = {(None, msgid): msgstr for msgid, msgstr in case["translations"].items()}
    assert translations.keys() <= {s.key for s in page.segments}
    rebuilt = rebuild_checked(page, translations)
    assert rebuilt.data.decode() == case["expected"]
    assert rebuilt.findings == ()
    assert rebuilt.used == translations.keys()
    assert rebuild_page(page, translations) == rebuilt.data


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: dict[str, Any]) -> None:
    """The page shows its source, and the run says why; a second string on the page is not held back."""
    data = case["page"].encode()
    page = parse_page(data, path=case["path"])
    key = (None, case["msgid"])
    assert key in {s.key for s in page.segments}
    rebuilt = rebuild_checked(page, {key: case["msgstr"]})
    assert rebuilt.data == data
    assert rebuilt.used == frozenset()
    assert [(f.rule, f.key, f.path) for f in rebuilt.findings] == [(case["rule"], key, case["path"])]

    tail = b"\n<p>Another</p>\n" if case["path"].endswith("html") else b"\n\n\nAnother\n"
    both = rebuild_checked(parse_page(data + tail, path=case["path"]), {key: case["msgstr"], (None, "Another"): "Lain"})
    assert both.data == data + tail.replace(b"Another", b"Lain")
    assert both.used == {(None, "Another")}


def test_no_translations() -> None:
    page = parse_page(b"# Head\n\nText\n")
    assert rebuild_page(page, {}) == page.data
    assert rebuild_page(page, {(None, "Text"): "", (None, "Other"): "Lain"}) == page.data
    assert rebuild_page(page, {(None, "Text"): "Text"}) == page.data


def test_a_string_with_a_context_is_its_own() -> None:
    page = parse_page(b"<!-- i18n:context verb -->\nOpen\n\nOpen\n")
    assert rebuild_page(page, {("verb", "Open"): "Buka"}) == b"<!-- i18n:context verb -->\nBuka\n\nOpen\n"
    assert rebuild_page(page, {(None, "Open"): "Terbuka"}) == b"<!-- i18n:context verb -->\nOpen\n\nTerbuka\n"


def test_places_of_the_segments() -> None:
    page = parse_page(b"# Fees\n\nPay here\n\nFees\n")
    rebuilt = rebuild_checked(page, {(None, "Fees"): "Yuran semua"})
    assert [(rebuilt.data[a:b], key[1]) for a, b, key in rebuilt.places] == [
        (b"Yuran semua", "Fees"),
        (b"Pay here", "Pay here"),
        (b"Yuran semua", "Fees"),
    ]


def test_one_bad_translation_does_not_hold_back_the_others() -> None:
    words = [f"Word {n} here" for n in range(40)]
    page = parse_page("\n\n".join(words).encode())
    translations = {(None, w): w.replace("Word", "Kata") for w in words}
    # A translation without a letter or digit is no text any more, so it would vanish from the page's list of strings.
    translations[(None, words[7])] = "…"
    translations[(None, words[23])] = "Kata {{ x }}"
    rebuilt = rebuild_checked(page, translations)
    assert {f.key and f.key[1] for f in rebuilt.findings} == {words[7], words[23]}
    assert len(rebuilt.used) == 38
    assert rebuilt.data.count(b"Kata") == 38
