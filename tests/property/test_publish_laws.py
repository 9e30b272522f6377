"""Laws of the publisher: an edition differs from its page only in what a rule names."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.publish.edition import EditionRules, make_edition, mark_fallbacks
from pipeline.publish.layout import Layout, output_path, prefixed, url_key
from pipeline.publish.links import SiteMap, rewrite_links

TOKENS = (
    "[a](/a/)", "[b](</b/>)", "[c]: /c/", '<a href="/d/">', "`", "```\n", "~~~", "<!--", "-->", "<pre>", "</pre>",
    "\n", "\n\n", " ", "](", "href=", "\\", "text", "> ", "- ", "---\n", "permalink: /a/\n", "é漢", "\r\n", '"', "'",
)  # fmt: skip
texts = st.lists(st.sampled_from(TOKENS) | st.text(max_size=5), max_size=40).map("".join)
paths = st.from_regex(r"[a-z]{1,4}(/[a-z.]{1,4}){0,2}\.md", fullmatch=True)


@given(texts, st.booleans())
def test_links_that_stay_change_nothing(text, html):
    """Rewriting with the identity gives the same bytes."""
    data = text.encode("utf-8", "replace")
    assert rewrite_links(data, lambda link: link, html=html) == data


@given(texts, st.booleans())
def test_rewriting_only_replaces_targets(text, html):
    """Taking the mark out of the rewritten targets again gives the same bytes."""
    data = text.encode("utf-8", "replace")
    assert rewrite_links(data, lambda link: f"\ue000{link}", html=html).replace("\ue000".encode(), b"") == data


@given(texts, st.sampled_from(["markdown", "html", "yaml", "mdx"]))
def test_an_edition_without_rules_is_its_page(text, page_format):
    """With every switch off the bytes stay."""
    data = text.encode("utf-8", "replace")
    rules = EditionRules(language="ms", locale="ms", layout=Layout.polyglot, added_keys=False)
    site = SiteMap.of([("a.md", None)], ["a.md"], locale="ms", layout=Layout.polyglot)
    assert make_edition(data, path="a.md", page_format=page_format, rules=rules, site=site, machine=False) == data


@given(texts, st.data())
def test_marking_only_inserts_a_language(text, data):
    """Taking ` lang="en"` out again gives the same bytes."""
    page = f"<p>{text}</p>".encode("utf-8", "replace")
    start = data.draw(st.integers(0, len(page)))
    end = data.draw(st.integers(start, len(page)))
    assert mark_fallbacks(page, [(start, end)], "en").replace(b' lang="en"', b"") == page.replace(b' lang="en"', b"")


@given(st.from_regex(r"/?[a-z/]{0,12}", fullmatch=True))
def test_addresses_are_prefixed_once(url):
    """Prefixing again changes nothing."""
    once = prefixed(url, "ms")
    assert prefixed(once, "ms") == once
    assert url_key(once) == url_key(once + "#x")


@given(st.lists(paths, unique=True, max_size=8), st.sampled_from(Layout))
def test_pages_never_share_an_output_path(pages, layout):
    """Two pages of one language never have the same place."""
    assert len({output_path(page, "ms", layout) for page in pages}) == len(pages)
