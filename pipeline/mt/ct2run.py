"""Running a CTranslate2 model over sentences: the part that is the same for every package and folder of models.

Sentences go through in real batches over all cores; long ones in parts. The model's attention tells which words come
from which, and a translation can be made to contain something.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.errors import EngineError
from pipeline.mt.alignment import from_attention, shifted
from pipeline.mt.engine import Forced, Progress, Translation
from pipeline.mt.forcing import prefix_before

if TYPE_CHECKING:
    import ctranslate2

MAX_TOKENS = 200
"""Longest input sent in one piece. CTranslate2 silently cuts input at 1,024 tokens and output at 256, and models have
position encodings for about 512: a longer sentence is translated in parts."""

SECOND_BEAM = 4
"""Of the other search; 2 where this is the first one's."""
_BATCH_TOKENS = 1024
_POLL_SECONDS = 0.002
_MAX_OUTPUT = 256
_LENGTH_PENALTY = 0.2
_CLAUSE = re.compile(r"(?<=[,;:、，；：—])\s*|\s+")


class Tokenizer(Protocol):
    """Text to a model's tokens and back."""

    def encode(self, sentence: str) -> list[str]:
        """The tokens of a sentence."""

    def decode(self, tokens: list[str]) -> str:
        """The text of a translation."""


