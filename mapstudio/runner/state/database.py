"""The SQLite file: opened for its owner only, brought up to date, its errors turned into ours."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from mapstudio.model import ConnectionFailedError, MapstudioError, UsageError
from mapstudio.runner.state.versions import VERSIONS

FILE_NAME = "state.db"
_BUSY_SECONDS = 30.0
_BETWEEN_TRIES_SECONDS = 0.02
Row: TypeAlias = sqlite3.Row


class StateError(ConnectionFailedError):
    """The state file cannot be read or written now: nothing more is sent, what was sent stays noted."""


class Database:
    """One connection to the state file, for one thread.

    Every commit reaches the disk (``synchronous=FULL``): an intent that is noted before a batch is still there after a
    power cut, not just after a killed process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = self._open()
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._connection.close()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and return its rows.

        Raises:
            StateError: The file is locked, full or damaged.
        """
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def execute_many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values.

        Raises:
            StateError: The file is locked, full or damaged.
        """
        try:
            self._connection.executemany(statement, values)
        except sqlite3.Error as error:
            raise self._translated(error) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is on disk at the end, or nothing of it is. Inside another one it is part of that."""
        if self._connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # A disk that is full may have ended the transaction already.
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.parent.chmod(0o700)
            # SQLite gives the write-ahead log the mode of the file itself, so the file must have it from the start.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self.path.chmod(0o600)
            connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise StateError(
                f"The state file {self.path} cannot be opened: {_words(error)}.",
                remedy="Are folder and file yours, and is there room on the disk?",
            ) from error
        connection.row_factory = sqlite3.Row
        return connection

    def _prepare(self) -> None:
        self._write_ahead()
        self.execute("PRAGMA synchronous=FULL")
        self.execute("PRAGMA foreign_keys=ON")
        if self._version() == len(VERSIONS):
            return
        with self.transaction():
            # Read again: another process may have been faster.
            version = self._version()
            if version > len(VERSIONS):
                raise UsageError(
                    f"The state file {self.path} was written by a newer mapstudio (format {version}).",
                    remedy="Use that version, or move the file away to start with an empty one.",
                )
            for statements in VERSIONS[version:]:
                for statement in statements:
                    self.execute(statement)
            self.execute(f"PRAGMA user_version={len(VERSIONS)}")

    def _write_ahead(self) -> None:
        # A new file's journal is changed under a lock for which SQLite never waits, as it does for all others: two who
        # open the file first at the same moment would refuse one another.
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode=WAL").fetchall()
            except sqlite3.Error as error:
                busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise self._translated(error) from error
            else:
                return
            time.sleep(_BETWEEN_TRIES_SECONDS)

    def _version(self) -> int:
        return int(self.execute("PRAGMA user_version")[0][0])

    def _translated(self, error: sqlite3.Error) -> MapstudioError:
        if isinstance(error, sqlite3.OperationalError):
            return StateError(
                f"The state file {self.path} cannot be used now: {_words(error)}.",
                remedy="Another mapstudio may hold it, or the disk may be full; try again.",
            )
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.IntegrityError):
            return StateError(
                f"The state file {self.path} is damaged: {_words(error)}.",
                remedy="Move it away: links are then found again by key, dead letters and runs start empty.",
            )
        return StateError(f"The state file {self.path} refused an entry: {_words(error)}.")


def _words(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
