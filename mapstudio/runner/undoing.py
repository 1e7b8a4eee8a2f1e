"""Takes back what a run created: its records are archived in the destination, and the links to them dropped.

Only what the run's own log calls created is touched: a record that was found, or updated, was somebody's before. It may
be done twice, or go on after it was stopped: what is archived already is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account
from mapstudio.model import (
    ConnectionFailedError,
    ExitCode,
    MapstudioError,
    PreconditionError,
    Reason,
    UsageError,
    Verb,
)
from mapstudio.runner.confirmation import check_confirmation
from mapstudio.runner.lock import RunLock
from mapstudio.runner.progress import Phase, Progress, ProgressCallback, silent
from mapstudio.runner.state import RunEntry, RunRow, StateStore, stamp, utc_now

UNDONE = "undone"
"""In the entry of a record that was taken back: when."""


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo really did.

    Attributes:
        run: The run that was taken back.
        archived: Records that are archived now, or were gone already.
        refused: Records that the destination would not archive, each with the reason.
        not_done: Records that were not sent, because it was stopped.
        error: What stopped it; ``None`` when a person did or nothing.
    """

    run: str
    archived: Sequence[RunEntry] = ()
    refused: Sequence[tuple[RunEntry, Reason]] = ()
    not_done: int = 0
    error: MapstudioError | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What a command ends with."""
        if self.error is not None:
            return self.error.exit_code
        if self.not_done:
            return ExitCode.INTERRUPTED
        return ExitCode.REJECTED if self.refused else ExitCode.DONE

    def to_json(self) -> dict[str, Any]:
        """Return it as ``undo --json`` prints it."""
        done = [_told(entry, "archived", None) for entry in self.archived]
        told: dict[str, Any] = {
            "run": self.run,
            "archived": len(self.archived),
            "refused": len(self.refused),
            "not_done": self.not_done,
            "records": [*done, *(_told(entry, "refused", reason.reason) for entry, reason in self.refused)],
        }
        return {**told, "error": str(self.error)} if self.error is not None else told


@dataclass
class Undo:
    """The way back of one run.

    Attributes:
        state: Holds its log, and the links.
        run: The run.
        connector: Open; to the connection and environment that the run wrote to.
        account: Whom it reaches.
    """

    state: StateStore
    run: RunRow
    connector: Connector
    account: Account
    _stop: bool = field(default=False, init=False)
    _busy: bool = field(default=False, init=False)

    @property
    def records(self) -> Sequence[RunEntry]:
        """What the run created and nobody has taken back yet."""
        return created_by(self.state, self.run)

    def request_stop(self) -> bool:
        """Stop after the batch in flight; return whether there is something to stop."""
        self._stop = True
        return self._busy

    async def check(self) -> None:
        """Raise unless this destination can be brought back to what it was.

        Raises:
            UsageError: Its records cannot be archived.
            PreconditionError: It is another account than the one that the run wrote to.
        """
        destination = self.run.destination
        # What an object can do may be known with its schema only.
        await self.connector.schema(destination.object, used=())
        if not self.connector.capabilities(destination.object).archive:
            raise UsageError(
                f"{self.connector.label} cannot archive {destination.object}: what {self.run.id} created stays there.",
                remedy=f"Remove the records by hand: mapstudio runs show {self.run.id} lists them.",
            )
        known = self.state.links.accounts_of(self.run.id)
        same = self._account_key in known if known else self.account.name == destination.account
        if not same:
            raise PreconditionError(
                f'{self.run.id} wrote to {destination.account}, but "{destination.connection}" '
                f"({destination.environment}) reaches {self.account.name}.",
                remedy="Nothing was archived.",
            )

    async def execute(self, progress: ProgressCallback = silent, *, confirmed: str | None = None) -> UndoReport:
        """Archive the records and return what really happened, also when it was stopped.

        Args:
            progress: Told after each batch.
            confirmed: The destination's name as the user confirmed it; needed for production.

        Raises:
            UsageError: The records cannot be archived.
            PreconditionError: No confirmation, or another account.
            LockedError: A run of this mapping is under way.
            StateError: What happened cannot be noted.
        """
        await self.check()
        destination = self.run.destination
        check_confirmation(destination.connection, destination.environment, confirmed, account=self.account)
        with RunLock(self.state.folder, self.run.lock):
            self._busy = True
            try:
                return await self._archive_all(progress)
            finally:
                self._busy = False

    async def _archive_all(self, progress: ProgressCallback) -> UndoReport:
        records = self.records
        size = max(1, self.connector.capabilities(self.run.destination.object).batch_size)
        archived: list[RunEntry] = []
        refused: list[tuple[RunEntry, Reason]] = []
        error: MapstudioError | None = None
        for start in range(0, len(records), size):
            if self._stop:
                break
            batch = records[start : start + size]
            try:
                told = await self._archive(batch)
            except MapstudioError as failed:
                error = failed
                break
            pairs = [*zip(batch, told, strict=True)]
            done = [entry for entry, reason in pairs if reason is None]
            archived += done
            refused += [(entry, reason) for entry, reason in pairs if reason is not None]
            self._note(done)
            progress(Progress(Phase.ARCHIVE, len(archived) + len(refused), len(records)))
        left = len(records) - len(archived) - len(refused)
        return UndoReport(self.run.id, archived, refused, left, error)

    async def _archive(self, batch: Sequence[RunEntry]) -> Sequence[Reason | None]:
        ids = [str(entry.destination_id) for entry in batch]
        try:
            return await self.connector.archive(self.run.destination.object, ids)
        except ConnectionFailedError:
            # Archiving twice does no harm, so an answer that was lost is simply asked for again.
            return await self.connector.archive(self.run.destination.object, ids)

    def _note(self, done: Sequence[RunEntry]) -> None:
        """Drop what led to the records, so that an apply makes them anew, and say it in the run's log."""
        now, target = stamp(utc_now()), self.run.destination.object
        ids = [str(entry.destination_id) for entry in done]
        with self.state.transaction():
            self.state.links.drop_to(self._account_key, target, ids)
            self.state.checkpoints.drop(self.run.mapping, self._account_key, target)
            marked = [replace(entry, entry={**entry.entry, UNDONE: now}) for entry in done]
            self.state.runs.add_entries(self.run.id, marked)

    @property
    def _account_key(self) -> str:
        return f"{self.connector.type}:{self.account.id}"


def created_by(state: StateStore, run: RunRow) -> Sequence[RunEntry]:
    """Return what a run created and nobody has taken back yet, by source id."""
    return [
        entry
        for entry in state.runs.entries(run.id)
        if entry.verb == Verb.CREATE and entry.destination_id is not None and UNDONE not in entry.entry
    ]


def _told(entry: RunEntry, result: str, reason: str | None) -> dict[str, Any]:
    return {
        "source_id": entry.source_id,
        "destination_id": entry.destination_id,
        "result": result,
        "reason": reason,
    }
