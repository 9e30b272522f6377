import os
import shutil
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipeline.document.builder import markup_of
from pipeline.document.rebuild import rebuild_checked
from pipeline.document.skeleton import parse_page
from pipeline.errors import EngineError
from pipeline.inline import signature
from pipeline.mt import apertium
from pipeline.mt.alignment import unpack
from pipeline.mt.apertium import ApertiumEngine
from pipeline.mt.apertiumpairs import Mode, language_tag, modes_for
from pipeline.mt.draft import draft
from pipeline.mt.engine import AligningEngine, Forced
from pipeline.mt.request import DraftRequest

SITE = Path(__file__).parents[1] / "projects" / "site"
PAGES = SITE / "content"


def has_pair(name):
    program = shutil.which("apertium")
    if program is None:
        return False
    return name in subprocess.run([program, "-l"], capture_output=True, text=True, check=False).stdout.split()


needs_spanish = [
    pytest.mark.apertium,
    pytest.mark.skipif(not has_pair("eng-spa"), reason="Debian's apertium-eng-spa is not installed"),
]
needs_malay = [
    pytest.mark.apertium,
    pytest.mark.skipif(not has_pair("ind-zlm"), reason="Debian's apertium-ind-zlm is not installed"),
]


@pytest.fixture(scope="module")
def engine():
    return ApertiumEngine("en", "es")


class TestSpanish:
    pytestmark = needs_spanish

    def test_it_translates(self, engine):
        results = engine.translate(["The red house is big.", "I buy a car."])
        assert [result.text for result in results] == ["La casa roja es grande.", "Compro un coche."]
        assert [result.score for result in results] == [1.0, 1.0]

    def test_a_word_that_is_not_said_leaves_no_space(self, engine):
        (said,) = engine.translate(["But if you go there, you will see it."])
        assert "  " not in said.text

    def test_a_text_begins_as_its_source_does(self, engine):
        results = engine.translate(["house", "House", "it has doors", "It has doors"])
        assert [result.text for result in results] == ["casa", "Casa", "tiene puertas", "Tiene puertas"]

    def test_words_are_aligned_exactly(self, engine):
        text = "The *red* house is big."
        result = engine.translate([text])[0]
        pairs = {(result.text[a:b], text[c:d]) for a, b, c, d, _ in unpack(result.alignment)}
        assert pairs == {("La", "The"), ("casa", "house"), ("roja", "red"), ("es", "is"), ("grande", "big")}

    def test_an_expression_of_several_words_is_seen_in_spite_of_the_tags(self, engine):
        text = "Tools such as the hammer."
        result = engine.translate([text])[0]
        assert result.text == "Herramientas como el martillo."
        own = [text[c:d] for a, b, c, d, _ in unpack(result.alignment) if result.text[a:b] == "como"]
        assert own == ["such", "as"]

    def test_no_character_is_taken_for_a_mark(self, engine):
        characters = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~§©→\u00a0"
        forms = ("The red {} house", "A {}house is red.", "[{}]", "car{} x")
        texts = [form.format(character) for form in forms for character in characters]
        for text, result in zip(texts, engine.translate(texts), strict=True):
            assert _symbols(result.text) == _symbols(text)

    def test_unknown_words_are_left_and_lower_the_score(self, engine):
        result = engine.translate(["The house is foobarx."])[0]
        assert (result.text, result.score) == ("La casa es foobarx.", 0.75)

    def test_no_word_moves_to_another_text(self, engine):
        texts = ["Please use", "the form of", "the red", "house", "", "  ", "and", "go."] * 20
        results = engine.translate(texts)
        assert [bool(result.text.strip()) for result in results] == [bool(text.strip()) for text in texts]
        assert {result.text for result in results[5::8]} == {"  "}
        assert {result.text for result in results[3::8]} == {"casa"}

    def test_elements_stand_around_their_words(self, engine):
        requests = {
            "The **red** house is [big](/a_b).": "La casa **roja** es [grande](/a_b).",
            "The red **house** is big.": "La **casa** roja es grande.",
            "Open `my_func(x)` and see <https://example.org/the/house>.": None,
        }
        drafts = [DraftRequest(key=text, text=text) for text in requests]
        results = draft(drafts, engine, source="en", target="es")
        for result in results:
            assert result.text, result.reason
            assert requests[result.key] in (None, result.text)
            assert signature(result.text, "markdown", strict=True) == signature(result.key, "markdown", strict=True)
        assert [result.step for result in results[:2]] == ["projected", "projected"]

    def test_settings_name_the_data(self, engine):
        assert engine.settings.startswith("apertium eng-spa ")
        assert len(engine.settings.split()[2]) == 64
        assert engine.model.startswith("eng-spa ")
        assert isinstance(engine, AligningEngine)
        assert engine.translate_forced([Forced(sentence="a b", keep=((0, 1),))]) == [None]

    def test_a_pair_that_is_not_there(self):
        with pytest.raises(EngineError, match="no pair from en to ta") as caught:
            ApertiumEngine("en", "ta")
        assert "apt-get install" in caught.value.hint


