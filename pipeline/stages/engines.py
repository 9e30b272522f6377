"""Which engine drafts a language, by the settings of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, EngineError
from pipeline.langtag import PSEUDO, LanguageTag
from pipeline.project import ENGINES, Mt

if TYPE_CHECKING:
    from pipeline.mt.ct2model import ModelFolder
    from pipeline.mt.engine import Engine, SegmentEngine
    from pipeline.mt.libretranslate import LibreTranslateEngine
    from pipeline.mt.package import Package

PSEUDO_LANGUAGE = PSEUDO
"""The tag under which made-up text is kept apart from languages people speak."""


def open_engine(settings: Mt, source: LanguageTag, target: LanguageTag) -> Engine | SegmentEngine:
    """The engine the settings name. EngineError when there is no model for the pair, ConfigError for another engine."""
    if settings.engine == "pseudo":
        if target != PSEUDO_LANGUAGE:
            raise ConfigError(
                f"the pseudo engine writes {PSEUDO_LANGUAGE} only, not {target}", hint=f"--lang {PSEUDO_LANGUAGE}"
            )
        from pipeline.mt.pseudo import PseudoEngine

        return PseudoEngine()
    if settings.engine == "pivot":
        return _pivot(settings, source, target)
    return _direct(settings.engine, settings, source, target, settings.model)


def _direct(name: str, settings: Mt, source: str, target: str, model: str) -> Engine:
    """An engine that translates sentences from `source` to `target` (BCP 47); `model` may name one of several."""
    if name == "argos":
        return _argos(settings, source, target, model)
    if name == "apertium":
        from pipeline.mt.apertium import ApertiumEngine

        engine = ApertiumEngine(source, target)
        _hold_to_pin(settings, (engine.mode.name, engine.model), engine.digest if settings.models else None)
        return engine
    if name == "ctranslate2":
        return _ctranslate2(settings, source, target, model)
    if name == "libretranslate":
        return open_server(settings, source, target)
    raise ConfigError(f"no engine is called {name!r}", hint=f"one of {', '.join(ENGINES)}")


def _argos(settings: Mt, source: str, target: str, model: str) -> Engine:
    from pipeline.mt.argos import ArgosEngine
    from pipeline.mt.models import find, list_models

    packages = list_models()
    if model:
        named = [package for package in packages if model in (package.label, package.name)]
        if not named:
            raise EngineError(
                f"no installed model is called {model!r}", hint="`pipeline models list` shows what there is"
            )
        packages = named
    package = find(source, target, packages)
    if settings.models:
        _hold_package_to_pin(settings, package)
    return ArgosEngine(package, beam=settings.beam, threads=settings.threads or None)


def _ctranslate2(settings: Mt, source: str, target: str, model: str) -> Engine:
    from pipeline.mt.ct2model import CTranslate2Engine

    folders = model_folders(settings)
    if model and model not in [folder.name for folder in folders]:
        raise EngineError(f"no folder is called {model!r}", hint=f"[mt.folders.{model}] in pipeline.toml may name one")
    fitting, broken = [], None
    for folder in folders:
        if model in ("", folder.name):
            try:
                fitting += [folder] if folder.serves(source, target) else []
            except EngineError as error:  # of no interest where another one serves the language
                broken = broken or error
    if not fitting:
        raise broken or EngineError(
            f"no model folder translates {source} to {target}",
            hint="[mt.folders.NAME] in pipeline.toml says where a converted model is",
        )
    if len(fitting) > 1:
        names = ", ".join(folder.name for folder in fitting)
        raise EngineError(f"{names} translate {source} to {target}", hint="`model` says which one is to be used")
    folder = fitting[0]
    _hold_to_pin(settings, (folder.name,), folder.sha256 if settings.models else None)
    return CTranslate2Engine(folder, source, target, beam=settings.beam, threads=settings.threads or None)


def _pivot(settings: Mt, source: LanguageTag, target: LanguageTag) -> Engine:
    """The two steps of the configuration, "argos:en-id" and "apertium:id-ms"."""
    from pipeline.mt.pivot import pivot

    steps = dict(settings.pivots).get(target)
    if steps is None:
        raise ConfigError(f"no pivot leads to {target}", hint=f"[mt.pivots] {target} = …")
    first, second = steps
    (first_name, _, first_pair), (second_name, _, second_pair) = first.partition(":"), second.partition(":")
    middle, rest = first_pair.removeprefix(f"{source}-"), second_pair.removesuffix(f"-{target}")
    if middle == first_pair or rest == second_pair or middle != rest:
        raise ConfigError(
            f"{first} and {second} do not lead from {source} to {target}",
            hint=f'like ["{first_name}:{source}-X", "{second_name}:X-{target}"]',
        )
    return pivot(_direct(first_name, settings, source, middle, ""), _direct(second_name, settings, middle, target, ""))


def model_folders(settings: Mt) -> list[ModelFolder]:
    """The configured folders with converted models."""
    from pipeline.mt.ct2model import ModelFolder

    return [
        ModelFolder(
            name=folder.name, path=folder.path, source=folder.source, target=folder.target, codes=dict(folder.codes)
        )
        for folder in settings.folders
    ]


def open_server(settings: Mt, source: str, target: str, *, tries: int | None = None) -> LibreTranslateEngine:
    """The configured LibreTranslate server; raises EngineError where none is, or texts must not go there."""
    from pipeline.mt.libretranslate import TRIES, LibreTranslateEngine, Server

    own = settings.libretranslate
    if not own.url:
        raise EngineError("no LibreTranslate server is configured", hint="[mt.libretranslate] url = …")
    server = Server(url=own.url, allow_remote=own.allow_remote, timeout=own.timeout, tries=tries or TRIES)
    return LibreTranslateEngine(server, source, target)


def pinned(settings: Mt, names: tuple[str, ...]) -> str | None:
    """The digest that the configuration asks of a model under one of its names."""
    found = (digest.removeprefix("sha256:") for name, digest in settings.models if name in names)
    return next(found, None)


def _hold_to_pin(settings: Mt, names: tuple[str, ...], digest: str | None) -> None:
    wanted = pinned(settings, names)
    if wanted is not None and wanted != digest:
        raise EngineError(
            f"{names[0]} is not the model that pipeline.toml asks for: its sha256 is {digest or 'not known'}",
            hint="install the right one, or change [mt.models]",
        )


def _hold_package_to_pin(settings: Mt, package: Package) -> None:
    from pipeline.mt.record import differences

    names = package.label, package.name
    _hold_to_pin(settings, names, package.sha256)
    if pinned(settings, names) is not None and (changed := differences(package.path)):
        raise EngineError(
            f"{package.label} was changed since it was installed: {', '.join(changed[:3])}",
            path=str(package.path),
            hint="install it again",
        )
