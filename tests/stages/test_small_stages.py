"""extract, verify and the plumbing."""

import pytest

from pipeline.catalog.pofile import parse_po, read_po, write_po
from pipeline.cli import output
from pipeline.errors import ConfigError, PageError
from pipeline.langtag import parse
from pipeline.project import LAYOUTS, POLICIES, STATIC
from pipeline.publish.layout import Layout
from pipeline.publish.writer import StaticFiles
from pipeline.stages import build, selection, status, update
from pipeline.stages.extract import extract
from pipeline.stages.pages import parse_source
from pipeline.stages.plumbing import page_extract, page_rebuild, po_merge
from pipeline.stages.pool import run_tasks
from pipeline.stages.verify import verify

MS = parse("ms")


def test_names_of_the_configuration_are_those_of_the_publisher():
    assert set(LAYOUTS) == set(Layout)
    assert set(STATIC) == set(StaticFiles)
    assert set(POLICIES) == {"reviewed", "machine"}


def test_extract_counts_and_writes_templates_only_when_asked(site):
    before = site.files()
    result = extract(site.project)
    assert [page.path for page in result.pages] == ["_data/navigation.yml", "guide/fees.md", "index.md", "legal.md"]
    assert all(page.segments and page.words for page in result.pages)
    assert site.files() == before
    output = site.root / "pot"
    assert len(extract(site.project, output=output).written) == 4
    assert parse_po((output / "guide/fees.md.pot").read_bytes()).get((None, "Small boat")) is not None
    assert extract(site.project, output=output).written == ()


def test_verify_needs_no_project(site, tmp_path):
    (tmp_path / "bad.md").write_bytes(b"\xff")
    assert not verify([site.content]).failed
    result = verify([tmp_path])
    assert (result.pages, result.identical, result.failed) == (5, 4, True)
    with pytest.raises(ConfigError):
        verify([tmp_path / "nowhere"])


def test_page_to_po_and_back(site, tmp_path):
    source, po, out = site.content / "legal.md", tmp_path / "legal.po", tmp_path / "legal.ms.md"
    assert page_extract(source, po, parse("ms")).messages == 3
    assert not page_extract(source, po, parse("ms")).written
    page_rebuild(source, po, out)
    assert out.read_bytes() == source.read_bytes()
    catalog = read_po(po)
    assert catalog.language == "ms"
    po.write_bytes(po.read_bytes().replace(b'sail at night."\nmsgstr ""', b'sail at night."\nmsgstr "Jangan."'))
    assert page_rebuild(source, po, out).messages == 1
    assert b"\nJangan.\n" in out.read_bytes()
    with pytest.raises(PageError):
        page_extract(tmp_path / "none.md", po)


def test_merging_any_two_files(site, tmp_path):
    old, new = tmp_path / "old.po", tmp_path / "new.pot"
    page_extract(site.content / "legal.md", old, parse("ms"))
    page_extract(site.content / "index.md", new)
    result = po_merge(old, new, old)
    assert result.written
    assert not po_merge(old, new, old).written
    assert {m.msgid for m in read_po(old).messages if not m.obsolete} == {m.msgid for m in read_po(new).messages}
    write_po(read_po(old), old)


def double(number):
    return 2 * number


@pytest.mark.parametrize("jobs", [1, 2])
def test_tasks_come_back_in_order(jobs):
    seen = []
    results = run_tasks(double, range(100), jobs=jobs, label="x", progress=lambda *call: seen.append(call))
    assert list(results) == [2 * n for n in range(100)]
    assert seen[-1] == ("x", 100, 100)


def test_a_mistake_of_ours_in_one_page_stops_no_other(site, monkeypatch):
    def fail(project, path, data):
        if path == "legal.md":
            raise ZeroDivisionError("x\ny")
        return parse_source(project, path, data)

    monkeypatch.setattr("pipeline.stages.regroup.parse_source", fail)
    monkeypatch.setattr("pipeline.stages.rebuild.parse_source", fail)
    for result in (
        update.update(site.project, [MS]),
        status.status(site.project, [MS]),
        build.build(site.project, [MS]),
    ):
        (finding,) = (f for f in result.findings if f.severity == "error")
        assert (finding.rule, finding.path) == (selection.INTERNAL_ERROR, "legal.md")
        assert "unexpected ZeroDivisionError: x;" in finding.message
        assert output.finish(result, "json", lambda: None) == 3
    assert (site.catalogs / "index.md.po").exists()
    monkeypatch.setenv("PIPELINE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        update.update(site.project, [MS])
    assert output.INTERNAL_ERROR == selection.INTERNAL_ERROR


def test_what_waits_for_a_reviewer_comes_the_least_certain_first(site):
    folder = site.root / "locales/ms/LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "legal.md.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '# pipeline: machine argos m step=split score=0.90 of=00000000\n#, fuzzy\nmsgid "a"\nmsgstr "x"\n\n'
        '#, fuzzy\nmsgid "b"\nmsgstr "x"\n\nmsgid "c"\nmsgstr "x"\n\nmsgid "d"\nmsgstr ""\n\n'
        '# pipeline: import old.md score=0.40 of=00000000\n#, fuzzy\nmsgid "e"\nmsgstr "x"\n',
        encoding="utf-8",
    )
    result = status.status(site.project, [MS], paths=["legal.md"], review=True)
    assert [(entry.key[1], entry.score, entry.step) for entry in result.review] == [
        ("e", 0.4, ""),
        ("a", None, "split"),
        ("b", None, ""),
    ]
    assert status.status(site.project, [MS]).review == ()
