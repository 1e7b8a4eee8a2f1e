"""What all writers share: how a refusal, a lost answer and a whole batch that went nowhere are told."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.model import ConnectionFailedError, JsonValue, MapstudioError, Reason


def refused(item: Write, row: str, why: str, value: JsonValue = None) -> WriteOutcome:
    """Return that a write was refused, and nothing written for it."""
    return WriteOutcome(Written.REFUSED, item.destination_id, (Reason(row, why, value),))


def settled(
    writes: Sequence[Write],
    results: Sequence[WriteOutcome | MapstudioError],
    what: str,
    *,
    failed_as: Written = Written.UNKNOWN,
) -> list[WriteOutcome]:
    """Return the outcomes; an error of one record leaves it unknown, or as ``failed_as`` says.

    Raises:
        MapstudioError: Not one of them reached the system.
    """
    failed = [result for result in results if isinstance(result, MapstudioError)]
    if failed and len(failed) == len(results):
        raise failed[0]
    return [_outcome(item, result, what, failed_as) for item, result in zip(writes, results, strict=True)]


def _outcome(item: Write, result: WriteOutcome | MapstudioError, what: str, failed_as: Written) -> WriteOutcome:
    if isinstance(result, WriteOutcome):
        return result
    doubtful = failed_as is Written.UNKNOWN and isinstance(result, ConnectionFailedError)
    reached = "may have been written" if doubtful else "was not written"
    return WriteOutcome(failed_as, item.destination_id, (Reason("", f"{result.message} The {what} {reached}."),))
