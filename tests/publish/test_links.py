"""Links point at the edition exactly where it has the page."""

from __future__ import annotations

import pytest

from pipeline.publish.layout import Layout, output_path, page_url, prefixed, url_key
from pipeline.publish.links import SiteMap, rewrite_links


def site(layout: Layout = Layout.folder) -> SiteMap:
    pages = [("index.md", "/"), ("about.md", "/about/"), ("guide/fees.md", None), ("guide/hours.md", None)]
    return SiteMap.of(pages, ["index.md", "about.md", "guide/fees.md"], locale="ms", layout=layout)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/about/", "/ms/about/"),
        ("/about", "/ms/about"),
        ("/about/?q=1#top", "/ms/about/?q=1#top"),
        ("/", "/ms/"),
        ("/guide/fees/", "/ms/guide/fees/"),
        ("/guide/fees.html", "/ms/guide/fees.html"),
        ("/guide/hours/", "/guide/hours/"),  # not in the edition
        ("/nowhere/", "/nowhere/"),
        ("/images/about/", "/images/about/"),
        ("/files/form.pdf", "/files/form.pdf"),
        ("https://example.org/about/", "https://example.org/about/"),
        ("//example.org/about/", "//example.org/about/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("#fees", "#fees"),
        ("?page=2", "?page=2"),
        ("{{ site.baseurl }}/about/", "{{ site.baseurl }}/about/"),
        ("fees.md#table", "fees.md#table"),
        ("hours.md#table", "../../guide/hours.md#table"),
        ("../hours/", "/guide/hours/"),
        ("../../about/", "../../about/"),
        ("", ""),
    ],
)
def test_target(link, expected):
    assert site().target(link, path="guide/fees.md", url="/guide/fees/") == expected


@pytest.mark.parametrize("layout", [Layout.polyglot, Layout.docusaurus])
def test_layouts_that_move_no_addresses_keep_links(layout):
    assert site(layout).target("/about/", path="index.md", url="/") == "/about/"


def rewritten(text: str, *, html: bool = False) -> str:
    return rewrite_links(text.encode(), lambda link: f"/ms{link}" if link.startswith("/") else link, html=html).decode()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("See [a](/a/) and [b](/b/ 'B').", "See [a](/ms/a/) and [b](/ms/b/ 'B')."),
        ("[a](</a b/>)", "[a](</ms/a b/>)"),
        ("[a](/a b/)", "[a](/ms/a b/)"),
        ("[a]: /a/ 'title'\n", "[a]: /ms/a/ 'title'\n"),
        ('<a class="x" href="/a/">', '<a class="x" href="/ms/a/">'),
        ("<a href='/a/'>", "<a href='/ms/a/'>"),
        ("<a href=/a/>", "<a href=/ms/a/>"),
        ("`[a](/a/)` [b](/b/)", "`[a](/a/)` [b](/ms/b/)"),
        ("``[a](/a/) ` `` [b](/b/)", "``[a](/a/) ` `` [b](/ms/b/)"),
        ("a ` b [c](/c/)\n\nd ` [e](/e/)", "a ` b [c](/ms/c/)\n\nd ` [e](/ms/e/)"),
        ("```\n[a](/a/)\n```\n[b](/b/)", "```\n[a](/a/)\n```\n[b](/ms/b/)"),
        ("1. x\n   ~~~ js\n   [a](/a/)\n   ~~~\n   [b](/b/)", "1. x\n   ~~~ js\n   [a](/a/)\n   ~~~\n   [b](/ms/b/)"),
        ("```\n[a](/a/)", "```\n[a](/a/)"),
        ("<!-- [a](/a/) --> [b](/b/)", "<!-- [a](/a/) --> [b](/ms/b/)"),
        ("<!-- open [b](/b/)", "<!-- open [b](/ms/b/)"),
        ("<pre>[a](/a/)</pre> [b](/b/)", "<pre>[a](/a/)</pre> [b](/ms/b/)"),
        ("<precious>[b](/b/)</precious>", "<precious>[b](/ms/b/)</precious>"),
        ("[^1]: /a/ text", "[^1]: /a/ text"),
        ("![x](/img.png)", "![x](/ms/img.png)"),
        (r"\[a](/a/)", r"\[a](/ms/a/)"),
    ],
)
def test_links_are_found_outside_of_code(source, expected):
    assert rewritten(source) == expected


def test_html_pages_have_no_markdown_links():
    assert rewritten('[a](/a/) <a\nhref="/b/">', html=True) == '[a](/a/) <a\nhref="/ms/b/">'


@pytest.mark.parametrize(
    "hostile", ["`" * 3 + "` ", "[a](", "](" + " " * 50, "<!--", "<pre>", " " * 99 + "```a`", "href= ", "[a]:"]
)
def test_hostile_text_is_scanned_in_linear_time(hostile):
    # No clock: a quadratic scan of this length would not come back.
    assert rewritten(hostile * (400_000 // len(hostile))).startswith(hostile[:2])


@pytest.mark.parametrize(
    ("path", "layout", "expected"),
    [
        ("guide/fees.md", Layout.folder, "ms/guide/fees.md"),
        ("guide/fees.md", Layout.polyglot, "ms/guide/fees.md"),
        ("guide/fees.md", Layout.suffix, "guide/fees.ms.md"),
        ("guide.d/LICENSE", Layout.suffix, "guide.d/LICENSE.ms"),
        ("docs/a/b.mdx", Layout.docusaurus, "i18n/ms/docusaurus-plugin-content-docs/current/a/b.mdx"),
        ("blog/x.md", Layout.docusaurus, "i18n/ms/docusaurus-plugin-content-blog/x.md"),
        ("src/pages/x.md", Layout.docusaurus, "i18n/ms/docusaurus-plugin-content-pages/x.md"),
    ],
)
def test_output_path(path, layout, expected):
    assert output_path(path, "ms", layout) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/", "/ms/"), ("/a/", "/ms/a/"), ("/a", "/ms/a"), ("/ms/a/", "/ms/a/"), ("/ms", "/ms"), ("/msx/", "/ms/msx/")],
)
def test_prefixed_once(url, expected):
    assert prefixed(url, "ms") == expected
    assert prefixed(expected, "ms") == expected


def test_addresses_of_pages():
    assert page_url("index.md") == "/"
    assert page_url("guide/index.md") == "/guide/"
    assert page_url("guide/fees.md") == "/guide/fees/"
    assert page_url("x.md", "about") == "/about"
    assert url_key("/guide/fees/index.html?x#y") == url_key("/guide/fees") == url_key("/guide/fees/")