class SentencePiece:
    """SentencePiece as it is; argostranslate's wrapper around it loses underscores on decoding."""

    def __init__(self, model: bytes, target: bytes | None = None) -> None:
        """`target` is the model for translations, where that is another one."""
        import sentencepiece

        self._source = sentencepiece.SentencePieceProcessor(model_proto=model)
        self._target = sentencepiece.SentencePieceProcessor(model_proto=target) if target else self._source

    def encode(self, sentence: str) -> list[str]:
        """The pieces of a sentence."""
        tokens: list[str] = self._source.encode(sentence, out_type=str)
        return tokens

    def decode(self, tokens: list[str]) -> str:
        """The text of the pieces."""
        text: str = self._target.decode(tokens)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How a model is asked."""

    beam: int
    repetition_penalty: float = 1.0
    source_prefix: tuple[str, ...] = ()
    """Tokens before those of each sentence: a source language, or `>>zsm_Latn<<`."""
    source_suffix: tuple[str, ...] = ()
    """Tokens after them: the end mark, for models that want to be told."""
    target_prefix: tuple[str, ...] = ()
    """Tokens that every translation begins with: a target language."""

    def __str__(self) -> str:
        """All that changes what comes out, for the key of a cache."""
        source = " ".join((*self.source_prefix, "…", *self.source_suffix))
        return (
            f"beam={self.beam} length={_LENGTH_PENALTY} repetition={self.repetition_penalty} batch={_BATCH_TOKENS} "
            f"source={source} prefix={' '.join(self.target_prefix)}"
        )


Loaded = tuple["ctranslate2.Translator", Tokenizer]


class Model:
    """A model, loaded when it is first needed and shared by the searches in it.

    Not safe for several threads; CTranslate2 uses them inside.
    """

    def __init__(self, path: str, load: Callable[[], Loaded]) -> None:
        """`path` stands in errors; `load` may raise what CTranslate2, SentencePiece and files raise."""
        self.path = path
        self._load = load
        self._loaded: Loaded | None = None

    def loaded(self) -> Loaded:
        """(translator, tokenizer); raises EngineError."""
        if self._loaded is None:
            # onnxruntime, when some other package brings it in, reports home unless told not to before its import.
            os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
            try:
                self._loaded = self._load()
            except ImportError as error:
                library = (error.name or str(error)).partition(".")[0]
                raise EngineError(f"{library} is not installed", hint="see the README's set-up") from error
            except (RuntimeError, OSError, ValueError) as error:
                raise EngineError(f"the model cannot be loaded: {error}", path=self.path) from error
        return self._loaded

    def translate(self, search: Search, sentences: Sequence[str], progress: Progress | None) -> list[Translation]:
        """One result per sentence, in order; raises EngineError when the model cannot be loaded or fails."""
        _, tokenizer = self.loaded()
        parts: list[tuple[str, list[str]]] = []
        owners: list[int] = []
        for i, sentence in enumerate(sentences):
            for part in parts_of(sentence, tokenizer):
                parts.append(part)
                owners.append(i)
        # Longest first, as CTranslate2 batches them anyway: so results arrive in the order they are waited for.
        order = sorted(range(len(parts)), key=lambda i: -len(parts[i][1]))
        results: dict[int, Translation] = {}
        waiting = [0] * len(sentences)
        for owner in owners:
            waiting[owner] += 1
        done = 0
        for at, answer in zip(order, self._answers(search, [parts[i][1] for i in order]), strict=True):
            results[at] = self._finished(search, parts[at], answer)
            waiting[owners[at]] -= 1
            done += waiting[owners[at]] == 0
            if progress is not None:
                progress(done, len(sentences))
        collected: list[list[Translation]] = [[] for _ in sentences]
        sources: list[list[str]] = [[] for _ in sentences]
        for i, owner in enumerate(owners):
            collected[owner].append(results[i])
            sources[owner].append(parts[i][0])
        return [_together(pieces, own) for pieces, own in zip(collected, sources, strict=True)]

    def translate_forced(self, search: Search, requests: Sequence[Forced]) -> list[Translation | None]:
        """Translate up to what the model lost, put that there, and let it go on; once for each thing that is lost."""
        _, tokenizer = self.loaded()
        results: list[Translation | None] = [None] * len(requests)
        tokens = [tokenizer.encode(request.sentence) for request in requests]
        prefixes: dict[int, list[str]] = {i: [] for i in range(len(requests)) if len(tokens[i]) <= MAX_TOKENS}
        unforced: dict[int, float] = {}
        for _ in range(1 + max((len(request.keep) for request in requests), default=0)):
            at = list(prefixes)
            given = [prefixes[i] for i in at]
            answers = list(self._answers(search, [tokens[i] for i in at], given))
            prefixes = {}
            for i, prefix, answer in zip(at, given, answers, strict=True):
                request = requests[i]
                done = self._finished(search, (request.sentence, tokens[i]), answer, len(prefix))
                score = min(done.score or 0.0, unforced.setdefault(i, done.score or 0.0))
                lost = [span for span in request.keep if request.sentence[slice(*span)] not in done.text]
                if not lost:
                    # What is good after a forced beginning does not make up for a beginning that was not.
                    results[i] = replace(done, score=score)
                    continue
                hypothesis, attention = _own(search, tokens[i], answer)
                longer = prefix_before(request.sentence, lost[0], tokens[i], hypothesis, attention)
                if longer is not None:
                    prefixes[i] = longer
        return results

    def _answers(
        self, search: Search, tokens: list[list[str]], prefixes: list[list[str]] | None = None
    ) -> Iterator[Any]:
        """Yield what CTranslate2 makes of each, as batches are finished."""
        translator, _ = self.loaded()
        options: dict[str, Any] = {}
        if search.target_prefix or prefixes:
            options["target_prefix"] = [[*search.target_prefix, *prefix] for prefix in prefixes or [[]] * len(tokens)]
        try:
            for future in translator.translate_batch(
                [[*search.source_prefix, *own, *search.source_suffix] for own in tokens],
                beam_size=search.beam,
                max_batch_size=_BATCH_TOKENS,
                batch_type="tokens",
                length_penalty=_LENGTH_PENALTY,
                repetition_penalty=search.repetition_penalty,
                replace_unknowns=True,
                return_scores=True,
                return_attention=True,
                max_decoding_length=_MAX_OUTPUT,
                asynchronous=True,
                **options,
            ):
                while not future.done():  # in its own wait no Ctrl-C would be heard
                    time.sleep(_POLL_SECONDS)
                yield future.result()
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the model failed: {error}", path=self.path) from error

    def _finished(self, search: Search, part: tuple[str, list[str]], answer: Any, forced: int = 0) -> Translation:
        """`part` is (text, tokens); `forced` the number of tokens that the translation was made to begin with."""
        _, tokenizer = self.loaded()
        text, tokens = part
        whole, score = answer.hypotheses[0], answer.scores[0]
        # CTranslate2 gives the log probabilities of what it was free to choose, summed and divided by length ** penalty.
        free = max(len(whole) - len(search.target_prefix) - forced, 1)
        confidence = math.exp(min(score * max(len(whole), 1) ** _LENGTH_PENALTY / free, 0.0))
        hypothesis, attention = _own(search, tokens, answer)
        # The same tokens mean the same text: SentencePiece would give back its normalised form (TM for ™).
        space = text[len(text.rstrip()) :]
        translated = text if hypothesis == tokens else tokenizer.decode(hypothesis).strip() + space
        alignment = from_attention(text, tokens, translated, hypothesis, attention)
        truncated = len(whole) >= _MAX_OUTPUT
        return Translation(text=translated, score=confidence, truncated=truncated, alignment=alignment)


def _own(search: Search, tokens: list[str], answer: Any) -> tuple[list[str], list[list[float]]]:
    """(the translation's tokens, their attention to the sentence's) without what the search put before them."""
    hypothesis, attention = answer.hypotheses[0], answer.attention[0]
    before = len(search.target_prefix)
    if before and tuple(hypothesis[:before]) == search.target_prefix:
        hypothesis, attention = hypothesis[before:], attention[before:]
    start = len(search.source_prefix)
    return hypothesis, [row[start : start + len(tokens)] for row in attention]


def parts_of(sentence: str, tokenizer: Tokenizer) -> list[tuple[str, list[str]]]:
    """(text, tokens) of the sentence, or of parts of it, cut at clauses, that are short enough."""
    tokens = tokenizer.encode(sentence)
    if len(tokens) <= MAX_TOKENS:
        return [(sentence, tokens)]
    middle = len(sentence) // 2
    cuts = [found.end() for found in _CLAUSE.finditer(sentence) if 0 < found.end() < len(sentence)]
    cut = min(cuts, key=lambda at: abs(at - middle), default=middle)
    if not 0 < cut < len(sentence):
        return [(sentence, tokens[:MAX_TOKENS])]
    return [*parts_of(sentence[:cut], tokenizer), *parts_of(sentence[cut:], tokenizer)]


def _together(pieces: list[Translation], sources: list[str]) -> Translation:
    """The translation of a sentence from those of its parts; `sources` are the parts."""
    if len(pieces) == 1:
        return pieces[0]
    scores = [piece.score for piece in pieces if piece.score is not None]
    links: list[bytes | None] = []
    target = source = 0
    for piece, own in zip(pieces, sources, strict=True):
        links.append(shifted(piece.alignment, target, source) if piece.alignment is not None else None)
        target += len(piece.text)
        source += len(own)
    return Translation(
        text="".join(piece.text for piece in pieces),
        score=min(scores, default=None),
        truncated=any(piece.truncated for piece in pieces),
        alignment=None if None in links else b"".join(link for link in links if link),
    )


def cores() -> int:
    """The processor cores this process may use."""
    try:
        return max(len(os.sched_getaffinity(0)), 1)
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
