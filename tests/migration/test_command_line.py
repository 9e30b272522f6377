"""The command line: whatever a script written for version 1 calls is still there and takes the same."""

import copy
import json
import runpy
from pathlib import Path

import pytest

VERSION_1 = json.loads((Path(__file__).parents[1] / "data" / "formats" / "v1" / "command-line.json").read_bytes())
command_line = runpy.run_path(str(Path(__file__).with_name("write_samples.py")))["command_line"]


def broken(old, new):
    """What somebody's call would trip over. A flag that was renamed stays as a hidden alias, and so is found."""
    for command, parameters in old.items():
        if command not in new:
            yield f"{command}: gone"
            continue
        flags = {
            flag: parameter
            for parameter in new[command].values()
            if parameter["kind"] == "option"
            for flag in parameter["flags"]
        }
        for name, before in parameters.items():
            for flag in before["flags"] if before["kind"] == "option" else ():
                now = flags.get(flag)
                if now is None:
                    yield f"{command} {flag}: gone; keep it as a hidden option that says what to use instead"
                    continue
                if now["takes"] != before["takes"]:
                    yield f"{command} {flag}: takes {now['takes']} values, not {before['takes']}"
                if before["many"] and not now["many"]:
                    yield f"{command} {flag}: can no longer be repeated"
                if now["choices"] and set(before["choices"]) - set(now["choices"]):
                    yield f"{command} {flag}: a choice is gone"
                if now["default"] != before["default"]:
                    yield f"{command} {flag}: means {now['default']!r} when left out, not {before['default']!r}"
            if before["kind"] == "argument" and new[command].get(name, {}).get("takes") != before["takes"]:
                yield f"{command} {name}: gone, or takes another number of values"
        known = {flag for before in parameters.values() for flag in before["flags"]}
        for name, now in new[command].items():
            if now["required"] and not known & set(now["flags"]):
                yield f"{command} {name}: is required now"


def test_nothing_of_version_1_is_gone():
    assert list(broken(VERSION_1, command_line())) == []


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (lambda commands: commands.pop("pipeline build"), "pipeline build: gone"),
        (lambda commands: commands["pipeline build"].pop("dry_run"), "pipeline build --dry-run: gone"),
        (lambda commands: commands["pipeline build"]["langs"].update(many=False), "can no longer be repeated"),
        (lambda commands: commands["pipeline build"]["output_format"].update(choices=["text"]), "a choice is gone"),
        (lambda commands: commands["pipeline build"]["paths"].update(takes=1), "pipeline build paths: gone, or takes"),
        (lambda commands: commands["pipeline translate"]["min_score"].update(default=0.5), "means 0.5 when left out"),
    ],
)
def test_what_would_break_a_script_is_seen(change, trouble):
    commands = copy.deepcopy(VERSION_1)
    change(commands)
    assert any(trouble in line for line in broken(VERSION_1, commands))


def test_what_is_added_breaks_nothing():
    commands = copy.deepcopy(VERSION_1)
    commands["pipeline new"] = {}
    commands["pipeline build"]["langs"]["flags"].append("--language")
    assert list(broken(VERSION_1, commands)) == []
