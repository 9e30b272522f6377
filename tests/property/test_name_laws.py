"""Names: two pages never share a catalog or an output file on any system, and a portable page has portable ones."""

import dataclasses
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.names import folded, refused, too_long, unportable
from pipeline.project import Project
from pipeline.publish.layout import Layout, output_path
from pipeline.stages.places import catalog_name, groups

PROJECT = Project(root=Path())
letters = st.sampled_from("aAbkK.-_~ é\u0301İiıßsſ月ＡΣσς1") | st.characters(exclude_categories=("Cs",))
names = st.text(letters, min_size=1, max_size=12) | st.text("nN月", min_size=60, max_size=270)
paths = st.lists(names, min_size=1, max_size=3).map("/".join).map(lambda path: f"{path}.md")


def usable(path):
    return not refused(path) and not too_long(path) and not path.startswith("/")


@given(paths, paths)
def test_folding_is_what_systems_that_ignore_case_and_composition_do(one, other):
    """A name and any of its spellings fold to one; folding again changes nothing."""
    assert folded(folded(one)) == folded(one)
    assert folded(one.upper()) == folded(one.upper().lower())
    assert (folded(one) == folded(other)) == (folded(folded(one)) == folded(folded(other)))


@given(paths, paths)
def test_two_pages_have_two_catalogs_wherever_both_can_exist(one, other):
    """Injective, on systems that ignore case too; and what was short enough stays so."""
    assume(usable(one) and usable(other))
    assume(folded(one) != folded(other))
    first, second = catalog_name(PROJECT, one), catalog_name(PROJECT, other)
    assert folded(first) != folded(second)
    assert not too_long(first)


@given(paths)
def test_the_catalog_of_a_portable_page_is_portable(path):
    assume(usable(path) and not unportable(path))
    name = catalog_name(PROJECT, path)
    assert not refused(name)
    assert not unportable(name) or "characters" in unportable(name)


@given(
    paths, paths, st.sampled_from([Layout.folder, Layout.suffix, Layout.polyglot]), st.sampled_from(["ms", "zh-Hans"])
)
def test_two_pages_have_two_output_files(one, other, layout, locale):
    """The layout `docusaurus` joins two trees, so a build tells of two pages for one file instead."""
    assume(usable(one) and usable(other))
    assume(folded(one) != folded(other))
    assert folded(output_path(one, locale, layout)) != folded(output_path(other, locale, layout))


@given(paths, st.sampled_from(list(Layout)))
def test_the_edition_of_a_portable_page_is_portable(path, layout):
    assume(usable(path) and not unportable(path))
    name = output_path(path, "zh-Hans", layout)
    assert not refused(name)
    assert not unportable(name) or "characters" in unportable(name)


@given(st.lists(paths.filter(usable), max_size=8, unique_by=folded), st.sampled_from(["page", "folder", "site"]))
def test_every_page_is_in_one_catalog(pages, catalogs):
    found = groups(dataclasses.replace(PROJECT, catalogs=catalogs), pages)
    assert sorted(page for members in found.values() for page in members) == sorted(pages)
