"""JSON documents: those of version 1, and those of today, are what docs/schemas/v1.json says."""

import json
import runpy
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "data" / "formats" / "v1"
TOOLS = runpy.run_path(str(Path(__file__).with_name("write_samples.py")))


@pytest.mark.parametrize("path", sorted((SAMPLES / "json").glob("*.json")), ids=lambda path: path.stem)
def test_documents_of_version_1_are_still_what_the_schema_says(path, check):
    check(json.loads(path.read_bytes()), path.stem.replace("-", " "))


def test_the_manifest_of_version_1_is_still_what_the_schema_says(check):
    check(json.loads((SAMPLES / "site/output/dot-pipeline/ms.json").read_bytes()), "manifest")


COMMANDS = {
    "init": ["init", "--lang", "ms", "--dry-run"],
    "extract": ["extract"],
    "update": ["update"],
    "translate": ["translate", "--engine", "argos", "--dry-run"],
    "build": ["build"],
    "status": ["status", "--pages"],
    "verify": ["verify", "content"],
    "models list": ["models", "list"],
    "page extract": ["page", "extract", "content/legal.md", "-o", "one.po"],
    "page rebuild": ["page", "rebuild", "content/legal.md", "locales/ms/LC_MESSAGES/legal.md.po", "-o", "one.md"],
    "po merge": [
        "po",
        "merge",
        "locales/ms/LC_MESSAGES/legal.md.po",
        "locales/ms/LC_MESSAGES/legal.md.po",
        "-o",
        "x.po",
    ],
    "po format": ["po", "format", "--check", "locales/ms/LC_MESSAGES/legal.md.po"],
    "import-po": ["import-po", "--lang", "ms", "locales/ms/LC_MESSAGES/legal.md.po", "--dry-run"],
    "import-translated": ["import-translated", "--lang", "ms", "content", "output/ms", "--dry-run"],
    "memory stats": ["memory", "stats"],
    "memory search": ["memory", "search", "--lang", "ms", "Opening hours"],
    "memory export": ["memory", "export", "--lang", "ms", "-o", "memory.tmx"],
    "glossary start": ["glossary", "start", "--lang", "ms"],
    "glossary list": ["glossary", "list", "--lang", "ms"],
    "glossary check": ["glossary", "check", "--lang", "ms"],
    "engines": ["engines"],
    "models verify": ["models", "verify"],
    "error": ["update", "no-such-page.md"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_documents_of_today_are_what_the_schema_says(name, old_site, run, check):
    check(run(*COMMANDS[name])[1], name)


def test_so_are_the_manifest_and_what_models_install_and_remove_print(old_site, run, check, tmp_path):
    run("build")
    check(json.loads((old_site / "output/.pipeline/ms.json").read_bytes()), "manifest")
    check(run("models", "install", TOOLS["package"](tmp_path))[1], "models install")
    check(run("models", "remove", "translate-en_ms-1_0")[1], "models remove")


def test_every_command_with_json_has_a_schema(schemas):
    printing = {
        name.removeprefix("pipeline ")
        for name, parameters in TOOLS["command_line"]().items()
        if "output_format" in parameters
    }
    assert printing - set(schemas) == set(), "add it to docs/schemas/v1.json"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda document: document.pop("written"), "$ lacks written"),
        (lambda document: document.update(pages="3"), "$.pages is no integer: '3'"),
        (lambda document: document.update(pages=True), "$.pages is no integer: True"),
        (lambda document: document["messages"].update(added=-1), "$.messages.added is -1, out of its range"),
        (lambda document: document.update(version=2), "$.version is 2, not 1"),
        (lambda document: document.update(more=1), ""),
    ],
)
def test_the_judge_sees_what_it_should(change, fault, check):
    document = json.loads((SAMPLES / "json" / "update.json").read_bytes())
    change(document)
    if fault:
        with pytest.raises(AssertionError) as caught:
            check(document, "update")
        assert fault in str(caught.value)
    else:
        check(document, "update")
