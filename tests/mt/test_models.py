import json
import stat
import zipfile

import pytest

from pipeline.errors import EngineError
from pipeline.mt import index, models, package
from pipeline.mt.codes import argos_codes, language_tag

METADATA = {"from_code": "en", "to_code": "ms", "package_version": "1.0"}
FILES = {
    "metadata.json": json.dumps(METADATA),
    "model/model.bin": "weights",
    "model/config.json": "{}",
    "model/shared_vocabulary.json": "[]",
    "sentencepiece.model": "pieces",
}


def make(folder, files=FILES, *, top="translate-en_ms-1_0", name="test.argosmodel", extra=(), **metadata):
    """A package file that cannot translate but is well formed; `extra` are (ZipInfo or name, data)."""
    if metadata:
        files = {**files, "metadata.json": json.dumps({**METADATA, **metadata})}
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, data in files.items():
            archive.writestr(f"{top}/{inner}", data)
        for inner, data in extra:
            archive.writestr(inner, data)
    return path


def test_a_package_is_installed_whole_with_its_digest(tmp_path, own_folders):
    file = make(tmp_path)
    installed = models.install(file)
    assert installed.path == own_folders / "translate-en_ms-1_0"
    assert installed.sha256 == package.file_sha256(file)
    assert (installed.label, installed.source, installed.target) == ("en-ms 1.0", "en", "ms")
    assert [path.name for path in own_folders.iterdir()] == ["translate-en_ms-1_0"]
    assert models.install(file) == installed


def test_another_package_of_the_name_replaces_it(tmp_path, own_folders):
    models.install(make(tmp_path))
    newer = models.install(make(tmp_path, package_version="1.1"))
    assert newer.version == "1.1"
    assert len(list(own_folders.iterdir())) == 1


def link():
    info = zipfile.ZipInfo("translate-en_ms-1_0/model/link")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ([("../evil.txt", "x")], "named"),
        ([("translate-en_ms-1_0/../../evil.txt", "x")], "named"),
        ([("/etc/evil", "x")], "named"),
        ([("C:/evil", "x")], "named"),
        ([("translate-en_ms-1_0\\..\\evil", "x")], "named"),
        ([("translate-en_ms-1_0/nul.txt", "x")], "named"),
        ([("translate-en_ms-1_0/model/evil. ", "x")], "named"),
        ([(link(), "/etc/passwd")], "link"),
        ([("other/evil.txt", "x")], "two top folders"),
        ([("evil.txt", "x")], "top folder"),
        ([("translate-en_ms-1_0/MODEL/model.bin", "x")], "twice"),
        ([("translate-en_ms-1_0/bomb", "0" * 20_000_000)], "unpacks to"),
        ([(f"translate-en_ms-1_0/{i}", "") for i in range(package.MAX_FILES)], "files"),
    ],
)
def test_a_hostile_zip_is_refused_and_leaves_nothing(tmp_path, own_folders, extra, why):
    file = make(tmp_path, extra=extra)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EngineError, match=why):
        models.install(file)
    assert sorted(path for path in tmp_path.rglob("*") if path != own_folders) == before


def test_a_file_longer_than_it_says_is_refused(tmp_path, own_folders):
    file = make(tmp_path)
    data = bytearray(file.read_bytes())
    at = data.find(b"translate-en_ms-1_0/model/model.bin", data.find(b"PK\x01\x02"))
    data[at - 22 : at - 18] = (3).to_bytes(4, "little")  # uncompressed size in the central directory
    file.write_bytes(data)
    with pytest.raises(EngineError):
        models.install(file)
    assert list(own_folders.iterdir()) == []


@pytest.mark.parametrize("missing", sorted(FILES))
def test_missing_files_are_named(tmp_path, own_folders, missing):
    with pytest.raises(EngineError, match=missing):
        models.install(make(tmp_path, {name: data for name, data in FILES.items() if name != missing}))


@pytest.mark.parametrize(
    "metadata",
    [
        {"from_code": "../en"},
        {"from_code": None},
        {"to_code": ""},
        {"package_version": "1.0\n"},
        {"package_version": 1},
        {"type": "sbd"},
        {"target_prefix": ["x"]},
        {"from_name": "\x1b[31m"},
    ],
)
def test_metadata_is_validated(tmp_path, own_folders, metadata):
    with pytest.raises(EngineError, match=r"metadata\.json"):
        models.install(make(tmp_path, **metadata))


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package_is_refused(tmp_path, own_folders, data):
    file = tmp_path / "x.argosmodel"
    file.write_bytes(data)
    with pytest.raises(EngineError) as caught:
        models.install(file)
    assert caught.value.path == str(file)
    with pytest.raises(EngineError, match="no such file"):
        models.install(tmp_path / "absent.argosmodel")


