"""Downloads: https only, whatever a server answers; and what is recorded about the file."""

import io
import json
import urllib.request
from email.message import Message
from hashlib import sha256
from types import SimpleNamespace
from urllib.response import addinfourl

import pytest

from pipeline.errors import EngineError
from pipeline.mt import index


@pytest.fixture
def server(monkeypatch):
    """A server on the loopback address, without a socket: `server.answers` maps a path to bytes or to a new address."""
    server = SimpleNamespace(answers={}, url="http://127.0.0.1:8000")

    def http_open(_handler, request):
        answer = server.answers[request.selector]
        headers = Message()
        body, code = (answer, 200) if isinstance(answer, bytes) else (b"", 302)
        headers["Content-Length" if code == 200 else "Location"] = str(len(body)) if code == 200 else answer
        response = addinfourl(io.BytesIO(body), headers, request.full_url, code)
        response.msg = "answer"
        return response

    monkeypatch.setattr(urllib.request.HTTPHandler, "http_open", http_open)
    return server


@pytest.mark.parametrize("target", ["http://x.example/index.json", "file:///etc/passwd", "ftp://x.example/a"])
def test_a_redirect_to_anything_but_https_is_refused(server, target):
    server.answers["/index.json"] = target
    with pytest.raises(EngineError, match=r"only https|not allowed"):
        index.install_language("ms", index=f"{server.url}/index.json")


def test_a_redirect_on_the_same_machine_is_followed(server):
    server.answers = {"/index.json": f"{server.url}/moved", "/moved": b"[]"}
    with pytest.raises(EngineError, match="no package from en to ms"):
        index.install_language("ms", index=f"{server.url}/index.json")


@pytest.mark.parametrize("link", ["https://example.org:port/x", "https://example.org/a b"])
def test_an_address_that_is_none_is_an_error(server, link):
    entry = {"from_code": "en", "to_code": "ms", "package_version": "1.0", "links": [link]}
    server.answers = {"/index.json": json.dumps([entry]).encode()}
    with pytest.raises(EngineError, match="cannot be downloaded"):
        index.install_language("ms", index=f"{server.url}/index.json")


@pytest.mark.parametrize(
    ("url", "origin", "allowed"),
    [
        ("https://x.example/a", "https://y.example/", True),
        ("http://x.example/a", "https://y.example/", False),
        ("http://127.0.0.1/a", "https://y.example/", False),
        ("http://127.0.0.1/a", "http://localhost/", True),
        ("http://127.0.0.1.x.example/a", "http://localhost/", False),
        ("file:///a", "https://y.example/", False),
        ("file:///a", "file:///index.json", True),
        ("file:///a", "http://localhost/", False),
    ],
)
def test_where_a_download_may_come_from(url, origin, allowed):
    assert index._is_allowed(url, origin) is allowed


@pytest.mark.model
def test_the_digest_of_the_downloaded_file_is_recorded(server, copy_package, tmp_path, monkeypatch):
    monkeypatch.setenv("PIPELINE_MODELS", str(tmp_path / "models"))
    packed = copy_package.read_bytes()
    entry = {"from_code": "en", "to_code": "ms", "package_version": "1.0", "links": [f"{server.url}/p.argosmodel"]}
    server.answers = {"/index.json": json.dumps([entry]).encode(), "/p.argosmodel": packed}
    package = index.install_language("ms", index=f"{server.url}/index.json")
    assert package.sha256 == sha256(packed).hexdigest()
    assert package.sha256 in next((tmp_path / "models").glob("*/pipeline*.json")).read_text(encoding="utf-8")