class TestMalay:
    pytestmark = needs_malay

    def test_it_translates(self):
        result = ApertiumEngine("id", "ms").translate(["Saya membeli mobil."])[0]
        assert result.text == "Saya membeli kereta."


def _symbols(text):
    return Counter(character for character in text if not character.isalnum() and character != " ")


def test_without_the_program_the_hint_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineError, match="apertium is not installed") as caught:
        ApertiumEngine("en", "es")
    assert "apt-get install apertium" in caught.value.hint


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Makes an `apertium` that is a Python program; `-l` lists one mode."""
    if os.name != "posix":
        pytest.skip("a program is made of a script")

    def make(body):
        program = tmp_path / "apertium"
        program.write_text(
            f"#!{sys.executable}\nimport sys, time\nif '-l' in sys.argv:\n    print('eng-spa')\n    sys.exit()\n{body}\n",
            encoding="utf-8",
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path))
        return ApertiumEngine("en", "es")

    return make


def test_a_program_that_fails(fake):
    with pytest.raises(EngineError, match="apertium eng-spa failed: no such dictionary"):
        fake("sys.exit('no such dictionary')").translate(["a"])


def test_a_program_that_says_nothing(fake):
    with pytest.raises(EngineError, match="gave nothing back"):
        fake("sys.stdin.read()").translate(["a"])


def test_a_program_that_hangs_is_ended(fake, monkeypatch):
    engine = fake("time.sleep(60)")
    monkeypatch.setattr(apertium, "_START_SECONDS", 0.2)
    with pytest.raises(EngineError, match="did not answer"):
        engine.translate(["a"])


def test_a_text_that_does_not_come_back_is_empty(fake):
    engine = fake("print(sys.stdin.read().replace('pipeline:t1', 'pipeline:t9'))")
    assert [result.text for result in engine.translate(["a", "b", "c"])] == ["a", "", "c"]


def test_characters_used_inside_do_not_come_in(fake):
    engine = fake("sys.stdout.write(sys.stdin.read())")
    assert [result.text for result in engine.translate(["a\uf0e0b", "a*b"])] == ["", "a*b"]


def modes(*names):
    return [Mode(name=name, file=Path("missing")) for name in names]


@pytest.mark.parametrize(
    ("source", "target", "chosen"),
    [
        ("en", "es", "eng-spa"),
        ("en-SG", "es-MX", "eng-spa"),
        ("es", "en", "spa-eng"),
        ("es", "en-US", "spa-eng_US"),
        ("en", "gl", "en-gl"),
        ("id", "ms", "ind-zlm"),
        ("en", "hr", "eng-hbs_HR"),
        ("en", "sr", None),
        ("en", "ta", None),
    ],
)
def test_modes_and_tags(source, target, chosen):
    installed = modes("eng-spa", "spa-eng", "spa-eng_US", "en-gl", "ind-zlm", "eng-hbs_HR")
    assert [mode.name for mode in modes_for(source, target, installed)][:1] == ([chosen] if chosen else [])


def test_tags_of_modes():
    assert [language_tag(*code) for code in (("eng",), ("zlm",), ("eng", "US"), ("hbs", "HR"), ("en",))] == [
        "en", "ms", "en-US", "hr", "en"
    ]  # fmt: skip
    assert not Mode.fits("eng-spa-tagger")
    assert Mode(name="eng-spa", file=Path("missing")).digest() == Mode(name="eng-spa", file=Path("x/missing")).digest()


class TestSite:
    """The demonstration site, English to Spanish, from its pages to its catalogs."""

    pytestmark = needs_spanish

    def test_every_draft_has_the_elements_of_its_source(self, tmp_path, capsys):
        from pipeline.catalog.pofile import read_po
        from pipeline.config import load_project
        from pipeline.stages.build import build
        from pipeline.stages.translate import translate

        shutil.copytree(SITE, tmp_path / "site")
        config = tmp_path / "site" / "pipeline.toml"
        with config.open("a", encoding="utf-8") as file:
            file.write('\n[mt.languages.es]\nengine = "apertium"\n[build.languages.es]\npolicy = "machine"\n')
        project = load_project(tmp_path / "site")
        from pipeline.langtag import parse

        result = translate(project, [parse("es")], jobs=1)
        drafts = result.languages[0]
        share = drafts.drafted / (drafts.drafted + drafts.refused)
        with capsys.disabled():
            print(f"\napertium en-es: {drafts.drafted} of {drafts.drafted + drafts.refused} accepted ({share:.1%})")  # noqa: T201  (for the log of CI)
        assert not result.failed, result.findings
        assert (drafts.engine, drafts.model.split()[0]) == ("apertium", "eng-spa")
        assert share > 0.9
        checked = 0
        for path in sorted(project.locales_dir.rglob("*.po")):
            if "es" in path.parts:
                for message in read_po(path).messages:
                    if message.msgstr:
                        markup = "html" if "<" in message.msgid and "](" not in message.msgid else "markdown"
                        own, source = (signature(text, markup, strict=True) for text in (message.msgstr, message.msgid))
                        assert own == source, message.msgid
                        checked += 1
        assert checked == drafts.drafted
        assert not build(project, [parse("es")]).failed


SAMPLES = (
    "emphasis tiptap links html-blocks code html-attributes html-translate-no block-starters-in-text"
    " hugo-shortcodes kramdown-attributes"
).split()


def draft_pages(pages, engine, capsys):
    """Draft every segment of the pages, check its elements, and that the page takes it; (accepted, drafted)."""
    keys, requests = [], []
    for number, page in enumerate(pages):
        for segment in page.segments:
            keys.append((number, segment))
            requests.append(DraftRequest(key=len(requests), text=segment.msgid, markup=markup_of(segment.form)))
    results = draft(requests, engine, source="en", target="es")
    translations = [{} for _ in pages]
    for (number, segment), request, result in zip(keys, requests, results, strict=True):
        if result.text is not None:
            own, source = (signature(text, request.markup, strict=True) for text in (result.text, request.text))
            assert own == source, (pages[number].path, request.text, result.text)
            translations[number][segment.key] = result.text
    for page, own in zip(pages, translations, strict=True):
        assert rebuild_checked(page, own).findings == (), page.path
    drafted = [result for result in results if result.step != "skipped"]
    accepted = sum(result.text is not None for result in drafted)
    with capsys.disabled():
        print(f"\napertium en-es: {accepted} of {len(drafted)} accepted on {len(pages)} pages")  # noqa: T201  (for CI)
    return accepted, len(drafted)


class TestPages:
    """Pages, English to Spanish: every accepted draft has the elements of its source, and the page takes it."""

    pytestmark = needs_spanish

    def test_ten_sample_pages(self, engine, capsys):
        folder = Path(__file__).parents[1] / "data" / "pages"
        pages = [parse_page((folder / f"{name}.md").read_bytes(), path=f"{name}.md") for name in SAMPLES]
        accepted, drafted = draft_pages(pages, engine, capsys)
        assert accepted >= 0.9 * drafted

    @pytest.mark.corpus
    def test_ten_pages_of_a_corpus(self, engine, capsys):
        root = Path(os.environ["PIPELINE_CORPUS"])
        files = sorted(path for path in root.rglob("*.md") if path.stat().st_size > 1000)
        pages = [
            parse_page(path.read_bytes(), path=path.relative_to(root).as_posix()) for path in files[:: len(files) // 10]
        ]
        accepted, drafted = draft_pages(pages[:10], engine, capsys)
        assert accepted >= 0.9 * drafted
