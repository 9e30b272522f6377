"""An update that has nothing left to do does nothing, with or without what it remembers: found by `bench/kills.py`."""

import shutil
from dataclasses import replace

from pipeline.catalog.pofile import read_po, write_po
from pipeline.config import load_project
from pipeline.langtag import parse
from pipeline.stages.update import update

MS = [parse("ms")]


def test_an_empty_entry_of_a_moved_page_is_filled_at_once(tmp_path):
    """Its own old entry has no text, so another page that is gone gives its: in the first update, not in a later one."""
    content, catalogs = tmp_path / "content", tmp_path / "locales" / "ms" / "LC_MESSAGES"
    content.mkdir()
    (tmp_path / "pipeline.toml").write_text(
        'format = 1\nname = "Ferry"\n[source]\nroot = "content"\n', encoding="utf-8"
    )
    (content / "moves.md").write_text("The ferry leaves every morning.\n\nFee\n", encoding="utf-8")
    (content / "goes.md").write_text("The library is somewhere else altogether.\n\nFee\n", encoding="utf-8")
    update(load_project(tmp_path), MS)
    for name, untranslated in (("moves.md.po", "Fee"), ("goes.md.po", "")):
        catalog = read_po(catalogs / name)
        messages = (m if m.msgid == untranslated else m.changed(msgstr=f"ya {m.msgid}") for m in catalog.messages)
        write_po(replace(catalog, messages=tuple(messages)), catalogs / name)
    (content / "moves.md").rename(content / "moved.md")
    (content / "goes.md").unlink()
    update(load_project(tmp_path), MS)
    assert read_po(catalogs / "moved.md.po").accepted()[None, "Fee"] == "ya Fee"
    shutil.rmtree(tmp_path / ".pipeline")
    assert update(load_project(tmp_path), MS).written == ()
