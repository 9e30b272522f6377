"""Nothing that a translator writes makes an edition do more than its source: every text of active.json, everywhere.

The judges are other people's parsers: markdown-it-py, html.parser, PyYAML, tomllib, json, and kramdown where there is one.
"""

import html.parser
import json
import re
import subprocess
import tomllib
import zlib
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

import pipeline

ATTACKS = json.loads((Path(__file__).parents[1] / "data" / "hostile" / "active.json").read_text("utf-8"))

BODY = """\
# Opening hours {#hours}

We are **open**{: .lead} on [weekdays](/days "Days off") and `code`, see [the list][].

* First item
* ![A map](map.png)

| Fee | Cost |
|---|---|
| Adult fee | Five dollars |

<div class="x" title="A box"><p>Text in <b>HTML</b> here.</p><input type="submit" value=Send></div>

> Quoted words,
> two lines

Term
: Definition text

[the list]: /list "The list"
"""
PAGES = {
    "yaml.md": "---\ntitle: Opening hours\ndescription: 'Our hours'\nsummary: \"All hours\"\nlead: >-\n  Folded\n  text\nnotes: |\n  Literal\n  text\nlinks: [{title: Flow text}]\n---\n" + BODY,
    "toml.md": "+++\ntitle = \"Opening hours\"\nsummary = 'Our hours'\n[menu]\ntitle = \"A menu\"\n+++\n" + BODY,
    "json.md": '{"title": "Opening hours", "description": "Our hours"}\n\n' + BODY,
    "page.html": '<!doctype html><html><head><title>Opening hours</title><meta name="description" content="Our hours"></head>'
    '<body><h1>Hours</h1><p>See <a href="/x" title=\'Go there\'>the list</a> now.</p><img alt=Map src=m.png></body></html>\n',
    "data.yml": "title: Opening hours\nlinks:\n  - title: 'First'\n  - {title: \"Second\"}\n",
    "page.mdx": "---\ntitle: Opening hours\n---\nimport A from 'a'\n\n# Hours\n\n<A label=\"A label\">\n\nText with {value} and <A>more</A>.\n\n</A>\n",
}  # fmt: skip
PAGES = {name: pipeline.parse_page(text.encode(), path=name) for name, text in PAGES.items()}
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
MARKDOWN.validateLink = lambda _: True
FRONT = re.compile(r"\A(---|\+\+\+)\n(.*?\n)\1\n", re.DOTALL)


EMPHASIS = ("em", "strong")


class Seen(html.parser.HTMLParser):
    """Tags with the names of their attributes, and every address."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.others = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in EMPHASIS:  # a translator's right
            self.tags.append((tag, *(name for name, _ in attrs)))
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action", "data", "style")]

    def handle_endtag(self, tag):
        if tag not in EMPHASIS:
            self.tags.append("/" + tag)

    def handle_comment(self, data):
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def keys(value):
    """The keys of nested data, without the texts."""
    if isinstance(value, dict):
        return {key: keys(inner) for key, inner in value.items()}
    return [keys(inner) for inner in value] if isinstance(value, list) else type(value)


def seen(name, text):
    """What generators and browsers see of a page: the shape of its data; tags, addresses and comments of its body."""
    if name.endswith(".yml"):
        return keys(yaml.safe_load(text)), None
    data, body = None, text
    if text.startswith("{"):
        data, end = json.JSONDecoder().raw_decode(text)
        body = text[end:]
    elif front := FRONT.match(text):
        data = tomllib.loads(front[2]) if front[1] == "+++" else yaml.safe_load(front[2])
        body = text[front.end() :]
    found = Seen(body if name.endswith(".html") else MARKDOWN.render(body))
    templates = re.findall(
        r"\{\{|\}\}|\{%|%\}|\{#|\{:|<%|<\?|^(?:import|export) (?=const|.* from|\{)", text, re.MULTILINE
    )
    braces = re.findall(r"(?<!\\)\{", body) if name.endswith(".mdx") else None
    return keys(data), found.tags, found.addresses, found.others, templates, braces


@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_no_translation_adds_anything_active(name, attack):
    page = PAGES[name]
    expected = seen(name, page.data.decode())
    # Every place in every way would take eight times as long; over all attacks each place is tried in each way.
    for n, segment in list(enumerate(page.segments, zlib.crc32(attack.encode())))[
        :: 2 if len(page.segments) > 6 else 1
    ]:
        msgid = segment.msgid
        text = (attack, msgid + attack, attack + msgid, msgid.replace(" ", f" {attack} ", 1))[n // 2 % 4]
        built = pipeline.rebuild_page(page, {segment.key: text}).decode()
        assert seen(name, built) == expected, (segment.kind, text)
    everywhere = {segment.key: segment.msgid + attack for segment in page.segments}
    assert seen(name, pipeline.rebuild_page(page, everywhere).decode()) == expected


@pytest.mark.kramdown
def test_kramdown_sees_nothing_active_either():
    """Its own syntax is another door: attribute lists reach over braces, and a half of one joins the next."""
    page = PAGES["yaml.md"]
    front = FRONT.match(page.data.decode()).end()
    bodies = [page.data.decode()[front:]]
    texts = [*ATTACKS.values(), '{:onclick="x" ', "{:.y ", "{::", "{:/", "{:/}"]
    for segment in page.segments:
        for n, text in enumerate(texts):
            msgid = segment.msgid
            msgstr = msgid.replace("**{", f"**{text}{{", 1) if "**{" in msgid else (text + msgid, msgid + text)[n % 2]
            built = pipeline.rebuild_page(page, {segment.key: msgstr}).decode()
            bodies.append(built[FRONT.match(built).end() :])
    bodies = list(dict.fromkeys(bodies))
    script = (
        "require 'json'; require 'kramdown'; require 'kramdown-parser-gfm'; "
        "puts JSON.generate(JSON.parse(STDIN.read).map { |s| Kramdown::Document.new(s, input: 'GFM', syntax_highlighter: nil).to_html })"
    )
    done = subprocess.run(
        ["ruby", "-e", script], input=json.dumps(bodies), capture_output=True, text=True, encoding="utf-8", check=True
    )
    first, *rest = (Seen(rendered) for rendered in json.loads(done.stdout))
    for body, found in zip(bodies[1:], rest, strict=True):
        assert sorted(set(found.tags) - set(first.tags), key=str) == [], body
        assert set(found.addresses) <= set(first.addresses), body
