"""What an edition changes in a page, and that it changes nothing else."""

from __future__ import annotations

from pipeline.publish.edition import EditionRules, make_edition, mark_fallbacks
from pipeline.publish.keys import permalink_of
from pipeline.publish.layout import Layout
from pipeline.publish.links import SiteMap

PAGES = [("about.md", "/about/"), ("fees.md", "/fees/")]


def edition(
    source: str, *, path: str = "about.md", page_format: str = "markdown", machine: bool = False, **rules
) -> str:
    settings = EditionRules(**{"language": "ms", "locale": "ms", **rules})
    site = SiteMap.of(PAGES, ["about.md"], locale=settings.locale, layout=settings.layout)
    data = make_edition(source.encode(), path=path, page_format=page_format, rules=settings, site=site, machine=machine)
    return data.decode()


def test_front_matter_gets_language_and_addresses():
    source = """---
title: "Tentang kami"   # the title
permalink: /about/
redirect_from:
  - /old/
  - '/older/'
image: /images/x.png
button_url: /about/
other_url: /fees/
date: 2020-01-02
---
Lihat [yuran](/fees/), [kami](/about/).
"""
    assert edition(source) == source.replace("permalink: /about/", "permalink: /ms/about/").replace(
        "- /old/", "- /ms/old/"
    ).replace("'/older/'", "'/ms/older/'").replace("button_url: /about/", "button_url: /ms/about/").replace(
        "2020-01-02\n", "2020-01-02\nlang: ms\n"
    ).replace("(/about/)", "(/ms/about/)")


def test_crlf_and_missing_final_newline_stay():
    assert edition("---\r\ntitle: a\r\n---\r\nb") == "---\r\ntitle: a\r\nlang: ms\r\n---\r\nb"


def test_right_to_left():
    assert (
        edition("---\na: b\n---\n", language="ms-Arab", direction="rtl") == "---\na: b\nlang: ms-Arab\ndir: rtl\n---\n"
    )


def test_a_language_that_yaml_reads_as_false_is_quoted():
    assert edition("---\na: b\n---\n", language="no") == "---\na: b\nlang: 'no'\n---\n"


def test_switches_turn_everything_off():
    source = "---\npermalink: /about/\n---\n[a](/about/)\n"
    assert edition(source, added_keys=False, permalinks=False) == source
    assert edition(source, added_keys=False, layout=Layout.polyglot) == source


def test_names_of_permalink_styles_are_no_addresses():
    assert "permalink: pretty\n" in edition("---\npermalink: pretty\n---\n")


def test_toml_and_malformed_front_matter():
    assert edition('+++\ntitle = "a"\n[x]\ny = 1\n+++\n') == '+++\ntitle = "a"\nlang = "ms"\n[x]\ny = 1\n+++\n'
    broken = '---\ntitle: "a\nb: [\n---\n[a](/about/)\n'
    assert edition(broken) == broken.replace("(/about/)", "(/ms/about/)")


def test_pages_without_front_matter_get_none():
    assert edition("# T\n") == "# T\n"


def test_data_files_only_have_links_rewritten():
    source = "links:\n  - title: A\n    url: /about/\n  - url: /fees/\n"
    assert edition(source, page_format="yaml") == source.replace("/about/", "/ms/about/")


def test_notice_in_front_matter_or_body():
    source = "---\na: b\n---\nText\n"
    notice = {"notice": "Mesin.", "notice_language": "ms"}
    assert edition(source, **notice) == "---\na: b\nlang: ms\n---\nText\n"
    assert edition(source, machine=True, **notice) == (
        "---\na: b\nlang: ms\nmachine_translated: true\ntranslation_notice: Mesin.\n---\nText\n"
    )
    element = '<div class="translation-notice" role="note" lang="ms">Mesin.</div>\n\n'
    assert edition(source, machine=True, notice_where="body", **notice).endswith(f"---\n{element}Text\n")
    assert edition("Text\n", machine=True, **notice) == f"{element}Text\n"
    assert edition("<html><body>\n<p>", page_format="html", machine=True, **notice) == (
        f"<html><body>\n{element.rstrip()}\n<p>"
    )
    assert "Mesin" not in edition(source, machine=True, notice_where="none", **notice)


def test_permalink_is_read_from_any_front_matter():
    assert permalink_of(b"---\npermalink: '/a b/'\n---\n") == "/a b/"
    assert permalink_of(b'+++\nurl = "/x/"\n+++\n') == "/x/"
    assert permalink_of(b"---\nurl: https://example.org\n---\n") is None
    assert permalink_of(b"# permalink\n") is None


def marked(data: bytes, text: bytes) -> bytes:
    start = data.index(text)
    return mark_fallbacks(data, [(start, start + len(text))], "en")


def test_fallback_passages_carry_their_language():
    assert marked(b'<p class="x">\n One two\n</p><p>Dua</p>', b"One two") == (
        b'<p lang="en" class="x">\n One two\n</p><p>Dua</p>'
    )


def test_only_whole_elements_are_marked():
    for source in (
        b"<p>One <b>x</b></p>",
        b'<p lang="de">One</p>',
        b'<p title="Satu">One</p>',
        b"One",
        b"<x-y>One</x-y>",
    ):
        assert marked(source, b"One") == source
