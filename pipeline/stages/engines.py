"""Which engine drafts a language, by the settings of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, EngineError
from pipeline.langtag import LanguageTag
from pipeline.project import Mt

if TYPE_CHECKING:
    from pipeline.mt.engine import Engine, SegmentEngine

ENGINES = ("argos", "pseudo")
PSEUDO_LANGUAGE = LanguageTag("en-XA")
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
    if settings.engine != "argos":
        raise ConfigError(f"no engine is called {settings.engine!r}", hint=f"one of {', '.join(ENGINES)}")
    from pipeline.mt.argos import ArgosEngine
    from pipeline.mt.models import find, list_models

    packages = list_models()
    if settings.model:
        named = [package for package in packages if settings.model in (package.label, package.name)]
        if not named:
            raise EngineError(
                f"no installed model is called {settings.model!r}", hint="`pipeline models list` shows what there is"
            )
        packages = named
    return ArgosEngine(find(source, target, packages), beam=settings.beam, threads=settings.threads or None)
