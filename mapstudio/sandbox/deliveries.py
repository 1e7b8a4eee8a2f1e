"""Sends a sandbox's events to a local address, as badly as a tester wants: late, twice, out of order, or not at all."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field

from mapstudio.sandbox.clock import Clock

_GATHER = 0.05
"""Seconds of this machine in which events come together to one request."""
_REMEMBERED = 1000


class Manners(BaseModel):
    """How events are delivered.

    Attributes:
        duplicates: The share that is sent twice.
        drop: The share that is never sent.
        reorder: Whether what is due together is shuffled.
        delay: Seconds for which an event is held back.
        retry: Seconds before the first retry; further waits are as the vendor has them.
        seed: Of everything that is drawn.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    duplicates: float = Field(default=0.0, ge=0, le=1)
    drop: float = Field(default=0.0, ge=0, le=1)
    reorder: bool = False
    delay: float = Field(default=0.0, ge=0)
    retry: float = Field(default=1.0, ge=0)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Habits:
    """How a vendor sends, whatever its manners are.

    Attributes:
        together: How many events a request holds at most; with one, its body is the event and no list.
        retries: How often what was refused comes again.
        doubling: Whether each wait is twice the one before, instead of the same.
        answer_within: Seconds after which a receiver has not answered.
        attempt_field: Under which an event tells how often it was tried before, ``""`` when it does not.
    """

    together: int = 100
    retries: int = 10
    doubling: bool = True
    answer_within: float = 5.0
    attempt_field: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event on its way.

    Attributes:
        attempt: How often it was tried before.
        due: The sandbox's second from which on it may be sent.
    """

    url: str
    body: Mapping[str, Any]
    due: float
    attempt: int = 0


class Deliveries:
    """The events that wait, and what became of those that were sent.

    Args:
        clock: The sandbox's time.
        headers: Returns the headers, signatures among them, for an address and a body.
        habits: How this vendor sends.
    """

    def __init__(self, clock: Clock, headers: Callable[[str, bytes], Mapping[str, str]], habits: Habits) -> None:
        self.concurrent = 10
        self.lost = 0
        self.given_up = 0
        self._clock = clock
        self._headers = headers
        self._habits = habits
        self._waiting: list[Event] = []
        self._echoes: list[Event] = []
        self._flying = 0
        self._log: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)
        self._work: asyncio.Task[None] | None = None
        self.behave(Manners())

    def behave(self, manners: Manners) -> None:
        """Deliver in this way from now on."""
        self.manners = manners
        self._draws = Random(manners.seed)

    def put(self, url: str, body: Mapping[str, Any]) -> None:
        """Take an event to deliver."""
        drawn_lost, drawn_twice = self._draws.random(), self._draws.random()
        if drawn_lost < self.manners.drop:
            self.lost += 1
            return
        event = Event(url, body, self._clock.elapsed() + self.manners.delay)
        self._waiting.append(event)
        if drawn_twice < self.manners.duplicates:
            self._echoes.append(event)
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._deliver_all(), name="deliveries")

    def close(self) -> None:
        """Deliver nothing more of what waits."""
        self._waiting, self._echoes, self._flying = [], [], 0
        if self._work is not None:
            self._work.cancel()
            self._work = None

    def to_json(self) -> dict[str, Any]:
        """Return how it is going."""
        return {
            "pending": len(self._waiting) + len(self._echoes) + self._flying,
            "lost": self.lost,
            "given_up": self.given_up,
            "requests": [*self._log],
        }

    async def _deliver_all(self) -> None:
        async with httpx.AsyncClient(
            timeout=self._habits.answer_within, trust_env=False, follow_redirects=False
        ) as client:
            while self._waiting or self._echoes:
                await asyncio.sleep(_GATHER)
                gate = asyncio.Semaphore(self.concurrent)
                async with asyncio.TaskGroup() as group:
                    for batch in self._due():
                        group.create_task(self._deliver(client, batch, gate))

    def _due(self) -> list[list[Event]]:
        """Take what is due out of what waits, in requests: one address and one number of tries in each."""
        now = self._clock.elapsed()
        due = [event for event in self._waiting if event.due <= now]
        # What is sent twice comes with another request than the first time.
        self._waiting = [event for event in self._waiting if event.due > now] + self._echoes
        self._echoes = []
        self._flying = len(due)
        if self.manners.reorder:
            self._draws.shuffle(due)
        piles: dict[tuple[str, int], list[Event]] = {}
        for event in due:
            piles.setdefault((event.url, event.attempt), []).append(event)
        batches = [
            pile[start : start + self._habits.together]
            for pile in piles.values()
            for start in range(0, len(pile), self._habits.together)
        ]
        if self.manners.reorder:
            self._draws.shuffle(batches)
        return batches

    async def _deliver(self, client: httpx.AsyncClient, batch: Sequence[Event], gate: asyncio.Semaphore) -> None:
        url, attempt = batch[0].url, batch[0].attempt
        content = json.dumps(self._body(batch), ensure_ascii=False).encode()
        async with gate:
            headers = {"Content-Type": "application/json", **self._headers(url, content)}
            outcome: int | str
            try:
                outcome = (await client.post(url, content=content, headers=headers)).status_code
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                outcome = type(error).__name__
        self._flying -= len(batch)
        self._log.append({"url": url, "events": len(batch), "attempt": attempt, "outcome": outcome})
        if isinstance(outcome, str) or not 200 <= outcome < 300:
            self._again(batch, attempt)

    def _body(self, batch: Sequence[Event]) -> object:
        name = self._habits.attempt_field
        events = [{**event.body, name: event.attempt} if name else event.body for event in batch]
        return events[0] if self._habits.together == 1 else events

    def _again(self, batch: Sequence[Event], attempt: int) -> None:
        if attempt >= self._habits.retries:
            self.given_up += len(batch)
            return
        due = self._clock.elapsed() + self.manners.retry * (2**attempt if self._habits.doubling else 1)
        self._waiting += [replace(event, attempt=attempt + 1, due=due) for event in batch]
