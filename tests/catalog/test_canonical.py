"""The canonical form of a PO file, and how strings are wrapped."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.catalog.canonical import canonical_po
from pipeline.catalog.pofile import parse_po
from pipeline.catalog.powrap import columns, wrapped

VALID = sorted((Path(__file__).parents[1] / "data" / "po" / "valid").glob("*.po"))
NOT_MSGCATS = {"byte-order-mark", "flags-of-gettext-2025"}
"""It refuses the one and makes comments of the flags in the other, in some versions."""


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [0, 40])
def test_files_of_all_tools_say_the_same_after(path, width):
    data = path.read_bytes()
    formatted = canonical_po(data, width=width)
    assert parse_po(formatted) == parse_po(data)
    assert canonical_po(formatted, width=width) == formatted


def test_form():
    data = (
        b'\xef\xbb\xbf#, fuzzy,no-wrap\n#.extracted\n#:a.md:1   b.md\n#remark\nmsgid "Fe"   "es"\nmsgstr ""\n"Yu"\n"ran"\n'
        b'\n\n\n#~ msgid   "old"\n#~ msgstr "lama\\n"\n#~ "dua"\n\n# the end   \n\n\n'
    )
    assert canonical_po(data) == (
        b'# remark\n#. extracted\n#: a.md:1\n#: b.md\n#, fuzzy, no-wrap\nmsgid "Fees"\nmsgstr "Yuran"\n'
        b'\n#~ msgid "old"\n#~ msgstr ""\n#~ "lama\\n"\n#~ "dua"\n\n# the end\n'
    )


def test_line_ends_stay():
    assert canonical_po(b'msgid ""\r\n"a"\r\nmsgstr "b"\r\n') == b'msgid "a"\r\nmsgstr "b"\r\n'
    assert canonical_po(b"") == b""
    assert canonical_po(b"\n\n# only a remark") == b"# only a remark\n"


@pytest.mark.parametrize(
    ("line", "width", "expected"),
    [
        ("one two three", 0, ["one two three"]),
        ("one two three", 8, ["one two ", "three"]),
        ("one two  three", 7, ["one two  ", "three"]),
        ("a" * 20 + " b", 10, ["a" * 20 + " ", "b"]),
        ("  indented", 4, ["  ", "indented"]),
        ("中文文字，很长", 8, ["中文文", "字，很长"]),
        ('say \\"hi\\" now', 8, ["say ", '\\"hi\\" ', "now"]),
        ("", 5, [""]),
    ],
)
def test_wrapping(line, width, expected):
    assert wrapped(line, width) == expected
    assert "".join(expected) == line


def test_columns():
    assert [columns(text) for text in ("abc", "中文", "e\u0301", "")] == [3, 4, 1, 0]


@pytest.mark.gettext
@pytest.mark.parametrize("path", [path for path in VALID if path.stem not in NOT_MSGCATS], ids=lambda path: path.stem)
def test_msgcat_reads_the_same(path, tmp_path):
    if shutil.which("msgcat") is None:
        pytest.skip("no GNU gettext")

    def read(data):
        file = tmp_path / "x.po"
        file.write_bytes(data)
        return subprocess.run(["msgcat", "--no-wrap", str(file)], capture_output=True, check=False).stdout

    data = path.read_bytes()
    assert read(canonical_po(data, width=60)) == read(data)
