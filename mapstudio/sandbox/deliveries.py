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

MOST_TOGETHER = 100
MOST_RETRIES = 10
_ANSWER_WITHIN = 5.0
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
        retry: Seconds before the first retry; each further wait is twice as long.
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
        attempt_field: Under which an event tells how often it was tried before.
    """

    def __init__(self, clock: Clock, headers: Callable[[str, bytes], Mapping[str, str]], attempt_field: str) -> None:
        self.concurrent = 10
        self.lost = 0
        self.given_up = 0
        self._clock = clock
        self._headers = headers
        self._attempt_field = attempt_field
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
        async with httpx.AsyncClient(timeout=_ANSWER_WITHIN, trust_env=False, follow_redirects=False) as client:
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
            pile[start : start + MOST_TOGETHER]
            for pile in piles.values()
            for start in range(0, len(pile), MOST_TOGETHER)
        ]
        if self.manners.reorder:
            self._draws.shuffle(batches)
        return batches

    async def _deliver(self, client: httpx.AsyncClient, batch: Sequence[Event], gate: asyncio.Semaphore) -> None:
        url, attempt = batch[0].url, batch[0].attempt
        body = json.dumps([{**event.body, self._attempt_field: attempt} for event in batch], ensure_ascii=False)
        content = body.encode()
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

    def _again(self, batch: Sequence[Event], attempt: int) -> None:
        if attempt >= MOST_RETRIES:
            self.given_up += len(batch)
            return
        due = self._clock.elapsed() + self.manners.retry * 2**attempt
        self._waiting += [replace(event, attempt=attempt + 1, due=due) for event in batch]
