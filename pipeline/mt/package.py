"""An Argos package (.argosmodel): what it must hold, and how it is read and unpacked without trusting it.

A package is a zip with one top folder: `metadata.json`, `model/` (CTranslate2) and `sentencepiece.model` or
`bpe.model`. argostranslate checks none of it, so its metadata is read here; and its `settings` module makes five folders
in the home directory when imported, so only its tokenizer module, which is free of that, is used (see `argos`).
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import EngineError
from pipeline.mt.codes import language_tag

RECORD = "pipeline-package.json"
"""Written into an installed package's folder: the sha256 of the file it came from."""

MAX_BYTES = 4 << 30
"""Largest package, unpacked; the biggest public ones are about 0.3 GB."""
MAX_FILES = 2_000
MAX_METADATA = 1 << 20
MAX_RATIO = 50
"""Largest unpacked to packed ratio of a whole package; int8 weights hardly compress, vocabularies do 5:1."""
_SLACK = 1 << 20

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,31}")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A translation model for one direction, installed or shipped."""

    name: str
    """Folder name, or the zip's file name without its ending."""
    path: Path
    """A folder, or a zip that is read in memory (the starter)."""
    origin: str
    """"starter", "installed" or "argos" (argos-translate's own folder, never written to)."""
    from_code: str
    to_code: str
    from_name: str = ""
    to_name: str = ""
    version: str = ""
    target_prefix: str = ""
    """A token every translation starts with (multilingual models)."""
    identity: bool = False
    """Declared in the metadata of copy models: output equal to the source is right."""
    sha256: str | None = None
    """Of the .argosmodel file; None where argos-translate installed it and did not keep that."""
    size: int = 0
    """Bytes on disk."""

    @property
    def source(self) -> str:
        """BCP 47 tag."""
        return language_tag(self.from_code)

    @property
    def target(self) -> str:
        """BCP 47 tag."""
        return language_tag(self.to_code)

    @property
    def label(self) -> str:
        """How drafts name it: "en-ms 1.9", "en-ms 0.1 starter"."""
        return f"{self.from_code}-{self.to_code} {self.version}" + (" starter" if self.origin == "starter" else "")

    @property
    def version_key(self) -> tuple[tuple[int, int | str], ...]:
        """For sorting: 1.10 is newer than 1.9."""
        return tuple((1, int(part)) if part.isdigit() else (0, part) for part in re.split(r"[.+-]", self.version))


def read_package(path: Path, origin: str) -> Package:
    """The package in a folder or zip. Raises EngineError where it is not one."""
    if path.is_dir():
        raw = _read_file(path / "metadata.json")
        names = {entry.relative_to(path).as_posix() for entry in path.rglob("*") if entry.is_file()}
        size = sum((path / name).stat().st_size for name in names)
        sha256 = _recorded_sha256(path)
    else:
        with _open_zip(path) as archive:
            _, members = check_members(archive, str(path))
            names = set(members)
            raw = _read_metadata(archive, members, str(path))
        size = path.stat().st_size
        sha256 = file_sha256(path)
    check_files(names, str(path))
    return _from_metadata(raw, path=path, origin=origin, size=size, sha256=sha256)


def described(folder: Path) -> Package:
    """The package that was installed in a folder, though files of it are gone. EngineError where nothing tells it."""
    raw = _read_file(folder / "metadata.json")
    return _from_metadata(raw, path=folder, origin="installed", size=0, sha256=_recorded_sha256(folder))


def unpack(file: Path, into: Path) -> Path:
    """Unpack a checked package into the existing folder `into`; the path of its one top folder.

    Raises EngineError for everything that is not a package: names that leave the folder, links, more than one
    top folder, missing files, sizes out of bounds (counted while reading, whatever the zip's directory says).
    """
    with _open_zip(file) as archive:
        top, members = check_members(archive, str(file))
        check_files(set(members), str(file))
        metadata = _read_metadata(archive, members, str(file))
        _from_metadata(metadata, path=file, origin="installed", size=0, sha256=None)
        for name, member in members.items():
            destination = into / top / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            try:
                with archive.open(member) as source, destination.open("xb") as sink:
                    _copy(source, sink, member.file_size, str(file))
            except _DAMAGED as error:
                raise _damaged(error, file) from error
    return into / top


