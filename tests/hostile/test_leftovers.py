"""Manifests and caches that somebody else wrote: derived files are believed when they have their shape, else made anew."""

import json
import pickle

import pytest

from pipeline.config import parse_project
from pipeline.errors import WriteError
from pipeline.langtag import parse
from pipeline.publish.manifest import read_manifest
from pipeline.stages.build import build
from pipeline.stages.buildcache import BuildCache
from pipeline.stages.cache import Cache, fingerprint
from pipeline.stages.places import cache_path
from pipeline.stages.update import update

MS = parse("ms")
JUNK = [
    b"", b"\0" * 100, b"\xff\xfe", b"{", b"null\n", b"[]\n", b"{}\n", b"1\n", b'"x"\n', b"[" * 200_000, b'{"a":' * 200_000, b"9" * 10_000, b"NaN", b'"\\ud800"\n',
    pickle.dumps({"a": 1}), b"cos\nsystem\n(S'touch hacked'\ntR.",
]  # fmt: skip
ROWS = [
    "[]", "[1]", "[1, 2]", '["a", 1]', "[[], {}]", '[{}, "x"]', '["index.md", 1, [], []]', '["index.md", "x", [[1, 2, 3, 4, 5]], []]', '["index.md", "x", [["c", "m", "k", "1", "n"]], []]',
    '["index.md", "x", [], [["r", "error", 1, 2]]]', '["index.md", "x", [], [["r", "none", 1, "m"]]]', '["index.md", "\\ud800", [], []]', '["index.md", "x", [[null, "\\ud800", "k", 1, "n"]], []]',
    '["index.md", "x", "markdown", 1, [], {}]', '["index.md", "x", "markdown", null, [], []]', '["index.md", "x", "markdown", null, {}, {"ms": []}]', '["index.md", "x", "markdown", null, [], {"ms": [1, 2, [], 4, 5, 6]}]',
    '["index.md", "x", "markdown", null, [], {"ms": ["x", true, [], "y", "abc", 1]}]', '["index.md", "x", "markdown", null, [{}], {}]', '["ms", 1, 2]', '["ms", "x", "y", "z", 1, 2, 3]', "[" * 100_000,
]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "index.md").write_text("# Words\n", "utf-8")
    return parse_project(b'languages = ["ms"]\n[source]\nroot = "content"\n', root=tmp_path)


def state(project):
    return {
        p: p.read_bytes()
        for folder in ("locales", "output")
        for p in sorted((project.root / folder).rglob("*"))
        if p.is_file()
    }


def work(project):
    """`update` and `build`, and what they leave."""
    update(project, [MS])
    build(project, [MS])
    return state(project)


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("name", ["update.json", "build.json"])
def test_a_cache_that_is_none_changes_nothing(project, name, junk, monkeypatch):
    monkeypatch.chdir(project.root)
    expected = work(project)
    path = cache_path(project).with_name(name)
    assert path.is_file()
    path.write_bytes(junk)
    assert work(project) == expected
    assert not (project.root / "hacked").exists()


@pytest.mark.parametrize("row", ROWS)
def test_rows_of_another_shape_change_nothing(project, row):
    """Below a first line that is right, as after a disk error or by somebody who knows how."""
    expected = work(project)
    for name in ("update.json", "build.json"):
        path = cache_path(project).with_name(name)
        first = path.read_bytes().partition(b"\n")[0]
        path.write_bytes(first + b"\n" + row.encode() + b"\n")
    assert work(project) == expected


@pytest.mark.parametrize("row", ROWS)
def test_a_cache_with_one_bad_row_is_no_cache(project, row):
    path = cache_path(project)
    path.parent.mkdir(parents=True)
    good = '["index.md", "x", [], []]'
    mark = fingerprint(project)
    path.write_text(f"{json.dumps([1, mark])}\n{good}\n{row}\n", "utf-8")
    assert len(Cache.load(path, mark, ["index.md"]).pages) == 0
    built = BuildCache(project, [MS], ["index.md"])
    path.with_name("build.json").write_text(f"{json.dumps([1, built.fingerprint])}\n{row}\n", "utf-8")
    assert BuildCache(project, [MS], ["index.md"]).current(["index.md"]) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1"}, {"version": None}, {"version": 1.5}, {"version": [1]}, {"version": 10**30}, {"pages": None}, {"pages": [1]}, {"pages": [[]]}, {"pages": [{}]}, {"pages": [{"path": []}]},
        {"pages": [{"path": "index.md", "output": 1, "source": "", "policy": "", "counts": {}, "fallbacks": []}]}, {"pages": [{"path": "index.md", "output": "x", "source": "", "policy": "", "counts": {"x": 1}, "fallbacks": []}]},
        {"pages": [{"path": "index.md", "output": "x", "source": "", "policy": "", "counts": [], "fallbacks": []}]}, {"pages": [{"path": "index.md", "output": None, "source": "", "policy": "", "counts": {}, "fallbacks": []}]}, {"files": None}, {"files": 1},
    ],
)  # fmt: skip
def test_a_manifest_of_another_shape_is_refused_with_its_path(project, change):
    work(project)
    path = project.output_dir / ".pipeline" / "ms.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises(WriteError) as refused:
        read_manifest(path)
    assert refused.value.path == str(path)
    assert "delete" in refused.value.hint


@pytest.mark.parametrize("junk", [j for j in JUNK if j != b"{}\n"])
def test_a_manifest_that_is_none_is_refused(tmp_path, junk):
    path = tmp_path / "ms.json"
    path.write_bytes(junk)
    with pytest.raises(WriteError, match="manifest"):
        read_manifest(path)
