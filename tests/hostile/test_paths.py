"""Names and links that lead out of the project: from pages, permalinks, settings, PO references, static files, manifests."""

import json
import os
import sys

import pytest

from pipeline.catalog.pofile import read_po
from pipeline.config import parse_project
from pipeline.errors import ConfigError, PipelineError, WriteError
from pipeline.langtag import parse
from pipeline.project import Project, Source
from pipeline.publish.layout import Layout, output_path, page_url
from pipeline.publish.writer import EditionWriter, StaticFiles
from pipeline.source import find_sources
from pipeline.stages.build import build
from pipeline.stages.update import update

MS = parse("ms")
OUTSIDE = ["..", "../x", "a/../../x", "/etc", "//host/share", "C:/x", "C:x", "..\\x", "\\x", "\\\\host\\share", "a/b/../../../x", "file:///etc"]  # fmt: skip

links = pytest.mark.skipif(sys.platform == "win32", reason="making symbolic links is a privilege there")


@pytest.fixture
def site(tmp_path):
    """A project with one page, and beside it a folder that is none of its business."""
    root = tmp_path / "project"
    (root / "content").mkdir(parents=True)
    (root / "content" / "index.md").write_text("# Words\n", "utf-8")
    (root / "pipeline.toml").write_text('format = 1\nlanguages = ["ms"]\n[source]\nroot = "content"\n', "utf-8")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "secret.md").write_text("# Secret\n", "utf-8")
    (foreign / "secret.po").write_text('msgid "Words"\nmsgstr "Rahsia"\n', "utf-8")
    return root


def project(root):
    return parse_project((root / "pipeline.toml").read_bytes(), root=root)


def snapshot(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("folder", OUTSIDE)
@pytest.mark.parametrize("setting", ["locales = {}", "output = {}", "[source]\nroot = {}"])
def test_settings_name_folders_of_the_project(tmp_path, folder, setting):
    with pytest.raises(ConfigError) as refused:
        parse_project(setting.format(json.dumps(folder)).encode(), root=tmp_path)
    assert refused.value.line


@pytest.mark.parametrize("folder", [path for path in OUTSIDE if "\\" not in path])
def test_edition_folders_are_one_name(tmp_path, folder):
    text = f'languages = ["ms"]\n[build.languages.ms]\nfolder = {json.dumps(folder)}\n'
    with pytest.raises(ConfigError):
        parse_project(text.encode(), root=tmp_path)


@links
@pytest.mark.parametrize("name", ["page.md", "folder"])
def test_links_out_of_the_sources_are_told_and_not_followed(site, name):
    target = site.parent / "foreign" / ("secret.md" if name == "page.md" else "")
    (site / "content" / name).symlink_to(target)
    found = find_sources(project(site))
    assert found.pages == ("index.md",)
    assert [f.rule for f in found.findings] == ["link-outside"]


@links
def test_a_link_to_itself_ends(site):
    (site / "content" / "loop").symlink_to(site / "content")
    (site / "content" / "broken.md").symlink_to(site / "content" / "nowhere.md")
    (site / "content" / "self.md").symlink_to(site / "content" / "self.md")
    assert find_sources(project(site)).pages == ("index.md",)


@links
@pytest.mark.parametrize("how", list(StaticFiles))
def test_static_files_are_never_read_through_a_link_out(site, how):
    (site / "content" / "secret.png").symlink_to(site.parent / "foreign" / "secret.md")
    with (site / "pipeline.toml").open("a", encoding="utf-8") as file:
        file.write(f'[build]\nstatic = "{how}"\n')
    update(project(site), [MS])
    build(project(site), [MS])
    assert "secret.png" not in " ".join(snapshot(site / "output"))


@links
def test_catalogs_are_neither_read_nor_written_through_a_link_out(site):
    """A translator can commit a link; `update` would write where it leads."""
    folder = site / "locales" / "ms" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "index.md.po").symlink_to(site.parent / "foreign" / "secret.po")
    before = snapshot(site.parent / "foreign")
    for stage in (update, build):
        with pytest.raises(WriteError, match="leads out"):
            stage(project(site), [MS])
    assert snapshot(site.parent / "foreign") == before
    assert not (site / "output").exists()


@links
@pytest.mark.parametrize(
    "part",
    ["locales", "locales/ms", "locales/ms/LC_MESSAGES", "output", "output/.pipeline", "output/.pipeline/ms.json", ".pipeline", ".pipeline/lock", ".pipeline/cache", ".pipeline/cache/update.json"],
)  # fmt: skip
def test_no_folder_that_is_written_leads_out(site, part):
    """A lock, a cache and a manifest are files that are written, too."""
    (site / part).parent.mkdir(parents=True, exist_ok=True)
    (site / part).symlink_to(site.parent / "foreign" / ("secret.md" if part.endswith(("json", "lock")) else ""))
    before = snapshot(site.parent / "foreign")
    for stage in (update, build):
        with pytest.raises(WriteError, match="leads out"):
            stage(project(site), [MS])
    assert snapshot(site.parent / "foreign") == before


