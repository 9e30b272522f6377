"""`engines` and `models verify`: what can translate here and why the rest cannot; whether models are what they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import EngineError, PipelineError
from pipeline.langtag import LanguageTag
from pipeline.project import ENGINES, Mt, Project
from pipeline.stages.engines import PSEUDO_LANGUAGE, model_folders, open_engine, open_server, pinned

if TYPE_CHECKING:
    from pipeline.mt.engine import Engine, SegmentEngine
    from pipeline.mt.libretranslate import LibreTranslateEngine
    from pipeline.mt.package import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """An engine on this machine."""

    id: str
    pairs: tuple[tuple[str, str, str], ...] = ()
    """(source, target, model), languages as BCP 47."""
    reason: str = ""
    """Why it cannot be used."""
    hint: str = ""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `engines`."""
        pairs = [{"from": source, "to": target, "model": model} for source, target, model in self.pairs]
        return {"id": self.id, "usable": bool(self.pairs), "reason": self.reason, "hint": self.hint, "pairs": pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageEngine:
    """What would draft one language of the project."""

    language: LanguageTag
    engine: str
    model: str = ""
    reason: str = ""
    hint: str = ""

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `languages`."""
        return {
            "language": self.language,
            "engine": self.engine,
            "model": self.model,
            "usable": bool(self.model),
            "reason": self.reason,
            "hint": self.hint,
        }


def list_engines(project: Project) -> list[EngineState]:
    """Every engine in a fixed order. A configured server is asked for its languages; no text is sent anywhere."""
    look = {
        "argos": _argos_pairs,
        "apertium": _apertium_pairs,
        "ctranslate2": _folder_pairs,
        "libretranslate": _server_pairs,
        "pseudo": _pseudo_pairs,
    }
    states = []
    for name in ENGINES:
        try:
            pairs = tuple(look[name](project))
            states.append(EngineState(id=name, pairs=pairs, reason="" if pairs else "no pair of languages"))
        except PipelineError as error:
            states.append(EngineState(id=name, reason=_reason(error), hint=error.hint or ""))
    return states


def engines_of_languages(project: Project, languages: Sequence[LanguageTag]) -> list[LanguageEngine]:
    """What the configuration would have each language drafted with, or why that is not possible.

    A configured server is asked for its languages, once for all that need it.
    """
    found = []
    served = _Served(project)
    for language in languages:
        settings = project.mt_for(language)
        try:
            engine = open_engine(settings, project.source.language, language)
            served.check(engine)
            found.append(LanguageEngine(language=language, engine=engine.id, model=engine.model))
        except PipelineError as error:
            found.append(
                LanguageEngine(language=language, engine=settings.engine, reason=_reason(error), hint=error.hint or "")
            )
    return found


def _reason(error: PipelineError) -> str:
    """What is wrong and where: which folder, which server."""
    return f"{error.path}: {error.message}" if error.path else error.message


class _Served:
    """The pairs of the configured server, asked for when an engine first needs them. What went wrong then stays so."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._pairs: list[tuple[str, str]] | EngineError | None = None

    def check(self, engine: Engine | SegmentEngine) -> None:
        """Raise EngineError where the engine, or a step of it, is a server that does not answer or lacks the pair."""
        from pipeline.mt.libretranslate import LibreTranslateEngine
        from pipeline.mt.pivot import PivotEngine

        for step in engine.steps if isinstance(engine, PivotEngine) else (engine,):
            if isinstance(step, LibreTranslateEngine):
                step.codes(self._asked())

    def _asked(self) -> list[tuple[str, str]]:
        if self._pairs is None:
            try:
                self._pairs = _server(self._project).pairs()
            except EngineError as error:
                self._pairs = error
        if isinstance(self._pairs, EngineError):
            raise self._pairs
        return self._pairs


Pairs = list[tuple[str, str, str]]


def _argos_pairs(_: Project) -> Pairs:
    from pipeline.mt.models import list_models

    return [(package.source, package.target, package.label) for package in list_models()]


def _apertium_pairs(_: Project) -> Pairs:
    from pipeline.mt.apertium import find_program, installed_modes
    from pipeline.mt.apertiumpairs import language_tag

    pairs = []
    for mode in installed_modes(find_program()):
        source, source_variant, target, target_variant = mode.parts
        pairs.append((language_tag(source, source_variant), language_tag(target, target_variant), mode.name))
    return pairs


def _folder_pairs(project: Project) -> Pairs:
    """Of a model for many languages, the pairs that the project has a use for."""
    own = [(project.source.language, language) for language in project.languages]
    pairs: Pairs = []
    folders = model_folders(project.mt)
    if not folders:
        raise PipelineError("no model folder is configured", hint="[mt.folders.NAME] path = …")
    broken = None
    for folder in folders:
        wanted = [(folder.source, folder.target)] if folder.source and folder.target else own
        for source, target in wanted:
            try:
                pairs += [(source, target, folder.name)] if folder.serves(source, target) else []
            except EngineError as error:
                broken = broken or error
    if broken and not pairs:
        raise broken
    return pairs


def _server_pairs(project: Project) -> Pairs:
    from pipeline.mt.codes import language_tag

    server = _server(project)
    return [(language_tag(source), language_tag(target), server.host) for source, target in server.pairs()]


def _server(project: Project) -> LibreTranslateEngine:
    return open_server(project.mt, project.source.language, project.source.language, tries=1)


def _pseudo_pairs(project: Project) -> Pairs:
    return [(project.source.language, PSEUDO_LANGUAGE, "accents")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """Whether a model is what it was when it was installed, and what the configuration asks for."""

    label: str
    path: str
    sha256: str | None
    pinned: bool
    state: str
    """ "ok", "changed" (files differ), "other" (not what is pinned), "unrecorded" (nothing to compare with), "missing"."""
    files: tuple[str, ...] = ()
    """Those that differ."""

    @property
    def failed(self) -> bool:
        """Whether a person has to do something."""
        return self.state in ("changed", "other", "missing") or (self.pinned and self.state == "unrecorded")

    def to_dict(self) -> dict[str, object]:
        """JSON shape of one entry of `models`."""
        return {
            "label": self.label,
            "path": self.path,
            "sha256": self.sha256,
            "pinned": self.pinned,
            "state": self.state,
            "files": list(self.files),
        }


def verify_models(settings: Mt) -> list[ModelCheck]:
    """Every installed package and configured folder, and what is pinned and not there."""
    from pipeline.mt.apertium import ApertiumEngine, find_program, installed_modes
    from pipeline.mt.models import installed_folders, list_models

    checks: list[ModelCheck] = []
    known: set[str] = set()
    packages = list_models()
    for package in packages:
        checks.append(_checked(settings, package))
        known |= {package.label, package.name}
    for path in sorted({*installed_folders()} - {package.path for package in packages}):
        checks.append(_incomplete(settings, path))
        known |= {checks[-1].label, path.name}
    for folder in model_folders(settings):
        if (folder.path / "model.bin").is_file():
            check = _compared(settings, (folder.name,), str(folder.path), folder.sha256)
            checks.append(check if check.pinned else replace(check, state="unrecorded"))
        else:
            checks.append(_absent(settings, folder.name, str(folder.path)))
        known.add(folder.name)
    open_ = {name for name, _ in settings.models} - known
    if open_:
        try:
            program = find_program()
            modes = {mode.name: mode for mode in installed_modes(program)}
        except PipelineError:
            modes = {}
        for name in sorted(open_):
            mode = modes.get(name.partition(" ")[0])
            engine = ApertiumEngine(*mode.parts[::2], program=program, mode=mode) if mode else None
            if engine and name in (engine.mode.name, engine.model):
                checks.append(_compared(settings, (name,), str(engine.mode.file), engine.digest))
            else:
                checks.append(_absent(settings, name, ""))
    return checks


def _checked(settings: Mt, package: Package) -> ModelCheck:
    from pipeline.mt.record import differences

    check = _compared(settings, (package.label, package.name), str(package.path), package.sha256)
    if package.origin == "starter" or check.state == "other":
        return check
    changed = differences(package.path)
    state = "unrecorded" if changed is None else "changed" if changed else "ok"
    return ModelCheck(
        label=check.label,
        path=check.path,
        sha256=check.sha256,
        pinned=check.pinned,
        state=state,
        files=tuple(changed or ()),
    )


def _incomplete(settings: Mt, path: Path) -> ModelCheck:
    """An installed package that cannot be used any more, because files are gone."""
    from pipeline.mt.package import described
    from pipeline.mt.record import differences

    try:
        package = described(path)
    except EngineError:
        check = _compared(settings, (path.name,), str(path), None)
    else:
        check = _compared(settings, (package.label, package.name), str(path), package.sha256)
    return replace(check, state="changed", files=tuple(differences(path) or ()))


def _absent(settings: Mt, name: str, path: str) -> ModelCheck:
    return ModelCheck(label=name, path=path, sha256=None, pinned=pinned(settings, (name,)) is not None, state="missing")


def _compared(settings: Mt, names: tuple[str, ...], path: str, digest: str | None) -> ModelCheck:
    wanted = pinned(settings, names)
    state = "ok" if wanted in (None, digest) else "other"
    return ModelCheck(label=names[0], path=path, sha256=digest, pinned=wanted is not None, state=state)
