"""`pipeline.toml`: what is read, what is refused and with which words, and that the documentation keeps up."""

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from pipeline import project as types
from pipeline.config import FILE_NAME, default_project, find_root, load_project, parse_project
from pipeline.config_template import config_text
from pipeline.errors import ConfigError
from pipeline.generator import source_defaults
from pipeline.langtag import parse

ROOT = Path(__file__).resolve().parent.parent

EVERYTHING = b"""
format = 1
name = "Fees"
generator = "hugo"
languages = ["ms", "zh_SG", "ms"]
locales = "i18n/po"
output = "./public/"
catalogs = "folder"
references = "line"
templates = true

[contexts]
"table header" = "column"
term = "glossary"

[source]
root = "content"
include = ["**/*.md"]
exclude = ["drafts/**"]
language = "en-SG"
languages = { "zh/**" = "zh-Hans", "zh/en/**" = "en" }

[keys]
translate = ["intro"]
keep = ["slogan"]
shared = ["menu"]
shared_files = ["nav.yml"]

[[keys.paths]]
glob = "nav.yml"
translate = ["items[].label"]

[[keys.paths]]
glob = "*.yml"
keep = ["id"]

[build]
policy = "machine"
min_reviewed = 1
layout = "suffix"
permalinks = false
added_keys = false
mark_fallback = false
notice_where = "body"
static = "copy"
static_include = ["img/**"]
static_exclude = ["img/raw/**"]

[build.languages.ms]
policy = "reviewed"
folder = "my"
notice = "Nota"

[build.languages.zh-Hans-SG]
notice_where = "none"

[[build.paths]]
glob = "legal/**"
policy = "reviewed"
min_reviewed = 0.5

[[build.paths]]
glob = "legal/old/**"
min_reviewed = 0.0

[mt]
engine = "pseudo"
model = "en-ms 1.9"
beam = 4
threads = 2

[mt.languages.ms]
engine = "argos"
model = ""
beam = 1

[mt.pivots]
ta = ["argos:en-id", "ctranslate2:id-ta"]

[mt.folders.nllb]
path = "models/nllb"
source = "id"
target = "ta"
codes = { ta = "tam_Taml" }

[mt.libretranslate]
url = "http://127.0.0.1:5000"
allow_remote = true
timeout = 5

[mt.models]
"en-ms 1.9" = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
"""


def read(text, root=ROOT):
    return parse_project(text if isinstance(text, bytes) else text.encode(), root=root, file=FILE_NAME)


def test_every_key_is_read():
    project = read(EVERYTHING)
    assert (project.name, project.generator, project.title) == ("Fees", "hugo", "Fees")
    assert project.languages == ("ms", "zh-Hans-SG")
    assert (project.locales, project.output, project.output_dir) == ("i18n/po", "public", ROOT / "public")
    assert (project.catalogs, project.references, project.templates) == ("folder", "line", True)
    assert dataclasses.astuple(project.source) == (
        "content",
        ("**/*.md",),
        ("drafts/**",),
        "en-SG",
        (("zh/**", "zh-Hans"), ("zh/en/**", "en")),
    )
    assert project.build.static_exclude == ("img/raw/**",)
    assert project.contexts == (("table header", "column"), ("term", "glossary"))
    assert not any((project.build.permalinks, project.build.added_keys, project.build.mark_fallback))
    defaults = default_project(ROOT)
    for name in ("keys", "build", "mt", "source"):
        table = getattr(project, name)
        same = [
            field.name
            for field in dataclasses.fields(table)
            if getattr(table, field.name) == getattr(getattr(defaults, name), field.name)
        ]
        assert set(same) <= {"root"}, f"the sample leaves keys of [{name}] at their default"


def test_the_last_pattern_that_fits_decides_a_page_s_language():
    project = read(EVERYTHING)
    pages = ("a.md", "zh/a.md", "zh/en/a.md")
    assert [project.language_of(page) for page in pages] == ["en-SG", "zh-Hans", "en"]


