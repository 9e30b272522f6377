"""A person saves a catalog while a run is at work: what was saved stays, and the run does its work on it."""

from dataclasses import replace

import pytest

from pipeline.catalog import rewrite
from pipeline.catalog.pofile import format_po, read_po
from pipeline.catalog.state import state
from pipeline.langtag import parse
from pipeline.model import State
from pipeline.stages.plumbing import po_merge
from pipeline.stages.translate import translate
from pipeline.stages.update import update

XA = parse("en-XA")


@pytest.fixture
def interrupted(monkeypatch):
    """Makes a person save a file just before the run replaces it; calling the result tells how often that happened."""

    def prepare(path, text):
        real, saved = rewrite.write_atomic, []

        def write(target, data, **options):
            if target == path and not saved:
                catalog = read_po(path)
                first, *rest = catalog.messages
                saved.append(first.msgid)
                path.write_bytes(format_po(replace(catalog, messages=(first.changed(msgstr=text, flags=()), *rest))))
            return real(target, data, **options)

        monkeypatch.setattr(rewrite, "write_atomic", write)
        return saved

    return prepare


def test_an_edit_saved_while_translate_stores_its_drafts_survives(site, interrupted):
    update(site.project, [XA])
    path = site.root / "locales" / "en_XA" / "LC_MESSAGES" / "legal.md.po"
    saved = interrupted(path, "A person's words")
    result = translate(site.project, [XA], engine="pseudo")
    messages = {message.msgid: message for message in read_po(path).messages}
    assert (messages[saved[0]].msgstr, state(messages[saved[0]])) == ("A person's words", State.reviewed)
    assert [state(m) for m in messages.values()].count(State.machine) == len(messages) - 1
    drafts = sum(state(m) is State.machine for p in site.root.rglob("en_XA/**/*.po") for m in read_po(p).messages)
    assert result.languages[0].drafted == drafts


def test_an_edit_saved_while_update_merges_survives(site, interrupted):
    update(site.project, [XA])
    path = site.root / "locales" / "en_XA" / "LC_MESSAGES" / "legal.md.po"
    site.edit(site.content / "legal.md", "Everybody", "Everyone")
    saved = interrupted(path, "A person's words")
    assert not update(site.project, [XA]).failed
    assert saved
    kept = [message for message in read_po(path).messages if message.msgstr == "A person's words"]
    assert len(kept) == 1
    assert not update(site.project, [XA]).written


def test_an_edit_saved_while_po_merge_is_at_work_survives(tmp_path, interrupted):
    path, template = tmp_path / "a.po", tmp_path / "a.pot"
    path.write_text('msgid "a"\nmsgstr ""\n')
    template.write_text('msgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgstr ""\n')
    interrupted(path, "A person's words")
    po_merge(path, template, path)
    assert [(m.msgid, m.msgstr) for m in read_po(path).messages] == [("a", "A person's words"), ("b", "")]
