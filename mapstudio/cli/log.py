"""The log file in the state folder: rotating, private, with every known secret taken out."""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from mapstudio.model.errors import MapstudioError
from mapstudio.model.terminal import clean_block
from mapstudio.project.redaction import redact
from mapstudio.project.state import state_root

_FILE = "mapstudio.log"
_MOST_BYTES = 1_000_000
_KEPT = 3
_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s %(message)s"


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123 - a handler's own


class _Redacted(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return clean_block(redact(super().format(record)))


def log_path() -> Path:
    """Return where the log file stands."""
    return state_root() / _FILE


def start_log(verbosity: int) -> None:
    """Write what happens to the log file: 1 says what is done, 2 everything (``-v``, ``-vv``)."""
    root = logging.getLogger()
    if not any(isinstance(handler, _PrivateFile) for handler in root.handlers):
        root.addHandler(_handler())
    root.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
    # They would write whole addresses with what was asked for; our own client says method, path and status.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(__name__).info("started: %s", " ".join(sys.argv[1:]))


def log_failure(error: BaseException) -> Path | None:
    """Write an unexpected error's traceback to the log file and return it; ``None`` when even that fails."""
    try:
        handler = _handler()
    except (MapstudioError, OSError):
        return None
    record = logging.LogRecord(
        __name__, logging.ERROR, __file__, 0, "unexpected", None, (type(error), error, error.__traceback__)
    )
    handler.emit(record)
    handler.close()
    return log_path()


def _handler() -> _PrivateFile:
    handler = _PrivateFile(log_path(), maxBytes=_MOST_BYTES, backupCount=_KEPT, encoding="utf-8")
    handler.setFormatter(_Redacted(_FORMAT))
    return handler
