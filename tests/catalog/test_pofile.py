"""Reading and writing PO files: what comes back, byte for byte, and what a changed entry looks like."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalog.pofile import format_po, new_header, parse_po, read_po, write_po
from pipeline.errors import CatalogError
from pipeline.langtag import parse
from pipeline.model import Catalog, Message

DATA = Path(__file__).parents[1] / "data" / "po"
VALID = sorted((DATA / "valid").glob("*.po"))
MALFORMED = sorted((DATA / "malformed").glob("*.po"))


def valid(name):
    return read_po(DATA / "valid" / f"{name}.po")


def fresh(catalog):
    """The same catalog, nothing of it as it was written."""
    header = catalog.header and catalog.header.changed()
    messages = tuple(message.changed() for message in catalog.messages)
    return Catalog(language=catalog.language, header=header, messages=messages)


def test_there_are_samples():
    assert len(VALID) >= 15
    assert len(MALFORMED) >= 20


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_same_bytes_come_back(path):
    data = path.read_bytes()
    assert format_po(parse_po(data)) == data


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_entry_written_anew_means_the_same(path):
    catalog = read_po(path)
    again = parse_po(format_po(fresh(catalog)))
    assert again.messages == catalog.messages
    assert again.header == catalog.header
    assert again.language == catalog.language


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_canonical_form_is_stable(path):
    data = format_po(fresh(read_po(path)))
    assert format_po(fresh(parse_po(data))) == data


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_malformed_files_are_refused_with_path_line_and_hint(path):
    line = int(path.stem.rpartition(".")[2])
    with pytest.raises(CatalogError) as caught:
        read_po(path)
    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert caught.value.hint


def test_duplicate_names_both_lines():
    with pytest.raises(CatalogError, match=r"line 1 is defined again: 'a'"):
        read_po(DATA / "malformed" / "twice.7.po")


def test_a_file_that_cannot_be_opened(tmp_path):
    with pytest.raises(CatalogError, match=r"none\.po: cannot be read"):
        read_po(tmp_path / "none.po")


def test_one_changed_entry_leaves_the_bytes_of_the_others():
    data = (DATA / "valid" / "poedit-wrapped.po").read_bytes()
    catalog = parse_po(data)
    changed = catalog.messages[1].changed(msgstr="Tempat tambat")
    messages = (catalog.messages[0], changed, catalog.messages[2])
    assert format_po(replace(catalog, messages=messages)) == data.replace(b'"Tambatan"', b'"Tempat tambat"')


def test_line_ends_and_charset_of_the_file_are_kept_for_new_entries():
    crlf = valid("crlf")
    text = format_po(replace(crlf, messages=(Message(msgid="a\nb", msgstr="c"), *crlf.messages)))
    assert text.count(b"\n") == text.count(b"\r\n")
    latin = valid("latin-1")
    data = format_po(replace(latin, messages=(*latin.messages, Message(msgid="Summer", msgstr="Été"))))
    assert data.endswith(b'\n\nmsgid "Summer"\nmsgstr "\xc9t\xe9"\n')


def test_text_that_the_charset_lacks_is_refused():
    latin = valid("latin-1")
    with pytest.raises(CatalogError, match=r"x\.po: .*iso8859-1"):
        format_po(replace(latin, messages=(Message(msgid="中"),)), path="x.po")


def test_entries_may_move():
    bom = valid("byte-order-mark")
    moved = Catalog(messages=(Message(msgid="New"), bom.header.changed(msgid="x"), *bom.messages))
    assert b"\xef\xbb\xbf" not in format_po(moved)
    moved = Catalog(messages=(Message(msgid="New"), bom.header._replace(msgid="x"), *bom.messages))
    assert b"\xef\xbb\xbf" not in format_po(moved)
    unended = valid("no-final-newline")
    backwards = parse_po(format_po(replace(unended, messages=unended.messages[::-1])))
    assert backwards.messages == unended.messages[::-1]
    tight = valid("tight")
    data = format_po(replace(tight, messages=(Message(msgid="New"), *tight.messages)))
    assert b'msgid "New"\nmsgstr ""\n\nmsgid "One"\nmsgstr "Satu"\n#: x.md\nmsgid "Two"' in data


def test_what_is_read():
    catalog = valid("poedit-wrapped")
    assert catalog.language == "ms"
    assert catalog.header.line == 1
    assert catalog.messages[0] == Message(
        msgid="A berth may be booked up to ninety days before arrival; boats longer than twelve metres need the "
        '"long berth" form, which the office sends on request.',
        msgstr="Tambatan boleh ditempah sehingga sembilan puluh hari sebelum ketibaan; bot yang lebih panjang "
        'daripada dua belas meter memerlukan borang "tambatan panjang".',
        references=("guide/berths.md",),
        extracted_comments=("paragraph",),
    )
    assert [message.line for message in catalog.messages] == [19, 28, 33]
    assert catalog.messages[2].msgid == "Harbour Office\n1 Quay Street"
    assert catalog.get((None, "Berths")).msgstr == "Tambatan"


def test_fuzzy_in_every_spelling():
    sticky, workflow, comment, remark, ranged = valid("flags-of-gettext-2025").messages
    assert sticky.flags == ("no-wrap", "fuzzy")
    assert workflow.fuzzy
    assert comment.fuzzy
    assert comment.translator_comments == ()
    assert not remark.fuzzy
    assert remark.translator_comments == ("= not a flag but a remark",)
    assert ranged.flags == ("python-format", "range: 0..10")
    assert b"#=" not in format_po(fresh(valid("flags-of-gettext-2025")))


def test_previous_and_plural():
    (message,) = valid("previous").messages
    assert (message.previous_msgctxt, message.previous_msgid) == ("menu", "Old line one\nold line two")
    plural = valid("plural").messages[1]
    assert (plural.previous_msgid, plural.previous_msgid_plural) == ("%d buoy", "%d buoys")
    assert plural.msgstr_plural == ("%d boja", "%d boje", "%d boi")
    assert plural.msgstr == ""


def test_obsolete_entries():
    kept, gone, ago, tight = valid("obsolete").messages
    assert [message.obsolete for message in (kept, gone, ago, tight)] == [False, True, True, True]
    assert (ago.msgctxt, ago.msgid, ago.previous_msgid) == ("menu", "Gone for ever\nand a day", "Gone long ago")
    assert ago.translator_comments == (" Someone's remark.",)
    assert tight.msgid == "No space"
    assert valid("obsolete").get((None, "Gone")) is None


def test_escapes():
    first, second, third = valid("escapes").messages
    assert first.msgstr == '"\\\t\r\a\b\f\v'
    assert second.msgid == "octal AB\n hex A bytes é é"
    assert second.msgstr == 'not an escape: \\n, nor \\", ends in a backslash \\'
    assert third.msgid == 'ends in a quote"\\n'
    assert valid("latin-1").messages[1].msgid == "Quay é è"
    assert valid("shift-jis").messages[0].msgstr == "表"


def test_references_with_spaces():
    fees, berths = valid("references").messages
    assert fees.references == ("guide/fees.md", "guide/about.md:12", "guide/the fees.md", "my page.md:7", "last.md")
    assert berths.references == ("broken by msgcat.md",)
    text = format_po(fresh(valid("references"))).decode()
    assert "#: \u2068guide/the fees.md\u2069\n#: \u2068my page.md\u2069:7\n#: last.md\n" in text


def test_only_line_feeds_end_lines():
    (message,) = valid("line-separators").messages
    assert message.msgid == "a\u2028b\u0085c\u00a0d"


def test_the_header_keeps_its_place():
    catalog = valid("header-further-down")
    assert catalog.language == "ms"
    assert [message.msgid for message in catalog.messages] == ["One", ""]


def test_comments_after_the_last_entry_stay_last():
    tight = valid("tight")
    data = format_po(replace(tight, messages=(*tight.messages, Message(msgid="Three"))))
    assert data.endswith(b'msgid "Three"\nmsgstr ""\n# after the last entry, a comment that belongs to none\n')


def test_new_entry():
    message = Message(
        msgctxt="menu",
        msgid='Say "hello"\n',
        msgstr="Katakan\n\\helo",
        flags=("fuzzy",),
        references=("a b.md", "c.md:3"),
        extracted_comments=("heading 2", ""),
        translator_comments=(" remark", "pipeline: x"),
        previous_msgid="Say",
    )
    assert format_po(Catalog(messages=(message,))).decode() == (
        "#  remark\n# pipeline: x\n#. heading 2\n#.\n#: \u2068a b.md\u2069\n#: c.md:3\n#, fuzzy\n"
        '#| msgid "Say"\nmsgctxt "menu"\nmsgid "Say \\"hello\\"\\n"\nmsgstr ""\n"Katakan\\n"\n"\\\\helo"\n'
    )


def test_new_header():
    assert new_header(parse("zh-Hans")).msgstr == (
        "Project-Id-Version: \nLanguage: zh_Hans\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\nX-Generator: pipeline\n"
        "X-Pipeline-Format: 1\n"
    )
    assert "Plural-Forms" not in new_header(None).msgstr
    assert parse_po(format_po(Catalog(header=new_header(parse("pt-BR"))))).language == "pt-BR"


@pytest.mark.parametrize("written", ["", "Malay", "xx-invalid-tag-of-nobody", "und3"])
def test_a_language_field_that_is_no_tag(written):
    assert parse_po(f'msgid ""\nmsgstr "Language: {written}\\n"\n'.encode()).language is None


def test_write_only_when_bytes_differ(tmp_path):
    path = tmp_path / "ms" / "fees.md.po"
    catalog = valid("poedit-wrapped")
    assert write_po(catalog, path)
    os.utime(path, ns=(1, 1))
    assert not write_po(read_po(path), path)
    assert path.stat().st_mtime_ns == 1
    assert write_po(replace(catalog, messages=()), path)
    assert [child.name for child in path.parent.iterdir()] == ["fees.md.po"]


def test_errors_without_a_path_still_say_where():
    with pytest.raises(CatalogError, match=r"^PO file:2: "):
        parse_po(b'msgid "a"\nmsgstr "b\n')
