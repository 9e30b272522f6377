"""The rules of docs/architecture.md, held by walking the imports of every module."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pipeline"

# Lowest first. A module may import from lower layers and from its own part, never from another part of its layer.
LAYERS = (
    ("errors", "exchange"),
    ("globs", "langtag", "model"),
    ("files", "names", "sqlitedamage", "versions", "wordforms"),
    ("inline",),
    ("document",),
    ("catalog", "mt"),
    ("review", "publish"),
    ("toml_table", "generator"),
    ("project",),
    ("config_mt",),
    ("config", "config_template", "source"),
    ("stages",),
    ("cli",),
)
# What is beside the layers: the public names, and `python -m pipeline`.
TOP = ("__init__", "__main__")
# Types and errors: every module of the same layer or a higher one may use them.
BASE = {"errors", "model", "langtag", "globs"}

# A third-party library lives in these parts of the package only.
HOMES = {
    "argostranslate": {"mt"},
    "babel": {"langtag", "catalog", "mt"},
    "click": {"cli"},
    "ctranslate2": {"mt"},
    "jinja2": {"review"},
    "nh3": {"review"},
    "pyromark": {"document", "inline"},
    "rapidfuzz": {"catalog"},
    "rich": {"cli"},
    "sentencepiece": {"mt"},
    "sentencex": {"mt"},
    "sqlite3": {"catalog", "mt", "sqlitedamage"},
    "starlette": {"review"},
    "yaml": {"document"},
}
# Loaded inside the function that needs them, so that the command line starts at once.
HEAVY = {"argostranslate", "babel", "ctranslate2", "numpy", "rapidfuzz", "rich", "sentencepiece", "sentencex"}

LONGEST = 320
"""Lines of a module, docstrings included."""

MODULES = sorted(PACKAGE.rglob("*.py"))


@cache
def tree(path):
    return ast.parse(path.read_bytes(), str(path))


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def part_of(path):
    """`catalog` for pipeline/catalog/merge.py, `langtag` for pipeline/langtag.py."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(nodes):
    """Dotted names that the statements import, wherever they stand; `if TYPE_CHECKING` costs nothing and is left out."""
    for node in nodes:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from imports(node.orelse)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(ast.iter_child_nodes(node))


def layer(part):
    return next((number for number, parts in enumerate(LAYERS) if part in parts), None)


def test_modules_are_found():
    assert len(MODULES) > 10


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_is_small_and_says_what_it_is_for(path):
    assert ast.get_docstring(tree(path)), "no docstring"
    lines = path.read_bytes().count(b"\n")
    assert lines <= LONGEST, "split it"


@pytest.mark.parametrize("path", [path for path in MODULES if part_of(path) not in TOP], ids=name_of)
def test_imports_point_downward(path):
    part = part_of(path)
    assert layer(part) is not None, f"{part} stands in no layer"
    for name in imports([tree(path)]):
        if not name.startswith("pipeline."):
            continue
        if name == "pipeline.__version__":
            continue
        other = name.split(".")[1]
        assert layer(other) is not None, f"{name} stands in no layer"
        allowed = other == part or other in BASE or layer(other) < layer(part)
        assert allowed, f"{part} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_libraries_live_where_they_belong(path):
    known = set(sys.stdlib_module_names) - {"sqlite3"}
    for name in imports([tree(path)]):
        library = name.split(".")[0]
        if library not in known and library != "pipeline":
            assert part_of(path) in HOMES.get(library, ()), f"{library} does not belong in {name_of(path)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_where_they_are_used(path):
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    outside = [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in inside
    ]
    guarded = {id(node) for block in ast.walk(tree(path)) if isinstance(block, ast.If) for node in ast.walk(block)}
    loaded = {name.split(".")[0] for name in imports(node for node in outside if id(node) not in guarded)}
    assert not loaded & HEAVY


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_speaks(path):
    if part_of(path) not in ("cli", "__main__"):
        calls = {
            node.func.id
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"print", "input", "exit", "breakpoint", "eval", "exec"}


@pytest.mark.parametrize(
    "start", ["import pipeline", "import runpy; runpy.run_module('pipeline', run_name='__main__')"]
)
def test_start_loads_no_heavy_library(start):
    script = f"""
import sys
sys.argv = ["pipeline", "--help"]
try:
    {start}
except SystemExit as stopped:
    assert not stopped.code, stopped.code
print("\\n".join(sys.modules), file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr
    loaded = {name.split(".")[0] for name in ran.stderr.split()}
    assert not loaded & (HEAVY | {"yaml", "sqlite3", "socket", "ssl", "asyncio", "torch", "stanza"})


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_group_is_repeated_possessively(path):
    """`(?:…)*+` skips text it did not match in Python before 3.11.5 (gh-106052), as Debian 12 has it: `(?>(?:…)*)`."""
    assert not re.search(r"\)[*+?]\+", path.read_text("utf-8"))


def test_reading_a_language_tag_loads_no_babel():
    script = (
        "import sys; from pipeline.langtag import parse; parse('zh_SG'); parse('ms'); assert 'babel' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
