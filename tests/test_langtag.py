"""Language tags against BCP 47, CLDR and GNU gettext."""

import gettext
import re
import subprocess

import pytest
from babel.localedata import locale_identifiers

from pipeline.errors import ConfigError
from pipeline.langtag import (
    decimal_point,
    direction,
    fallback_chain,
    gettext_name,
    parse,
    plural_forms,
    script,
)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ms", "ms"),
        ("MS", "ms"),
        (" ms ", "ms"),
        ("ms_MY.UTF-8", "ms-MY"),
        ("zh", "zh"),
        ("zh-SG", "zh-Hans-SG"),
        ("zh_SG", "zh-Hans-SG"),
        ("zh_CN", "zh-Hans-CN"),
        ("zh-TW", "zh-Hant-TW"),
        ("zh-hans", "zh-Hans"),
        ("zh_hans_sg", "zh-Hans-SG"),
        ("cmn", "zh"),
        ("ms-Arab", "ms-Arab"),
        ("sr@latin", "sr-Latn"),
        ("sr_RS@latin", "sr-Latn-RS"),
        ("ca@valencia", "ca-valencia"),
        ("pt-br", "pt-BR"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("in", "id"),
        ("tl", "fil"),
        ("en-UK", "en-GB"),
        ("jv", "jv"),
        ("en-XA", "en-XA"),
    ],
)
def test_spellings_become_canonical(text, tag):
    assert parse(text) == tag


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("malay", "'malay' is not a language tag (did you mean ms or mg?)"),
        ("zh-Hanss", "'zh-Hanss' has an unknown part (hanss) (did you mean zh-Hans or zh-Hant?)"),
        ("ms-ZZ", "'ms-ZZ' names no known region (ZZ) (write it like \"ms-SG\")"),
        ("qq", "'qq' is not a known language"),
        ("", '\'\' is not a language tag (write it like "ms" or "zh-Hans")'),
        ("../ms", '\'../ms\' is not a language tag (write it like "ms" or "zh-Hans")'),
        ("ms-x-me", '\'ms-x-me\' is not a language tag (write it like "ms" or "zh-Hans")'),
        ("ms\n", None),
    ],
)
def test_unknown_tags_are_refused_with_a_near_one(text, message):
    if message is None:
        assert parse(text) == "ms"
        return
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_every_locale_of_cldr_is_read_and_its_gettext_name_read_back():
    for name in locale_identifiers():
        tag = parse(name)
        assert parse(tag) == tag
        assert parse(gettext_name(tag)) == tag
        assert re.fullmatch(r"[A-Za-z0-9_@]+", gettext_name(tag))
        assert fallback_chain(tag)[0] == tag
        assert {script(one) for one in fallback_chain(tag)} == {script(tag)}


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("zh-Hans", "zh_Hans"),
        ("pt-BR", "pt_BR"),
        ("zh-Hans-SG", "zh_Hans_SG"),
        ("ca-valencia", "ca@valencia"),
        ("ms", "ms"),
    ],
)
def test_gettext_names(tag, name):
    assert gettext_name(parse(tag)) == name


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("zh-Hans-SG", ("zh-Hans-SG", "zh-Hans", "zh")),
        ("zh-Hant-TW", ("zh-Hant-TW", "zh-Hant")),  # zh alone is simplified
        ("ms-Arab", ("ms-Arab",)),
        ("ta-SG", ("ta-SG", "ta")),
        ("en-XA", ("en-XA", "en")),
    ],
)
def test_fallback_stays_in_one_script(tag, chain):
    assert fallback_chain(parse(tag)) == chain


@pytest.mark.parametrize(
    ("tag", "code", "way"),
    [
        ("ms", "Latn", "ltr"),
        ("ms-Arab", "Arab", "rtl"),
        ("zh", "Hans", "ltr"),
        ("zh-TW", "Hant", "ltr"),
        ("ta-SG", "Taml", "ltr"),
        ("ar", "Arab", "rtl"),
        ("he", "Hebr", "rtl"),
        ("dv", "Thaa", "rtl"),
        ("pa-PK", "Arab", "rtl"),
        ("sr-ME", "Latn", "ltr"),
        ("yue", "Hant", "ltr"),
    ],
)
def test_script_and_direction(tag, code, way):
    assert (script(parse(tag)), direction(parse(tag))) == (code, way)


@pytest.mark.parametrize(("tag", "point"), [("en", "."), ("ms", "."), ("zh-Hans-SG", "."), ("fr", ",")])
def test_decimal_points(tag, point):
    assert decimal_point(parse(tag)) == point


def rules():
    """Each distinct Plural-Forms value, with the first tag that has it."""
    found = {}
    for name in locale_identifiers():
        found.setdefault(plural_forms(parse(name)), parse(name))
    return found


@pytest.mark.parametrize(
    ("tag", "forms"), [("ms", 1), ("id", 1), ("zh-Hans", 1), ("ta", 2), ("fr", 2), ("ru", 3), ("ar", 6)]
)
def test_number_of_plural_forms(tag, forms):
    assert plural_forms(parse(tag)).startswith(f"nplurals={forms}; plural=")


def test_every_plural_form_is_reached_by_some_number():
    numbers = [*range(1000), 100_000, 1_000_000, 1_100_000, 2_000_000]
    for rule, tag in rules().items():
        count, expression = re.fullmatch(r"nplurals=(\d); plural=(.+);", rule).groups()
        form = gettext.c2py(expression)
        assert {form(number) for number in numbers} == set(range(int(count))), (tag, rule)


@pytest.mark.gettext
def test_msgfmt_accepts_every_plural_rule(tmp_path):
    for rule, tag in rules().items():
        count = int(rule[len("nplurals=")])
        entry = 'msgid "a"\nmsgid_plural "b"\n' + "".join(f'msgstr[{form}] "x"\n' for form in range(count))
        fields = (
            "Project-Id-Version: x",
            "PO-Revision-Date: 2000-01-01 00:00+0000",
            "Last-Translator: x <x@example.org>",
            "Language-Team: x",
            f"Language: {gettext_name(tag)}",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=UTF-8",
            "Content-Transfer-Encoding: 8bit",
            f"Plural-Forms: {rule}",
        )
        header = 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in fields)
        ran = subprocess.run(
            ["msgfmt", "-c", "-o", tmp_path / "out.mo", "-"],
            input=f"{header}\n{entry}".encode(),
            capture_output=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr.decode()) == (0, ""), (tag, rule)
