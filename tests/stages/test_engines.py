import json
import runpy
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.config import parse_project
from pipeline.errors import ConfigError, EngineError
from pipeline.langtag import parse
from pipeline.mt import models
from pipeline.mt.apertium import ApertiumEngine
from pipeline.mt.libretranslate import LibreTranslateEngine
from pipeline.mt.markers import choose_marker
from pipeline.mt.record import marker_form, record_marker
from pipeline.stages.enginelist import engines_of_languages, list_engines, verify_models
from pipeline.stages.engines import open_engine

pytestmark = pytest.mark.model

TOOLS = runpy.run_path(str(Path(__file__).parents[1] / "mt" / "copymodel.py"))
EN, MS, TA = parse("en"), parse("ms"), parse("ta")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Packages en-id and id-ms that copy, and a folder with a model of many languages."""
    folder = tmp_path_factory.mktemp("models")
    TOOLS["build_folder"](folder / "nllb", symbols=("eng_Latn", "tam_Taml"))
    TOOLS["build_copy_model"](folder, source="en", target="id")
    TOOLS["build_copy_model"](folder, source="id", target="ms")
    return folder


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("PIPELINE_MODELS", str(tmp_path / "installed"))
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path / "argos"))
    return tmp_path


def project(root, text):
    return parse_project(f'languages = ["ms", "ta"]\n{text}'.encode(), root=root)


def install(files, pair):
    return models.install(files / f"translate-{pair}-1_0.argosmodel")


def test_a_pivot_is_only_what_the_configuration_says(files, own):
    install(files, "en_id")
    install(files, "id_ms")
    settings = project(own, '[mt.pivots]\nms = ["argos:en-id", "argos:id-ms"]').mt_for(MS)
    engine = open_engine(settings, EN, MS)
    assert (engine.id, engine.model) == ("argos+argos", "en-id 1.0 > id-ms 1.0")
    assert engine.translate(["Opening hours"])[0].text == "Opening hours"
    assert open_engine(project(own, "").mt_for(MS), EN, MS).model == "en-ms 0.1 starter"


@pytest.mark.parametrize("steps", ['["argos:id-ms", "argos:en-id"]', '["argos:en-id", "argos:es-ms"]'])
def test_a_pivot_that_leads_elsewhere(own, steps):
    with pytest.raises(ConfigError, match="do not lead from en to ms"):
        open_engine(project(own, f"[mt.pivots]\nms = {steps}").mt_for(MS), EN, MS)


def test_a_folder_is_opened(files, own):
    mt = project(
        own, f'[mt]\nengine = "ctranslate2"\n[mt.folders.nllb]\npath = "{(files / "nllb").as_posix()}"'
    ).mt_for(TA)
    assert open_engine(mt, EN, TA).model == "nllb en-ta"
    with pytest.raises(EngineError, match="no model folder translates en to ms"):
        open_engine(mt, EN, MS)
    with pytest.raises(EngineError, match="no folder is called 'x'"):
        open_engine(replace(mt, model="x"), EN, TA)
    twice = replace(mt, folders=(*mt.folders, replace(mt.folders[0], name="other")))
    with pytest.raises(EngineError, match="nllb, other translate en to ta"):
        open_engine(twice, EN, TA)
    assert open_engine(replace(twice, model="other"), EN, TA).model == "other en-ta"


def test_a_broken_folder_concerns_those_who_would_use_it(files, own):
    (own / "empty").mkdir(parents=True)
    text = f"""[mt]
