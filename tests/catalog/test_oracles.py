"""What we read and write, judged by other people's PO tools: polib, msgfmt, msgcat, msgmerge."""

import subprocess
from dataclasses import replace
from pathlib import Path

import polib
import pytest

from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, new_header, parse_po, read_po
from pipeline.langtag import parse
from pipeline.model import Catalog, Message

DATA = Path(__file__).parents[1] / "data" / "po"
VALID = sorted((DATA / "valid").glob("*.po"))
MALFORMED = sorted((DATA / "malformed").glob("*.po"))
# polib does not know #= lines, splits references at spaces, takes octal escapes as text, and wants a header first.
NOT_FOR_POLIB = {
    *("flags-of-gettext-2025", "references", "escapes", "latin-1", "header-further-down", "line-separators"),
    *("byte-order-mark", "loose", "obsolete", "empty", "only-comments", "tight"),
}
# Valid for gettext, or only warned of: refused by us because we would not give back what it means.
REFUSED_BY_US = {
    "newer-format.1",
    "two-on-a-line.1",
    "domain.1",
    "charset-unknown.1",
    "charset-utf-16.1",
    "escape-too-big.2",
}
# msgcat changes the very thing these samples are about.
NOT_FOR_MSGCAT = {"byte-order-mark", "header-further-down", "no-header"}


def run(*command):
    return subprocess.run(command, capture_output=True, check=False)


def fresh(catalog):
    header = catalog.header and catalog.header.changed()
    return replace(catalog, header=header, messages=tuple(message.changed() for message in catalog.messages))


def as_polib_reads(message):
    return (
        message.msgctxt,
        message.msgid,
        message.msgstr,
        message.msgid_plural or "",
        dict(enumerate(message.msgstr_plural)),
        message.flags,
        message.previous_msgid,
        message.obsolete,
        "\n".join(message.extracted_comments),
        tuple(tuple(reference.partition(":")[::2]) for reference in message.references),
    )


@pytest.mark.parametrize("path", [path for path in VALID if path.stem not in NOT_FOR_POLIB], ids=lambda path: path.stem)
def test_polib_reads_the_same(path):
    entries = [
        (
            entry.msgctxt,
            entry.msgid,
            entry.msgstr,
            entry.msgid_plural,
            entry.msgstr_plural,
            tuple(entry.flags),
            entry.previous_msgid,
            bool(entry.obsolete),
            entry.comment,
            tuple(entry.occurrences),
        )
        for entry in polib.pofile(str(path))
    ]
    assert [as_polib_reads(message) for message in read_po(path).messages] == entries


@pytest.mark.parametrize("path", [path for path in VALID if path.stem not in NOT_FOR_POLIB], ids=lambda path: path.stem)
def test_what_polib_writes_is_read_and_kept(path):
    ours = read_po(path)
    data = polib.pofile(str(path)).__unicode__().encode(polib.detect_encoding(str(path)))
    theirs = parse_po(data)
    assert format_po(theirs) == data
    assert [as_polib_reads(message) for message in theirs.messages] == [as_polib_reads(m) for m in ours.messages]


@pytest.mark.gettext
@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_msgfmt_takes_the_samples_and_what_we_write(path, tmp_path):
    written = tmp_path / path.name
    catalog = read_po(path)
    written.write_bytes(format_po(fresh(catalog)))
    if catalog.header is None:  # without one msgfmt knows no charset
        written.write_bytes(format_po(replace(fresh(catalog), header=new_header(parse("ms")))))
    checked = ["--check-format", "--check-domain"]
    if path.stem != "byte-order-mark":  # msgfmt calls a byte order mark an error, though Windows editors add one
        assert run("msgfmt", *checked, "-o", tmp_path / "mo", path).returncode == 0
    assert run("msgfmt", *checked, "-o", tmp_path / "mo", written).returncode == 0


@pytest.mark.gettext
@pytest.mark.parametrize("path", [p for p in MALFORMED if p.stem not in REFUSED_BY_US], ids=lambda path: path.stem)
def test_msgfmt_refuses_what_we_refuse(path, tmp_path):
    assert run("msgfmt", "-o", tmp_path / "mo", path).returncode != 0


@pytest.mark.gettext
@pytest.mark.parametrize("tag", ["ms", "zh-Hans", "ta", "fr", "es", "pt-BR", "it", "ar", "ru", "pl", "cy", "en-XA"])
def test_a_new_file_passes_every_check_of_msgfmt(tag, tmp_path):
    catalog = Catalog(header=new_header(parse(tag)), messages=(Message(msgid="Fees", msgstr="Yuran"),))
    path = tmp_path / "new.po"
    path.write_bytes(format_po(catalog))
    result = run("msgfmt", "-c", "-o", tmp_path / "mo", path)
    assert result.returncode == 0, result.stderr


@pytest.mark.gettext
@pytest.mark.parametrize("wrap", ["--no-wrap", "--width=40", "--sort-output"])
@pytest.mark.parametrize("path", [p for p in VALID if p.stem not in NOT_FOR_MSGCAT], ids=lambda path: path.stem)
def test_what_msgcat_writes_is_read_and_kept(path, wrap):
    result = run("msgcat", wrap, path)
    assert result.returncode == 0, result.stderr
    theirs, ours = parse_po(result.stdout), read_po(path)
    assert format_po(theirs) == result.stdout
    assert {m.key: (m.msgstr, m.msgstr_plural, m.fuzzy, m.obsolete) for m in theirs.messages} == {
        m.key: (m.msgstr, m.msgstr_plural, m.fuzzy, m.obsolete) for m in ours.messages
    }


@pytest.mark.gettext
def test_new_entries_look_like_msgcats(tmp_path):
    texts = [
        "plain",
        'quote " and \\',
        "two\nlines",
        "ends\n",
        "\nstarts",
        "\n",
        "tab\t",
        "né 中\u00a0",
        "\n\n",
        "a\n\nb\n",
    ]
    messages = [
        Message(
            msgid=f"{number} {text}",
            msgstr=text,
            references=("a.md",),
            extracted_comments=("heading 2",),
            translator_comments=(" remark", ""),
            flags=("fuzzy",),
            previous_msgid=text or None,
        )
        for number, text in enumerate(texts)
    ]
    gone = Message(msgid="gone\n1", msgstr="text", obsolete=True, flags=("fuzzy",), previous_msgid="before")
    data = format_po(Catalog(header=new_header(parse("ms")), messages=(*messages, gone)))
    path = tmp_path / "new.po"
    path.write_bytes(data)
    assert run("msgcat", "--no-wrap", path).stdout == data


@pytest.mark.gettext
def test_msgmerge_and_our_merge_agree_on_the_plain_cases(tmp_path):
    header = new_header(parse("ms"))
    old = Catalog(
        header=header,
        messages=(
            Message(msgid="Kept", msgstr="Kekal"),
            Message(msgid="The office opens at nine every day", msgstr="Pejabat dibuka pukul sembilan setiap hari"),
            Message(msgid="Nothing is like this one", msgstr="Tiada yang seperti ini"),
        ),
    )
    template = Catalog(
        header=new_header(None),
        messages=(
            Message(msgid="The office opens at ten every day"),
            Message(msgid="Kept"),
            Message(msgid="Bicycles, umbrellas, xylophones"),
        ),
    )
    (tmp_path / "old.po").write_bytes(format_po(old))
    (tmp_path / "new.pot").write_bytes(format_po(template))
    result = run("msgmerge", "-q", "--previous", tmp_path / "old.po", tmp_path / "new.pot")
    assert result.returncode == 0, result.stderr
    assert parse_po(result.stdout).messages == merge(old, template).messages