def check_members(archive: zipfile.ZipFile, path: str) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """(top folder, {name inside it: member}) of a zip that is safe to unpack, else EngineError."""

    def refuse(why: str) -> EngineError:
        return EngineError(f"not a package this program will open: {why}", path=path)

    infos = archive.infolist()
    if len(infos) > MAX_FILES:
        raise refuse(f"{len(infos)} files, at most {MAX_FILES} are allowed")
    total = sum(info.file_size for info in infos)
    # What the directory says may be too much, and members may overlap: the file itself is all there is.
    packed = min(sum(info.compress_size for info in infos), os.stat(path).st_size)  # noqa: PTH116
    if total > MAX_BYTES or total > packed * MAX_RATIO + _SLACK:
        raise refuse(f"it unpacks to {total:,} bytes")
    top, members, seen = "", {}, set()
    for info in infos:
        # `orig_filename` is what the zip says; `filename` has been made harmless by zipfile already.
        name = info.orig_filename
        parts = PurePosixPath(name).parts
        if "\\" in name or "\0" in name or ":" in name or name.startswith("/") or ".." in parts or not parts:
            raise refuse(f"a file is named {name!r}")
        if any(_RESERVED.fullmatch(part) or part.endswith((".", " ")) for part in parts):
            raise refuse(f"a file is named {name!r}")
        if stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1:
            raise refuse(f"{name!r} is a link or encrypted")
        if top and parts[0] != top:
            raise refuse(f"it has two top folders, {top!r} and {parts[0]!r}")
        top = parts[0]
        if info.is_dir():
            continue
        inner = "/".join(parts[1:])
        if inner.casefold() in seen:
            raise refuse(f"{name!r} is there twice")
        seen.add(inner.casefold())
        members[inner] = info
    if not _FOLDER.fullmatch(top) or "" in members:
        raise refuse("it has no top folder")
    return top, members


def check_files(names: set[str], path: str) -> None:
    """EngineError unless the files a translation needs are among `names` (relative, POSIX)."""
    missing = [name for name in ("metadata.json", "model/model.bin", "model/config.json") if name not in names]
    if not {"sentencepiece.model", "bpe.model"} & names:
        missing.append("sentencepiece.model")
    if not any(name.startswith("model/") and "vocabulary." in name for name in names):
        missing.append("model/shared_vocabulary.json")
    if missing:
        raise EngineError(f"not a translation package: {', '.join(missing)} missing", path=path)


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_members(package: Package) -> dict[str, bytes]:
    """The model files of a zipped package, {name in `model/`: bytes}, with the tokenizer under its own name."""
    with _open_zip(package.path) as archive:
        _, members = check_members(archive, str(package.path))
        wanted = [name for name in members if name.startswith("model/") or name.endswith(".model")]
        return {name.removeprefix("model/"): _read_member(archive, members[name], str(package.path)) for name in wanted}


def _from_metadata(raw: bytes, *, path: Path, origin: str, size: int, sha256: str | None) -> Package:
    def refuse(why: str) -> EngineError:
        return EngineError(f"metadata.json: {why}", path=str(path))

    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise refuse(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise refuse("not an object")
    if data.get("type", "translate") != "translate":
        raise refuse(f"type is {data['type']!r}, not a translation package")
    for field, shape in (("from_code", _CODE), ("to_code", _CODE), ("package_version", _VERSION)):
        if not isinstance(data.get(field), str) or not shape.fullmatch(data[field]):
            raise refuse(f"{field} is {data.get(field)!r}")
    texts = {field: data.get(field, "") for field in ("from_name", "to_name", "target_prefix")}
    if not all(isinstance(text, str) and len(text) < 100 and text.isprintable() for text in texts.values()):
        raise refuse("from_name, to_name and target_prefix must be short texts")
    return Package(
        name=path.name.removesuffix(".argosmodel"),
        path=path,
        origin=origin,
        from_code=data["from_code"],
        to_code=data["to_code"],
        version=data["package_version"],
        identity=data.get("identity") is True,
        sha256=sha256,
        size=size,
        **texts,
    )


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise EngineError("no such file", path=str(path)) from error
    except _DAMAGED as error:
        raise EngineError(f"not a package: {error}", path=str(path)) from error


_DAMAGED = (
    OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error
)  # fmt: skip
"""What zipfile raises for a zip that somebody broke (`RuntimeError` covers methods it does not know)."""


def _damaged(error: Exception, path: Path | str) -> EngineError:
    return EngineError(f"damaged package: {error}", path=str(path))


def _read_metadata(archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], path: str) -> bytes:
    """The bytes of `metadata.json`, none when it is missing."""
    member = members.get("metadata.json")
    if member is not None and member.file_size > MAX_METADATA:
        raise EngineError(f"metadata.json: it has {member.file_size:,} bytes", path=path)
    return _read_member(archive, member, path) if member else b""


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> bytes:
    """A member's bytes, no more than the zip's directory says (which `check_members` has judged)."""
    try:
        with archive.open(member) as stream:
            data = stream.read(member.file_size + 1)
    except _DAMAGED as error:
        raise _damaged(error, path) from error
    if len(data) > member.file_size:
        raise EngineError("damaged package: a file is longer than it says", path=path)
    return data


def _copy(source: IO[bytes], sink: IO[bytes], declared: int, path: str) -> None:
    copied = 0
    while block := source.read(1 << 20):
        copied += len(block)
        if copied > declared:
            raise EngineError("damaged package: a file is longer than it says", path=path)
        sink.write(block)


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EngineError(f"cannot be read: {error.strerror or error}", path=str(path)) from error


def _recorded_sha256(folder: Path) -> str | None:
    try:
        recorded = json.loads((folder / RECORD).read_bytes())["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return recorded if isinstance(recorded, str) else None


def remove_tree(folder: Path) -> None:
    """Delete a package's folder; EngineError when it cannot be."""
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise EngineError(f"cannot be removed: {error.strerror or error}", path=str(folder)) from error
