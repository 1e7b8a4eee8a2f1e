"""One run at a time for a mapping and its destination, across processes; a dead holder holds nothing."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from mapstudio.model import LockedError
from mapstudio.model.terminal import clean
from mapstudio.runner.state import StateError, stamp, utc_now

_TRIES = 4
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock.

    Attributes:
        pid: The process.
        host: Its machine.
        since: RFC 3339 UTC.
        command: What was called; by design no argument of mapstudio is a secret.
    """

    pid: int
    host: str
    since: str
    command: str

    def words(self) -> str:
        """Return it in words, safe to print."""
        return clean(f"process {self.pid} on {self.host} since {self.since} ({self.command})")


def lock_name(mapping: str, connection: str, environment: str) -> str:
    """Return the name of the lock for a mapping and its destination, such as ``guests-to-contacts.crm.sandbox``."""
    name = f"{mapping}.{connection}.{environment}"
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)[:150]
    return plain if plain == name else f"{plain}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"


class RunLock:
    """A lock file in the state folder.

    The kernel holds the lock for the open file (``flock``), so it vanishes with the process however that ends, and two
    runners in one process exclude each other as well. The file's text only says who holds it.
    """

    def __init__(self, folder: Path, name: str, *, command: Sequence[str] = ()) -> None:
        self.name = name
        self.path = folder / "locks" / f"{name}.lock"
        self._command = " ".join(command) or _own_command()
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this very object holds it."""
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock; nothing happens when it is held already.

        Raises:
            LockedError: Another run holds it; the message names the holder.
            StateError: The file cannot be made.
        """
        if self.held:
            return
        descriptor = self._open()
        if not _take(descriptor):
            holder = _read_holder(descriptor)
            os.close(descriptor)
            raise LockedError(
                f"Another run of {self._what()} holds the lock: {holder.words() if holder else 'a process unknown'}.",
                remedy="Wait until it has ended and try again.",
            )
        holder = Holder(os.getpid(), socket.gethostname(), stamp(utc_now()), self._command)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is not None:
            # The file stays: removing it would let a third process lock another file of the same name.
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def holder(self) -> Holder | None:
        """Return who holds the lock now, ``None`` when nobody does."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self.path, os.O_RDWR)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return _read_holder(descriptor) or Holder(0, "unknown", "", "")
            finally:
                os.close(descriptor)
        return None

    def _what(self) -> str:
        mapping, _, destination = self.name.partition(".")
        connection, _, environment = destination.partition(".")
        return f'"{mapping}" to {connection} ({environment})'

    def _open(self) -> int:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StateError(f"The lock file {self.path} cannot be opened: {error.strerror}.") from error


def _take(descriptor: int) -> bool:
    # Tried a few times, because who only asks for the holder has the lock for an instant.
    for attempt in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt < _TRIES - 1:
                time.sleep(_PAUSE_SECONDS)
        else:
            return True
    return False


def _read_holder(descriptor: int) -> Holder | None:
    try:
        told = json.loads(os.pread(descriptor, 4096, 0))
        return Holder(int(told["pid"]), str(told["host"]), str(told["since"]), str(told["command"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _own_command() -> str:
    program, *arguments = sys.argv or ["mapstudio"]
    # Started as a module, the program is called after its folder.
    path = Path(program)
    name = path.parent.name if path.name == "__main__.py" else path.name
    return " ".join((name, *arguments))[:300]
