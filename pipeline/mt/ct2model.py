"""One folder with a converted CTranslate2 model and its SentencePiece: OPUS-MT, NLLB-200, M2M-100, OpenNMT.

What the converters write is enough to know how a model wants to be asked: the names of the tokenizer's files, and the
language codes among its tokens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pipeline.errors import EngineError
from pipeline.mt.ct2run import SECOND_BEAM, Loaded, Model, Search, SentencePiece, cores
from pipeline.mt.engine import Forced, Progress, Translation
from pipeline.mt.flores import flores_code
from pipeline.mt.package import file_sha256

_TOKENIZERS = ("sentencepiece.bpe.model", "sentencepiece.model", "spm.model", "spiece.model", "tokenizer.model")
_VOCABULARIES = ("shared_vocabulary", "target_vocabulary", "source_vocabulary")
_BEAM = 2


@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """Where a model lies, and what it translates. Attributes that are read from disk raise EngineError."""

    name: str
    """Of a person's choosing, as drafts name it."""
    path: Path
    source: str = ""
    """BCP 47 tag of a model for one pair; empty for a model of many languages."""
    target: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    """{BCP 47 tag: the model's own code}, where it is not the usual one."""
    identity: bool = False
    """For tests: giving the source back is what the model is for."""

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every token the model knows."""
        paths = [self.path / f"{name}.{kind}" for name in _VOCABULARIES for kind in ("json", "txt")]
        there = [path for path in paths if path.is_file()]
        if not there:
            raise EngineError("no model: shared_vocabulary.json is missing", path=str(self.path), hint=_CONVERT)
        # Of two vocabularies the source's has `>>tam<<`. A text file ends in a newline, after which is no token.
        return frozenset().union(*map(_tokens, there)) - {""}

    @cached_property
    def sha256(self) -> str:
        """Digest over the files the model consists of."""
        whole = hashlib.sha256()
        for path in self.files():
            whole.update(f"{path.name} {file_sha256(path)}\n".encode())
        return whole.hexdigest()

    def files(self) -> list[Path]:
        """The model's own files, sorted by name."""
        kinds = {".bin", ".json", ".txt", ".model", ".spm"}
        try:
            return sorted(path for path in self.path.iterdir() if path.is_file() and path.suffix in kinds)
        except OSError as error:
            raise EngineError(f"cannot be read: {error.strerror or error}", path=str(self.path)) from error

    def serves(self, source: str, target: str) -> bool:
        """Whether it translates between two BCP 47 tags; EngineError where it may be meant to and is no model."""
        if self.source and self.target:
            return _covers(self.source, source) and _covers(self.target, target) and bool(self.tokens)
        return bool(self._code_token(source) or self._direction(target)) and bool(
            self._code_token(target) or self._direction(target)
        )

    def search(self, source: str, target: str, beam: int) -> Search:
        """How it wants to be asked; raises EngineError where it does not know a language."""
        to, direction = self._code_token(target), self._direction(target)
        end = ("</s>",) if self._wants_end else ()
        if to:
            own = self._code_token(source)
            if not own:
                raise self._unknown(source)
            return Search(beam=beam, source_prefix=(own,), source_suffix=("</s>",), target_prefix=(to,))
        if direction:
            return Search(beam=beam, source_prefix=(direction,), source_suffix=end)
        if not (self.source and self.target):
            raise self._unknown(target)
        return Search(beam=beam, source_suffix=end)

    def load(self, threads: int) -> Loaded:
        """The translator and its tokenizer; raises what CTranslate2 and SentencePiece raise, and EngineError."""
        import ctranslate2

        own = self.path / "source.spm"
        if own.is_file():
            other = self.path / "target.spm"
            tokenizer = SentencePiece(own.read_bytes(), other.read_bytes() if other.is_file() else None)
        else:
            found = [self.path / name for name in _TOKENIZERS if (self.path / name).is_file()]
            if not found:
                raise EngineError(
                    "no tokenizer: source.spm or sentencepiece.bpe.model is missing", path=str(self.path), hint=_CONVERT
                )
            tokenizer = SentencePiece(found[0].read_bytes())
        translator = ctranslate2.Translator(
            str(self.path), "cpu", inter_threads=threads, intra_threads=1, compute_type="auto"
        )
        return translator, tokenizer

    @cached_property
    def _wants_end(self) -> bool:
        """Marian models (which come with source.spm) were trained with an end mark that CTranslate2 may not add."""
        try:
            config = json.loads((self.path / "config.json").read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise EngineError(f"config.json cannot be read: {error}", path=str(self.path), hint=_CONVERT) from error
        if not isinstance(config, dict):
            raise EngineError("config.json is not an object", path=str(self.path), hint=_CONVERT)
        return (self.path / "source.spm").is_file() and not config.get("add_source_eos")

    def _code_token(self, tag: str) -> str:
        """The token that stands for a language before a text: `zsm_Latn` (NLLB), `__ms__` (M2M-100); "" for none."""
        language = tag.split("-", maxsplit=1)[0]
        candidates = (self._own_code(tag), flores_code(tag) or "", f"__{language}__")
        return next((token for token in candidates if token in self.tokens), "")

    def _direction(self, tag: str) -> str:
        """The token that says what to translate to, for an OPUS-MT model of several: `>>zsm_Latn<<`; "" for none."""
        language = tag.split("-", maxsplit=1)[0]
        code = flores_code(tag) or ""
        names = (self._own_code(tag), code, code.partition("_")[0], language)
        return next((token for token in (f">>{name}<<" for name in names) if token in self.tokens), "")

    def _own_code(self, tag: str) -> str:
        """The code that `codes` has for a language; "" for none."""
        code = self.codes.get(tag, "")
        if code and not {code, f">>{code}<<"} & self.tokens:
            raise EngineError(
                f"`codes` has {code} for {tag}, and the model {self.name} has no such token", path=str(self.path)
            )
        return code

    def _unknown(self, tag: str) -> EngineError:
        return EngineError(
            f"the model {self.name} has no code for {tag}", path=str(self.path), hint="`codes` may name the one it has"
        )


_CONVERT = "a folder that ct2-transformers-converter wrote, with the model's SentencePiece file beside it"


class CTranslate2Engine:
    """A model of a folder for one pair of languages."""

    id = "ctranslate2"
    min_score = 0.0

    def __init__(
        self, folder: ModelFolder, source: str, target: str, *, beam: int | None = None, threads: int | None = None
    ) -> None:
        """`source` and `target` are BCP 47; raises EngineError where the folder is no model for them."""
        self.folder, self.source, self.target = folder, source, target
        self.identity = folder.identity
        self.asked = folder.search(source, target, beam or _BEAM)
        self._model = Model(str(folder.path), lambda: folder.load(threads or cores()))

    @property
    def model(self) -> str:
        """The folder's name and the pair: "nllb en-ta"."""
        return f"{self.folder.name} {self.source}-{self.target}"

    @property
    def settings(self) -> str:
        """Digest of the model's files, and the search."""
        return f"{self.folder.sha256} {self.asked}"

    @property
    def second(self) -> CTranslate2Engine:
        """The same model with another beam."""
        beam = SECOND_BEAM if self.asked.beam != SECOND_BEAM else 2
        other = CTranslate2Engine(self.folder, self.source, self.target, beam=beam)
        other.asked = replace(self.asked, beam=beam)
        other._model = self._model
        return other

    def translate(self, sentences: Sequence[str], progress: Progress | None = None) -> list[Translation]:
        """Translate in one batch over all cores; raises EngineError when the model cannot be loaded or fails."""
        return self._model.translate(self.asked, sentences, progress)

    def translate_forced(self, requests: Sequence[Forced]) -> list[Translation | None]:
        """Translate with what is to be kept; None where the model cannot be made to."""
        return self._model.translate_forced(self.asked, requests)


def _tokens(path: Path) -> frozenset[str]:
    """What a vocabulary lists, a JSON file or one with a token a line."""
    try:
        text = path.read_text(encoding="utf-8")
        return frozenset(json.loads(text) if path.suffix == ".json" else text.split("\n"))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise EngineError(f"cannot be read: {error}", path=str(path)) from error


def _covers(has: str, wanted: str) -> bool:
    """Whether a model for `has` serves the tag `wanted`: ms serves ms-MY, zh-Hans does not serve zh-Hant."""
    return wanted == has or wanted.startswith(f"{has}-")
