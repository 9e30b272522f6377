import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import EngineError
from pipeline.mt.alignment import unpack
from pipeline.mt.ct2model import CTranslate2Engine, ModelFolder
from pipeline.mt.draft import draft
from pipeline.mt.engine import AligningEngine, Forced
from pipeline.mt.flores import CODES, flores_code, language_tag
from pipeline.mt.request import DraftRequest

pytestmark = pytest.mark.model

build_folder = runpy.run_path(str(Path(__file__).with_name("copymodel.py")))["build_folder"]
LANGUAGES = ("eng_Latn", "tam_Taml", "zsm_Latn")
TEXT = "Click the button to save your changes."


@pytest.fixture(scope="module")
def nllb(tmp_path_factory):
    """A model of many languages: its source begins with a code, and so does its translation."""
    path = build_folder(tmp_path_factory.mktemp("nllb") / "nllb", symbols=LANGUAGES)
    return ModelFolder(name="nllb", path=path, identity=True)


@pytest.fixture(scope="module")
def opus(tmp_path_factory):
    path = build_folder(tmp_path_factory.mktemp("opus") / "opus", tokenizer="source.spm", symbols=[">>zsm<<"])
    (path / "target.spm").write_bytes((path / "source.spm").read_bytes())
    return path


@pytest.mark.parametrize("target", ["ta", "ms", "ms-MY"])
def test_a_model_of_many_languages_is_told_both(nllb, target):
    engine = CTranslate2Engine(nllb, "en", target, threads=1)
    code = flores_code(target)
    assert (engine.asked.source_prefix, engine.asked.target_prefix) == (("eng_Latn",), (code,))
    assert engine.asked.source_suffix == ("</s>",)
    first, second = engine.translate([TEXT, "Opening hours"])
    assert (first.text, second.text) == (TEXT, "Opening hours")
    assert first.score > 0.99
    assert {(link.start, link.end) for link in unpack(first.alignment)} == {
        (link.source_start, link.source_end) for link in unpack(first.alignment)
    }


def test_its_codes_are_not_shown_and_change_the_settings(nllb):
    tamil, malay = (CTranslate2Engine(nllb, "en", target, threads=1) for target in ("ta", "ms"))
    assert "_Taml" not in tamil.translate([TEXT])[0].text
    assert tamil.settings != malay.settings
    assert (tamil.id, tamil.model, tamil.source, tamil.target) == ("ctranslate2", "nllb en-ta", "en", "ta")
    assert isinstance(tamil, AligningEngine)
    assert tamil.second.settings != tamil.settings
    assert tamil.second.translate([TEXT])[0].text == TEXT


def test_what_has_to_be_kept_is_forced(nllb):
    start = TEXT.index("button")
    request = Forced(sentence=TEXT, keep=((start, start + 6),))
    assert CTranslate2Engine(nllb, "en", "ta", threads=1).translate_forced([request])[0].text == TEXT


def test_drafts_keep_their_elements(nllb):
    text = "Click **the button** to `save` your [changes](/a_b)."
    result = draft(
        [DraftRequest(key=1, text=text)], CTranslate2Engine(nllb, "en", "ta", threads=1), source="en", target="ta"
    )
    assert result[0].text == text


def test_an_unknown_language_is_an_error(nllb):
    assert not nllb.serves("en", "de")
    with pytest.raises(EngineError, match="no code for de"):
        CTranslate2Engine(nllb, "en", "de")
    with pytest.raises(EngineError, match="no code for de"):
        CTranslate2Engine(nllb, "de", "ms")
    own = ModelFolder(name="nllb", path=nllb.path, codes={"de": "zsm_Latn"})
    assert own.serves("en", "de")


def test_a_model_for_one_pair_gets_its_end_mark(opus):
    folder = ModelFolder(name="opus", path=opus, source="en", target="ta", identity=True)
    engine = CTranslate2Engine(folder, "en", "ta", threads=1)
    assert engine.asked.source_suffix == ("</s>",)
    assert engine.translate([TEXT])[0].text == TEXT
    assert folder.serves("en-SG", "ta")
    assert not folder.serves("en", "ms")


