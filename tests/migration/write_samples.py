"""Write the samples of a version: files that this version's commands make, which every later version must read.

    python tests/migration/write_samples.py tests/data/formats/v1

Run it once for each version of a public format, with that version's program, and never change what it wrote.
"""

import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

SITE = Path(__file__).parents[1] / "projects" / "site"


def main(out):
    from pipeline import cli

    out = Path(out).absolute()
    texts = {}

    def run(name, *args):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            cli.main([*map(str, args), "--format", "json"])
        texts[name] = printed.getvalue()

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        os.environ["PIPELINE_MODELS"] = str(Path(folder) / "models")
        os.environ["ARGOS_PACKAGES_DIR"] = str(Path(folder) / "argos")
        shutil.copytree(SITE, root)
        os.chdir(root)
        catalogs = root / "locales" / "ms" / "LC_MESSAGES"
        run("init", "init", "--lang", "ms", "--dry-run")
        run("extract", "extract", "-o", "templates")
        shutil.rmtree("templates")
        run("update", "update")
        for name in ("index.md.po", "guide/fees.md.po", "_site.po", "legal.md.po"):
            approve(catalogs / name)
        edit(root / "content" / "guide" / "fees.md", "Small boat |", "Small boat with oars |")
        edit(
            root / "content" / "legal.md",
            "\nEverybody wears a life vest.\n",
            "\nLamps are lit at dusk.\n\nDogs wait ashore.\n",
        )
        edit(root / "content" / "index.md", "Ask the", "Come and ask the")
        run("translate", "translate")
        run("build", "build")
        run("status", "status", "--pages")
        run("verify", "verify", "content")
        run("page extract", "page", "extract", "content/legal.md", "-l", "ms", "-o", "../one.po")
        run("page rebuild", "page", "rebuild", "content/legal.md", catalogs / "legal.md.po", "-o", "../one.md")
        run("po merge", "po", "merge", catalogs / "legal.md.po", "../one.po", "-o", "../merged.po")
        run("models install", "models", "install", package(Path(folder)))
        run("models list", "models", "list")
        run("models remove", "models", "remove", "translate-en_ms-1_0")
        run("error", "update", "no-such-page.md")
        for name, text in texts.items():
            place = out / "json" / f"{name.replace(' ', '-')}.json"
            place.parent.mkdir(parents=True, exist_ok=True)
            shown = text.replace(folder, "/folder").replace(str(Path(cli.__file__).parents[1]), "/program")
            json.loads(shown)
            place.write_text(shown, encoding="utf-8", newline="\n")
        shape = json.dumps(command_line(), indent=1)
        (out / "command-line.json").write_text(shape + "\n", encoding="utf-8", newline="\n")
        for hidden in (root / ".pipeline", root / "output" / ".pipeline"):
            hidden.rename(hidden.with_name("dot-pipeline"))  # Git ignores folders of the real name
        shutil.copytree(root, out / "site")


def command_line():
    """Every command with its parameters, as far as somebody's script may rely on them.

    {"pipeline build": {parameter: {"kind", "flags", "required", "takes", "choices", "many", "default"}}}
    """
    from pipeline.cli.app import cli

    found = {}

    def walk(command, name):
        found[name] = {
            parameter.name: {
                "kind": parameter.param_type_name,
                "flags": sorted([*parameter.opts, *parameter.secondary_opts]),
                "required": parameter.required,
                "takes": 0 if getattr(parameter, "is_flag", False) else parameter.nargs,
                "choices": list(getattr(parameter.type, "choices", ())),
                "many": getattr(parameter, "multiple", False),
                "default": parameter.default if isinstance(parameter.default, str | int | float | bool) else None,
            }
            for parameter in command.params
        }
        for sub in command.list_commands(None) if hasattr(command, "list_commands") else ():
            walk(command.get_command(None, sub), f"{name} {sub}")

    walk(cli, "pipeline")
    return found


def approve(path):
    """Translate every entry of a catalog, as a person would."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if line.startswith('msgid "') and line != 'msgid ""':
            lines[number + 1] = 'msgstr "Ya ' + line[7:]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def package(folder):
    """A model that cannot translate but is well formed."""
    files = {
        "metadata.json": json.dumps({"from_code": "en", "to_code": "ms", "package_version": "1.0"}),
        "model/model.bin": "weights",
        "model/config.json": "{}",
        "model/shared_vocabulary.json": "[]",
        "sentencepiece.model": "pieces",
    }
    path = folder / "sample.argosmodel"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(f"translate-en_ms-1_0/{name}"), data)
    return path


if __name__ == "__main__":
    main(*sys.argv[1:])
