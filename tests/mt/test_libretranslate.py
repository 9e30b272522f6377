import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pipeline.errors import EngineError
from pipeline.mt import libretranslate
from pipeline.mt.cache import SentenceCache
from pipeline.mt.draft import draft
from pipeline.mt.libretranslate import KEY, LibreTranslateEngine, Server
from pipeline.mt.request import DraftRequest


def can_listen():
    """Without a network (`unshare -n`) the loopback interface is down too."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 2):
            return True
    except OSError:
        return False


needs_loopback = pytest.mark.skipif(not can_listen(), reason="no loopback interface here")


class Service(HTTPServer):
    """Answers as LibreTranslate does; `failures` are status codes to answer with first."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.failures, self.answer = [], [], None
        self.most, self.characters = 1000, 10**6
        self.languages = [{"code": "en", "name": "English", "targets": ["en", "ms", "zh-Hans"]}, {"code": "ms"}]
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(self.server.languages)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        if self.server.failures:
            self.reply({"error": "Please slow down"}, self.server.failures.pop(0))
        elif len(asked["q"]) > self.server.most:
            self.reply({"error": f"request ({len(asked['q'])}) exceeds text limit"}, 400)
        elif sum(map(len, asked["q"])) > self.server.characters:
            self.reply({"error": "request exceeds character limit"}, 413)
        else:
            answer = {"translatedText": [f"<{text}>".replace("<§", "§") for text in asked["q"]]}
            self.reply(answer if self.server.answer is None else self.server.answer)

    def reply(self, data, status=200):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def service(monkeypatch):
    monkeypatch.setattr(libretranslate, "_FIRST_PAUSE", 0.0)
    monkeypatch.delenv(KEY, raising=False)
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def engine(service, **settings):
    return LibreTranslateEngine(Server(url=service.url, **settings), "en", "ms")


@needs_loopback
def test_texts_go_in_batches_and_come_back_in_order(service):
    seen = []
    texts = [f"text {i}" for i in range(70)]
    results = engine(service).translate(texts, lambda *at: seen.append(at))
    assert [result.text for result in results] == [f"<{text}>" for text in texts]
    assert [len(asked["q"]) for asked in service.asked] == [32, 32, 6]
    assert service.asked[0] | {"q": []} == {"q": [], "source": "en", "target": "ms", "format": "text"}
    assert seen == [(32, 70), (64, 70), (70, 70)]
    assert results[0].score is None


@needs_loopback
def test_long_texts_go_in_smaller_batches(service):
    engine(service).translate(["x" * 3000] * 3)
    assert [len(asked["q"]) for asked in service.asked] == [1, 1, 1]


@needs_loopback
def test_a_server_that_takes_less_at_once_gets_less(service):
    service.most = 10
    texts = [f"text {i}" for i in range(40)]
    assert [result.text for result in engine(service).translate(texts)] == [f"<{text}>" for text in texts]
    assert [len(asked["q"]) for asked in service.asked] == [32, 16, 8, 8, 8, 8, 8]
    service.asked, service.characters = [], 25
    assert [result.text for result in engine(service).translate(texts)] == [f"<{text}>" for text in texts]
    assert [len(asked["q"]) for asked in service.asked] == [32, 16, 8, 4, 4, 4] + [2] * 16


@needs_loopback
def test_a_single_text_that_is_refused_is_an_error(service):
    service.characters = 100
    with pytest.raises(EngineError, match="refuses: 413 request exceeds character limit"):
        engine(service).translate(["a"] * 3 + ["x" * 101])
    assert [len(asked["q"]) for asked in service.asked] == [4, 2, 2, 1, 1]
    service.asked, service.most = [], 0
    with pytest.raises(EngineError, match="refuses: 400"):
        engine(service).translate(["a"] * 100)
    assert [len(asked["q"]) for asked in service.asked] == [32, 16, 8, 4, 2, 1]


@needs_loopback
def test_the_key_comes_from_the_environment(service, monkeypatch):
    monkeypatch.setenv(KEY, "secret")
    own = engine(service)
    own.translate(["a"])
    assert service.asked[0]["api_key"] == "secret"
    assert "secret" not in own.settings + own.model


@needs_loopback
def test_the_servers_own_codes_are_used(service):
    own = LibreTranslateEngine(Server(url=service.url), "en", "zh-Hans")
    own.translate(["a"])
    service.languages = [{"code": "en", "targets": ["zh", "zt"]}]
    for target, code in (("zh-Hans-SG", "zh"), ("zh-Hant", "zt")):
        LibreTranslateEngine(Server(url=service.url), "en", target).translate(["a"])
        assert service.asked[-1]["target"] == code
    assert service.asked[0]["target"] == "zh-Hans"
    with pytest.raises(EngineError, match="does not translate en to ta"):
        LibreTranslateEngine(Server(url=service.url), "en", "ta").translate(["a"])


