"""The list of what needs work: one line for each row, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.mapping.problems import Severity
from mapstudio.model import Reason
from mapstudio.studio.session.rows import RowView, Status
from mapstudio.studio.session.view import MapView

_MOST_RECORDS = 3


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One line.

    Attributes:
        status: Its mark.
        number: The row's number; 0 for what is no row.
        field: The destination field, or ``key``, ``where``, ``file``.
        message: One sentence, without a full stop.
        place: Where: records, an owner, a line of the file.
        reason: What failed on the first of the records, with the value at fault, when records fail.
    """

    status: Status
    number: int
    field: str
    message: str
    place: str = ""
    reason: Reason | None = None


def problem_lines(view: MapView) -> list[ProblemLine]:
    """Return what needs work, the most urgent first."""
    lines = [line for row in view.rows if row.status.is_problem for line in (_line(row),)]
    for problem in view.problems:
        status = Status.BLOCKS if problem.severity is Severity.ERROR else Status.FAILS
        place = f"line {problem.line}" if problem.line else ""
        message = f"{problem.message}; {problem.remedy}" if problem.remedy else problem.message
        lines.append(ProblemLine(status, 0, problem.row or "file", message, place))
    return sorted(lines, key=lambda line: (line.status.urgency, line.number))


def problems_first(rows: Sequence[RowView]) -> list[RowView]:
    """Return the rows, those that need work first, each group in the map's order."""
    return sorted(rows, key=lambda row: (row.status.urgency if row.status.is_problem else 99, row.number))


def _line(row: RowView) -> ProblemLine:
    match row.status:
        case Status.UNFED:
            why = "nothing feeds it" if row.row is None else "its row sends nothing"
            return ProblemLine(row.status, row.number, row.field, f"required on create and {why}", "blocks creates")
        case Status.QUESTION if row.row is not None:
            owner = row.row.owner or "an answer"
            due = f"due {row.row.due}" if row.row.due else ""
            return ProblemLine(row.status, row.number, row.field, f"waits for {owner}: {row.row.question}", due)
        case _:
            return _failure(row)


def _failure(row: RowView) -> ProblemLine:
    problem = next(iter(sorted(row.problems, key=lambda item: item.severity is not Severity.ERROR)), None)
    if problem is not None and (problem.severity is Severity.ERROR or not row.errors_at):
        message = f"{problem.message}; {problem.remedy}" if problem.remedy else problem.message
        return ProblemLine(row.status, row.number, row.field, message, f"line {problem.line}" if problem.line else "")
    reason = _common_reason(row)
    message = reason.reason if reason is not None else "fails"
    return ProblemLine(row.status, row.number, row.field, message, _records(row.errors_at), reason)


def _common_reason(row: RowView) -> Reason | None:
    """Return the most frequent reason, the first of its kind."""
    found: dict[str, list[Reason]] = {}
    for index in row.errors_at:
        result = row.result(index)
        if result is not None and result.reason is not None:
            found.setdefault(result.reason.reason, []).append(result.reason)
    return max(found.values(), key=len)[0] if found else None


def _records(errors_at: Sequence[int]) -> str:
    first = ", ".join(str(index + 1) for index in errors_at[:_MOST_RECORDS])
    more = len(errors_at) - _MOST_RECORDS
    return f"rec {first} +{more}" if more > 0 else f"rec {first}"
