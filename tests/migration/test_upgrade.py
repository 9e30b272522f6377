"""Files of earlier versions are read as what they meant, and upgraded with a message; newer ones are refused."""

import dataclasses
import json
import shutil

import pytest

from pipeline import config
from pipeline.catalog.merge import merge
from pipeline.catalog.pofile import format_po, parse_po, read_po
from pipeline.catalog.poheader import FORMAT, upgraded, version_of
from pipeline.catalog.state import state
from pipeline.errors import ConfigError, PipelineError, WriteError
from pipeline.project import Project
from pipeline.publish import manifest
from pipeline.publish.manifest import read_manifest
from pipeline.source import find_sources
from pipeline.versions import Format, Step

CATALOGS = "locales/ms/LC_MESSAGES"


def words(site):
    """(catalog, msgid, msgstr, previous msgid, state or obsolete) of every entry that has a translation."""
    return {
        (path.relative_to(site).as_posix(), m.msgid, m.msgstr, m.previous_msgid, m.obsolete or str(state(m)))
        for path in sorted((site / CATALOGS).rglob("*.po"))
        for m in read_po(path).messages
        if m.msgstr
    }


def tree(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_catalogs_of_version_1_say_what_they_said(old_site):
    found = words(old_site)
    assert {how for *_, how in found} == {"reviewed", "fuzzy", "machine", True}
    assert (
        f"{CATALOGS}/guide/fees.md.po",
        "Small boat with oars",
        "Ya Small boat",
        "Small boat",
        "fuzzy",
    ) in found
    assert (
        f"{CATALOGS}/legal.md.po",
        "Everybody wears a life vest.",
        "Ya Everybody wears a life vest.",
        None,
        True,
    ) in found
    for path in (old_site / CATALOGS).rglob("*.po"):
        assert format_po(read_po(path)) == path.read_bytes()
        assert version_of(read_po(path).header) == 1


def test_an_update_changes_nothing_in_them(old_site, run):
    before = tree(old_site / "locales")
    code, result, _ = run("update")
    assert (code, result["written"], result["findings"]) == (0, [], [])
    assert tree(old_site / "locales") == before


def test_a_build_takes_over_the_edition_of_version_1(old_site, run):
    before = tree(old_site / "output" / "ms")
    code, result, _ = run("build")
    assert code == 0
    assert [(row["written"], row["removed"]) for row in result["languages"]] == [([], [])]
    assert tree(old_site / "output" / "ms") == before
    (old_site / "content" / "images" / "boat.svg").unlink()
    assert run("build")[1]["languages"][0]["removed"] == ["ms/images/boat.svg"]  # it knew the file as its own


@pytest.mark.parametrize("name", ["every-key", "no-format"])
def test_a_configuration_of_version_1_means_what_it_meant(samples, name, tmp_path):
    folder = samples / "v1" / "toml"
    project = config.parse_project((folder / f"{name}.toml").read_bytes(), root=tmp_path)
    today = json.loads(json.dumps(dataclasses.asdict(dataclasses.replace(project, root=""))))
    assert project.notes == ()

    def holds(now, before):
        if isinstance(before, dict):
            return all(holds(now[key], value) for key, value in before.items())
        if isinstance(before, list):
            return len(now) == len(before) and all(map(holds, now, before))
        return now == before

    assert holds(today, json.loads((folder / "read-as.json").read_bytes()))


def renamed(values):
    """A step as a later version may have one: `[build] min_reviewed` gets another name."""
    build = {"least" if key == "min_reviewed" else key: value for key, value in values.get("build", {}).items()}
    return values | {"build": build}


def test_an_old_configuration_is_upgraded_with_a_message(old_site, run, monkeypatch):
    toml = old_site / "pipeline.toml"
    toml.write_bytes(toml.read_bytes() + b"\n[build.languages.ms]\nfolder = 'melayu'\n")
    before = toml.read_bytes()
    note = "[build] min_reviewed is called least now"
    form = Format(name="pipeline.toml", current=2, steps={1: Step(change=renamed, note=note)})
    monkeypatch.setattr(config, "TOML", form)
    project = config.load_project(old_site)
    assert project.build.languages[0].folder == "melayu"
    (finding,) = find_sources(project).findings
    assert (finding.rule, finding.severity, finding.path) == ("format-old", "info", "pipeline.toml")
    assert finding.message == f"format 1 is read as format 2; to say so in the file, set format = 2: {note}"
    code, result, _ = run("status")
    assert (code, result["findings"][0]["rule"]) == (0, "format-old")
    assert toml.read_bytes() == before  # a person's file, with comments
    with pytest.raises(ConfigError, match=r"build\.least: unknown key"):
        config.parse_project(b"[build]\nmin_reviewed = 0.5", root=old_site)
    with pytest.raises(ConfigError, match=r"x.toml:2: format: .* version 3, and this program reads up to 2 .*newer"):
        config.parse_project(b"\nformat = 3", root=old_site, file="x.toml")


def test_a_catalog_of_another_tool_is_version_0_and_upgraded_with_a_message(old_site, samples, run):
    path = old_site / CATALOGS / "index.md.po"
    shutil.copy(samples / "v0" / "index.md.po", path)
    before = path.read_bytes()
    assert version_of(read_po(path).header) == 0
    code, result, _ = run("update")
    (finding,) = [f for f in result["findings"] if f["rule"] == "format-old"]
    assert (code, finding["severity"], finding["path"]) == (0, "info", f"{CATALOGS}/index.md.po")
    assert "X-Pipeline-Format: 1" in finding["message"]
    after = read_po(path)
    assert version_of(after.header) == FORMAT
    assert after.accepted().items() >= parse_po(before).accepted().items()
    header = before[: before.index(b'"X-Generator')]
    assert path.read_bytes().startswith(header)  # its own lines, in its own form
    assert run("update")[1]["findings"] == []


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_the_upgraded_header_keeps_its_bytes_and_line_ends(samples, newline):
    data = (samples / "v0" / "index.md.po").read_bytes().replace(b"\n", newline)
    catalog = parse_po(data)
    header, notes = upgraded(catalog.header)
    assert notes == ("its header says X-Pipeline-Format: 1 now",)
    line = b'"X-Pipeline-Format: 1\\n"' + newline
    at = data.index(b"Poedit 3.4") + len(b'Poedit 3.4\\n"' + newline)
    written = format_po(dataclasses.replace(catalog, header=header))
    assert written == data[:at] + line + data[at:]
    assert parse_po(written).header == header
    assert upgraded(parse_po(written).header) == (header, ())


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_merge_keeps_the_line_ends_of_a_catalog_of_version_0(samples, newline):
    data = (samples / "v0" / "index.md.po").read_bytes().replace(b"\n", newline)
    old = parse_po(data)
    template = dataclasses.replace(old, messages=tuple(m.changed(references=("moved.md",)) for m in old.messages))
    written = format_po(merge(old, template))
    assert written != data
    assert written.count(b"\n") == written.count(newline)


@pytest.mark.parametrize(
    ("name", "old", "new", "command", "code"),
    [
        (f"{CATALOGS}/legal.md.po", "X-Pipeline-Format: 1", "X-Pipeline-Format: 2", "update", 1),
        (f"{CATALOGS}/legal.md.po", "X-Pipeline-Format: 1", "X-Pipeline-Format: 2", "translate", 1),
        (f"{CATALOGS}/legal.md.po", "X-Pipeline-Format: 1", "X-Pipeline-Format: two", "build", 1),
        ("pipeline.toml", "format = 1", "format = 2", "update", 2),
        ("output/.pipeline/ms.json", '"version": 1', '"version": 2', "build", 1),
    ],
)
def test_a_newer_file_is_refused_by_name_and_left_alone(old_site, run, name, old, new, command, code):
    path = old_site / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    before = path.read_bytes()
    result = run(command, *(["--engine", "argos"] if command == "translate" else []))
    assert result[0] == code
    findings = [*result[1]["findings"], *result[1].get("update", {}).get("findings", ())]
    (message,) = {f["message"] for f in findings if f["path"].endswith(name)}
    assert "version" in message
    assert path.read_bytes() == before


def test_a_newer_catalog_stops_no_other(old_site, run):
    path = old_site / CATALOGS / "legal.md.po"
    path.write_bytes(path.read_bytes().replace(b"Format: 1", b"Format: 2"))
    fees = old_site / "content" / "guide" / "fees.md"
    fees.write_bytes(fees.read_bytes() + b"\n\nCome back soon.\n")
    assert run("update")[1]["written"] == [f"{CATALOGS}/guide/fees.md.po"]


@pytest.mark.parametrize("first", [b'[1, "another program"]\n', b'[2, "x"]\n', b"{", b""])
@pytest.mark.parametrize("name", ["update.json", "build.json"])
def test_caches_of_any_version_may_be_there(old_site, run, name, first):
    cache = old_site / ".pipeline" / "cache" / name
    cache.write_bytes(first + cache.read_bytes().partition(b"\n")[2])
    before = words(old_site)
    assert run("update")[0] == run("build")[0] == 0
    assert words(old_site) == before
    assert json.loads(cache.read_bytes().partition(b"\n")[0])[0] == 1


def test_an_old_manifest_is_read_as_what_it_means_today(old_site, monkeypatch):
    path = old_site / "output" / ".pipeline" / "ms.json"
    step = Step(change=lambda data: data | {"files": [*data["files"], "ms/more.md"]}, note="")
    monkeypatch.setattr(manifest, "MANIFEST", Format(name="manifest", current=2, steps={1: step}))
    assert "ms/more.md" in read_manifest(path).files
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 3'))
    with pytest.raises(WriteError, match=r"ms\.json: this manifest is of version 3.*delete the file and build again"):
        read_manifest(path)


@pytest.mark.parametrize("version", ["1", None, True, 1.0, -1, 1, 5])
def test_what_is_no_version_is_refused(version):
    form = Format(name="thing", current=4, steps={2: Step(change=str, note="a"), 3: Step(change=str, note="b")})
    with pytest.raises(PipelineError, match="version"):
        form.check(version)
    assert form.check(2) == form.oldest == 2
    assert form.upgrade("x", 2) == ("x", ("a", "b"))
    assert form.upgrade("x", 4) == ("x", ())


def test_the_notes_are_no_part_of_what_a_project_is():
    assert "notes" not in repr(Project(root="x"))
