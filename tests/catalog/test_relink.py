"""Targets of an old edition become those of the source; everything else stays."""

import pytest

from pipeline.catalog.relink import relinked


@pytest.mark.parametrize(
    ("msgid", "msgstr", "expected"),
    [
        ("[Fees](/fees/)", "[Yuran](/ms/fees/)", "[Yuran](/fees/)"),
        ('[Fees](/fees/ "All")', '[Yuran](/ms/fees/ "Semua")', '[Yuran](/fees/ "Semua")'),
        ("[Fees](</our fees/>)", "[Yuran](</ms/our fees/>)", "[Yuran](</our fees/>)"),
        ("[Fees](fees.md)", "[Yuran](fees.ms.md)", "[Yuran](fees.md)"),
        ('<a href="/fees">Fees</a> now', '<a href="/ms/fees/">Yuran</a> kini', '<a href="/fees">Yuran</a> kini'),
        ("[a](/x/) [b](/y/)", "[b](/ms/y/) dan [a](/ms/x/)", "[b](/y/) dan [a](/x/)"),
        ("[Fees](/fees/)", "[Lain](/ms/other/)", "[Lain](/ms/other/)"),
        ("[Malay](/ms/)", "[Melayu](/ms/)", "[Melayu](/ms/)"),
        ("No link", "[Yuran](/ms/fees/)", "[Yuran](/ms/fees/)"),
        ("[Fees](/fees/)", "`[Yuran](/ms/fees/)`", "`[Yuran](/ms/fees/)`"),
    ],
)
def test_targets_of_an_edition(msgid, msgstr, expected):
    assert relinked(msgid, msgstr, ("ms",)) == expected
