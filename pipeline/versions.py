"""Public formats have versions: an older file is brought up to date when it is read, a newer one is refused.

docs/formats.md lists the formats and what changed in each version. A change that a reader of the last version would
misunderstand makes a new version and a `Step` here; a new key that may be left out does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pipeline.errors import PipelineError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[T]):
    """How a file of one version becomes one of the next."""

    change: Callable[[T], T]
    """Takes what was read, and gives a new value; the one it was given stays as it is."""
    note: str
    """What a person should know, e.g. "`a` is called `b` now"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format(Generic[T]):
    """A public format; `T` is what is read from a file before it is looked at in detail."""

    name: str
    """As messages name it: "pipeline.toml", "PO file" ..."""
    current: int
    """The version that is written, and the newest that is read."""
    steps: Mapping[int, Step[T]] = field(default_factory=dict)
    """Version -> step to the next; every version from the oldest that is read to the one before the current."""

    @property
    def oldest(self) -> int:
        """The oldest version that is read."""
        return min(self.steps, default=self.current)

    def check(self, version: object) -> int:
        """The version, if it can be read; PipelineError (without a path) for one that is newer, or is none."""
        if not isinstance(version, int) or isinstance(version, bool) or version < self.oldest:
            raise PipelineError(
                f"{version!r} is no version of the format of a {self.name}",
                hint=f"versions {self.oldest} to {self.current} are read"
                if self.oldest < self.current
                else f"it is {self.current}",
            )
        if version > self.current:
            raise PipelineError(
                f"this {self.name} is of version {version}, and this program reads up to {self.current}",
                hint="it was left as it is; install a newer version of pipeline",
            )
        return version

    def upgrade(self, value: T, version: int) -> tuple[T, tuple[str, ...]]:
        """(the value as the current version has it, notes on what was changed); `version` has been checked."""
        notes = []
        for number in range(version, self.current):
            step = self.steps[number]
            value = step.change(value)
            notes.append(step.note)
        return value, tuple(notes)
