"""What work costs, told so that a busy machine does not change it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SECONDS = 10
"""Meant is one second; only work that blows up takes so many of a processor."""
_CALLS = {"call", "c_call"}


@contextmanager
def no_blow_up() -> Iterator[None]:
    """Fail when the work inside takes more processor time than anything that ends by itself."""
    begin = time.process_time()
    yield
    assert time.process_time() - begin < SECONDS


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions the work calls, those of Python's own included: the same on every machine."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in _CALLS

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
