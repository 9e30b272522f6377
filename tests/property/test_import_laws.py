"""Laws of `import-po`: a translation keeps its words and gets our marks; a person's text stays; the second time is idle."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.adopt import KNOWN, LEFT, Adoption
from pipeline.catalog.foreign import entries
from pipeline.catalog.foreignform import converted
from pipeline.catalog.foreigntext import flat, readable
from pipeline.catalog.state import state
from pipeline.document.skeleton import parse_page
from pipeline.inline import signature
from pipeline.model import Catalog, Message, State

WORDS = ("harbour", "fees", "tide", "café", "don't", "A & B", "2 < 3", "snake_case")
KINDS = ("plain", "code", "link", "reference", "strong", "tag", "template")


def ours(kind, word, number):
    """A piece of text as it stands in our msgids."""
    return {
        "plain": word,
        "code": f"`c{number}`",
        "link": f"[{word}](/t{number})",
        "reference": f"[{word}][r{number}]",
        "strong": f"**{word}**",
        "tag": f'<span class="k{number}">{word}</span>',
        "template": f"{{{{ v{number} }}}}",
    }[kind]


def toolkit(kind, word, number):
    """The same piece as Translate Toolkit writes it."""
    return {"link": f"[{word}]{{{number}}}", "reference": f"[{word}]{{{number}}}"}.get(kind) or ours(kind, word, number)


def mdbook(kind, word, number):
    """The same piece as mdbook-i18n-helpers writes it: resolved references, more escapes."""
    escaped = word.replace("_", r"\_").replace("<", r"\<")
    return f"[{escaped}](/r{number})" if kind == "reference" else ours(kind, escaped, number)


PIECES = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(WORDS)), min_size=1, max_size=8)


@given(PIECES, st.randoms(use_true_random=False), st.sampled_from([ours, toolkit, mdbook]))
def test_a_translation_gets_our_marks_wherever_it_moved_them(pieces, random, spelled):
    numbered = [(kind, word, number) for number, (kind, word) in enumerate(pieces, 1)]
    moved = random.sample(numbered, len(numbered))
    theirs = readable("\n".join(spelled(*piece) for piece in numbered))
    msgstr = readable(" ".join(spelled(kind, f"x{word}", number) for kind, word, number in moved))
    mine = " ".join(ours(*piece) for piece in numbered)
    found = converted(theirs, mine, msgstr)
    assert found is not None
    assert found.exact
    assert signature(found.text) == signature(mine)
    assert flat(found.text).text == flat(" ".join(ours(kind, f"x{word}", n) for kind, word, n in moved)).text


@given(
    st.text("ab_*`[](){}<>&;\\ \n1", max_size=40),
    st.text("ab_*`[](){}<>&;\\ \n1", max_size=40),
    st.text("ab`[]{}1", max_size=20),
)
def test_whatever_the_texts_exact_means_the_same_elements(theirs, mine, msgstr):
    found = converted(readable(theirs), mine, readable(msgstr))
    if found is not None and found.exact:
        assert signature(found.text) == signature(mine)
        assert found.text.count("\n") == mine.count("\n")


MSGIDS = tuple(f"{word} of the {other}" for word in ("Fees", "Times", "Rules") for other in ("harbour", "pier", "dock"))
OURS = st.lists(
    st.tuples(st.sampled_from(MSGIDS), st.sampled_from(["", "Manusia"]), st.booleans()),
    unique_by=lambda m: m[0],
    max_size=6,
)
THEIRS = st.lists(
    st.tuples(st.sampled_from(MSGIDS), st.sampled_from(["Satu", "Dua"]), st.booleans(), st.booleans()), max_size=8
)


def read(text):
    return parse_page(text.encode()).segments


@given(OURS, THEIRS)
def test_no_persons_text_changes_and_the_second_import_is_idle(mine, theirs):
    catalog = Catalog(
        messages=tuple(Message(m, msgstr=text, flags=("fuzzy",) if fuzzy and text else ()) for m, text, fuzzy in mine)
    )
    foreign = Catalog(
        messages=tuple(
            Message(m, msgstr=t, flags=("fuzzy",) if fuzzy else (), obsolete=old) for m, t, fuzzy, old in theirs
        )
    )
    found = entries(foreign, None)
    first = Adoption({"page.md.po": catalog}, read)
    adopted = first.take(found, [("page.md.po",)] * len(found))
    after = first.catalogs().get("page.md.po", catalog)
    for message in catalog.messages:
        now = after.index[message.key]
        if message.msgstr:
            assert now == message
        else:
            assert not now.msgstr or any(now.msgstr == entry.msgstr for entry in found)
    assert all(state(message) is not State.machine for message in after.messages)
    second = Adoption({"page.md.po": replace(after)}, read)
    again = second.take(found, [("page.md.po",)] * len(found))
    assert second.catalogs() == {}
    for one, other in zip(adopted, again, strict=True):
        if one.outcome not in (LEFT, "different") and one.how != "similar":
            assert other.outcome == KNOWN
