"""Errors, each named by what the user can do about it, each with its exit code.

Exit codes are an API (design, section 7). An error's text is one sentence that names file, row, field and value
where there is one; ``remedy`` is the sentence that says what to do. No secret is ever part of either.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command's exit status means."""

    DONE = 0
    REJECTED = 1
    """Some records were rejected (all of them in dead letters) or an example failed."""
    USAGE = 2
    """Usage, configuration or an invalid mapping."""
    CONNECTION = 3
    """A connection or a lock: trying again later can help."""
    AUTHENTICATION = 4
    PRECONDITION = 5
    """A stale plan, drift, the wrong account, an unconfirmed production."""
    INTERRUPTED = 130


class MapstudioError(Exception):
    """Base of all errors that are told to a user in one sentence.

    Args:
        message: What happened, one sentence, naming file, row, field and value where there is one.
        remedy: What to do about it, one sentence; empty when the message says it.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(MapstudioError):
    """The command line, the configuration or a mapping is wrong: correct it and call again."""


class RejectedError(MapstudioError):
    """Some records were rejected or an example failed: look at them, the rest is done."""

    exit_code = ExitCode.REJECTED


class ConnectionFailedError(MapstudioError):
    """A system did not answer, or not in its own protocol: try again."""

    exit_code = ExitCode.CONNECTION


class LockedError(MapstudioError):
    """Another run holds the lock: wait for it."""

    exit_code = ExitCode.CONNECTION


class AuthenticationError(MapstudioError):
    """The system refused the credentials, or there are none: set them."""

    exit_code = ExitCode.AUTHENTICATION


class PreconditionError(MapstudioError):
    """Going on would be unsafe: wrong account, stale plan, unconfirmed production."""

    exit_code = ExitCode.PRECONDITION