def test_policies_by_language_and_path():
    project = read(EVERYTHING)
    malay, chinese = project.languages
    assert project.policy(malay, "a.md") == "reviewed"
    assert project.policy(chinese, "a.md") == "machine"
    assert project.policy(chinese, "legal/a.md") == "reviewed"
    assert [project.min_reviewed(page) for page in ("a.md", "legal/a.md", "legal/old/a.md")] == [1.0, 0.5, 0.0]


def test_folders_and_notices():
    project = read(EVERYTHING)
    malay, chinese = project.languages
    assert (project.folder(malay), project.folder(chinese), project.folder(parse("ta"))) == ("my", "zh-Hans-SG", "ta")
    assert project.notice(malay) == ("Nota", "body")
    assert project.notice(chinese) == (None, "none")


def test_no_beam_is_left_to_the_engine():
    assert default_project(ROOT).mt_for(parse("ms")).beam is None
    assert read("[mt.languages.ms]\nbeam = 3").mt_for(parse("ms")).beam == 3


def test_engine_settings_per_language():
    project = read(EVERYTHING)
    malay, chinese = (project.mt_for(language) for language in project.languages)
    assert (malay.engine, malay.model, malay.beam, malay.threads) == ("argos", "", 1, 2)
    assert (chinese.engine, chinese.model, chinese.beam) == ("pseudo", "en-ms 1.9", 4)


def test_a_pivot_stands_for_the_engine_of_its_language():
    mt = read(EVERYTHING).mt_for(parse("ta"))
    assert (mt.engine, dict(mt.pivots)[parse("ta")]) == ("pivot", ("argos:en-id", "ctranslate2:id-ta"))
    assert (
        read('[mt.pivots]\nms = ["argos:en-id", "apertium:id-ms"]\n[mt.languages.ms]\nengine = "argos"')
        .mt_for(parse("ms"))
        .engine
        == "argos"
    )


