"""Finds the strings of TOML and JSON front matter with the bytes they stand in.

`tomllib` and `json` decide whether the text is valid and what a string says; the scanners
here only find where it is written.
"""

from __future__ import annotations

import json
import re
import tomllib

from pipeline.document.keyrules import ITEM, KeyPath
from pipeline.document.yamltext import MAX_DEPTH, MalformedError, Scalar

_TOML_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"{3,5}|\Z)|' + r"'''.*?(?:'{3,5}|\Z)" + r'|"(?>(?:[^"\\\n]++|\\.)*)"?' + r"|'[^'\n]*'"
    r"|\#[^\n]*|\r?\n|[ \t]+|[A-Za-z0-9_-]+|.",
    re.DOTALL,
)
_DEEP_KEY = re.compile(r"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){" + str(MAX_DEPTH) + "}")
"""What costs tomllib quadratic time."""
_JSON_TOKEN = re.compile(r'"(?>(?:[^"\\]++|\\.?)*)"?|[{}\[\],:]|[^\s"{}\[\],:]+')


def json_end(text: str) -> int | None:
    """The index after the JSON object at the start of `text`; None when there is none."""
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return end if isinstance(value, dict) else None


def scan_json(data: bytes, start: int, end: int) -> list[Scalar]:
    """The string values of the JSON object data[start:end]. Raises MalformedError."""
    text = _decode(data, start, end)
    if json_end(text) is None:
        raise MalformedError("not valid JSON", 0)
    scalars = []
    stack: list[str | None] = []
    """For each open object its current key, None before a key; for an array "[]"."""
    byte, index = start, 0
    previous = ""
    for token in _JSON_TOKEN.finditer(text):
        word = token[0]
        if word in "{[":
            stack.append(None if word == "{" else ITEM)
            if len(stack) > MAX_DEPTH:
                raise MalformedError(f"nested deeper than {MAX_DEPTH} levels", text.count("\n", 0, token.start()))
        elif word in "}]":
            stack.pop()
        elif word[0] == '"' and previous in "{," and stack[-1] != ITEM:
            stack[-1] = json.loads(word, strict=False)
        elif word not in ",:":
            byte += len(text[index : token.start()].encode())
            index = token.start()
            after = byte + len(word.encode())
            is_text = word[0] == '"'
            value = json.loads(word, strict=False) if is_text else word
            is_text = is_text and not re.search("[\ud800-\udfff]", value)
            scalars.append(Scalar(tuple(name or "" for name in stack), byte, after, value, "json" if is_text else ""))
        previous = word
    return scalars


def scan_toml(data: bytes, start: int, end: int) -> list[Scalar]:
    """The single-line strings of TOML text that are a key's whole value. Raises MalformedError."""
    text = _decode(data, start, end)
    if (deep := _DEEP_KEY.search(text)) is not None:
        raise MalformedError(f"a key of more than {MAX_DEPTH} parts", text.count("\n", 0, deep.start()))
    try:
        # TOML wants "\n" or "\r\n"; tomllib reads both once they are alike.
        tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise MalformedError(str(error), int(line[1]) - 1 if line else 0) from None
    scalars = []
    table: KeyPath = ()
    tokens = list(_TOML_TOKEN.finditer(text))
    byte, index = start, 0
    for statement in _statements(tokens):
        first = statement[0][0]
        if first == "[":
            is_array = len(statement) > 1 and statement[1][0] == "["
            names = _names(statement)
            table = (*names, ITEM) if is_array else names
            continue
        equals = next((i for i, token in enumerate(statement) if token[0] == "="), None)
        values = [] if equals is None else statement[equals + 1 :]
        if equals is None or len(values) != 1:
            continue  # a list, an inline table, a date with a space
        token = values[0]
        word = token[0]
        form = {'"': "toml:basic", "'": "toml:literal"}.get(word[0], "")
        value = word
        if form and word[:3] in ('"""', "'''"):
            form = ""
        elif form:
            value = tomllib.loads(f"v = {word}")["v"]
        byte += len(text[index : token.start()].encode())
        index = token.start()
        key = (*table, *_names(statement[:equals]))
        scalars.append(Scalar(key, byte, byte + len(word.encode()), value, form))
    return scalars


def _statements(tokens: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Tokens that say something, one list per statement; line breaks inside brackets do not end one."""
    statements: list[list[re.Match[str]]] = []
    current: list[re.Match[str]] = []
    depth = 0
    for token in tokens:
        word = token[0]
        if word in ("\n", "\r\n"):
            if not depth and current:
                statements.append(current)
                current = []
        elif word[0] not in " \t#":
            depth += (word in "[{") - (word in "]}")
            current.append(token)
    return [*statements, current] if current else statements


def _names(tokens: list[re.Match[str]]) -> KeyPath:
    names = []
    for token in tokens:
        word = token[0]
        if word[0] in "\"'":
            names.append(str(tomllib.loads(f"v = {word}")["v"]))
        elif word not in "[].":
            names.append(word)
    return tuple(names)


def _decode(data: bytes, start: int, end: int) -> str:
    try:
        return data[start:end].decode()
    except UnicodeDecodeError as error:
        raise MalformedError("not UTF-8", data.count(b"\n", start, start + error.start)) from None
