"""The samples of each version, a judge of JSON documents, and a way to run commands on a copy of an old project."""

import json
import re
import shutil
from pathlib import Path

import pytest

from pipeline.cli import main

ROOT = Path(__file__).parents[2]
FORMATS = ROOT / "tests" / "data" / "formats"
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "v1.json").read_bytes())
TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
KNOWN = {"$ref", "type", "const", "enum", "minimum", "maximum", "items", "required", "properties", "description"}


def faults(value, schema, at="$"):
    """What is wrong with a document, by the part of JSON Schema that docs/schemas uses."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        yield from faults(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], at)
        return
    kinds = schema.get("type", list(TYPES))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(isinstance(value, TYPES[kind]) and (kind == "boolean" or value is not True) for kind in kinds):
        yield f"{at} is no {' or '.join(kinds)}: {value!r}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at} is {value!r}, not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}, none of {schema['enum']}"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at} is {value}, out of its range"
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), f"{at}[{number}]")
    if isinstance(value, dict):
        yield from (f"{at} lacks {key}" for key in schema.get("required", ()) if key not in value)
        for key, part in schema.get("properties", {}).items():
            if key in value:
                yield from faults(value[key], part, f"{at}.{key}")


@pytest.fixture
def check():
    """Call it with a document and a name, e.g. "build": the document is what docs/schemas says of it."""

    def judge(document, name):
        assert list(faults(document, SCHEMA["$defs"][name])) == []

    return judge


@pytest.fixture
def schemas():
    """Name of a document -> its schema."""
    return SCHEMA["$defs"]


@pytest.fixture
def samples():
    """The folder of the samples, one folder a version."""
    return FORMATS


@pytest.fixture
def old_site(tmp_path, monkeypatch):
    """A copy of the project that version 1 left behind, and the current folder."""
    site = tmp_path / "site"
    shutil.copytree(FORMATS / "v1" / "site", site)
    for folder in (site, site / "output"):
        (folder / "dot-pipeline").rename(folder / ".pipeline")
    monkeypatch.chdir(site)
    monkeypatch.setenv("PIPELINE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path / "argos"))
    return site


@pytest.fixture
def run(capsys):
    """Call it with a command: (exit code, the JSON document, what stands on standard error)."""

    def call(*args):
        code = main([*map(str, args), "--format", "json"])
        out, err = capsys.readouterr()
        assert not re.search("Traceback", err)
        return code, json.loads(out), err

    return call
