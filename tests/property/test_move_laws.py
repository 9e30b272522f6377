"""However pages are moved, split and joined: no word of a person is lost, and what moved unchanged stays approved."""

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from unittest import mock

import hypothesis.strategies as st
from hypothesis import Phase, given, settings

from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, parse_po, read_po, write_po
from pipeline.catalog.relocate import Parcel, received
from pipeline.catalog.state import state
from pipeline.config import load_project
from pipeline.langtag import parse
from pipeline.model import Catalog, Message, State
from pipeline.stages.update import update

MS = parse("ms")
LAW = settings(derandomize=True, deadline=None, max_examples=15, phases=[Phase.generate])

WORDS = "harbour quay ferry tide pilot anchor rope sail lamp buoy wharf crane".split()
SENTENCES = [
    f"The {one} of the {two} is {number} metres long."
    for number, (one, two) in enumerate((one, two) for one in WORDS[:6] for two in WORDS[6:])
]
PAGE = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6, unique=True)
NAMES = ["a.md", "b.md", "g/c.md", "g/d.md"]
SHARED = ["Read more", "Fee", "Place", "5"]
SITES = st.dictionaries(st.sampled_from(NAMES), PAGE, min_size=1)


@st.composite
def journeys(draw):
    """A site, and the sites it becomes: its sentences dealt out anew among other names, some cut, some new."""
    sites = [draw(SITES)]
    for _ in range(draw(st.integers(1, 2))):
        pool = sorted({text for page in sites[-1].values() for text in page})
        kept = draw(st.lists(st.sampled_from(pool), unique=True, max_size=len(pool)))
        texts = [*kept, *draw(st.lists(st.sampled_from(SENTENCES), unique=True, max_size=2))]
        texts = list(dict.fromkeys(texts))
        names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
        site = {}
        for number, text in enumerate(texts):
            site.setdefault(names[number * len(names) // len(texts)], []).append(text)
        sites.append(site or {names[0]: [SENTENCES[0]]})
    return sites, draw(st.sampled_from(["page", "folder", "site"]))


def write(root, site, catalogs):
    shutil.rmtree(root / "content", ignore_errors=True)
    for name, texts in site.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    (root / "pipeline.toml").write_text(f'name = "site"\ncatalogs = "{catalogs}"\n', encoding="utf-8")


def catalogs_of(root):
    return {path.relative_to(root).as_posix(): read_po(path) for path in sorted(root.rglob("*.po"))}


def translate(root, gaps=0):
    """Review everything; a string without a translation gets one that says in which catalog it was made.

    With `gaps` one string in so many stays without.
    """
    for number, (name, catalog) in enumerate(catalogs_of(root).items()):
        filled = (
            m
            if m.obsolete or (gaps and (number + place) % gaps == 0)
            else m.changed(msgstr=m.msgstr or f"{number} {name} {m.msgid}", flags=())
            for place, m in enumerate(catalog.messages)
        )
        write_po(Catalog(language="ms", header=catalog.header, messages=tuple(filled)), root / name)


def texts_of(root):
    """Every translation that is in some catalog, in use, obsolete or as a remark."""
    held = set()
    for catalog in catalogs_of(root).values():
        for message in catalog.messages:
            held.add(message.msgstr)
            # What to look at, and the words a changed number replaced, go with approval.
            ours = ("pipeline: ",) if message.fuzzy else ("pipeline: ", "was: ")
            noted = (c for c in message.translator_comments if not c.startswith(ours))
            held.update(comment.partition(": ")[2] for comment in noted)
    return held


@LAW
@given(journeys())
def test_random_moves_lose_no_word_and_keep_approval(journey):
    """Law 4 between catalogs, and law 7: any number of workers, with and without a cache, the same bytes."""
    sites, catalogs = journey
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, sites[0], catalogs)
        update(load_project(root), [MS])
        for before, after in pairwise(sites):
            translate(root / "locales")
            held = texts_of(root / "locales") - {""}
            write(root, after, catalogs)
            other = root / "other"
            shutil.copytree(root, other)
            update(load_project(root), [MS], jobs=1)
            assert held <= texts_of(root / "locales")
            stayed = {text for name, page in before.items() for text in page if name in after and text in after[name]}
            old = {text for page in before.values() for text in page}
            new = [text for page in after.values() for text in page]
            for catalog in catalogs_of(root / "locales").values():
                for message in catalog.messages:
                    if message.obsolete or message.msgid not in new:
                        continue
                    if message.msgid in old and message.msgid not in stayed:
                        assert state(message) is State.reviewed
            # Once more, without what the first run remembered: nothing is left to do.
            once = {name: path.read_bytes() for name, path in files(root)}
            shutil.rmtree(root / ".pipeline")
            update(load_project(root), [MS])
            assert {name: path.read_bytes() for name, path in files(root)} == once
            shutil.rmtree(other / ".pipeline", ignore_errors=True)
            update(load_project(other), [MS], jobs=2)
            assert {name: path.read_bytes() for name, path in files(other)} == once
            shutil.rmtree(other)


@st.composite
def renamings(draw):
    """A site whose pages share strings, and the site when some pages were deleted, renamed or shortened."""
    before, after = {}, {}
    for number in range(draw(st.integers(3, 7))):
        own = SENTENCES[4 * number : 4 * number + draw(st.integers(0, 3))]
        page = [*own, *draw(st.lists(st.sampled_from(SHARED), min_size=1, unique=True))]
        fate = draw(st.sampled_from(["stays", "deleted", "renamed", "shortened"]))
        before[f"p{number}.md"] = page
        if fate != "deleted":
            after[f"new/p{number}.md" if fate == "renamed" else f"p{number}.md"] = page[fate == "shortened" :]
    return [before, after]


@settings(LAW, max_examples=120)
@given(renamings(), st.integers(0, 3), st.sampled_from([1, 2, 20]))
def test_shared_strings_and_gaps_leave_nothing_to_do_either(sites, gaps, common):
    """A string of more than `common` pages that nobody translated comes from wherever it is to be had at once."""
    with tempfile.TemporaryDirectory() as folder, mock.patch("pipeline.stages.moves._COMMON", common):
        root = Path(folder)
        write(root, sites[0], "page")
        update(load_project(root), [MS], jobs=1)
        translate(root / "locales", gaps=gaps)
        held = texts_of(root / "locales") - {""}
        write(root, sites[1], "page")
        update(load_project(root), [MS], jobs=1)
        assert held <= texts_of(root / "locales")
        once = {name: path.read_bytes() for name, path in files(root)}
        shutil.rmtree(root / ".pipeline")
        update(load_project(root), [MS], jobs=1)
        assert {name: path.read_bytes() for name, path in files(root)} == once


def files(root):
    return [(path.relative_to(root).as_posix(), path) for path in sorted((root / "locales").rglob("*.po"))]


ENTRIES = st.lists(
    st.tuples(st.sampled_from(SENTENCES[:8]), st.sampled_from(["", "x", "y"]), st.booleans(), st.booleans()),
    max_size=6,
    unique_by=lambda entry: entry[0],
)


def catalog_of(entries, mark):
    messages = [
        Message(msgid, msgstr=msgstr and f"{mark}{msgstr} {msgid}", flags=("fuzzy",) * fuzzy, obsolete=obsolete)
        for msgid, msgstr, fuzzy, obsolete in entries
    ]
    messages.sort(key=lambda message: message.obsolete)
    return parse_po(format_po(Catalog(language="ms", messages=tuple(messages))))


@settings(LAW, max_examples=200)
@given(ENTRIES, ENTRIES, ENTRIES, st.lists(st.sampled_from(SENTENCES[:8]), unique=True, max_size=6))
def test_receiving_loses_no_word_and_again_changes_nothing(own, first, second, wanted):
    """Whatever comes from catalogs that go away is in use, obsolete or a remark; receiving it again adds nothing."""
    old = catalog_of(own, "o")
    parcels = [
        Parcel(name, catalog_of(entries, name[0]).messages, True)
        for name, entries in (("p.po", first), ("q.po", second))
    ]
    template = Catalog(messages=tuple(Message(msgid) for msgid in wanted))
    result = merge(received(old, parcels, template.index), template)
    held = {m.msgstr for m in result.messages}
    held |= {comment.partition(": ")[2] for m in result.messages for comment in m.translator_comments}
    for message in (*old.messages, *parcels[0].messages, *parcels[1].messages):
        assert message.msgstr in held | {""}
    assert parse_po(format_po(result)) == result
    again = merge(received(result, parcels, template.index), template)
    assert again == result
