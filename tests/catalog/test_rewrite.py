"""Changing a PO file that somebody else saves in the same moment."""

import pytest

from pipeline.catalog import rewrite
from pipeline.catalog.pofile import format_po, read_po
from pipeline.catalog.rewrite import replace_unchanged, rewrite_po
from pipeline.errors import CatalogError, WriteError
from pipeline.model import Catalog, Message


def catalog(**texts):
    return Catalog(messages=tuple(Message(msgid=msgid, msgstr=msgstr) for msgid, msgstr in texts.items()))


def shout(found):
    return Catalog(messages=tuple(m.changed(msgstr=m.msgstr.upper()) for m in found.messages))


def test_written_once_and_then_left_alone(tmp_path):
    path = tmp_path / "a.po"
    path.write_bytes(format_po(catalog(a="b")))
    done = rewrite_po(path, shout)
    assert (done.written, done.before, done.after) == (True, catalog(a="b"), catalog(a="B"))
    assert path.read_bytes() == done.data
    assert not rewrite_po(path, shout).written


def test_what_was_saved_meanwhile_is_changed_instead(tmp_path):
    path = tmp_path / "a.po"
    path.write_bytes(format_po(catalog(a="b")))
    calls = []

    def change(found):
        if not calls:
            path.write_bytes(format_po(catalog(a="person")))
        calls.append(found)
        return shout(found)

    assert rewrite_po(path, change).written
    assert read_po(path) == catalog(a="PERSON")
    assert len(calls) == 2


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path):
    path = tmp_path / "sub" / "a.po"

    def change(found):
        if not path.exists():
            path.parent.mkdir()
            path.write_bytes(format_po(catalog(a="person")))
        return shout(found)

    rewrite_po(path, change, new=catalog(a="new"))
    assert read_po(path) == catalog(a="PERSON")


def test_the_comparison_is_the_last_thing_before_the_file_is_replaced(tmp_path, monkeypatch):
    path = tmp_path / "a.po"
    path.write_bytes(b"old")
    real = rewrite.write_atomic

    def slow(target, data, **options):
        path.write_bytes(b"saved by an editor")  # after the file was read and before it is replaced
        return real(target, data, **options)

    monkeypatch.setattr(rewrite, "write_atomic", slow)
    assert not replace_unchanged(path, b"new", b"old")
    assert path.read_bytes() == b"saved by an editor"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_written_in_a_dry_run_or_without_a_file(tmp_path):
    path = tmp_path / "a.po"
    with pytest.raises(CatalogError, match="no such file"):
        rewrite_po(path, shout)
    assert rewrite_po(path, shout, new=catalog(a="b"), dry_run=True).written
    assert not path.exists()


def test_a_file_that_never_rests_is_given_up(tmp_path):
    path = tmp_path / "a.po"
    path.write_bytes(b"")
    count = iter(range(1000))

    def change(found):
        path.write_bytes(format_po(catalog(a=str(next(count)))))
        return catalog(a="ours")

    with pytest.raises(WriteError, match="keeps changing"):
        rewrite_po(path, change)
    assert read_po(path) == catalog(a="19")
