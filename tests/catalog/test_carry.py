"""Which changes of a source its translation can follow without a person."""

import pytest

from pipeline.catalog.carry import carried

FOLLOWED = {
    "link target": ("See [fees](/old).", "See [fees](/new).", "Lihat [yuran](/old).", "Lihat [yuran](/new)."),
    "link target beside a translated title": (
        '[Fees](/old "All fees")',
        '[Fees](/new "All fees")',
        '[Yuran](/old "Semua yuran")',
        '[Yuran](/new "Semua yuran")',
    ),
    "label": ("[Fees][a] here", "[Fees][b] here", "[Yuran][a] di sini", "[Yuran][b] di sini"),
    "image": ("![Map](a.png) of it", "![Map](b.png) of it", "![Peta](a.png)nya", "![Peta](b.png)nya"),
    "code": ("Run `a`.", "Run `a --all`.", "Jalankan `a`.", "Jalankan `a --all`."),
    "two elements, in another order": (
        "[A](/1) and [B](/2)",
        "[A](/3) and [B](/4)",
        "[B](/2) dan [A](/1)",
        "[B](/4) dan [A](/3)",
    ),
    "targets that change places": (
        "[A](/1) and [B](/2)",
        "[A](/2) and [B](/1)",
        "[A](/1) dan [B](/2)",
        "[A](/2) dan [B](/1)",
    ),
    "tag with translatable attribute": (
        'An <abbr class="a" title="Harbour Office">HO</abbr>',
        'An <abbr class="b" title="Harbour Office">HO</abbr>',
        'Sebuah <abbr class="a" title="Pejabat">PP</abbr>',
        'Sebuah <abbr class="b" title="Pejabat">PP</abbr>',
    ),
    "template": ("By {{ a }}", "By {{ b }}", "Oleh {{ a }}", "Oleh {{ b }}"),
    "template in a target": (
        "[A]({{ x }}/a) b",
        "[A]({{ y }}/a) b",
        "[Aa]({{ x }}/a) bb",
        "[Aa]({{ y }}/a) bb",
    ),
    "address": (
        "See https://a.example/x now",
        "See https://b.example/ now",
        "Lihat https://a.example/x",
        "Lihat https://b.example/",
    ),
    "white space": ("Two  spaces here ", "Two spaces here", "Dua ruang", "Dua ruang"),
    "a line break at the end": ("Two lines", "Two lines\n", "Dua baris", "Dua baris\n"),
    "no line break at the ends": ("\nTwo\nlines\n", "Two\nlines", "\nDua\nbaris\n", "Dua\nbaris"),
    "mark of emphasis": ("A *good* day", "A _good_ day", "Hari *baik*", "Hari *baik*"),
    "an element used twice": ("`a` or `a`", "`b` or `b`", "`a` atau `a`", "`b` atau `b`"),
}

NOT_FOLLOWED = {
    "a word": ("See [fees](/a).", "See [rates](/a).", "Lihat [yuran](/a)."),
    "a title": ('[Fees](/a "All")', '[Fees](/a "Some")', '[Yuran](/a "Semua")'),
    "an attribute text": ('<abbr title="a">x</abbr> y', '<abbr title="b">x</abbr> y', '<abbr title="c">x</abbr> y'),
    "element missing from the translation": ("Run `a` now", "Run `b` now", "Jalankan sekarang"),
    "element more often in the translation": ("Run `a` now", "Run `b` now", "Jalankan `a`, ya `a`"),
    "equal elements that part": ("`a` or `a`", "`a` or `b`", "`a` atau `a`"),
    "a new element": ("A good day", "A **good** day", "Hari baik"),
    "element gone": ("A [good](/x) day", "A good day", "Hari [baik](/x)"),
    "another kind": ("Run `a`", "Run [a](b)", "Jalankan `a`"),
    "a line break": ("one two", "one\ntwo", "satu dua"),
    "joined words": ("every day", "everyday", "setiap hari"),
}


@pytest.mark.parametrize("case", FOLLOWED)
def test_followed(case):
    old, new, msgstr, expected = FOLLOWED[case]
    assert carried(old, new, msgstr) == expected


@pytest.mark.parametrize("case", FOLLOWED)
def test_and_back(case):
    old, new, msgstr, expected = FOLLOWED[case]
    assert carried(new, old, expected) == msgstr


@pytest.mark.parametrize("case", NOT_FOLLOWED)
def test_left_to_a_person(case):
    assert carried(*NOT_FOLLOWED[case]) is None