def test_an_opus_model_of_several_languages_is_told_the_target(opus):
    folder = ModelFolder(name="opus", path=opus, identity=True)
    search = folder.search("en", "ms", 2)
    assert (search.source_prefix, search.target_prefix) == ((">>zsm<<",), ())
    with pytest.raises(EngineError, match="no code for ta"):
        folder.search("en", "ta", 2)


def test_folders_that_are_no_model(tmp_path, nllb):
    with pytest.raises(EngineError, match="shared_vocabulary"):
        CTranslate2Engine(ModelFolder(name="x", path=tmp_path), "en", "ta")
    for name in ("model.bin", "config.json", "shared_vocabulary.json"):
        (tmp_path / name).write_bytes((nllb.path / name).read_bytes())
    with pytest.raises(EngineError, match="no tokenizer"):
        CTranslate2Engine(ModelFolder(name="x", path=tmp_path), "en", "ta").translate([TEXT])


def vocabulary(folder, **files):
    """A folder that has nothing but vocabularies, each given as the text of the file."""
    folder.mkdir()
    for name, text in files.items():
        kind = "json" if text.startswith(("[", "{")) else "txt"
        (folder / f"{name}_vocabulary.{kind}").write_text(text, encoding="utf-8")
    return ModelFolder(name="x", path=folder)


def test_a_vocabulary_of_lines_ends_in_a_newline(tmp_path):
    folder = vocabulary(tmp_path / "x", shared="<s>\neng_Latn\ntam_Taml\n")
    assert folder.serves("en", "ta")
    assert folder.tokens == {"<s>", "eng_Latn", "tam_Taml"}


def test_a_code_of_a_persons_own_has_to_be_there(tmp_path):
    folder = replace(vocabulary(tmp_path / "x", shared="eng_Latn\ntam_Taml\n"), codes={"fr": "fra_Latn"})
    for ask in (folder.serves, lambda source, target: folder.search(source, target, 2)):
        with pytest.raises(EngineError, match="`codes` has fra_Latn for fr, and the model x has no such token"):
            ask("en", "fr")
    assert folder.serves("en", "ta")


def test_of_two_vocabularies_both_are_read(tmp_path):
    folder = vocabulary(tmp_path / "x", source='["</s>", ">>tam<<"]', target='["</s>"]')
    assert folder.serves("en", "ta")


def test_files_of_another_shape_are_errors(tmp_path):
    folder = vocabulary(tmp_path / "x", shared="eng_Latn\ntam_Taml\n")
    (folder.path / "config.json").write_bytes(b"[]")
    with pytest.raises(EngineError, match="not an object"):
        folder.search("en", "ta", 2)
    with pytest.raises(EngineError, match="cannot be read"):
        vocabulary(tmp_path / "y", shared="[[]]").serves("en", "ta")


def test_the_digest_is_of_all_files(nllb, tmp_path):
    for path in nllb.files():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert ModelFolder(name="x", path=tmp_path).sha256 == nllb.sha256
    (tmp_path / "config.json").write_bytes(b"{}")
    assert ModelFolder(name="x", path=tmp_path).sha256 != nllb.sha256


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("ms", "zsm_Latn"),
        ("ta", "tam_Taml"),
        ("zh-Hans-SG", "zho_Hans"),
        ("zh-Hant", "zho_Hant"),
        ("zh", "zho_Hans"),
        ("ar", "arb_Arab"),
        ("ko", "kor_Hang"),
        ("fil", "tgl_Latn"),
        ("pt-BR", "por_Latn"),
        ("fa-AF", "prs_Arab"),
        ("ks-Deva", "kas_Deva"),
        ("sr-Latn", None),
        ("ms-Arab", None),
        ("tlh", None),
    ],
)
def test_codes_of_flores(tag, code):
    assert flores_code(tag) == code


def test_every_code_has_a_tag_and_comes_back():
    assert len(CODES) > 200
    assert {code for code in CODES if flores_code(language_tag(code)) != code} == set()
