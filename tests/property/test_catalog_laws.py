"""Laws 3 and 4 of the design: PO files come back, and merging loses no word of a person."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given, settings

from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, parse_po
from pipeline.catalog.state import digest, provenance, state, with_provenance
from pipeline.errors import CatalogError
from pipeline.model import Catalog, Message, Provenance, State

LAW = settings(derandomize=True, deadline=None)
HEADER = Message(msgid="", msgstr="Content-Type: text/plain; charset=UTF-8\nLanguage: ms\n")
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\n\t\r ab#~|msgid'), max_size=40)
# A comment is one line, keeps its first space only, and "= fuzzy" in one is a flag: see docs/po-format.md.
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).filter(
    lambda line: not line.startswith("=") and line.strip() == line
)
PATH = st.from_regex(r"[a-z]{1,5}( [a-z]{1,5})?(/[a-zéü]{1,5})?\.md(:[0-9]{1,3})?", fullmatch=True)
FLAG = st.sampled_from(["fuzzy", "no-wrap", "c-format", "range: 0..5"])
SOME = {"max_size": 3}


@st.composite
def messages(draw):
    plural = draw(st.none() | TEXT)
    forms = st.lists(TEXT, min_size=1, max_size=3).map(tuple)
    previous = draw(st.none() | TEXT)
    return Message(
        msgid=draw(TEXT.filter(bool)),
        msgctxt=draw(st.none() | TEXT),
        msgstr="" if plural is not None else draw(TEXT),
        msgid_plural=plural,
        msgstr_plural=() if plural is None else draw(forms),
        flags=tuple(draw(st.lists(FLAG, unique=True, **SOME))),
        references=tuple(draw(st.lists(PATH, **SOME))),
        extracted_comments=tuple(draw(st.lists(LINE, **SOME))),
        translator_comments=tuple(draw(st.lists(LINE, **SOME))),
        previous_msgid=previous,
        previous_msgctxt=None if previous is None else draw(st.none() | TEXT),
        previous_msgid_plural=None if previous is None else draw(st.none() | TEXT),
        obsolete=draw(st.booleans()),
    )


CATALOGS = st.lists(messages(), max_size=6, unique_by=lambda message: message.key).map(
    lambda entries: Catalog(language="ms", header=HEADER, messages=tuple(entries))
)


@LAW
@given(CATALOGS)
def test_law_3_what_is_written_is_read(catalog):
    """read(write(catalog)) == catalog."""
    assert parse_po(format_po(catalog)) == catalog


@LAW
@given(CATALOGS, st.booleans(), st.booleans(), st.data())
def test_law_3_entries_keep_their_bytes(catalog, crlf, unended, data):
    """A file that was read is written with the same bytes, and a change of one entry leaves the others' bytes."""
    written = format_po(catalog)
    if crlf:
        written = written.replace(b"\n", b"\r\n")
    written = written.rstrip(b"\r\n") if unended else written
    read = parse_po(written)
    assert read == catalog
    assert format_po(read) == written
    if read.messages:
        number = data.draw(st.integers(0, len(read.messages) - 1))
        entries = list(read.messages)
        entries[number] = entries[number].changed(translator_comments=("changed",))
        after = parse_po(format_po(replace(read, messages=tuple(entries))))
        assert after.messages == tuple(entries)
        for index, message in enumerate(after.messages):
            if index != number:
                assert message.raw.strip() == read.messages[index].raw.strip()


PIECES = [
    *(
        'msgid "',
        'msgstr "',
        'msgctxt "c"\n',
        "msgid_plural ",
        "msgstr[0] ",
        "msgstr[1] ",
        '"',
        "\n",
        "\r\n",
        "#",
        "#~ ",
    ),
    *(
        "#| ",
        "#, fuzzy\n",
        "#= fuzzy\n",
        "#: a.md\n",
        "#. x\n",
        "# y\n",
        "\\",
        "\\n",
        "a",
        " ",
        "\ufeff",
        "é",
        '""\n',
        '"b"\n',
    ),
    *('msgid "a"\nmsgstr "b"\n', '#~ msgid "o"\n#~ msgstr "p"\n', 'msgid ""\nmsgstr "Language: ms\\n"\n', "domain "),
]


