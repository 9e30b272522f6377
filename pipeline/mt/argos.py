"""Argos packages driven through CTranslate2: the same model, search and tokens as argostranslate, in real batches.

argostranslate itself translates one text at a time with one thread, and importing its `translate` or `package` module
brings in stanza (torch) or makes folders in the home directory. What is used of it is its tokenizer module: nothing
happens when that is imported. Its SentencePiece `decode` is not used, because it turns every `_` into a space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.mt.ct2run import SECOND_BEAM, Loaded, Model, Search, SentencePiece, Tokenizer, cores
from pipeline.mt.engine import Forced, Progress, Translation
from pipeline.mt.package import Package, read_members
from pipeline.mt.record import marker_form

_BEAM = 2
"""CTranslate2's own; argostranslate's is 4, and takes nearly twice as long."""
_STARTER_BEAM = 4
_STARTER_REPETITION_PENALTY = 1.2
"""Halves its loops and stutters and leaves its chrF as it is."""
_STARTER_MIN_SCORE = 0.2
"""Below this its drafts have a chrF of 19, against 65 for all, on phrases of the kind it knows."""


class ArgosEngine:
    """One package. Not safe for several threads; CTranslate2 uses them inside."""

    id = "argos"

    def __init__(self, package: Package, *, beam: int | None = None, threads: int | None = None) -> None:
        """`beam` None means 4 for the starter, which needs care, and 2 for full models; `threads` None means all cores."""
        starter = package.origin == "starter"
        self.package = package
        self.search = Search(
            beam=beam or (_STARTER_BEAM if starter else _BEAM),
            repetition_penalty=_STARTER_REPETITION_PENALTY if starter else 1.0,
            target_prefix=(package.target_prefix,) if package.target_prefix else (),
        )
        self.min_score = _STARTER_MIN_SCORE if starter else 0.0
        self._model = Model(str(package.path), lambda: _load(package, threads or cores()))

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
        return f"{self.package.sha256 or self.package.label} {self.search}"

    @property
    def marker_form(self) -> str | None:
        """What the trial at installation said (see `mt.markers`)."""
        return marker_form(self.package)

    @property
    def second(self) -> ArgosEngine:
        """The same model with another beam."""
        other = ArgosEngine(self.package)
        other.search = replace(self.search, beam=SECOND_BEAM if self.search.beam != SECOND_BEAM else 2)
        other._model = self._model
        return other

    def translate(self, sentences: Sequence[str], progress: Progress | None = None) -> list[Translation]:
        """Translate in one batch over all cores; raises EngineError when the model cannot be loaded or fails."""
        return self._model.translate(self.search, sentences, progress)

    def translate_forced(self, requests: Sequence[Forced]) -> list[Translation | None]:
        """Translate with what is to be kept; None where the model cannot be made to."""
        return self._model.translate_forced(self.search, requests)


def _load(package: Package, threads: int) -> Loaded:
    import ctranslate2

    folder = package.path.is_dir()
    files = {} if folder else read_members(package)
    tokenizer = _folder_tokenizer(package) if folder else SentencePiece(files.pop("sentencepiece.model"))
    translator = ctranslate2.Translator(
        str(package.path / "model") if folder else package.name,
        "cpu",
        inter_threads=threads,
        intra_threads=1,
        compute_type="auto",
        **({} if folder else {"files": files}),
    )
    return translator, tokenizer


def _folder_tokenizer(package: Package) -> Tokenizer:
    pieces, merges = package.path / "sentencepiece.model", package.path / "bpe.model"
    if pieces.exists():
        return SentencePiece(pieces.read_bytes())
    from argostranslate.tokenizer import BPETokenizer  # old packages; needs sacremoses

    tokenizer: Tokenizer = BPETokenizer(merges, package.from_code, package.to_code)
    tokenizer.encode("a")  # loads, so that a missing sacremoses shows now
    return tokenizer
