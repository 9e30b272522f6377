"""Argos packages driven through CTranslate2: the same model, search and tokens as argostranslate, in real batches.

argostranslate itself translates one text at a time with one thread, and importing its `translate` or `package` module
brings in stanza (torch) or makes folders in the home directory. What is used of it is its tokenizer module: nothing
happens when that is imported. Its SentencePiece `decode` is not used, because it turns every `_` into a space.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.errors import EngineError
from pipeline.mt.engine import Progress, Translation
from pipeline.mt.package import Package, read_members

if TYPE_CHECKING:
    import ctranslate2

BEAMS = {"best": 4, "default": 2, "draft": 1}
"""Beam size by quality: 4 is argostranslate's, 2 is CTranslate2's own and nearly twice as fast."""

MAX_TOKENS = 200
"""Longest input sent in one piece. CTranslate2 silently cuts input at 1,024 tokens and output at 256, and models have
position encodings for about 512: a longer sentence is translated in parts."""

_BATCH_TOKENS = 1024
_MAX_OUTPUT = 256
_LENGTH_PENALTY = 0.2
_STARTER_BEAM = 4
_STARTER_REPETITION_PENALTY = 1.2
"""Halves its loops and stutters and leaves its chrF as it is."""
_STARTER_MIN_SCORE = 0.2
"""Below this its drafts have a chrF of 19, against 65 for all, on phrases of the kind it knows."""
_CLAUSE = re.compile(r"(?<=[,;:、，；：—])\s*|\s+")


class _Tokenizer(Protocol):
    def encode(self, sentence: str) -> list[str]: ...

    def decode(self, tokens: list[str]) -> str: ...


class ArgosEngine:
    """One package, loaded when it is first needed. Not safe for several threads; CTranslate2 uses them inside."""

    id = "argos"

    def __init__(self, package: Package, *, beam: int | None = None, threads: int | None = None) -> None:
        """`beam` None means 4 for the starter, which needs care, and 2 for full models; `threads` None means all cores."""
        starter = package.origin == "starter"
        self.package = package
        self.beam = beam or (_STARTER_BEAM if starter else BEAMS["default"])
        self.repetition_penalty = _STARTER_REPETITION_PENALTY if starter else 1.0
        self.min_score = _STARTER_MIN_SCORE if starter else 0.0
        self._threads = threads or _cores()
        self._loaded: tuple[ctranslate2.Translator, _Tokenizer] | None = None

    @property
    def model(self) -> str:
        """The package's label."""
        return self.package.label

    @property
    def source(self) -> str:
        """BCP 47 tag."""
        return self.package.source

    @property
    def target(self) -> str:
        """BCP 47 tag."""
        return self.package.target

    @property
    def identity(self) -> bool:
        """Declared by the package."""
        return self.package.identity

    @property
    def settings(self) -> str:
        """Model digest and search settings."""
        return (
            f"{self.package.sha256 or self.package.label} beam={self.beam} length={_LENGTH_PENALTY} "
            f"repetition={self.repetition_penalty} batch={_BATCH_TOKENS} prefix={self.package.target_prefix}"
        )

    def translate(self, sentences: Sequence[str], progress: Progress | None = None) -> list[Translation]:
        """Translate in one batch over all cores; raises EngineError when the model cannot be loaded or fails."""
        translator, tokenizer = self._load()
        parts: list[tuple[str, list[str]]] = []
        owners: list[int] = []
        for i, sentence in enumerate(sentences):
            for part in _parts(sentence, tokenizer):
                parts.append(part)
                owners.append(i)
        # Longest first, as CTranslate2 batches them anyway: so results arrive in the order they are waited for.
        order = sorted(range(len(parts)), key=lambda i: -len(parts[i][1]))
        results: dict[int, Translation] = {}
        waiting = [0] * len(sentences)
        for owner in owners:
            waiting[owner] += 1
        done = 0
        try:
            for i, hypothesis, score in self._run(translator, [parts[i][1] for i in order]):
                at = order[i]
                results[at] = self._finish(parts[at], hypothesis, score, tokenizer)
                waiting[owners[at]] -= 1
                done += waiting[owners[at]] == 0
                if progress is not None:
                    progress(done, len(sentences))
        except RuntimeError as error:
            raise EngineError(f"the model failed: {error}", path=str(self.package.path)) from error
        collected: list[list[Translation]] = [[] for _ in sentences]
        for i, owner in enumerate(owners):
            collected[owner].append(results[i])
        return [_together(pieces) for pieces in collected]

    def _run(self, translator: ctranslate2.Translator, tokens: list[list[str]]) -> Any:
        """Yield (index, hypothesis tokens, score) as batches are finished."""
        prefix = self.package.target_prefix
        options: dict[str, Any] = {"target_prefix": [[prefix]] * len(tokens)} if prefix else {}
        pending = translator.translate_batch(
            tokens,
            beam_size=self.beam,
            max_batch_size=_BATCH_TOKENS,
            batch_type="tokens",
            length_penalty=_LENGTH_PENALTY,
            repetition_penalty=self.repetition_penalty,
            replace_unknowns=True,
            return_scores=True,
            max_decoding_length=_MAX_OUTPUT,
            asynchronous=True,
            **options,
        )
        for i, future in enumerate(pending):
            result = future.result()
            yield i, result.hypotheses[0], result.scores[0]

    def _finish(
        self, part: tuple[str, list[str]], hypothesis: list[str], score: float, tokenizer: _Tokenizer
    ) -> Translation:
        text, tokens = part
        truncated = len(hypothesis) >= _MAX_OUTPUT
        # CTranslate2 gives the summed log probability divided by length ** penalty.
        length = max(len(hypothesis), 1)
        confidence = math.exp(min(score * length**_LENGTH_PENALTY / length, 0.0))
        if self.package.target_prefix and hypothesis[:1] == [self.package.target_prefix]:
            hypothesis = hypothesis[1:]
        # The same tokens mean the same text: SentencePiece would give back its normalised form (TM for ™).
        space = text[len(text.rstrip()) :]
        translated = text if hypothesis == tokens else tokenizer.decode(hypothesis).strip() + space
        return Translation(text=translated, score=confidence, truncated=truncated)

    def _load(self) -> tuple[ctranslate2.Translator, _Tokenizer]:
        if self._loaded is None:
            # onnxruntime, when some other package brings it in, reports home unless told not to before its import.
            os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
            try:
                self._loaded = (
                    _load_folder(self.package, self._threads)
                    if self.package.path.is_dir()
                    else _load_zip(self.package, self._threads)
                )
            except ImportError as error:
                library = (error.name or str(error)).partition(".")[0]
                raise EngineError(f"{library} is not installed", hint="see the README's set-up") from error
            except (RuntimeError, OSError, ValueError) as error:
                raise EngineError(f"the model cannot be loaded: {error}", path=str(self.package.path)) from error
        return self._loaded


