"""Apertium, a rule-based translator that Debian packages: real drafts for es, ca, gl, id <-> ms ... with no model file.

One process translates a whole batch. It is given what Apertium's HTML reader makes of a page with a paragraph for each
text: blocks between sentence ends, so that no word moves from one text to the next (as with `-f line`). Writing that
stream here leaves nothing to the reader, which does without word tags unless another program (Transfuse) is there.

Every text goes in twice: plain, which gives the translation, and with a tag on each word. Apertium carries such tags to
the word's translation and so tells which words come from which (`mt.alignment`). The plain one is what is used, because
tags keep it from seeing expressions of several words.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import EngineError
from pipeline.mt.alignment import Link, pack
from pipeline.mt.apertiumpairs import Mode, modes_for
from pipeline.mt.engine import Forced, Progress, Translation
from pipeline.mt.project import WORD

PROGRAM = "apertium"
HINT = "on Debian and Ubuntu: apt-get install apertium apertium-eng-spa (`apt-cache search ^apertium-` lists the pairs)"

_START_SECONDS = 60.0
_SECONDS_PER_WORD = 0.05
"""Of patience. It manages some thousand words a second; a machine may be busy."""

_MARKS = "*@#~<>"
"""What Apertium writes for words it does not know, cannot translate or cannot inflect, and for its own tags."""
_STAND_IN = dict(zip(_MARKS, map(chr, range(0xF0E0, 0xF0E0 + len(_MARKS))), strict=True))
_SHOWN = str.maketrans({**_STAND_IN, **{character: f"\\{character}" for character in "[]{}^$/\\"}})
_MEANT = str.maketrans({stand_in: character for character, stand_in in _STAND_IN.items()})

_BEGIN = re.compile(r"\[pipeline:([wt])(\d+)\]")
_END = ".[][;]"
# What we put in brackets holds no bracket, so a search for its end is over at the next one.
_PIECE = re.compile(r"\\(.)|\[\[/\]\]|\[\[([^\[\]]*+)\]\]|\[[^\[\]]*+\]|([*@#])|([^\\\[*@#]++)", re.DOTALL)


class ApertiumEngine:
    """One translation direction of an installed Apertium."""

    id = "apertium"
    identity = False
    min_score = 0.0

    def __init__(self, source: str, target: str, *, program: str | None = None, mode: Mode | None = None) -> None:
        """`source` and `target` are BCP 47. Raises EngineError without the program, or the pair."""
        self.source, self.target = source, target
        self._program = program or find_program()
        self.mode = mode or _chosen(source, target, installed_modes(self._program))
        self._digest = ""

    @property
    def digest(self) -> str:
        """SHA-256 of everything that the mode runs."""
        self._digest = self._digest or self.mode.digest()
        return self._digest

    @property
    def model(self) -> str:
        """The mode and the first digits of its data's digest ("eng-spa 1c6e0a7b"): Debian alone knows its version."""
        return f"{self.mode.name} {self.digest[:8]}"

    @property
    def settings(self) -> str:
        """The mode, a digest of everything that it runs, and of the way it is run."""
        return f"apertium {self.mode.name} {self.digest} word tags 3"

    @property
    def second(self) -> ApertiumEngine:
        """Itself: rules know no other search; but it may be asked for smaller parts."""
        return self

    def translate(self, sentences: Sequence[str], progress: Progress | None = None) -> list[Translation]:
        """Translate in one process. A text that does not come back is empty; raises EngineError when none does."""
        texts = {i: text for i, text in enumerate(sentences) if text.strip() and not any(map(_is_stand_in, text))}
        found: dict[tuple[str, int], str] = {}
        if texts:
            output = self._run(_stream(texts), sum(len(text) // 4 + 1 for text in texts.values()))
            found = dict(_texts(output))
            if not found:
                raise EngineError(f"apertium {self.mode.name} gave nothing back", hint=HINT)
        if progress is not None:
            progress(len(sentences), len(sentences))
        return [_translation(text, found.get(("t", i)), found.get(("w", i))) for i, text in enumerate(sentences)]

    def translate_forced(self, requests: Sequence[Forced]) -> list[Translation | None]:
        """None for each: rules cannot be made to write something."""
        return [None] * len(requests)

    def _run(self, stream: str, words: int) -> str:
        command = [self._program, "-f", "none", self.mode.name]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise EngineError(f"apertium cannot be started: {error.strerror or error}", hint=HINT) from error
        try:
            out, err = process.communicate(stream.encode(), timeout=_START_SECONDS + _SECONDS_PER_WORD * words)
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"apertium {self.mode.name} did not answer in {error.timeout:.0f} s") from None
        finally:
            if process.returncode is None:
                _end(process)
        if process.returncode:
            lines = err.decode(errors="replace").strip().splitlines()
            raise EngineError(f"apertium {self.mode.name} failed: {lines[-1] if lines else process.returncode}")
        return out.decode(errors="replace")


def find_program() -> str:
    """Where the `apertium` program is; raises EngineError with what to install."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise EngineError("apertium is not installed", hint=HINT)
    return program


def installed_modes(program: str) -> list[Mode]:
    """The directions that this Apertium can translate, as `apertium -l` tells; raises EngineError."""
    try:
        done = subprocess.run([program, "-l"], capture_output=True, timeout=_START_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(f"`apertium -l` failed: {error}", hint=HINT) from error
    folder = Path(os.environ.get("APERTIUM_DATADIR") or "/usr/share/apertium") / "modes"
    names = done.stdout.decode(errors="replace").split()
    return [Mode(name=name, file=folder / f"{name}.mode") for name in names if Mode.fits(name)]


def _chosen(source: str, target: str, modes: Sequence[Mode]) -> Mode:
    fitting = modes_for(source, target, modes)
    if not fitting:
        known = ", ".join(mode.name for mode in modes) or "none"
        raise EngineError(f"apertium has no pair from {source} to {target}", hint=f"installed: {known}; {HINT}")
    return fitting[0]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and the ones of its pipeline, which would go on holding its output."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _is_stand_in(character: str) -> bool:
    return character in _STAND_IN.values()


def _stream(texts: dict[int, str]) -> str:
    parts = []
    for number, text in texts.items():
        tagged, at = "", 0
        for i, word in enumerate(WORD.finditer(text)):
            tagged += f"{text[at : word.start()].translate(_SHOWN)}[[t:i:{i}]]{word[0]}[[/]]"
            at = word.end()
        tagged += text[at:].translate(_SHOWN)
        parts += [f"[pipeline:t{number}]{text.translate(_SHOWN)}{_END}", f"[pipeline:w{number}]{tagged}{_END}"]
    return "\n".join(parts) + "\n"


def _texts(output: str) -> Iterator[tuple[tuple[str, int], str]]:
    """((kind, number), what came back) of each text in the output that has both its ends."""
    *parts, _ = output.split(_END)
    for part in parts:
        if begin := _BEGIN.search(part):
            yield (begin[1], int(begin[2])), part[begin.end() :]


@dataclass(slots=True)
class _Answer:
    """A paragraph that came back, read."""

    text: str
    origins: list[frozenset[int]]
    """For each character the numbers of the source's words whose tags it stands in."""
    unknown: int
    """Words that Apertium marked as unknown."""


def _read(body: str) -> _Answer:
    text, origins, unknown = "", list[frozenset[int]](), 0
    inside: frozenset[int] = frozenset()
    for found in _PIECE.finditer(body):
        escaped, tags, mark, piece = found.groups()
        if escaped or piece:
            text += escaped or piece
            origins += [inside] * len(escaped or piece)
        elif mark:
            unknown += 1
        elif tags is not None:
            inside = frozenset(map(int, re.findall(r"\d+", tags)))
        elif found[0] == "[[/]]":
            inside = frozenset()
    return _Answer(text.translate(_MEANT), origins, unknown)


def _translation(source: str, plain: str | None, tagged: str | None) -> Translation:
    if plain is None:
        return Translation(text=source if not source.strip() else "")
    answer = _read(plain)
    bare = source.strip()
    # A word that the other language does without leaves its space behind.
    said = answer.text.strip() if "  " in bare else re.sub(" {2,}", " ", answer.text.strip())
    text = source.replace(bare, _begun(bare, said), 1)
    words = list(WORD.finditer(text))
    score = max(1 - answer.unknown / len(words), 0.01) if words else None
    links = list(_links(source, words, _read(tagged))) if tagged is not None else []
    return Translation(text=text, score=score, alignment=pack(links) if links else None)


def _begun(source: str, text: str) -> str:
    """The text with its first letter as the source's is: to Apertium every text is a sentence."""
    old, new = (next((i for i, c in enumerate(side) if c.isalpha()), None) for side in (source, text))
    if old is None or new is None or source[old].isupper() == text[new].isupper():
        return text
    letter = text[new].upper() if source[old].isupper() else text[new].lower()
    return f"{text[:new]}{letter}{text[new + 1 :]}" if len(letter) == 1 else text


def _links(source: str, words: Sequence[re.Match[str]], tagged: _Answer) -> Iterator[Link]:
    """Links for the words of the plain translation, from the tags on those of the tagged one.

    Where the two differ, all the words that differ stand for all that the tagged ones stand for.
    """
    places = [found.span() for found in WORD.finditer(source)]
    others = list(WORD.finditer(tagged.text))
    origins = _filled([frozenset().union(*tagged.origins[slice(*word.span())]) for word in others])
    matcher = difflib.SequenceMatcher(None, [w[0] for w in words], [w[0] for w in others], autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        for i in range(start, end):
            if kind == "equal":
                own = origins[other_start + i - start]
            else:  # a word that only the plain one has goes with its neighbour
                own = frozenset().union(*origins[other_start : max(other_end, other_start + 1)])
            known = [places[number] for number in sorted(own) if number < len(places)]
            for place in known:
                yield Link(*words[i].span(), *place, 1 / len(known))


def _filled(origins: list[frozenset[int]]) -> list[frozenset[int]]:
    """A word that Apertium put in (an article, a preposition) goes with the word after it, at the end with that before."""
    for i in reversed(range(len(origins) - 1)):
        origins[i] = origins[i] or origins[i + 1]
    for i in range(1, len(origins)):
        origins[i] = origins[i] or origins[i - 1]
    return origins
