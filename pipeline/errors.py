"""What can go wrong, as types that carry a path, a line and what to do next.

Library code raises these and never prints. The CLI turns them into one line on
standard error and an exit code; nothing here is ever shown as a traceback.
"""

from __future__ import annotations


class PipelineError(Exception):
    """Base of every error a user can meet.

    `path` is the file concerned as the user wrote it, `line` is 1-based, and
    `hint` says what to do next. All three are optional.
    """

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive pickling between worker processes on their own.
        return (_restore, (type(self), self.message, self.path, self.line, self.hint))


def _restore(
    kind: type[PipelineError], message: str, path: str | None, line: int | None, hint: str | None
) -> PipelineError:
    return kind(message, path=path, line=line, hint=hint)


class ConfigError(PipelineError):
    """`pipeline.toml` or a command-line value cannot be used. Exit code 2."""


class LockedError(ConfigError):
    """Another run is at work on the project. Exit code 2: nothing was done."""


class PageError(PipelineError):
    """A source page cannot be read (undecodable bytes, or the file itself)."""


class CatalogError(PipelineError):
    """A PO file is malformed or of a newer format; it is never overwritten."""


class EngineError(PipelineError):
    """A translation engine or model is missing, broken or refused."""


class WriteError(PipelineError):
    """A file could not be written; what was there before still is."""