@links
def test_links_within_the_project_are_followed(site):
    """Simplified and traditional Chinese may share a catalog."""
    update(project(site), [MS])
    folder = site / "locales" / "ms" / "LC_MESSAGES"
    (folder / "index.md.po").rename(site / "shared.po")
    (folder / "index.md.po").symlink_to(site / "shared.po")
    assert not update(project(site), [MS]).failed
    assert (folder / "index.md.po").is_symlink()


@pytest.mark.parametrize(
    "permalink",
    [
        "/../../etc/passwd",
        "../x",
        "//evil.example/",
        "javascript:alert(1)",
        "C:\\x",
        "/a/../../b",
        "/\u202e",
        "\\\\host\\x",
        "/%2e%2e/%2e%2e/x",
    ],
)
@pytest.mark.parametrize("layout", list(Layout))
def test_permalinks_are_addresses_and_no_places(site, permalink, layout):
    """Where a page is written follows from its path alone."""
    page_url("index.md", permalink)
    assert ".." not in output_path("index.md", "ms", layout)
    text = f"---\npermalink: {json.dumps(permalink)}\nredirect_from: [{json.dumps(permalink)}]\n---\n# Words\n"
    (site / "content" / "index.md").write_text(text, "utf-8")
    before = snapshot(site.parent / "foreign")
    update(project(site), [MS])
    build(project(site), [MS])
    assert sorted(p.name for p in site.parent.iterdir()) == ["foreign", "project"]
    assert snapshot(site.parent / "foreign") == before


@pytest.mark.parametrize(
    "reference",
    ["../../foreign/secret.md", "/etc/passwd", "C:\\x", "\u2068../a b\u2069:1", "index.md:" + "9" * 5_000, "\x1b[2J"],
)
def test_references_are_never_opened(site, reference):
    update(project(site), [MS])
    po = site / "locales" / "ms" / "LC_MESSAGES" / "index.md.po"
    po.write_text(po.read_text("utf-8").replace("#: index.md", f"#: {reference}"), "utf-8")
    update(project(site), [MS])
    build(project(site), [MS])
    assert [m.msgid for m in read_po(po).messages] == ["Words"]
    assert "Secret" not in po.read_text("utf-8")


FOREIGN = [
    "../foreign/secret.md",
    "../../foreign/secret.md",
    "/etc/hostname",
    "..",
    ".",
    "",
    "a/../../../foreign/secret.md",
    "..\\foreign\\secret.md",
    "C:x",
    "a\0b",
    "\ud800",
]


@pytest.mark.parametrize("path", FOREIGN)
def test_a_changed_manifest_removes_and_replaces_nothing_outside(site, path):
    """Files that a build no longer makes are removed by their names in the manifest."""
    update(project(site), [MS])
    build(project(site), [MS])
    manifest = site / "output" / ".pipeline" / "ms.json"
    data = json.loads(manifest.read_text("utf-8"))
    data["files"].append(path)
    manifest.write_text(json.dumps(data), "utf-8")
    before = snapshot(site.parent / "foreign")
    (site / "content" / "index.md").write_text("# Other words\n", "utf-8")
    try:
        build(project(site), [MS])
    except PipelineError as refused:
        assert refused.hint or refused.path  # noqa: PT017 - refusing the whole manifest is as good
    assert snapshot(site.parent / "foreign") == before
    assert (site / "content" / "index.md").exists()
    assert (site / "output").is_dir()


@pytest.mark.parametrize("path", [*FOREIGN[:3], "..\\x", "a\0b", "", "."])
def test_the_writer_writes_below_its_folder_alone(tmp_path, path):
    writer = EditionWriter(tmp_path / "out", tmp_path / "out" / "ms.json", language="ms")
    with pytest.raises(PipelineError):
        writer.claim([path])
    with pytest.raises(PipelineError):
        writer.write(path, b"x")
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@links
def test_output_through_a_link_out_is_refused(site):
    (site / "output").mkdir()
    (site / "output" / "ms").symlink_to(site.parent / "foreign")
    before = snapshot(site.parent / "foreign")
    update(project(site), [MS])
    po = site / "locales" / "ms" / "LC_MESSAGES" / "index.md.po"
    po.write_text(po.read_text("utf-8").replace('"Words"\nmsgstr ""', '"Words"\nmsgstr "Kata"'), "utf-8")
    result = build(project(site), [MS])
    assert ["through a link" in finding.message for finding in result.findings] == [True]
    assert snapshot(site.parent / "foreign") == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_would_break_a_line_or_a_terminal_are_left_out(tmp_path):
    for name in ("a\nb.md", "a\x1b[2J.md", "a\\b.md", "a\x9b.md", os.fsdecode(b"\xff.md")):
        (tmp_path / name).write_text("# Words\n", "utf-8")
    found = find_sources(Project(root=tmp_path, source=Source(root=".")))
    assert found.pages == ()
    assert {f.rule for f in found.findings} == {"name-refused"}
    assert all(f.path.isprintable() for f in found.findings)
