"""Laws of merging two sides: nothing changed changes nothing, and no word of either side is lost."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given, settings

from pipeline.catalog.canonical import canonical_po
from pipeline.catalog.pofile import format_po, parse_po
from pipeline.catalog.state import digest, state
from pipeline.catalog.threeway import CONFLICT, merge_three
from pipeline.model import Catalog, Message, State

LAW = settings(derandomize=True, deadline=None, max_examples=40)
SOURCES = ["Fees", "Opening hours", "Boats", "Tide tables", "Piers"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\n\t a'), max_size=12)
COMMENT = st.sampled_from(["check this", "", "asked the harbour", "pipeline: refused e m: too long"])
HEADER = st.sampled_from(
    [
        "Language: ms\nContent-Type: text/plain; charset=UTF-8\n",
        "Language: ms\nContent-Type: text/plain; charset=UTF-8\nX-Generator: Poedit 3\nPO-Revision-Date: 2024-01-02 03:04+0800\n",
        "Language: ms\nPO-Revision-Date: 2024-01-02 03:04+0000\nContent-Type: text/plain; charset=UTF-8\n",
    ]
)


@st.composite
def entries(draw):
    msgid = draw(st.sampled_from(SOURCES))
    plural = draw(st.sampled_from([None, None, "plural"]))
    text = draw(TEXT)
    comments = draw(st.lists(COMMENT, max_size=2))
    flags = draw(st.lists(st.sampled_from(["fuzzy", "no-wrap"]), unique=True))
    msgctxt = draw(st.sampled_from([None, "menu"]))
    if draw(st.booleans()):  # a draft that nobody has touched
        comments.append(f"pipeline: machine e m of={digest(msgctxt, msgid, text)}")
    previous = draw(st.sampled_from([None, *SOURCES]))
    return Message(
        msgid=msgid,
        msgctxt=msgctxt,
        msgstr="" if plural else text,
        msgid_plural=plural,
        msgstr_plural=(text, draw(TEXT)) if plural else (),
        flags=tuple(flags),
        references=tuple(draw(st.lists(st.sampled_from(["a.md", "b.md:3"]), max_size=2, unique=True))),
        translator_comments=tuple(comments),
        previous_msgid=previous,
        obsolete=draw(st.booleans()),
    )


@st.composite
def catalogs(draw):
    found = draw(st.lists(entries(), max_size=6, unique_by=lambda message: message.key))
    return Catalog(language="ms", header=Message(msgid="", msgstr=draw(HEADER)), messages=tuple(found))


@st.composite
def edits(draw):
    """A base and two later versions of it: entries translated, remarked, approved, obsolete, removed, and new ones."""
    base = draw(catalogs())
    sides = []
    for side in "12":
        changed = [message for old in base.messages for message in edited(draw, side, old)]
        known = {message.key for message in base.messages}
        changed += [message for message in draw(catalogs()).messages[:2] if message.key not in known]
        if draw(st.booleans()):
            changed.reverse()
        header = Message(msgid="", msgstr=draw(HEADER))
        sides.append(replace(base, header=header, messages=tuple(changed)))
    return base, *sides


def edited(draw, side, old):
    """What a side has of an entry: one, or none."""
    kind = draw(st.sampled_from(["same", "same", "text", "text", "remark", "approved", "obsolete", "gone"]))
    if kind == "text":
        text = side + draw(TEXT)
        forms = (text, *old.msgstr_plural[1:]) if old.msgid_plural else ()
        flags = draw(st.sampled_from([(), ("fuzzy",)]))
        return [old.changed(msgstr="" if forms else text, msgstr_plural=forms, flags=flags)]
    if kind == "remark":
        return [old.changed(translator_comments=(f"side {side}", *old.translator_comments))]
    if kind == "approved":
        return [old.changed(flags=())]
    if kind == "obsolete":
        return [old.changed(obsolete=True)]
    return [old] if kind == "same" else []


def human(message):
    return state(message) in (State.fuzzy, State.reviewed)


def forms(message):
    return [form for form in (message.msgstr_plural or (message.msgstr,)) if form]


@LAW
@given(catalogs(), catalogs())
def test_a_side_that_changed_nothing_says_nothing(base, other):
    """merge(b, b, x) == x, merge(b, x, b) == x, merge(b, x, x) == x, without conflicts."""
    for ours, theirs in ((base, other), (other, base), (other, other)):
        for theirs_win in (False, True):
            merged = merge_three(base, ours, theirs, theirs_win=theirs_win)
            assert merged.catalog == other
            assert not merged.conflicts


@LAW
@given(edits())
def test_no_new_text_of_a_person_is_lost(versions):
    """What a person wrote on either side since the base is in the result: as a msgstr, or in a conflict's comment."""
    base, ours, theirs = versions
    merged = parse_po(format_po(merge_three(base, ours, theirs).catalog))
    before = {message.key: message for message in base.messages}
    result = {message.key: message for message in merged.messages}
    whole = "\n".join(comment for m in merged.messages for comment in m.translator_comments if CONFLICT in comment)
    texts = [form for message in merged.messages for form in forms(message)]
    for side in (ours, theirs):
        for message in side.messages:
            old = before.get(message.key)
            if not human(message) or (old and forms(old) == forms(message)):
                continue
            here = result.get(message.key)
            for form in forms(message):
                kept = forms(here) if here else texts  # it may have gone to the entry that follows this one
                assert form in kept or form in texts or quoted(form) in whole


