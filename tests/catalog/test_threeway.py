"""Merging two sides: cases as files, and what the header and the order of entries become."""

from pathlib import Path

import pytest

from pipeline.catalog.pofile import format_po, parse_po, read_po, write_po
from pipeline.catalog.threeway import merge_three
from pipeline.model import Catalog, Message

CASES = sorted((Path(__file__).parents[1] / "data" / "threeway").iterdir())
CONFLICTS = {"same-entry": [(None, "Fees")], "plural-and-context": [(None, "one boat")]}
CONTENT = "Content-Type: text/plain; charset=UTF-8\n"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case):
    base, ours, theirs = (read_po(case / f"{name}.po") for name in ("base", "ours", "theirs"))
    merged = merge_three(base, ours, theirs)
    assert format_po(merged.catalog).decode() == (case / "expected.po").read_bytes().decode()
    assert list(merged.conflicts) == CONFLICTS.get(case.name, [])


def catalog(*messages, header=""):
    return Catalog(header=Message(msgid="", msgstr=CONTENT + header), messages=messages)


def entry(msgid, msgstr="", **fields):
    return Message(msgid=msgid, msgstr=msgstr, **fields)


def header_of(base, ours, theirs):
    merged = merge_three(*(catalog(header=header) for header in (base, ours, theirs)))
    return merged.catalog.header.msgstr.removeprefix(CONTENT), merged


def test_dates_and_tools_in_headers_are_never_a_conflict():
    saved = "PO-Revision-Date: 2024-05-0{0} 10:00+0800\nLast-Translator: T{0}\nX-Generator: G{0}\nPOT-Creation-Date: 2024-0{1}-01 00:00+0000\n"
    for ours, theirs, text in (((1, 3), (2, 1), (2, 3)), ((2, 1), (1, 3), (2, 3))):
        found, merged = header_of("", saved.format(*ours), saved.format(*theirs))
        assert found == saved.format(*text)
        assert not merged.conflicts


def test_the_later_date_is_later_in_any_time_zone():
    ours = "PO-Revision-Date: 2024-05-01 10:00+0800\n"
    theirs = "PO-Revision-Date: 2024-05-01 03:00+0000\n"
    assert header_of("", ours, theirs)[0] == theirs
    assert header_of("", ours, "PO-Revision-Date: YEAR-MO-DA\n")[0] == ours


def test_other_header_fields_keep_ours_and_tell_theirs():
    found, merged = header_of("Language-Team: A\nX-A: 1\n", "Language-Team: B\nX-A: 1\n", "Language-Team: C\n")
    assert found == "Language-Team: B\n"
    assert merged.conflicts == ((None, ""),)
    assert merged.catalog.header.translator_comments == ("pipeline: conflict theirs: Language-Team: C",)


def order(base, ours, theirs):
    sides = (catalog(*map(entry, names)) for names in (base, ours, theirs))
    return "".join(message.msgid for message in merge_three(*sides).catalog.messages)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("abc", "axbc", "abyc", "axbyc"),
        ("abc", "axbc", "aybc", "axybc"),
        ("abc", "xabc", "yabc", "xyabc"),
        ("abc", "cab", "abcy", "cyab"),
        ("abc", "abc", "cab", "cab"),
        ("abc", "abcx", "cab", "cxab"),
        ("abc", "ac", "abc", "ac"),
        ("", "ab", "cd", "abcd"),
    ],
)
def test_order(base, ours, theirs, expected):
    assert sorted(order(base, ours, theirs)) == sorted(expected)
    assert order(base, ours, theirs) == expected


def test_the_same_text_typed_twice_is_no_conflict_and_approved_once_is_approved():
    merged = merge_three(
        catalog(entry("a")), catalog(entry("a", "b", flags=("fuzzy",))), catalog(entry("a", "b", references=("p.md",)))
    )
    assert merged.catalog.messages == (entry("a", "b", references=("p.md",)),)
    assert not merged.conflicts


def test_cleared_and_edited_is_a_conflict_that_keeps_the_text():
    merged = merge_three(catalog(entry("a", "b")), catalog(entry("a")), catalog(entry("a", "c")))
    (message,) = merged.catalog.messages
    assert (message.msgstr, message.fuzzy) == ("c", True)
    assert message.translator_comments == ('pipeline: conflict ours: msgstr ""',)


def test_sides_of_other_charset_and_line_ends_become_ours():
    latin = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=ISO-8859-1\\n"\n\nmsgid "a"\nmsgstr "\xe9"\n'
    ours = latin.decode("latin-1").replace("ISO-8859-1", "UTF-8").encode().replace(b"\n", b"\r\n")
    theirs = latin + b'\nmsgid "b"\nmsgstr "\xe8"\n'
    merged = format_po(merge_three(parse_po(latin), parse_po(ours), parse_po(theirs)).catalog)
    assert merged == ours + '\r\nmsgid "b"\r\nmsgstr "è"\r\n'.encode()


def test_a_header_further_down_is_no_second_header():
    ours = parse_po(b'msgid ""\nmsgstr "Language: ms\\n"\n\nmsgid "a"\nmsgstr "b"\n')
    theirs = parse_po(b'msgid "a"\nmsgstr "b"\n\nmsgid ""\nmsgstr "Language: ms\\n"\n\nmsgid "c"\nmsgstr ""\n')
    merged = parse_po(format_po(merge_three(ours, ours, theirs).catalog))
    assert [message.msgid for message in merged.messages] == ["a", "c"]


def test_writing_merges_what_was_saved_meanwhile(tmp_path):
    path = tmp_path / "a.po"
    base = catalog(entry("a"), entry("b"), entry("c", "x"))
    write_po(base, path)
    base = read_po(path)
    saved = catalog(entry("a", "person", translator_comments=("sure",)), entry("b"), entry("d", "new"))
    write_po(saved, path)
    ours = catalog(entry("a", "draft", flags=("fuzzy",)), entry("b", "draft", flags=("fuzzy",)), entry("c", "x"))
    assert write_po(ours, path, base=base)
    assert read_po(path) == catalog(
        entry("a", "person", translator_comments=("sure",)), entry("b", "draft", flags=("fuzzy",)), entry("d", "new")
    )
    assert not write_po(read_po(path), path, base=read_po(path))


def test_a_header_of_other_line_ends_becomes_ours():
    base = b'msgid ""\nmsgstr "Language: ms\\n"\n\nmsgid "a"\nmsgstr "b"\n'
    ours = base.replace(b"\n", b"\r\n")
    theirs = base.replace(b'ms\\n"\n', b'ms\\n"\n"X-Generator: G\\n"\n')
    merged = format_po(merge_three(parse_po(base), parse_po(ours), parse_po(theirs)).catalog)
    assert b"X-Generator" in merged
    assert merged.count(b"\n") == merged.count(b"\r\n")


def test_plural_forms_never_go_to_an_entry_without_them():
    old = entry("boat", msgid_plural="boats", msgstr_plural=("bot",))
    successor = entry("ship", "bot", flags=("fuzzy",), previous_msgid="boat", previous_msgid_plural="boats")
    better = old.changed(msgstr_plural=("kapal", "kapal-kapal"))
    merged = merge_three(catalog(old), catalog(successor), catalog(better)).catalog
    assert merged.messages == (successor, better.changed(obsolete=True))
