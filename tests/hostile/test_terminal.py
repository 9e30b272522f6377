"""Escape sequences in names and texts are spelled out before they reach a terminal or a log."""

import json
import os
import sys

import pytest

from pipeline.cli.app import main
from pipeline.cli.output import print_findings, print_json, print_table
from pipeline.cli.terminal import visible, visible_json
from pipeline.model import Finding, Severity

EVIL = [
    "\x1b]0;title\x07",
    "\x1b[2J\x1b[H",
    "\x9b2J",
    "\r\x1b[K",
    "\x08\x08",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u2028",
    "\x1bP+q\x1b\\",
    "\x0e",
]


def harmless(text):
    return all(c in "\t\n" or c.isprintable() or c == " " for c in text) and not any(
        c in text for c in "\u202e\u2066\u200f"
    )


@pytest.mark.parametrize("evil", EVIL)
def test_texts_are_spelled_out(evil, capsys, monkeypatch):
    finding = Finding(
        rule="x", severity=Severity.error, path=f"a{evil}.md", line=1, key=(None, "m"), message=f"it adds <{evil}>"
    )
    print_findings([finding])
    for terminal in (False, True):
        monkeypatch.setattr(sys.stdout, "isatty", lambda terminal=terminal: terminal)
        print_table(("a", "b"), [(f"x{evil}", evil)])
    done = capsys.readouterr()
    assert harmless(done.err)
    assert evil not in done.out
    assert not {c for c in evil if not c.isprintable()} - {"\x1b"} & set(done.out)


@pytest.mark.parametrize("evil", EVIL)
def test_json_says_the_same_without_them(evil, capsys):
    print_json({"text": evil})
    out = capsys.readouterr().out
    assert harmless(out)
    assert json.loads(out) == {"text": evil}
    assert json.loads(visible_json(json.dumps([evil], ensure_ascii=False))) == [evil]


def test_other_texts_stay_as_they_are():
    text = "Waktu operasi\n\tمرحبا 你好 é — “x” \u200d\U0001f600"
    assert visible(text) == text


@pytest.mark.parametrize("evil", EVIL)
def test_the_command_line_shows_none(evil, tmp_path, capsys, monkeypatch):
    """A page, a catalog that is broken at such a text, and settings with such a key."""
    (tmp_path / "index.md").write_text("# Words\n", "utf-8")
    (tmp_path / "pipeline.toml").write_text('languages = ["ms"]\n', "utf-8")
    catalogs = tmp_path / "locales" / "ms" / "LC_MESSAGES"
    catalogs.mkdir(parents=True)
    (catalogs / "index.md.po").write_text(f'msgid "Words"\nmsgst{evil} "x"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    codes = [main(["update"])]
    (catalogs / "index.md.po").write_text(f'msgid "Words"\nmsgstr "<b>{evil}</b>"\n', "utf-8")
    codes.append(main(["update"]))
    codes.append(main(["build"]))
    codes.append(main(["build", f"no{evil}page.md"]))
    if os.name != "nt":
        (tmp_path / f"x{evil.replace('/', '')}.md").write_text("# Words\n", "utf-8")
        codes.append(main(["update"]))
    (tmp_path / "pipeline.toml").write_bytes(b'"k' + evil.encode() + b'" = 1\n')
    codes.append(main(["update"]))
    (tmp_path / "pipeline.toml").write_text(
        json.dumps({f"k{evil}": 1}).replace("{", "").replace("}", "").replace(":", " =") + "\n", "utf-8"
    )
    codes.append(main(["update"]))
    assert codes[0] != 0
    assert set(codes) <= {0, 1, 2}
    done = capsys.readouterr()
    assert harmless(done.err)
    assert harmless(done.out)
