"""Generator syntax in a text: Liquid, Jinja, Hugo shortcodes, kramdown and Pandoc attribute lists, MDX expressions."""

from __future__ import annotations

import pytest

from pipeline.inline.templates import find_templates


def found(text: str, **how: bool) -> list[tuple[str, str]]:
    return [(t.kind, text[t.start : t.end]) for t in find_templates(text, **how)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {{ b }} c", [("template", "{{ b }}")]),
        ("{{a}}{{b}}", [("template", "{{a}}"), ("template", "{{b}}")]),
        ("{% if a %}b{% endif %}", [("template", "{% if a %}"), ("template", "{% endif %}")]),
        ("{%- a -%}", [("template", "{%- a -%}")]),
        ("{# a #} b", [("template", "{# a #}")]),
        ('{{< a b="}}" >}}c', [("template", '{{< a b="}}" >}}')]),
        ("{{% a %}}b", [("template", "{{% a %}}")]),
        ("{% raw %}{{ a }}{% endraw %}b", [("template", "{% raw %}{{ a }}{% endraw %}")]),
        ("{% comment %}a{% endcomment %}", [("template", "{% comment %}a{% endcomment %}")]),
        ("{% highlight x %}\na\n{% endhighlight %}", [("template", "{% highlight x %}\na\n{% endhighlight %}")]),
        ("{{< highlight go >}}a{{< /highlight >}}b", [("template", "{{< highlight go >}}a{{< /highlight >}}")]),
        ("{% raw %}a", [("template", "{% raw %}")]),
        ("{: .a #b}", [("attributes", "{: .a #b}")]),
        ('{:target="_blank"}', [("attributes", '{:target="_blank"}')]),
        ("{:toc}", [("attributes", "{:toc}")]),
        ("{#a}", [("attributes", "{#a}")]),
        ("{ .a .b }", [("attributes", "{ .a .b }")]),
        ("{::nomarkdown}", [("attributes", "{::nomarkdown}")]),
        ("{:/}", [("attributes", "{:/}")]),
        ("{a}", []),
        ("{USD}", []),
        ("{}", []),
        ("{{ a", []),
        ("a }}", []),
        ("{% a", []),
        ("\\{{ a }}", []),
        ("{{ a\n\nb }}", []),
        ("{{ a\r\n\r\nb }}", []),
        ("{{ a\nb }}", [("template", "{{ a\nb }}")]),
        ("{{ `a }}", []),
        ("no braces", []),
    ],
)
def test_templates(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {b.c} d", [("expression", "{b.c}")]),
        ("{a({b: '}'})}", [("expression", "{a({b: '}'})}")]),
        ("{/* a */}", [("expression", "{/* a */}")]),
        ("\\{a}", []),
        ("{a", []),
    ],
)
def test_expressions(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, jsx=True) == expected


def test_plain_braces_only_when_asked_for() -> None:
    assert found("{a} b {c\n}", braces=True) == [("brace", "{a}")]
