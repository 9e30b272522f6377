"""A LibreTranslate server of one's own, over HTTP: asked only where the configuration gives its address.

Texts do not leave the house by mistake. An address on this machine is used as it is; any other needs `allow_remote` and
https. Redirects are not followed and no proxy is asked. The key, where the server wants one, comes from the environment.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from pipeline.errors import EngineError
from pipeline.mt.codes import argos_codes
from pipeline.mt.engine import Progress, Translation

KEY = "LIBRETRANSLATE_API_KEY"
"""Environment variable with the server's key."""

_BATCH = 32
"""Texts in one request. Servers limit their number and length (`--batch-limit`, `--char-limit`): one that refuses gets half."""
_BATCH_CHARACTERS = 4_000
TRIES = 4
_FIRST_PAUSE = 1.0
"""Seconds before the second try; doubled each time."""
_LONGEST_PAUSE = 60.0
_LARGEST_ANSWER = 16 << 20
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_TOO_MUCH = frozenset({400, 413})
"""What a request above the server's limits is answered with, among others."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a server is and how long to wait for it."""

    url: str
    allow_remote: bool = False
    timeout: float = 60.0
    """Seconds for one request."""
    tries: int = TRIES

    def checked(self) -> str:
        """The address without a slash at its end; raises EngineError for one that texts must not be sent to."""
        none = EngineError(f"{self.url!r} is not the address of a server", hint="like http://127.0.0.1:5000")
        try:
            parts = urllib.parse.urlsplit(self.url)
            _ = parts.port  # read only when asked for
        except ValueError:
            raise none from None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise none
        if not _is_loopback(parts.hostname):
            if not self.allow_remote:
                raise EngineError(
                    f"{parts.hostname} is not this machine: texts would leave it",
                    hint="allow_remote = true under [mt.libretranslate] permits that, over https",
                )
            if parts.scheme != "https":
                raise EngineError(f"texts go to {parts.hostname} over https only", path=self.url)
        return self.url.rstrip("/")