def test_the_starter_is_listed_and_used_until_something_better_is_there(tmp_path, own_folders):
    assert [p.label for p in models.list_models()] == ["en-ms 0.1 starter"]
    assert models.find("en", "ms-MY").origin == "starter"
    for version in ("1.9", "1.10"):
        models.install(make(tmp_path, top=f"translate-en_ms-{version}", package_version=version))
    assert models.find("en", "ms").version == "1.10"
    assert [p.version for p in models.list_models()] == ["1.10", "1.9", "0.1"]


def test_packages_of_argos_translate_are_used_but_never_removed(tmp_path, own_folders):
    models.install(make(tmp_path), into=tmp_path / "argos")
    (tmp_path / "argos" / "stray").mkdir()
    assert models.find("en", "ms").origin == "argos"
    with pytest.raises(EngineError, match="argos-translate's"):
        models.remove("translate-en_ms-1_0")


def test_remove_takes_a_name_a_pair_or_a_label(tmp_path, own_folders):
    for name in ("translate-en_ms-1_0", "en-ms", "en-ms 1.0"):
        models.install(make(tmp_path))
        assert models.remove(name).version == "1.0"
        assert list(own_folders.iterdir()) == []
    with pytest.raises(EngineError, match="shipped with"):
        models.remove("en-ms")
    with pytest.raises(EngineError, match="no package"):
        models.remove("en-fr")


def test_a_missing_pair_says_how_to_get_it(own_folders):
    with pytest.raises(EngineError) as caught:
        models.find("en", "zh-Hant-TW")
    assert "en to zh-Hant-TW" in caught.value.message
    assert "pipeline models install zh-Hant-TW" in caught.value.hint


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("ms", ("ms",)),
        ("ms-MY", ("ms",)),
        ("zh-Hans-SG", ("zh",)),
        ("zh", ("zh",)),
        ("zh-Hant", ("zt",)),
        ("zh-TW", ("zt",)),
        ("pt-BR", ("pb", "pt")),
        ("pt", ("pt",)),
        ("fil", ("tl", "fil")),
    ],
)
def test_language_tags_are_mapped_to_argos_codes(tag, codes):
    assert argos_codes(tag) == codes


def test_codes_are_mapped_back():
    assert [language_tag(code) for code in ("zt", "zh", "pb", "ms")] == ["zh-Hant", "zh-Hans", "pt-BR", "ms"]


def serve(monkeypatch, pages):
    asked = []

    def get(url, *, limit, origin=None, progress=None):
        asked.append(url)
        return pages[url]

    monkeypatch.setattr(index, "_get", get)
    return asked


def test_a_language_is_installed_from_the_index(tmp_path, own_folders, monkeypatch):
    entries = [
        {
            "from_code": "en",
            "to_code": "ms",
            "package_version": v,
            "links": ["http://x.example/a", f"https://x.example/{v}"],
        }
        for v in ("1.9", "1.10", "1.2")
    ]
    packed = make(tmp_path, package_version="1.10").read_bytes()
    asked = serve(monkeypatch, {index.INDEX: json.dumps(entries).encode(), "https://x.example/1.10": packed})
    monkeypatch.delenv("ARGOS_PACKAGE_INDEX", raising=False)
    assert index.install_language("ms").version == "1.10"
    assert asked == [index.INDEX, "https://x.example/1.10"]
    with pytest.raises(EngineError, match="no package from en to ta") as caught:
        index.install_language("ta")
    assert "ms" in caught.value.hint


def test_without_a_network_the_error_says_what_to_do(own_folders, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("Network is unreachable")

    monkeypatch.setattr("urllib.request.OpenerDirector.open", refuse)
    with pytest.raises(EngineError, match="Network is unreachable") as caught:
        index.install_language("ms")
    assert "pipeline models install FILE" in caught.value.hint
    with pytest.raises(EngineError, match="only https"):
        index.install_language("ms", index="http://x.example/index.json")
