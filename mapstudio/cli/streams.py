"""Files that commands read from and write to: ``-`` is the pipe, an output file is whole or not there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from mapstudio.cli import output
from mapstudio.cli.settling import Settling, settling
from mapstudio.model.atomic import replacing
from mapstudio.model.errors import UsageError

STANDARD = "-"
_BUFFER = 1 << 17
_OUT = 1 << 20
"""Bytes that are written at once: the system takes a megabyte in half the time that it takes thirty pieces of one."""


@contextmanager
def reading(path: Path | None) -> Iterator[IO[bytes]]:
    """Give the file's bytes, or standard input for ``-`` and nothing.

    Raises:
        UsageError: It cannot be read, or there is neither a file nor a pipe.
    """
    if path is None and sys.stdin.isatty():
        raise UsageError(
            "There is nothing to read.", remedy="Name a file, or pipe records in, such as from mapstudio records."
        )
    if path is None or str(path) == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb", buffering=_BUFFER)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    with file:
        yield file


class JsonLines:
    """Where JSON lines go: a file that takes its place when all is done, standard output, or nowhere.

    Args:
        file: The file; ``None`` for standard output.
        settling: Has the disk take a long file in parts.
    """

    def __init__(self, file: IO[bytes] | None, settling: Settling | None = None) -> None:
        self._file = file
        self._settling = settling

    def write(self, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Write one value as one line."""
        if self._file is None:
            output.json_data(value, indent=0)
        else:
            self._file.write(output.json_text(value).encode() + b"\n")

    def write_lines(self, lines: bytearray | memoryview) -> None:
        """Write values that are JSON lines already."""
        if self._file is None:
            output.json_lines(lines)
        else:
            self._file.write(lines)
            if self._settling is not None:
                self._settling.wrote(len(lines))


@contextmanager
def json_lines(path: Path | None, *, private: bool = False) -> Iterator[JsonLines]:
    """Give a writer of JSON lines to the file, or to standard output for ``-`` and nothing.

    Args:
        path: The file; it is written whole or not at all, but what is no regular file (a pipe, a device) directly.
        private: The file is readable by its owner alone.

    Raises:
        UsageError: It cannot be written.
    """
    if path is None or str(path) == STANDARD:
        yield JsonLines(None)
        return
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as special:
                yield JsonLines(special)
        else:
            with replacing(path, mode=0o600 if private else None, buffering=_OUT) as file, settling(file) as settled:
                yield JsonLines(file, settled)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise output.PipeClosedError from error
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error


def nowhere() -> nullcontext[None]:
    """Give nothing, where a writer is not wanted."""
    return nullcontext()
