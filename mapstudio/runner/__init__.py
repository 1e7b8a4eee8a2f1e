"""The runner: reads, evaluates, plans, writes, and keeps the books. Used by the commands and the studio alike."""

from mapstudio.runner.confirmation import check_confirmation, confirm_needed
from mapstudio.runner.interrupts import stopping_on_signals
from mapstudio.runner.plan import Plan, PlannedRecord
from mapstudio.runner.progress import Phase, Progress, ProgressCallback
from mapstudio.runner.reader import RunReader, run_json
from mapstudio.runner.report import Report
from mapstudio.runner.reviewing import create_anew, find_reviews, leave_out, link_to
from mapstudio.runner.runner import InterruptedRunError, Runner
from mapstudio.runner.sides import Environments
from mapstudio.runner.state import DeadLetter, Rejection, Review, RunEntry, RunRow, RunStatus, StateStore
from mapstudio.runner.undoing import Undo, UndoReport

__all__ = [
    "DeadLetter",
    "Environments",
    "InterruptedRunError",
    "Phase",
    "Plan",
    "PlannedRecord",
    "Progress",
    "ProgressCallback",
    "Rejection",
    "Report",
    "Review",
    "RunEntry",
    "RunReader",
    "RunRow",
    "RunStatus",
    "Runner",
    "StateStore",
    "Undo",
    "UndoReport",
    "check_confirmation",
    "confirm_needed",
    "create_anew",
    "find_reviews",
    "leave_out",
    "link_to",
    "run_json",
    "stopping_on_signals",
]