def _load_folder(package: Package, threads: int) -> tuple[ctranslate2.Translator, _Tokenizer]:
    import ctranslate2

    translator = ctranslate2.Translator(
        str(package.path / "model"), "cpu", inter_threads=threads, intra_threads=1, compute_type="auto"
    )
    pieces, merges = package.path / "sentencepiece.model", package.path / "bpe.model"
    if pieces.exists():
        return translator, _SentencePiece(pieces.read_bytes())
    from argostranslate.tokenizer import BPETokenizer  # old packages; needs sacremoses

    tokenizer: _Tokenizer = BPETokenizer(merges, package.from_code, package.to_code)
    tokenizer.encode("a")  # loads, so that a missing sacremoses shows now
    return translator, tokenizer


def _load_zip(package: Package, threads: int) -> tuple[ctranslate2.Translator, _Tokenizer]:
    import ctranslate2

    files = read_members(package)
    pieces = files.pop("sentencepiece.model")
    translator = ctranslate2.Translator(
        package.name, "cpu", inter_threads=threads, intra_threads=1, compute_type="auto", files=files
    )
    return translator, _SentencePiece(pieces)


class _SentencePiece:
    """SentencePiece as it is; argostranslate's wrapper around it loses underscores on decoding."""

    def __init__(self, model: bytes) -> None:
        import sentencepiece

        self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)

    def encode(self, sentence: str) -> list[str]:
        tokens: list[str] = self._processor.encode(sentence, out_type=str)
        return tokens

    def decode(self, tokens: list[str]) -> str:
        text: str = self._processor.decode(tokens)
        return text


def _parts(sentence: str, tokenizer: _Tokenizer) -> list[tuple[str, list[str]]]:
    """(text, tokens) of the sentence, or of parts of it, cut at clauses, that are short enough."""
    tokens = tokenizer.encode(sentence)
    if len(tokens) <= MAX_TOKENS:
        return [(sentence, tokens)]
    middle = len(sentence) // 2
    cuts = [found.end() for found in _CLAUSE.finditer(sentence) if 0 < found.end() < len(sentence)]
    cut = min(cuts, key=lambda at: abs(at - middle), default=middle)
    if not 0 < cut < len(sentence):
        return [(sentence, tokens[:MAX_TOKENS])]
    return [*_parts(sentence[:cut], tokenizer), *_parts(sentence[cut:], tokenizer)]


def _together(pieces: list[Translation]) -> Translation:
    if len(pieces) == 1:
        return pieces[0]
    scores = [piece.score for piece in pieces if piece.score is not None]
    return Translation(
        text="".join(piece.text for piece in pieces),
        score=min(scores, default=None),
        truncated=any(piece.truncated for piece in pieces),
    )


def _cores() -> int:
    try:
        return max(len(os.sched_getaffinity(0)), 1)
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
