"""Keeps notices in the inbox, from the one thread that does nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mapstudio.runner.state import StateStore, Stored, Taker

if TYPE_CHECKING:
    from mapstudio.connectors.notices import Notice


@dataclass
class Keeper:
    """The inbox of one account.

    Attributes:
        folder: The state folder.
        account: The account among all.
        takers: Who takes notices, by object.
        executor: The thread; the state file belongs to it, as SQLite wants.
    """

    folder: Path
    account: str
    takers: Mapping[str, Sequence[Taker]]
    executor: ThreadPoolExecutor
    _state: StateStore | None = None

    def store(self, notices: Sequence[Notice]) -> Stored:
        """Keep notices; they are on disk when this returns. Called on the thread."""
        if self._state is None:
            self._state = StateStore.open(self.folder)
        return self._state.inbox.put(self.account, notices, self.takers)

    def close(self) -> None:
        """Close the state file. Called on the thread."""
        if self._state is not None:
            self._state.close()


@contextmanager
def keeping(folder: Path, account: str, takers: Mapping[str, Sequence[Taker]]) -> Iterator[Keeper]:
    """Give a keeper and its thread."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox") as executor:
        keeper = Keeper(folder, account, takers, executor)
        try:
            yield keeper
        finally:
            executor.submit(keeper.close).result()
