"""A small site in a temporary folder, and a quick way to be its translator."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalog.pofile import read_po, write_po
from pipeline.config import load_project
from pipeline.langtag import parse

SITE = Path(__file__).parents[1] / "projects" / "site"
MS = parse("ms")


class Site:
    """The project `tests/projects/site`, copied to where it may be changed."""

    def __init__(self, root):
        self.root = root
        self.content = root / "content"
        self.catalogs = root / "locales" / "ms" / "LC_MESSAGES"

    @property
    def project(self):
        return load_project(self.root)

    def configure(self, old, new):
        self.edit(self.root / "pipeline.toml", old, new)

    def edit(self, path, old, new):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def change(self, name, function):
        """Pass every message of a catalog through `function`."""
        catalog = read_po(self.catalogs / name)
        write_po(replace(catalog, messages=tuple(map(function, catalog.messages))), self.catalogs / name)

    def approve(self, *names, prefix="Ya "):
        """Translate every string of the catalogs (all by default) and call it reviewed."""
        for path in [self.catalogs / name for name in names] or sorted(self.catalogs.rglob("*.po")):
            self.change(
                path.relative_to(self.catalogs).as_posix(),
                lambda m: m if m.obsolete else m.changed(msgstr=prefix + m.msgid, flags=()),
            )

    def messages(self, name):
        return {m.msgid: m for m in read_po(self.catalogs / name).messages}

    def files(self, folder="."):
        """{path: (bytes, time of last write)} of every file but the lock, which says who had it last."""
        return {
            p.relative_to(self.root).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns)
            for p in sorted((self.root / folder).rglob("*"))
            if p.is_file() and p != self.root / ".pipeline" / "lock"
        }

    def bytes(self, folder="."):
        return {path: data for path, (data, _) in self.files(folder).items()}


@pytest.fixture
def site(tmp_path):
    shutil.copytree(SITE, tmp_path / "site")
    return Site(tmp_path / "site")