@settings(LAW, max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=60))
def test_law_3_any_text_comes_back_or_is_refused(text):
    """Whatever looks like a PO file either comes back byte for byte, or is refused with its line."""
    data = text.encode("utf-8", "replace")
    try:
        catalog = parse_po(data)
    except CatalogError as error:
        line = error.line
    else:
        line = None
    if line is not None:
        assert 1 <= line <= data.count(b"\n") + 1
        return
    assert format_po(catalog) == data
    anew = replace(
        catalog,
        header=catalog.header and catalog.header.changed(),
        messages=tuple(message.changed() for message in catalog.messages),
        trailer=b"",
    )
    assert parse_po(format_po(anew)) == catalog


WORDS = [
    "harbour",
    "office",
    "opens",
    "[fees](/a)",
    "[fees](/b)",
    "`tide`",
    "`tide --now`",
    "weekday",
    "every",
    "**boats**",
]
SOURCE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
SOURCES = st.lists(SOURCE, max_size=6, unique=True)


@st.composite
def translated(draw):
    """A catalog as people and machines leave it: each msgstr is different, so that none can hide behind another."""
    entries = []
    for number, msgid in enumerate(draw(SOURCES)):
        kind = draw(st.sampled_from(["reviewed", "fuzzy", "machine", "approved", "untranslated", "obsolete"]))
        msgstr = "" if kind == "untranslated" else f"n{number} {msgid}"
        message = Message(msgid=msgid, msgstr=msgstr, references=() if kind == "obsolete" else ("a.md",))
        if kind in ("machine", "approved"):
            message = with_provenance(message, Provenance(origin="machine", engine="e", model="m"))
        if kind in ("machine", "fuzzy"):
            message = message.changed(flags=("fuzzy",))
        entries.append(message.changed(obsolete=kind == "obsolete"))
    entries.sort(key=lambda message: message.obsolete)
    return Catalog(language="ms", header=HEADER, messages=tuple(entries))


def templates(sources):
    return Catalog(messages=tuple(Message(msgid=msgid, references=("a.md",)) for msgid in sources))


@LAW
@given(translated(), st.lists(SOURCES, min_size=1, max_size=3))
def test_law_4_no_word_of_a_person_is_lost(catalog, changes):
    """A person's msgstr stays, turns fuzzy, or turns obsolete, however often the source changes; merging again changes nothing."""
    for sources in changes:
        human = [m for m in catalog.messages if state(m) in (State.reviewed, State.fuzzy)]
        merged = merge(catalog, templates(sources))
        numbers = {message.msgstr.partition(" ")[0] for message in merged.messages if message.msgstr}
        assert {message.msgstr.partition(" ")[0] for message in human} <= numbers
        assert merge(merged, templates(sources)) is merged
        assert [m.msgid for m in merged.messages if not m.obsolete] == sources
        catalog = parse_po(format_po(merged))
        assert catalog == merged


@LAW
@given(translated(), SOURCES)
def test_law_4_states_only_go_down_and_machine_text_never_up(catalog, sources):
    """Nothing is approved by merging, and a draft is kept as it is or dropped."""
    approved = {m.msgstr.partition(" ")[0] for m in catalog.messages if state(m) is State.reviewed}
    for message in merge(catalog, templates(sources)).messages:
        if state(message) is State.reviewed:
            assert message.msgstr.partition(" ")[0] in approved
        if state(message) is State.machine:
            assert message.obsolete is False
            assert catalog.get(message.key).msgstr == message.msgstr
        if (found := provenance(message)) and message.fuzzy:
            assert found.digest == digest(message.msgctxt, message.msgid, message.msgstr)


@LAW
@given(translated(), SOURCES)
def test_law_7_merging_does_not_depend_on_how_entries_were_made(catalog, sources):
    """The same inputs give the same bytes."""
    read = parse_po(format_po(catalog))
    assert merge(read, templates(sources)) == merge(catalog, templates(sources))