def quoted(text):
    from pipeline.catalog.postring import escape

    return f'"{escape(text)}"'


@LAW
@given(edits())
def test_conflicts_are_where_both_sides_changed_an_entry_and_never_approved(versions):
    """A conflict is an entry that both changed; it is fuzzy, and no machine's."""
    base, ours, theirs = versions
    merged = merge_three(base, ours, theirs)
    read = parse_po(format_po(merged.catalog))
    assert read == merged.catalog
    before, mine, other = ({m.key: m for m in catalog.messages} for catalog in versions)
    result = {message.key: message for message in read.messages}
    for key in merged.conflicts:
        assert mine[key] != before.get(key)
        assert other[key] != before.get(key)
        assert mine[key] != other[key]
        assert state(result[key]) is State.fuzzy
        assert any(comment.startswith(CONFLICT) for comment in result[key].translator_comments)


@LAW
@given(edits())
def test_nothing_is_approved_that_nobody_approved(versions):
    """An approved text stands, approved, in one of the sides under the same key."""
    base, ours, theirs = versions
    sides = [{message.key: message for message in side.messages} for side in (ours, theirs)]
    for message in merge_three(base, ours, theirs).catalog.messages:
        if state(message) is State.reviewed:
            same = [side[message.key] for side in sides if message.key in side]
            assert any(not m.fuzzy and forms(m) == forms(message) for m in same)
        if state(message) is State.machine:
            assert any(state(side[message.key]) is State.machine for side in sides if message.key in side)


@LAW
@given(edits())
def test_on_disk_wins_and_merging_again_changes_nothing(versions):
    """With `theirs_win` no entry is in conflict, an entry that changed there is as it is there, and twice is once."""
    base, ours, theirs = versions
    merged = merge_three(base, ours, theirs, theirs_win=True)
    assert not merged.conflicts
    before = {message.key: message for message in base.messages}
    result = {message.key: message for message in merged.catalog.messages}
    for message in theirs.messages:
        old = before.get(message.key)
        if old and forms(message) != forms(old) and forms(message) and message.key in result:
            assert forms(result[message.key]) == forms(message)
    assert merge_three(ours, merged.catalog, ours).catalog == merged.catalog


@LAW
@given(catalogs(), st.sampled_from([0, 1, 20, 80]), st.booleans())
def test_canonical_form_says_the_same_and_comes_back(catalog, width, crlf):
    """parse(format(x)) == parse(x), format(format(x)) == format(x), whatever the width."""
    data = format_po(catalog) + b"\n# a last remark \n\n"
    data = data.replace(b"\n", b"\r\n") if crlf else data
    formatted = canonical_po(data, width=width)
    assert parse_po(formatted) == catalog
    assert canonical_po(formatted, width=width) == formatted
    assert canonical_po(canonical_po(data, width=30), width=width) == formatted
    assert formatted.endswith(b"\n# a last remark\r\n" if crlf else b"\n# a last remark\n")
