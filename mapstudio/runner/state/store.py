"""The state store: all that must outlive a run, in one file of the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self

from mapstudio.runner.state.checkpoints import Checkpoints
from mapstudio.runner.state.clock import Clock, stamp, utc_now
from mapstudio.runner.state.database import FILE_NAME, Database
from mapstudio.runner.state.dead_letters import DeadLetters
from mapstudio.runner.state.inbox import Inbox
from mapstudio.runner.state.intents import Intents
from mapstudio.runner.state.links import Links
from mapstudio.runner.state.refusals import Refusals
from mapstudio.runner.state.reviews import Reviews
from mapstudio.runner.state.runs import Runs

MAX_AGE = timedelta(days=90)
"""How long client data is kept: logs of runs, closed dead letters, the records in open ones."""


class StateStore:
    """Links, runs, dead letters, checkpoints, intents and refusals of one project.

    Attributes:
        folder: The state folder (0700).
        links: See :class:`Links`.
        runs: See :class:`Runs`.
        dead_letters: See :class:`DeadLetters`.
        checkpoints: See :class:`Checkpoints`.
        intents: See :class:`Intents`.
        inbox: See :class:`Inbox`.
        refusals: See :class:`Refusals`.
        reviews: See :class:`Reviews`.
    """

    def __init__(self, folder: Path, *, clock: Clock = utc_now) -> None:
        self.folder = folder
        self._clock = clock
        self._database = Database(folder / FILE_NAME)
        self.links = Links(self._database, clock)
        self.runs = Runs(self._database, clock)
        self.dead_letters = DeadLetters(self._database, clock)
        self.checkpoints = Checkpoints(self._database, clock)
        self.intents = Intents(self._database, clock)
        self.inbox = Inbox(self._database, clock)
        self.refusals = Refusals(self._database, clock)
        self.reviews = Reviews(self._database, clock)

    @classmethod
    def open(cls, folder: Path, *, clock: Clock = utc_now) -> Self:
        """Open the store of a state folder, making both where they are missing.

        Raises:
            StateError: The file cannot be opened or is damaged.
            UsageError: A newer mapstudio wrote it.
        """
        return cls(folder, clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is on disk at the end, or nothing of it is."""
        with self._database.transaction():
            yield

    def remove_old(self, max_age: timedelta = MAX_AGE) -> None:
        """Remove client data past its age: links stay, and an open dead letter keeps its reason without the record."""
        before = stamp(self._clock() - max_age)
        with self.transaction():
            self.runs.remove_old(before)
            self.dead_letters.remove_old(before)
            self.inbox.remove_old(before)
            self.refusals.remove_old()
            self.reviews.remove_old(before)
