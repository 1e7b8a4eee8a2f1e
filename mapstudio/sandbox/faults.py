"""Faults on request: what goes wrong between a client and a sandbox, how often, and on which requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mapstudio.sandbox.fault_kinds import Kind


class FaultSpec(BaseModel):
    """What a tester asks for.

    Attributes:
        count: How many requests it strikes; without it all of them.
        skip: How many fitting requests pass before it begins.
        share: Of the fitting requests, drawn from the seed.
        method: Such as ``POST``; without it all.
        path: A pattern for the whole path, such as ``*/batch/upsert``.
        retry_after: Seconds in ``Retry-After``; without it the answer has no such header.
        seconds: How late a ``slow`` answer comes.
        lasts: Seconds after which the fault is over.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    count: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)
    share: float = Field(default=1.0, gt=0, le=1)
    seed: int = 1
    method: str | None = None
    path: str = "*"
    retry_after: int | None = Field(default=None, ge=0)
    seconds: float = Field(default=1.0, ge=0)
    lasts: float | None = Field(default=None, gt=0)

    def fits(self, method: str, path: str) -> bool:
        """Return whether a request is one of those that are meant."""
        return (self.method is None or self.method.upper() == method) and fnmatchcase(path, self.path)


@dataclass(slots=True)
class Fault:
    """One fault that is set.

    Attributes:
        seen: Fitting requests until now.
        struck: Those that went wrong.
        ends: When it is over, ``None`` for never.
    """

    id: int
    spec: FaultSpec
    ends: float | None
    draws: Random = field(repr=False)
    seen: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        """Count a fitting request and return whether it goes wrong."""
        self.seen += 1
        drawn = self.draws.random() < self.spec.share
        if self.seen <= self.spec.skip or not drawn or self.struck == self.spec.count:
            return False
        self.struck += 1
        return True

    def to_json(self) -> dict[str, Any]:
        """Return it as it is listed."""
        return {"id": self.id, **self.spec.model_dump(), "seen": self.seen, "struck": self.struck}


class Faults:
    """The faults of one sandbox, the first set first.

    Args:
        elapsed: The sandbox's seconds.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._ids = count(1)
        self._faults: dict[int, Fault] = {}

    def add(self, spec: FaultSpec) -> Fault:
        """Set a fault."""
        ends = None if spec.lasts is None else self._elapsed() + spec.lasts
        fault = Fault(next(self._ids), spec, ends, Random(spec.seed))
        self._faults[fault.id] = fault
        return fault

    def strike(self, method: str, path: str) -> FaultSpec | None:
        """Return what goes wrong with this request, ``None`` when nothing does. One fault strikes a request."""
        for fault in self._faults.values():
            over = fault.ends is not None and self._elapsed() >= fault.ends
            if not over and fault.spec.fits(method, path) and fault.strikes():
                return fault.spec
        return None

    def clear(self, number: int | None = None) -> bool:
        """Take one fault away, or all; return whether there was one."""
        if number is not None:
            return self._faults.pop(number, None) is not None
        found = bool(self._faults)
        self._faults.clear()
        return found

    def to_json(self) -> list[dict[str, Any]]:
        """Return all of them with what each has done."""
        return [fault.to_json() for fault in self._faults.values()]