def test_key_patterns_add_up():
    project = read(EVERYTHING)
    assert project.key_patterns("a.md") == (("intro",), ("slogan",))
    assert project.key_patterns("nav.yml") == (("intro", "items[].label"), ("slogan", "id"))
    assert project.shared_file("nav.yml")
    assert not project.shared_file("a.md")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('lanuages = ["ms"]', ':1: lanuages: unknown key (did you mean "languages"?)'),
        ("\n\n[soruce]\nroot = 'x'", ':3: soruce: unknown key (did you mean "source"?)'),
        (
            "[build.languages.ms]\npolcy = 'reviewed'",
            ':2: build.languages.ms.polcy: unknown key (did you mean "policy"?)',
        ),
        (
            "[[build.paths]]\nglob = 'a'\n[[build.paths]]\nglob = 'b'\nmin_reviewed = 80",
            ":5: build.paths[1].min_reviewed: must be a number from 0.0 to 1.0",
        ),
        ("[[keys.paths]]\ntranslate = ['a']", ":1: keys.paths[0].glob: is missing"),
        ("[keys.paths]\nglob = 'a'", ":1: keys.paths: must be tables, written [[keys.paths]], not a table"),
        ("catalogs = 'pages'", ":1: catalogs: 'pages' is not one of page, folder, site (did you mean \"page\"?)"),
        ("languages = 'ms'", ":1: languages: must be a list of strings, not a string"),
        ("languages = [1]", ":1: languages: must be a list of strings"),
        ("languages = ['malay']", ":1: languages: 'malay' is not a language tag (did you mean ms or mg?)"),
        ("[source.languages]\n'a/**' = 1", ":1: source.languages: must be a table of strings"),
        ("[build.languages.nolang]", ":1: build.languages.nolang: 'nolang' is not a language tag"),
        ("[build.languages]\nms = 'machine'", ":2: build.languages.ms: must be a table"),
        ('[mt.pivots]\nms = ["argos:en-ms"]', ":2: mt.pivots.ms: must be two steps"),
        (
            '[mt.pivots]\nms = ["foo:en-id", "argos:id-ms"]',
            ":2: mt.pivots.ms: no step can be made by 'foo' (one of argos, apertium, ctranslate2, libretranslate)",
        ),
        ('[mt.pivots]\nms = ["pseudo:en-id", "argos:id-ms"]', ":2: mt.pivots.ms: no step can be made by 'pseudo'"),
        ('[mt.pivots]\nms = ["argos:en-id", "argos"]', ":2: mt.pivots.ms: 'argos' does not say from what to what"),
        ('[mt.models]\n"en-ms 1.9" = "abc"', ':2: mt.models."en-ms 1.9": must be sha256: and 64 hexadecimal digits'),
        ('[mt.folders.x]\nsource = "en"', ":1: mt.folders.x.path: is missing"),
        ('[mt.folders.x]\npath = "m"\ntarget = "ta"', ":3: mt.folders.x.target: needs source beside it"),
        ('[mt.folders.x]\npath = "m"\nsource = "en"', ":3: mt.folders.x.source: needs target beside it"),
        ("[mt]\nbeam = true", ":2: mt.beam: must be a whole number from 1 to 16"),
        ("[contexts]\nterm = 1", ":1: contexts: must be a table of strings"),
        ('[contexts]\nterm = ""', ":2: contexts.term: neither the kind nor the context may be empty"),
        ("[mt]\nbeam = 0", ":2: mt.beam: must be a whole number from 1 to 16"),
        ("templates = 1", ":1: templates: must be true or false, not a number"),
        ("name = 2026-01-01", ":1: name: must be a string, not a date"),
        ("output = '../x'", ":1: output: '../x' is outside the project (name a folder below pipeline.toml)"),
        ("locales = 'C:\\x'", ":1: locales: 'C:/x' is outside the project (name a folder below pipeline.toml)"),
        ("[build.languages.ms]\nfolder = 'a/b'", ":2: build.languages.ms.folder: 'a/b' is not the name of one folder"),
        ("format = 2", ":1: format: this pipeline.toml is of version 2, and this program reads up to 1 (it was left"),
        ("format = 0", ":1: format: 0 is no version of the format of a pipeline.toml (it is 1)"),
        ("a = 1\na = 2", ":2: not TOML: "),
        ("a =", ":1: not TOML: Invalid value"),
        (b"# ok\nname = '\xff'", ":2: is not UTF-8"),
        ("a = " + "[" * 5000, "not TOML: "),
    ],
)
def test_errors_name_file_line_and_key(text, message):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert str(caught.value).startswith(FILE_NAME)
    assert message in str(caught.value)


def test_a_folder_without_a_file_is_a_project_too(tmp_path):
    project = load_project(tmp_path)
    assert project == default_project(tmp_path)
    assert (project.generator, project.source.root, project.languages) == ("plain", ".", ())
    with pytest.raises(ConfigError, match="no such file"):
        load_project(tmp_path / "other.toml")
    with pytest.raises(ConfigError, match="no such folder"):
        load_project(tmp_path / "gone")


def test_the_file_is_found_from_below(tmp_path):
    (tmp_path / FILE_NAME).write_text("name = 'x'\r\n[build]\r\nmin_reviewed = 0.5\r\n", "utf-8", newline="")
    inner = tmp_path / "content" / "a"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path.resolve()
    project = load_project(find_root(inner))
    assert (project.name, project.build.min_reviewed, project.source.root) == ("x", 0.5, "content")
    assert load_project(tmp_path / FILE_NAME).name == "x"


@pytest.mark.parametrize(
    ("sign", "generator", "root"),
    [
        ("_config.yml", "jekyll", "."),
        ("hugo.toml", "hugo", "content"),
        ("mkdocs.yml", "mkdocs", "docs"),
        ("docusaurus.config.ts", "docusaurus", "."),
        ("index.html", "plain", "."),
    ],
)
def test_generators_are_found_by_their_files(tmp_path, sign, generator, root):
    (tmp_path / sign).write_text("", "utf-8")
    project = default_project(tmp_path)
    assert (project.generator, project.source.root) == (generator, root)


