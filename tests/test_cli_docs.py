"""docs/cli.md is what the commands say of themselves, and every command says enough."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
spec = importlib.util.spec_from_file_location("gen_cli_docs", ROOT / "tools" / "gen_cli_docs.py")
gen_cli_docs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(gen_cli_docs)


def commands():
    from pipeline.cli.app import cli

    return list(gen_cli_docs.walk(cli, ("pipeline",)))


def test_the_page_is_up_to_date():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert text == gen_cli_docs.text(), "run python tools/gen_cli_docs.py"


@pytest.mark.parametrize(
    ("path", "command"), commands(), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_has_help_and_an_example(path, command):
    assert command.help
    assert "Examples:" in command.help
    assert f"  {' '.join(path)}" in command.help or f"  {path[0]}" in command.help
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, f"{parameter.name} has no help"


def test_every_command_with_json_is_described():
    text = (ROOT / "docs" / "json-output.md").read_text(encoding="utf-8")
    for path, command in commands():
        if any(parameter.name == "output_format" for parameter in command.params):
            assert f"`{' '.join(path[1:])}`" in text
