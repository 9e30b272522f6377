"""Models from strangers: zips that lie, bombs, metadata of other shapes, and numbers that are none. See also test_models.py."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import EngineError
from pipeline.mt import index, package
from pipeline.mt.models import install

METADATA = {"from_code": "en", "to_code": "ms", "package_version": "1.0", "type": "translate"}
NAMES = ("model/model.bin", "model/config.json", "model/shared_vocabulary.json", "sentencepiece.model")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PIPELINE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path / "argos"))
    return tmp_path


def make(folder, *, metadata=None, extra=(), contents=b"{}", method=zipfile.ZIP_DEFLATED):
    metadata = json.dumps(METADATA).encode() if metadata is None else metadata
    file = folder / "x.argosmodel"
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("en_ms/metadata.json", metadata)
        for name in NAMES:
            archive.writestr(f"en_ms/{name}", contents)
        for name, data in extra:
            archive.writestr(name, data)
    return file


def refused(folder, file, why="."):
    before = {path for path in folder.rglob("*") if path != folder / "models"}
    with pytest.raises(EngineError, match=why) as caught:
        install(file)
    assert caught.value.path == str(file)
    assert {path for path in folder.rglob("*") if path != folder / "models"} == before


@pytest.mark.parametrize(
    "metadata",
    [
        b"", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 100_000, b"{" + b'"a": 1,' * 10 + b"}", b'{"package_version": ' + b"9" * 10_000 + b"}",
        b"NaN", b" " * 2_000_000, json.dumps({**METADATA, "from_code": "en/../x"}).encode(), json.dumps({**METADATA, "to_code": ["ms"]}).encode(),
        json.dumps({**METADATA, "package_version": "1." * 100}).encode(), json.dumps({**METADATA, "target_prefix": "x" * 1_000}).encode(), json.dumps({**METADATA, "to_name": "\x1b]0;x\x07"}).encode(),
        json.dumps({**METADATA, "to_name": "\u202e"}).encode(), json.dumps({**METADATA, "type": {"a": 1}}).encode(), json.dumps({**METADATA, "from_code": "\ud800"}).encode(),
    ],
)  # fmt: skip
def test_metadata_of_another_shape(folder, metadata):
    refused(folder, make(folder, metadata=metadata), "metadata")


@pytest.mark.parametrize(
    "name",
    ["..", "../x", "en_ms/../../x", "/x", "//x/y", "C:\\x", "en_ms\\..\\..\\x", "en_ms/a:b", "en_ms/CON", "en_ms/aux.txt", "en_ms/x.", "en_ms/x ", "other/x", "x", "EN_MS/x", "en_ms/./../../x", "", "."],
)  # fmt: skip
def test_names_that_lead_elsewhere(folder, name):
    info = zipfile.ZipInfo("x")
    info.filename = name
    refused(folder, make(folder, extra=[(info, b"x")]))


@pytest.mark.parametrize("kind", [0o120777, 0o120000])
def test_links_are_no_files(folder, kind):
    info = zipfile.ZipInfo("en_ms/link")
    info.create_system, info.external_attr = 3, kind << 16
    refused(folder, make(folder, extra=[(info, b"/etc/passwd")]), "link")


def test_a_file_that_is_a_folder_too(folder):
    """`a` and `a/b`: neither order may end in anything but an error."""
    with pytest.raises(EngineError):
        install(make(folder, extra=[("en_ms/a", b"x"), ("en_ms/a/b", b"x")]))
    with pytest.raises(EngineError):
        install(make(folder, extra=[("en_ms/c/d", b"x"), ("en_ms/c", b"x")]))
    assert list((folder / "models").iterdir()) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_bombs_are_refused_by_their_ratio(folder, method):
    refused(folder, make(folder, extra=[("en_ms/bomb", bytes(30_000_000))], method=method), "unpacks to")


def patched(file, field, value):
    """The zip with a number of its central directory, for the first file, overwritten."""
    data = bytearray(file.read_bytes())
    at = data.find(b"PK\x01\x02")
    where, form = {
        "flags": (8, "<H"),
        "method": (10, "<H"),
        "packed": (20, "<I"),
        "size": (24, "<I"),
        "disk": (34, "<H"),
        "offset": (42, "<I"),
        "crc": (16, "<I"),
        "version": (6, "<H"),
    }[field]
    data[at + where : at + where + struct.calcsize(form)] = struct.pack(form, value)
    file.write_bytes(data)
    return file


@pytest.mark.parametrize(
    ("field", "value"),
    [("size", 0xFFFFFFF0), ("size", 3), ("packed", 0xFFFFFFF0), ("packed", 0), ("offset", 0xFFFFFFF0), ("offset", 7), ("crc", 1), ("method", 99), ("method", 14), ("version", 255), ("flags", 1), ("flags", 0x41), ("flags", 0x20), ("disk", 9)],
)  # fmt: skip
def test_directories_that_lie(folder, field, value):
    """Sizes beyond the file, encrypted, an unknown method, a wrong checksum."""
    file = patched(make(folder), field, value)
    try:
        install(file)
    except EngineError as error:
        assert error.path == str(file)  # noqa: PT017 - zipfile ignores some of these
        assert list((folder / "models").iterdir()) == []
    else:
        assert field in ("disk", "version", "flags", "packed")


def test_a_bomb_that_says_it_is_packed_badly(folder):
    """The ratio is to the size of the file itself, not to what the directory says of it."""
    file = make(folder, contents=bytes(8_000_000))
    refused(folder, patched(file, "packed", 0x7FFFFFFF), "unpacks to")


@pytest.mark.parametrize("cut", [0, 1, 10, 30, 100, -1, -5, -22, -60])
def test_zips_cut_short(folder, cut):
    file = make(folder)
    file.write_bytes(file.read_bytes()[:cut])
    refused(folder, file)


def test_a_zip_within_junk(folder):
    """Zipfile finds the directory at the end; what stands before is not looked at, and not written."""
    file = make(folder)
    file.write_bytes(b"#!/bin/sh\n" * 100 + file.read_bytes())
    assert install(file).label == "en-ms 1.0"


@pytest.mark.model
@pytest.mark.parametrize(
    "contents",
    [
        b"", b"{}", b"\0" * 64, b"\xff" * 64, b"[" * 10_000,
        # CTranslate2: version, name, revision, and then a number of variables that would need more than there is.
        struct.pack("<IH", 6, 16) + b"TransformerSpec\0" + struct.pack("<II", 7, 0xFFFFFFFF),
        struct.pack("<IH", 6, 16) + b"TransformerSpec\0" + struct.pack("<II", 7, 1) + struct.pack("<H", 2) + b"a\0" + struct.pack("<BIIIBI", 3, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFFFFFFFF),
        struct.pack("<IH", 6, 65535),
    ],
    ids=["empty", "braces", "zeros", "ones", "brackets", "many variables", "huge tensor", "long name"],
)  # fmt: skip
def test_numbers_that_are_none(folder, contents):
    """In a process with little memory: a tensor of 2 ** 96 numbers must be refused before it is made."""
    found = install(make(folder, contents=contents))
    script = (
        "import sys\nfrom pathlib import Path\nfrom pipeline.errors import EngineError\nfrom pipeline.mt.argos import ArgosEngine\nfrom pipeline.mt.package import read_package\n"
        "engine = ArgosEngine(read_package(Path(sys.argv[1]), 'installed'), beam=1, threads=1)\n"
        "try:\n    engine.translate(['Words'])\nexcept EngineError as error:\n    print('refused:', error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(found.path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.startswith("refused:"), done.stderr[-2000:]


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"{", b"[" * 100_000, b"[1, null, []]", json.dumps([{"from_code": [], "to_code": {}}]).encode(), json.dumps([{"from_code": "en", "to_code": "ms", "links": "x"}]).encode(), json.dumps([{"from_code": "en", "to_code": "ms", "package_version": "9" * 10_000, "links": [1, None, "file:///etc/passwd", "http://evil.example/x", "ftp://x/y", "https:"]}]).encode(), json.dumps([{"from_code": "en", "to_code": "ms", "links": None}]).encode(), json.dumps([{"from_code": "en", "to_code": "ms", "links": ["https://[", "http://[::1"]}]).encode()],
)  # fmt: skip
def test_an_index_of_another_shape_gives_nothing(folder, monkeypatch, data):
    """Nor does it send the program to an address that is not https, or to a file of this machine."""
    asked = []

    def get(url, **_):
        asked.append(url)
        return data

    monkeypatch.setattr(index, "_get", get)
    with pytest.raises(EngineError):
        index.install_language("ms", index="https://index.example/index.json")
    assert asked[0] == "https://index.example/index.json"
    assert all(url.startswith("https:") for url in asked)


def test_what_a_download_is_called_is_no_path(folder, monkeypatch):
    file = make(folder)
    entry = [
        {
            "from_code": "en",
            "to_code": "ms",
            "package_version": "1.0",
            "links": ["https://x.example/a/..%2f..%2fevil/.."],
        }
    ]
    monkeypatch.setattr(
        index, "_get", lambda url, **_: json.dumps(entry).encode() if "json" in url else file.read_bytes()
    )
    assert index.install_language("ms", index="https://index.example/index.json").label == "en-ms 1.0"


def test_a_declared_size_is_not_believed():
    """What is read of a member ends where the directory says it ends."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(1_000_000))
    with zipfile.ZipFile(out) as archive:
        member = archive.getinfo("a")
        member.file_size = 10
        with pytest.raises(EngineError):
            package._read_member(archive, member, "x")
