"""PO files that somebody else wrote: refused with a line, or read whole; never half, never slowly, never run."""

import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline.catalog.pofile import format_po
from pipeline.errors import CatalogError

ROOT = Path(__file__).resolve().parents[2]
HEADER = 'msgid ""\nmsgstr "Language: ms\\nContent-Type: text/plain; charset=%s\\n"\n\n'
ENTRY = 'msgid "Words"\nmsgstr "%s"\n'


def read(data):
    return pipeline.parse_po(data, path="ms.po")


@pytest.mark.parametrize(
    "charset",
    ["utf-16", "utf-32", "utf-7", "no-such", "base64", "hex", "rot13", "zlib", "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "x" * 10_000, "../utf-8", "=n", "\u00e9"],
)  # fmt: skip
def test_charsets_that_are_none_are_refused(charset):
    with pytest.raises(CatalogError) as refused:
        read((HEADER % charset + ENTRY % "Kata").encode())
    assert refused.value.line == 1


def test_a_charset_that_the_bytes_are_not_in_is_refused_with_the_line():
    with pytest.raises(CatalogError) as refused:
        read((HEADER % "UTF-8").encode() + b'msgid "Words"\nmsgstr "\xe9"\n')
    assert refused.value.line == 5


@pytest.mark.parametrize("where", ["msgid msgstr", 'msgid "One"\nmsgstr "Satu"\n\nmsgid ""\nmsgstr'])
@pytest.mark.parametrize("charset", ["n", "latin-1", "utf-16"])
def test_a_charset_declared_where_it_comes_too_late_is_refused(where, charset):
    """Reading and writing would disagree about it."""
    with pytest.raises(CatalogError):
        read(f'{where} "Content-Type: text/plain; charset={charset}\\n"\n'.encode())


@pytest.mark.parametrize(
    "msgstr",
    ["\u202e\u2066abc", "\u200b\ufeff", "\x7f\x9b31m", "\ufffe\uffff", "\U0010ffff", "\\x1b[31m", "\\033]0;x\\007", "\\0", "\\x00", "\u2028\u2029\x85", "\x0b\x0c\x1c"],
)  # fmt: skip
def test_strange_characters_are_kept_as_they_are(msgstr):
    data = (HEADER % "UTF-8" + ENTRY % msgstr).encode()
    assert format_po(read(data)) == data


@pytest.mark.parametrize(
    "header",
    [
        "X-Field: x\\n" * 20_000,
        "X" * 1_000_000,
        "Plural-Forms: nplurals=99999999999999999999; plural=" + "(" * 10_000 + "n" + ")" * 10_000 + ";\\n",
        "Plural-Forms: nplurals=2; plural=n?" * 5_000,
        "Plural-Forms: nplurals=1; plural=__import__('os').system('touch hacked');\\n",
        "Language: " + "a-" * 50_000 + "\\n",
        "Language: ../../../etc\\n",
        "X-Pipeline-Format: " + "9" * 5_000 + "\\n",
        "X-Pipeline-Format: \u0661\\n",
        "X-Pipeline-Format: \u00b2\\n",
        "Content-Type: " * 20_000,
        ": " * 20_000,
    ],
)
def test_headers_are_data(header, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = ('msgid ""\nmsgstr ""\n"' + header + '"\n\n' + ENTRY % "Kata").encode()
    try:
        catalog = read(data)
    except CatalogError as refused:
        assert refused.line is not None  # noqa: PT017 - one of two good outcomes
    else:
        assert format_po(catalog) == data
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "junk",
    ["#" * 10_000, "#~ " * 10_000, "#| " * 10_000, "#, " + "a, " * 20_000, "#: " + "a " * 20_000, "#: " + "\u2068" * 20_000, "#. \n" * 20_000, "\\" * 20_000, '"' * 20_000, "msgid " * 10_000, "(" * 10_000],
)  # fmt: skip
def test_junk_before_an_entry_is_read_or_refused(junk):
    data = f"{junk}\n{ENTRY % 'Kata'}".encode()
    try:
        assert format_po(read(data)) == data
    except CatalogError as refused:
        assert refused.line == 1  # noqa: PT017


LARGE = """
import sys, pipeline
from pipeline.catalog.pofile import format_po
kind = sys.argv[1]
if kind == "entries":
    data = "".join(f'#: a.md\\nmsgid "Words {n}"\\nmsgstr "Kata {n}"\\n\\n' for n in range(100_000))
elif kind == "obsolete":
    data = "".join(f'#~ msgid "Words {n}"\\n#~ msgstr "Kata {n}"\\n\\n' for n in range(30_000))
elif kind == "line":
    data = 'msgid "Words"\\nmsgstr "' + "kata " * 2_000_000 + '"\\n'
elif kind == "lines":
    data = 'msgid "Words"\\nmsgstr ""\\n' + '"kata kata kata\\\\n"\\n' * 600_000
elif kind == "obsolete lines":
    data = '#~ msgid "Words"\\n#~ msgstr ""\\n' + '#~ "kata kata kata\\\\n"\\n' * 200_000
else:
    data = 'msgid "a"\\nmsgid_plural "b"\\n' + "".join(f'msgstr[{n}] "kata"\\n' for n in range(20_000))
data = data.encode()
catalog = pipeline.parse_po(data)
assert format_po(catalog) == data
assert sum(len(m.msgstr) + len(m.msgstr_plural) for m in catalog.messages) > 10_000
"""


@pytest.mark.parametrize("kind", ["entries", "obsolete", "line", "lines", "obsolete lines", "plurals"])
def test_large_files_take_linear_time(kind):
    """A hundred thousand entries; ten megabytes in one string, on one line and on very many."""
    subprocess.run([sys.executable, "-c", LARGE, kind], check=True, timeout=120, cwd=ROOT)


def test_a_msgstr_of_ten_megabytes_can_be_refused_in_time():
    page = pipeline.parse_page(b"# Words\n")
    huge = "`a` <b> [x](y) https://a.example " * 3_000
    assert pipeline.rebuild_page(page, {(None, "Words"): huge}) == page.data


def test_a_page_full_of_translations_that_break_it_is_built_in_time():
    """The search for those that stand on their own is bounded; what is left over shows the source."""
    text = "".join(f"Text number {n} here\n\n" for n in range(1_500))
    page = pipeline.parse_page(text.encode())
    bad = "Teks\n\n# x"
    built = pipeline.rebuild_checked(
        page, {s.key: bad if i % 2 else s.msgid + " y" for i, s in enumerate(page.segments)}
    )
    again = pipeline.parse_page(built.data)
    assert len(again.segments) == len(page.segments)
