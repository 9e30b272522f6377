"""The public index of Argos packages: looked at only when a user asks to install a language by its name.

Everything comes over https, after each redirect too. An index that lies on this machine (a file, a loopback address)
may name packages that lie there as well.
"""

from __future__ import annotations

import json
import os
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any

from pipeline.errors import EngineError
from pipeline.mt.codes import argos_codes
from pipeline.mt.models import install
from pipeline.mt.package import MAX_BYTES, Package

INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
_TIMEOUT = 30.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_OFFLINE = (
    "on a machine with a network download the .argosmodel file from https://www.argosopentech.com/argospm/index/, "
    "then `pipeline models install FILE`"
)

Progress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all or 0)."""


def install_language(
    target: str, source: str = "en", *, index: str | None = None, progress: Progress | None = None
) -> Package:
    """Download the newest package from `source` to `target` (BCP 47) and install it.

    `index` (or the environment's ARGOS_PACKAGE_INDEX folder) names another index. Raises EngineError without a
    network, without such a package in the index, or for a package that is not safe.
    """
    folder = os.environ.get("ARGOS_PACKAGE_INDEX")
    url = index or (f"{folder.rstrip('/')}/index.json" if folder else INDEX)
    entry = _newest(_entries(_get(url, limit=16 << 20)), source, target, url)
    links = [link for link in _list(entry.get("links")) if isinstance(link, str)]
    link = next((link for link in links if _is_allowed(link, url)), None)
    if link is None:
        raise EngineError(f"the index has no https link for {source} to {target}", path=url)
    with tempfile.TemporaryDirectory(prefix="pipeline-") as temporary:
        file = Path(temporary) / "package.argosmodel"
        file.write_bytes(_get(link, limit=MAX_BYTES, origin=url, progress=progress))
        return install(file)


def _newest(entries: list[dict[str, Any]], source: str, target: str, url: str) -> dict[str, Any]:
    sources, targets = argos_codes(source), argos_codes(target)

    def rank(entry: dict[str, Any]) -> tuple[int, list[int]]:
        version = str(entry.get("package_version", ""))
        return -targets.index(entry["to_code"]), [
            int(part) if part.isdecimal() and len(part) < 10 else 0 for part in version.split(".")
        ]

    usable = [e for e in entries if e.get("from_code") in sources and e.get("to_code") in targets]
    if not usable:
        known = sorted({str(e.get("to_code")) for e in entries if e.get("from_code") in sources})
        raise EngineError(
            f"the index has no package from {source} to {target}",
            path=url,
            hint=f"from {source} it has: {', '.join(known)}",
        )
    return max(usable, key=rank)


def _entries(data: bytes) -> list[dict[str, Any]]:
    try:
        entries = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EngineError(f"the package index is not JSON: {error}") from error
    return [entry for entry in _list(entries) if isinstance(entry, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_allowed(url: str, origin: str) -> bool:
    """True for https; for a place on this machine only when `origin`, what named it, is of the same kind."""
    kind = _kind(url)
    return kind == "https" or (kind in ("file", "loopback") and kind == _kind(origin))


def _kind(url: str) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:  # a host in brackets that is none
        return ""
    return "loopback" if parts.scheme == "http" and parts.hostname in _LOOPBACK else parts.scheme


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to where a download may come from."""

    def redirect_request(self, req: urllib.request.Request, *args: Any, **settings: Any) -> Any:
        """As urllib does, after a look at the new address (the last argument)."""
        new = args[-1] if args else settings["newurl"]
        if not _is_allowed(new, req.full_url):
            raise EngineError(f"redirected to {new}: only https addresses are downloaded", path=req.full_url)
        return super().redirect_request(req, *args, **settings)


def _get(url: str, *, limit: int, origin: str | None = None, progress: Progress | None = None) -> bytes:
    """The bytes at `url`, at most `limit`; `origin` is what named it, the user himself when None."""
    if not _is_allowed(url, origin or url):
        raise EngineError("only https addresses are downloaded", path=url)
    request = urllib.request.Request(url, headers={"User-Agent": "pipeline"})  # noqa: S310 - checked above
    try:
        with urllib.request.build_opener(_Redirects).open(request, timeout=_TIMEOUT) as response:
            return _read(response, int(response.headers.get("Content-Length") or 0), limit, url, progress)
    except (OSError, HTTPException, ValueError) as error:  # URLError and time-outs are OSErrors
        reason = getattr(error, "reason", None) or error
        raise EngineError(f"cannot be downloaded: {reason}", path=url, hint=_OFFLINE) from error


def _read(response: IO[bytes], total: int, limit: int, url: str, progress: Progress | None) -> bytes:
    blocks, size = [], 0
    while block := response.read(1 << 18):
        blocks.append(block)
        size += len(block)
        if size > limit:
            raise EngineError(f"larger than {limit:,} bytes, given up", path=url)
        if progress is not None:
            progress(size, total)
    return b"".join(blocks)