@needs_loopback
@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_go_away_is_tried_again(service, status):
    service.failures = [status, status]
    assert engine(service).translate(["a"])[0].text == "<a>"
    assert len(service.asked) == 3
    service.failures = [status] * 9
    with pytest.raises(EngineError, match="does not answer") as caught:
        engine(service).translate(["a"])
    assert caught.value.hint == "tried 4 times"
    assert len(service.asked) == 7


@needs_loopback
@pytest.mark.parametrize(("status", "hint"), [(403, KEY), (400, None), (302, None)])
def test_a_refusal_is_final(service, status, hint):
    service.failures = [status]
    with pytest.raises(EngineError, match=f"refuses: {status} Please slow down") as caught:
        engine(service).translate(["a"])
    assert len(service.asked) == 1
    assert hint is None or hint in caught.value.hint


@needs_loopback
@pytest.mark.parametrize(
    "answer", [{}, [], b"<html>", {"translatedText": "a"}, {"translatedText": [1]}, {"translatedText": []}]
)
def test_another_answer_is_an_error(service, answer):
    service.answer = answer
    with pytest.raises(EngineError, match="the server's answer"):
        engine(service).translate(["a"])


@needs_loopback
@pytest.mark.parametrize("targets", [None, 1, "ms", {"ms": 1}, [None, ["ms"]]])
def test_a_language_without_a_list_of_targets_has_none(service, targets):
    service.languages = [{"code": "ms", "targets": targets}, {"code": "en", "targets": ["ta"]}]
    assert engine(service).pairs() == [("en", "ta")]
    with pytest.raises(EngineError, match="does not translate en to ms"):
        engine(service).translate(["a"])


@needs_loopback
def test_half_a_character_is_replaced(service, tmp_path):
    service.answer = b'{"translatedText": ["\\ud800 a \\ud83d\\ude00"]}'
    assert engine(service).translate(["a"])[0].text == "\ufffd a \N{GRINNING FACE}"
    cache = SentenceCache(tmp_path / "sentences.sqlite")
    cache.put("settings", {"a": engine(service).translate(["a"])[0]})
    cache.close()
    service.languages = [{"code": "en", "targets": ["\ud800"]}]
    assert engine(service).pairs() == [("en", "\ufffd")]


@needs_loopback
def test_drafts_keep_their_elements_or_are_refused(service):
    service.languages = [{"code": "en", "targets": ["ms"]}]
    results = draft(
        [DraftRequest(key=1, text="Plain words."), DraftRequest(key=2, text="Run `x` now.", markup="markdown")],
        engine(service), source="en", target="ms",
    )  # fmt: skip
    assert results[0].reason == "adds a <"
    assert results[1].text is None or "`x`" in results[1].text


def test_a_server_that_is_not_there(monkeypatch):
    monkeypatch.setattr(libretranslate, "_FIRST_PAUSE", 0.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EngineError, match="does not answer"):
        LibreTranslateEngine(Server(url=f"http://127.0.0.1:{port}"), "en", "ms").translate(["a"])


@pytest.mark.parametrize(
    ("url", "allow", "why"),
    [
        ("http://127.0.0.1:5000", False, None),
        ("http://localhost:5000/", False, None),
        ("http://[::1]:5000", False, None),
        ("https://mt.example.org", True, None),
        ("https://mt.example.org", False, "is not this machine"),
        ("http://10.0.0.5:5000", True, "https only"),
        ("http://127.0.0.1.example.org", False, "is not this machine"),
        ("http://localhost@example.org", False, "not the address"),
        ("ftp://127.0.0.1", False, "not the address"),
        ("127.0.0.1:5000", False, "not the address"),
        ("http://127.0.0.1:abc", False, "not the address"),
        ("http://127.0.0.1:70000", False, "not the address"),
        ("http://[::1", False, "not the address"),
    ],
)
def test_where_texts_may_go(url, allow, why):
    server = Server(url=url, allow_remote=allow)
    if why is None:
        assert server.checked() == url.rstrip("/")
    else:
        with pytest.raises(EngineError, match=why):
            LibreTranslateEngine(server, "en", "ms")


@needs_loopback
def test_no_proxy_is_asked(service, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert engine(service).translate(["a"])[0].text == "<a>"
