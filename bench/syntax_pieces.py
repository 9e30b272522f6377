"""Pieces of the syntaxes that are read, to build hostile input from: for bench/linear.py and bench/fuzz.py."""

from __future__ import annotations

MARKDOWN = (
    "*", "_", "**", "`", "``", "~", "[", "![", "]", "](", "[a](", "[a](b ", "[a](b)", "[a]: b\n", "[a][", "(", ")", "\\", "&", "&#",
    "&amp;", "<", "<a", "<a ", "<a b", "<a b='", "<!--", "-->", "<![CDATA[", "<?", "<p>", "</p>", "<b>", "</b>", "<div>", "<div>\n\n",
    "<div>a", "</div>", "<script>", "<!-- i18n:skip -->", "<!-- i18n:skip-start -->", "<T>", "<T>\n", "<T a={", "<p>a\n", "<br>", "<br>a",
    '<p translate="no">', "<code>a</code>", '<img alt="a">', "> ", ">", "- ", "1. ", "- a\n", "* a\n\n", " ", "    ", "\t", "\n", "\r", "\r\n", "#", "# a\n",
    "```", "```\n", "~~~\n", "```\na\n```\n", "---\n", "===\n", "a\n===\n", "|", "|a|\n|-|\n", "|a|\n", "|-", "a | b\n", ": a\n", "a\n: b\n\n", "[^1]", "[^1]: a\n",
    "{", "}", "{{", "}}", "{%", "%}", "{% a %}", "{{ a }}", "{{<", "{{< a >}}", "{{% a %}}", "{#", "{:", "{: .x}", "{.x}", "{#a .b", "{/*", "{%raw%}", "{% comment %}", "{% a %}\n",
    ":::", ":::note\n", ":::note[", "!!! note\n", '!!! note "a"\n    b\n\n', '=== "', "??? a\n", "[!NOTE]\n", "> [!NOTE]\n", "/// note\n", "///\n", "/// note | a", "{* a *}\n", "[TOC]\n", "[[toc]]\n", "*[a]: b\n", "$$", "$$\n", "$$a$$", "--8<--\n",
    "import a from 'b'\n", "import ", "\nimport a", "export {", "\nexport a\n\n", "http://a", "http://", "www.a ", "a@b.c ", "a@", "@", "a.", ".a", "a ", "a-", "1", "a\n", "a\n\n",
    "\u4e00", "\u4e00\n", "\u00a0", "&nbsp;", "\u200b", "\0", "\\\n", "  \n", "a\\\n", "![a](b)", "![a](b)\n\n", "<!-- a -->", "<!---->\n", "'", '"', ":", "=", "/", "//", "/*", ";", ",", "%",
    "`a` ", "`a` http://b ", "`a` <b> ", "**a** ", "[a](b) http://c ", "{{a}} b ", "{{a}}{{", "{a}", "{a: ", "- [ ] a\n", "<details>\n", "<td>a", "<li>a\n", "<svg>", "<math>a", "</script>",
)  # fmt: skip
NESTED = (
    ("![", "](x)"), ("![[a](", ")](x)"), ("[", "](x)"), ("[", "]"), ("<b>", "</b>"), ("*a ", " a*"), ("**a ", " a**"), ("{% raw %}\n", "```\n{% endraw %}"),
    ("{% a %}", "{% enda %}"), ("{{", "}}"), ("{", "}"), ("(", ")"), ("<div>\n", "</div>\n"), (":::note\n", ":::\n"), ("<!-- i18n:skip-start -->\n", "<!-- i18n:skip-end -->\n"),
)  # fmt: skip
"""What opens and what closes: attacked by as many of both."""
YAML = (
    "a: b\n", "a: 'b'\n", 'a: "', "a: |\n", "a: >\n  b\n", "- ", "- a\n", "[", "{", "{a: ", "[a, ", "? ", "? a\n", "&a ", "*a", "a: &a b\n", "a: *a\n", "<<: *a\n", "!!", "!!python/object ", "#", "# a\n",
    "  ", "\t", "a:\n", "a:\n ", "- - ", "''", "'", '"', "a: b: c\n", "%", "---\n", "...\n", ": ", "a", "a ", "\n", "a: a\n\n", "  a\n", "\\", "a: \\", "{{ a }}", "- a: b\n  c: d\n", "\r\n", "\u2028", "a: ~\n",
)  # fmt: skip
TOML = (
    'a = "b"\n', "[a]\n", "[[a]]\n", "a.", "a.a = 1\n", "a = [", "a = {", "[", "{", "'''", '"""', 'a = """', "#", "\\", "\n", "a = 1\n", "a = '", "=", "a = 1979-05-27\n", "1", "[a.a.", ",", '"a",', "[[a.", "x=[\n",
)  # fmt: skip
JSON = ("{", '{"a":', "[", '"', "\\", '"a",', '"a": "b",', "\\u", "\\ud800", "1", "\n", " ", "}", "]", "-", "1e")
PO = (
    'msgid "a"\nmsgstr ""\n\n', '"a"\n', '"', "\\", '"\\n"\n', "# a\n", "#\n", "#. a\n", "#: a\n", "#: a ", "#: \u2068a", "#, fuzzy\n", "#, a, ", '#| msgid "a"\n', '#~ msgid "a"\n', "#~ ", "#~| ", '#~ "a"\n',
    "msgctxt ", "msgid ", "msgstr ", 'msgstr[0] "a"\n', "\n", "\r\n", "\r", " ", "a", "\\x", "\\1", "\\x41", "\\101", "Content-Type: charset=", '"Content-Type: text/plain; charset=UTF-8\\n"\n', "\0", "#=", "# pipeline: ", "# pipeline: machine a b ",
)  # fmt: skip
DISTINCT = {
    "distinct entries": lambda i: f'msgid "a{i}"\nmsgstr "b"\n\n',
    "distinct obsolete": lambda i: f'#~ msgid "a{i}"\n#~ msgstr "b"\n\n',
    "distinct plurals": lambda i: f'msgstr[{i}] "a"\n',
}