engine = "ctranslate2"
[mt.folders.empty]
path = "empty"
[mt.folders.pair]
path = "empty"
source = "en"
target = "ta"
[mt.folders.nllb]
path = "{(files / "nllb").as_posix()}"
"""
    here = project(own, text)
    assert open_engine(here.mt, EN, TA).model == "nllb en-ta"
    tamil, malay = engines_of_languages(here, [TA, MS])
    assert tamil.model == "nllb en-ta"
    assert malay.reason == f"{own / 'empty'}: no model: shared_vocabulary.json is missing"
    with pytest.raises(EngineError, match="shared_vocabulary"):
        open_engine(replace(here.mt, model="pair"), EN, TA)
    with pytest.raises(EngineError, match="no model folder translates en to ms"):
        open_engine(replace(here.mt, model="pair"), EN, MS)
    states = {state.id: state for state in list_engines(here)}
    assert states["ctranslate2"].pairs == (("en", "ta", "nllb"),)
    only = project(own, '[mt.folders.empty]\npath = "empty"')
    assert str(own / "empty") in {state.id: state for state in list_engines(only)}["ctranslate2"].reason


def test_a_server_is_used_only_when_it_is_configured(own):
    with pytest.raises(EngineError, match="no LibreTranslate server"):
        open_engine(project(own, '[mt]\nengine = "libretranslate"').mt_for(MS), EN, MS)
    settings = '[mt]\nengine = "libretranslate"\n[mt.libretranslate]\nurl = "http://127.0.0.1:9"'
    assert open_engine(project(own, settings).mt_for(MS), EN, MS).model == "127.0.0.1:9 en-ms"


def test_a_pinned_model_has_to_be_that_one(files, own):
    package = install(files, "en_id")

    def opened(digest):
        return open_engine(project(own, f'[mt.models]\n"en-id 1.0" = "sha256:{digest}"').mt, EN, parse("id"))

    assert opened(package.sha256).model == "en-id 1.0"
    with pytest.raises(EngineError, match="not the model that"):
        opened("0" * 64)
    (package.path / "model" / "config.json").write_bytes(b"{}")
    with pytest.raises(EngineError, match="changed since it was installed: model/config"):
        opened(package.sha256)


def test_verify_compares_files_pins_and_what_is_missing(files, own):
    package = install(files, "en_id")
    pins = f'"en-id 1.0" = "sha256:{package.sha256}"\n"en-zz 1" = "sha256:{"0" * 64}"\n"en-ms 0.1 starter" = "sha256:{"0" * 64}"'
    settings = project(own, f"[mt.models]\n{pins}").mt

    def states():
        return {check.label: (check.state, check.failed, check.files) for check in verify_models(settings)}

    assert states() == {
        "en-id 1.0": ("ok", False, ()),
        "en-ms 0.1 starter": ("other", True, ()),
        "en-zz 1": ("missing", True, ()),
    }
    record_marker(package, "§{}")
    assert states()["en-id 1.0"] == ("ok", False, ())
    (package.path / "extra.txt").write_bytes(b"x")
    (package.path / "sentencepiece.model").write_bytes(b"x")
    assert states()["en-id 1.0"] == ("changed", True, ("extra.txt", "sentencepiece.model"))
    (package.path / "pipeline-package.json").unlink()
    assert states()["en-id 1.0"][0] == "other"  # nothing says any more that it is the pinned one


@pytest.mark.parametrize("gone", ["model/model.bin", "metadata.json"])
def test_verify_tells_of_an_installed_model_whose_files_are_gone(files, own, capsys, monkeypatch, gone):
    package = install(files, "en_id")
    (package.path / gone).unlink()
    settings = project(own, f'[mt.models]\n"translate-en_id-1_0" = "sha256:{package.sha256}"').mt
    label = "en-id 1.0" if gone != "metadata.json" else "translate-en_id-1_0"
    checks = {check.label: check for check in verify_models(settings)}
    assert set(checks) == {"en-ms 0.1 starter", label}
    assert (checks[label].state, checks[label].files) == ("changed", (gone,))
    assert checks[label].pinned
    monkeypatch.chdir(own)
    (own / "pipeline.toml").write_text('languages = ["ms"]\n', encoding="utf-8")
    assert main(["models", "verify"]) == 1
    assert f"changed since it was installed; {gone}" in " ".join(capsys.readouterr().out.split())


def test_a_folder_that_is_no_package_is_no_model_that_was_installed(own):
    (own / "installed" / "notes").mkdir(parents=True)
    assert [check.label for check in verify_models(project(own, "").mt)] == ["en-ms 0.1 starter"]


@pytest.mark.apertium
def test_a_pair_of_apertium_is_pinned_under_either_of_its_names(own):
    try:
        engine = ApertiumEngine("en", "es")
    except EngineError as error:
        pytest.skip(str(error))
    pins = {"eng-spa": engine.digest, engine.model: engine.digest, "eng-spa 00000000": engine.digest}
    text = "".join(f'"{name}" = "sha256:{digest}"\n' for name, digest in pins.items())
    checks = {check.label: check for check in verify_models(project(own, f"[mt.models]\n{text}").mt)}
    assert [checks[name].state for name in pins] == ["ok", "ok", "missing"]
    other = f'[mt.models]\n"{engine.model}" = "sha256:{"0" * 64}"'
    assert {check.state for check in verify_models(project(own, other).mt)} == {"ok", "other"}


def test_a_folder_without_a_model_is_missing(own):
    (own / "empty").mkdir(parents=True)
    settings = project(own, '[mt.folders.gone]\npath = "gone"\n[mt.folders.empty]\npath = "empty"').mt
    checks = {check.label: (check.state, check.pinned, check.failed) for check in verify_models(settings)}
    assert checks["gone"] == checks["empty"] == ("missing", False, True)


def test_what_argos_translate_installed_cannot_be_compared(files, own):
    package = install(files, "en_id")
    shutil.copytree(package.path, own / "argos" / "translate-en_id-1_0")
    (own / "argos" / "translate-en_id-1_0" / "pipeline-package.json").unlink()
    shutil.rmtree(package.path)
    checks = {check.label: check for check in verify_models(project(own, "").mt)}
    assert (checks["en-id 1.0"].state, checks["en-id 1.0"].failed) == ("unrecorded", False)


def test_the_trial_of_markers_at_installation_is_used(files, own, capsys):
    assert main(["models", "install", str(files / "translate-en_id-1_0.argosmodel")]) == 0
    assert "it keeps the marker §1" in capsys.readouterr().out
    package = models.find("en", "id")
    assert marker_form(package) == "§{}"
    engine = open_engine(project(own, "").mt, EN, parse("id"))
    record_marker(package, "#{}")

    def never(*_):
        raise AssertionError("tried again")

    assert choose_marker(engine, never).form == "#{}"
    record_marker(package, "")
    assert choose_marker(engine, never) is None
    record_marker(package, "made up{}")
    assert choose_marker(engine).form == "§{}"


def test_engines_says_what_is_usable_and_why_not(files, own):
    install(files, "en_id")
    here = project(
        own, f'[mt.languages.ta]\nengine = "ctranslate2"\n[mt.folders.nllb]\npath = "{(files / "nllb").as_posix()}"'
    )
    states = {state.id: state for state in list_engines(here)}
    assert list(states) == ["argos", "apertium", "ctranslate2", "libretranslate", "pseudo"]
    assert ("en", "id", "en-id 1.0") in states["argos"].pairs
    assert states["ctranslate2"].pairs == (("en", "ta", "nllb"),)
    assert states["libretranslate"].to_dict()["usable"] is False
    assert states["libretranslate"].reason == "no LibreTranslate server is configured"
    languages = engines_of_languages(here, [MS, TA, parse("de")])
    assert [(found.engine, found.model) for found in languages] == [
        ("argos", "en-ms 0.1 starter"),
        ("ctranslate2", "nllb en-ta"),
        ("argos", ""),
    ]
    assert "no translation model from en to de" in languages[2].reason


SERVER = '[mt]\nengine = "libretranslate"\n[mt.libretranslate]\nurl = "{}"'


def test_a_server_is_asked_once_what_it_translates(own, monkeypatch):
    asked = []

    def pairs(engine):
        asked.append(engine.server)
        return [("en", "ms"), ("id", "ms")]

    monkeypatch.setattr(LibreTranslateEngine, "pairs", pairs)
    here = project(own, SERVER.format("http://127.0.0.1:5999"))
    malay, tamil, german = engines_of_languages(here, [MS, TA, parse("de")])
    assert (malay.model, tamil.model, german.model) == ("127.0.0.1:5999 en-ms", "", "")
    assert tamil.reason == "http://127.0.0.1:5999: the server does not translate en to ta"
    assert [server.tries for server in asked] == [1]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:{}", "does not answer"),
        ("http://127.0.0.1:abc", "not the address of a server"),
        ("http://[::1", "not the address of a server"),
    ],
)
@pytest.mark.parametrize("pivot", [False, True])
def test_a_server_that_cannot_be_used_drafts_nothing(files, own, monkeypatch, capsys, url, why, pivot):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    install(files, "en_id")
    text = SERVER.format(url.format(port))
    if pivot:
        text = text.replace(
            '[mt]\nengine = "libretranslate"', '[mt.pivots]\nms = ["argos:en-id", "libretranslate:id-ms"]'
        )
    monkeypatch.chdir(own)
    (own / "pipeline.toml").write_text(f'languages = ["ms"]\n{text}', encoding="utf-8")
    assert main(["engines"]) == 1
    shown = capsys.readouterr().out.splitlines()[-1]
    assert shown.startswith("drafts for ms: no, ")
    assert why in shown


def test_a_server_without_pairs_drafts_nothing(own, monkeypatch):
    monkeypatch.setattr(LibreTranslateEngine, "pairs", lambda _: [])
    (found,) = engines_of_languages(project(own, SERVER.format("http://127.0.0.1:5999")), [MS])
    assert (found.model, found.hint) == ("", "it has no pair")


def test_the_commands(files, own, capsys, monkeypatch):
    monkeypatch.chdir(own)
    (own / "pipeline.toml").write_text('languages = ["ms", "de"]\n', encoding="utf-8")
    assert main(["engines"]) == 1
    shown = capsys.readouterr().out
    assert "argos: en → ms" in shown
    assert "drafts for ms: argos en-ms 0.1 starter" in shown
    assert "drafts for de: no, no translation model from en to de is installed" in shown
    assert main(["engines", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["command"] == "engines"
    assert main(["models", "verify"]) == 0
    package = install(files, "en_id")
    (package.path / "metadata.json").write_bytes((package.path / "metadata.json").read_bytes() + b"\n")
    capsys.readouterr()
    assert main(["models", "verify", "--format", "json"]) == 1
    found = {model["label"]: model for model in json.loads(capsys.readouterr().out)["models"]}
    assert (found["en-id 1.0"]["state"], found["en-id 1.0"]["files"]) == ("changed", ["metadata.json"])
