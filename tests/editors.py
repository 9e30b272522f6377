"""Five editors that people open PO files with, as far as what they do to the bytes of a file goes.

Each takes the bytes of a file and what its user does to one entry, and gives the bytes it would save. The bodies are
read and written by polib, gettext's tools or regular expressions, never by the code under test.
"""

import functools
import re
import shutil
import subprocess
from dataclasses import dataclass

import polib


@dataclass(frozen=True)
class Edit:
    """What a person does to the entry of one msgid; None leaves a part as it is."""

    msgid: str
    msgstr: str | None = None
    fuzzy: bool | None = None
    """False approves, True says that the entry needs work."""
    comment: str | None = None


def poedit(data, edit):
    """Poedit 3: wraps at 79, its own header fields; approving drops the previous msgid. Unix line ends."""
    po = _read(data, 79)
    _apply(po, edit, drop_previous=edit.fuzzy is False)
    po.metadata |= {
        "X-Generator": "Poedit 3.4.2",
        "PO-Revision-Date": "2025-03-01 10:00+0800",
        "Last-Translator": "Aminah <aminah@example.org>",
    }
    return str(po).encode()


def weblate(data, edit):
    """Weblate: Translate Toolkit's wrapping at 77, a header of its own, the flags in another order, obsolete entries last."""
    po = _read(data, 77)
    _apply(po, edit, drop_previous=edit.fuzzy is False)
    for entry in po:
        entry.flags.sort(reverse=True)
    po.metadata |= {"X-Generator": "Weblate 5.4", "Language-Team": "Malay <https://example.org/projects/ms/>"}
    return str(po).encode()


def lokalize(data, edit):
    """Lokalize: wraps at 80, names the translator above the header, keeps the previous msgid until it is approved."""
    po = _read(data, 80)
    _apply(po, edit, drop_previous=edit.fuzzy is False)
    if "Aminah" not in po.header:
        po.header = f"{po.header}\nAminah <aminah@example.org>, 2025.".strip()
    po.metadata |= {"X-Generator": "Lokalize 24.02", "Last-Translator": "Aminah <aminah@example.org>"}
    return str(po).encode()


def gettext_tools(data, edit, options=("--width=60",)):
    """An entry edited by hand, then the file through `msgcat` with some options; without gettext, polib's wrapping."""
    if shutil.which("msgcat") is None:
        po = _read(data, 60)
        _apply(po, edit, drop_previous=False)
        return str(po).encode()
    # msgcat leaves the carriage returns of comments where they are, in the middle of lines; polib refuses that.
    data = plain_text(data, edit, crlf=False)
    return subprocess.run(["msgcat", *options, "-"], input=data, capture_output=True, check=True).stdout


def plain_text(data, edit, *, crlf=None, tabs=False):
    """A text editor: only the lines of the entry change; `crlf` re-saves every line end, `tabs` indents what was typed."""
    text = data.decode().replace("\r\n", "\n")
    ends = "\r\n" if (b"\r\n" in data if crlf is None else crlf) else "\n"
    start, end = _entry_span(text, edit.msgid)
    text = text[:start] + _typed(text[start:end], edit, "\t" if tabs else " ") + text[end:]
    return text.replace("\n", ends).encode()


MSGCAT_OPTIONS = (("--width=60",), ("--no-wrap",), ("--sort-output",), ("--sort-by-file", "--width=100"), ("--indent",))


def every_editor():
    """{name: editor}: the five, some of them in more than one habit."""
    editors = {"poedit": poedit, "weblate": weblate, "lokalize": lokalize}
    for options in MSGCAT_OPTIONS:
        editors[f"msgcat {' '.join(options)}"] = lambda data, edit, options=options: gettext_tools(data, edit, options)
    editors["text"] = plain_text
    editors["text, CRLF"] = lambda data, edit: plain_text(data, edit, crlf=True)
    editors["text, LF and tabs"] = lambda data, edit: plain_text(data, edit, crlf=False, tabs=True)
    return editors


@functools.lru_cache(maxsize=500)
def entries(data):
    """What polib reads in a file, which the tests believe. Not to be changed."""
    return [entry for entry in _read(data, 0) if entry.msgid]


def _read(data, width):
    text = data.decode().replace("\r\n", "\n")
    try:
        return polib.pofile(text, wrapwidth=width)  # by itself it wraps at 78; 0 is not at all
    except OSError as error:
        raise AssertionError(f"{error}:\n{text!r}") from error


def _apply(po, edit, *, drop_previous):
    entry = po.find(edit.msgid, include_obsolete_entries=False)
    assert entry is not None, edit
    if edit.msgstr is not None:
        entry.msgstr = edit.msgstr
    if edit.comment is not None:
        entry.tcomment = f"{entry.tcomment}\n{edit.comment}".strip()
    if edit.fuzzy is not None:
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        if edit.fuzzy:
            entry.flags.append("fuzzy")
    if drop_previous:
        entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None


_STRING = r'[ \t]*"(?:[^"\\\n]|\\.)*"[ \t]*\n?'
_ENTRY = re.compile(rf"(?:^\#(?!~).*\n)*^msgid[ \t]*((?:{_STRING})+)^msgstr[ \t]*((?:{_STRING})+)", re.MULTILINE)


def _entry_span(text, msgid):
    """Where the active entry of a msgid stands in a file."""
    for match in _ENTRY.finditer(text):
        if _joined(match[1]) == msgid:
            return match.span()
    raise AssertionError(f"no entry for {msgid!r}")


def _joined(body):
    return polib.unescape("".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', body)))


def _typed(entry, edit, gap):
    """The lines of one entry as a person leaves them."""
    match = _ENTRY.fullmatch(entry)
    head, old = entry[: match.start(2)], entry[match.start(2) :]
    comments, keyword, rest = head.partition("msgid") if not head.startswith("msgid") else ("", "msgid", head[5:])
    if "\nmsgid" in head:  # `#| msgid` comes first
        at = head.index("\nmsgid") + 1
        comments, keyword, rest = head[:at], "msgid", head[at + 5 :]
    if edit.comment is not None:
        comments = f"# {edit.comment}\n{comments}"
    if edit.fuzzy is False:
        comments = re.sub(r"^#,\s*fuzzy\s*\n", "", comments, flags=re.MULTILINE)
        comments = re.sub(r"^(#,.*?),?\s*fuzzy\b", r"\1", comments, flags=re.MULTILINE)
    elif edit.fuzzy and not re.search(r"^#,.*\bfuzzy\b", comments, re.MULTILINE):
        comments += "#, fuzzy\n"
    if edit.fuzzy and "#|" in comments:  # a flag line stands above the previous msgid
        lines = comments.splitlines(keepends=True)
        lines.sort(key=lambda line: line.startswith("#|"))
        comments = "".join(lines)
    if edit.msgstr is not None:
        ended = old.endswith("\n")
        old = f'"{polib.escape(edit.msgstr)}"' + ("\n" if ended else "")
        head_rest = re.sub(r"msgstr[ \t]*\Z", f"msgstr{gap}", rest)
        return comments + keyword + head_rest + old
    return comments + keyword + rest + old
