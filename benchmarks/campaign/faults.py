"""What goes wrong on the way: each kind of fault that a sandbox has, as its control endpoint takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from mapstudio.sandbox.fault_kinds import KINDS

Fault: TypeAlias = "Mapping[str, Any]"


def every_fault(share: float, *, hang: Fault, **where: str) -> dict[str, Fault]:
    """Return all faults by name.

    Args:
        share: Of the requests that it may strike, each strikes so much.
        hang: Which request hangs: one costs all of the client's patience, so that one it is.
        where: The requests that the others may strike.
    """
    found: dict[str, Fault] = {kind: {"kind": kind, "share": share, **where} for kind in KINDS}
    return found | {
        "429 with Retry-After": {"kind": "429", "share": share / 2, "retry_after": 1, **where},
        "slow": {"kind": "slow", "share": share, "seconds": 0.5, **where},
        "hang": {"kind": "hang", "count": 1, **hang},
    }