class LibreTranslateEngine:
    """One pair of languages of a server."""

    id = "libretranslate"
    identity = False
    min_score = 0.0

    def __init__(self, server: Server, source: str, target: str) -> None:
        """Nothing is sent before the first translation; raises EngineError for an address that is not allowed."""
        self.source, self.target = source, target
        self.server = server
        self._url = server.checked()
        self._codes: tuple[str, str] | None = None

    @property
    def host(self) -> str:
        """The server's name and port."""
        return urllib.parse.urlsplit(self._url).netloc

    @property
    def model(self) -> str:
        """The server's name and the pair; servers do not tell which model they use."""
        return f"{self.host} {self.source}-{self.target}"

    @property
    def settings(self) -> str:
        """The address and the pair: a server with another model has to get another cache."""
        return f"libretranslate {self._url} {self.source} {self.target}"

    def translate(self, sentences: Sequence[str], progress: Progress | None = None) -> list[Translation]:
        """Translate in requests of a few texts each; raises EngineError when the server does not answer rightly."""
        source, target = self.codes()
        results: list[Translation] = []
        at, most = 0, _BATCH
        while at < len(sentences):
            end = at + 1
            while end < min(at + most, len(sentences)) and sum(map(len, sentences[at : end + 1])) <= _BATCH_CHARACTERS:
                end += 1
            try:
                answer = self._ask("/translate", {"q": [*sentences[at:end]], "source": source, "target": target})
            except _RefusedError:
                if end - at == 1:
                    raise
                most = (end - at) // 2
                continue
            texts = answer.get("translatedText") if isinstance(answer, dict) else None
            if (
                not isinstance(texts, list)
                or len(texts) != end - at
                or not all(isinstance(text, str) for text in texts)
            ):
                raise EngineError("the server's answer is not one translation for each text", path=self._url)
            results += [Translation(text=_sound(text)) for text in texts]
            at = end
            if progress is not None:
                progress(at, len(sentences))
        return results

    def codes(self, pairs: Sequence[tuple[str, str]] | None = None) -> tuple[str, str]:
        """The server's codes for the pair, of its `pairs` where they are known; EngineError when it has none for it."""
        if self._codes is None:
            pairs = self.pairs() if pairs is None else pairs
            for source in (self.source, *argos_codes(self.source)):
                for target in (self.target, *argos_codes(self.target)):
                    if (source, target) in pairs:
                        self._codes = source, target
                        return self._codes
            known = ", ".join(f"{source}-{target}" for source, target in pairs[:40])
            raise EngineError(
                f"the server does not translate {self.source} to {self.target}",
                path=self._url,
                hint=f"it has {known or 'no pair'}",
            )
        return self._codes

    def pairs(self) -> list[tuple[str, str]]:
        """(source code, target code) of all that the server translates; raises EngineError."""
        answer = self._ask("/languages")
        if not isinstance(answer, list):
            raise EngineError("the server's list of languages is not one", path=self._url)
        pairs = []
        for language in answer:
            if isinstance(language, dict) and isinstance(language.get("code"), str):
                targets = language.get("targets")
                codes = targets if isinstance(targets, list) else []
                pairs += [(_sound(language["code"]), _sound(code)) for code in codes if isinstance(code, str)]
        return sorted(pairs)

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON that the server answers, after some tries."""
        pause = _FIRST_PAUSE
        for attempt in range(1, self.server.tries + 1):
            try:
                return self._once(path, body)
            except _LaterError as later:
                if attempt == self.server.tries:
                    raise EngineError(
                        f"the server does not answer: {later.reason}", path=self._url, hint=f"tried {attempt} times"
                    ) from later
                time.sleep(min(max(pause, later.pause), _LONGEST_PAUSE))
                pause *= 2
        raise AssertionError

    def _once(self, path: str, body: dict[str, Any] | None) -> Any:
        data = None
        if body is not None:
            key = os.environ.get(KEY)
            data = json.dumps({**body, "format": "text", **({"api_key": key} if key else {})}).encode()
        request = urllib.request.Request(  # noqa: S310  (the address was checked)
            self._url + path, data=data, headers={"Content-Type": "application/json", "User-Agent": "pipeline"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
        try:
            with opener.open(request, timeout=self.server.timeout) as response:
                answer = response.read(_LARGEST_ANSWER + 1)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in _TRY_AGAIN:
                    raise _LaterError(
                        f"{error.code} {error.reason}", _seconds(error.headers.get("Retry-After"))
                    ) from None
                kind = _RefusedError if error.code in _TOO_MUCH else EngineError
                raise kind(
                    f"the server refuses: {error.code} {_said(error)}", path=self._url, hint=_hint(error)
                ) from None
        except (OSError, HTTPException, UnicodeError) as error:  # URLError and time-outs are OSErrors
            raise _LaterError(str(getattr(error, "reason", None) or error)) from error
        try:
            return json.loads(answer) if len(answer) <= _LARGEST_ANSWER else None
        except (ValueError, RecursionError) as error:
            raise EngineError("the server's answer is not JSON", path=self._url) from error


class _RefusedError(EngineError):
    """What the server may take when it is less at once."""


class _LaterError(Exception):
    """What may go away when one waits."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause = pause


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Another address is another decision; the server's answer is an error then."""

    def redirect_request(self, *_args: Any, **_settings: Any) -> None:
        """Never."""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sound(text: str) -> str:
    """A text that can be written down: JSON can name half a character, which no file and no data base takes."""
    return _SURROGATE.sub("\ufffd", text)


def _seconds(header: str | None) -> float:
    return float(header) if header and header.isascii() and header.isdigit() else 0.0


def _said(error: urllib.error.HTTPError) -> str:
    try:
        return _sound(str(json.loads(error.read(1 << 16))["error"])[:200])
    except (OSError, ValueError, RecursionError, KeyError, TypeError, HTTPException):
        return str(error.reason)


def _hint(error: urllib.error.HTTPError) -> str | None:
    return f"the key of the server goes into the environment variable {KEY}" if error.code in (401, 403) else None