@pytest.mark.parametrize("sign", [None, "_config.yml", "hugo.toml", "docusaurus.config.js"])
def test_the_file_that_init_writes_says_what_the_defaults_are(tmp_path, sign):
    if sign:
        (tmp_path / sign).write_text("", "utf-8")
    text = config_text(tmp_path, [parse("ms")])
    project = read(text, tmp_path)
    assert project == dataclasses.replace(default_project(tmp_path), languages=(parse("ms"),))
    # With every commented key taken in, the file still reads, and leaves no key out.
    whole = re.sub(r"(?m)^# (?=\[|[\"a-z][^ ]* = )", "", text)
    assert whole != text
    read(whole, tmp_path)
    asked = {key for _, keys in tables() for key in keys}
    assert asked - words(tomllib.loads(whole)) == set()


def words(value):
    """All keys of nested tables."""
    if isinstance(value, list):
        return set().union(*map(words, value))
    return set(value).union(*map(words, value.values())) if isinstance(value, dict) else set()


def test_a_generator_that_is_given_is_written_down(tmp_path):
    (tmp_path / "mkdocs.yml").write_text("", "utf-8")
    text = config_text(tmp_path, generator="jekyll")
    assert '\ngenerator = "jekyll"' in text
    assert read(text, tmp_path).generator == "jekyll"
    assert read(text, tmp_path).source.exclude == source_defaults(tmp_path, "jekyll").exclude


@pytest.mark.parametrize(
    ("files", "generator"),
    [
        ({"config.toml": 'baseURL = "https://x.example/"', "content/a.md": ""}, "hugo"),
        ({"config.yaml": "baseURL: https://x.example/", "content/a.md": ""}, "hugo"),
        ({"hugo.yml": ""}, "hugo"),
        ({"config.toml": "[x]", "content/a.md": ""}, "plain"),
        ({"Gemfile": 'gem "jekyll"', "index.md": ""}, "jekyll"),
        ({"docs/a.md": "", "mkdocs.yml": ""}, "mkdocs"),
        ({"docusaurus.config.js": "", "docs/a.md": ""}, "docusaurus"),
    ],
)
def test_generators_are_recognised(tmp_path, files, generator):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert default_project(tmp_path).generator == generator


def tables():
    """(class, its keys) of every table of the file."""
    for kind in vars(types).values():
        if dataclasses.is_dataclass(kind) and kind.__module__ == types.__name__:
            tables_name = {types.MtFolder: {"name"}, types.Project: {"root", "notes"}}
            left_out = {"language"} if kind.__name__.endswith("Language") else tables_name.get(kind, set())
            yield kind, [field.name for field in dataclasses.fields(kind) if field.name not in left_out]


@pytest.mark.parametrize(("kind", "keys"), list(tables()), ids=lambda value: getattr(value, "__name__", ""))
def test_every_key_is_documented(kind, keys):
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    heading = {
        "Project": "## Top level",
        "Source": "## `[source]`",
        "Keys": "## `[keys]`",
        "KeyPaths": "`[[keys.paths]]` has",
        "Build": "## `[build]`",
        "BuildLanguage": "`[build.languages.TAG]` has",
        "BuildPaths": "`[[build.paths]]` has",
        "Mt": "## `[mt]`",
        "MemoryUse": "## `[memory]`",
        "MtLanguage": "`[mt.languages.TAG]` has",
        "MtFolder": "`[mt.folders.NAME]` has",
        "MtServer": "`[mt.libretranslate]` has",
    }[kind.__name__]
    table = re.search(r"(?:^\|.*\n)+", text[text.index(heading) :], re.MULTILINE)[0]
    sections = {"source", "keys", "build", "mt", "memory"} if kind is types.Project else set()
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(keys) - sections


def test_examples_in_the_documentation_are_read():
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert examples
    for example in examples:
        read(example)


@pytest.mark.parametrize("name", ["a\\nX-Pipeline-Format: 99", "a\\u0000b", "\\u001b[31m"])
def test_a_name_is_no_way_into_the_header_of_a_po_file(tmp_path, name):
    (tmp_path / "pipeline.toml").write_text(f'name = "{name}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="one line without control characters"):
        load_project(tmp_path)
