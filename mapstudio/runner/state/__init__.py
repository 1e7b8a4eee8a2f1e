"""What must outlive a run, in SQLite in the user's state folder."""

from mapstudio.runner.state.checkpoints import Checkpoint
from mapstudio.runner.state.clock import Clock, stamp, utc_now
from mapstudio.runner.state.database import StateError
from mapstudio.runner.state.dead_letters import DeadLetter, Rejection
from mapstudio.runner.state.inbox import Entry, Stored, Taker
from mapstudio.runner.state.intents import Intent
from mapstudio.runner.state.refusals import HELD_BACK, Refusal
from mapstudio.runner.state.reviews import Decision, Doubt, Review
from mapstudio.runner.state.runs import RunEntry, RunRow, RunStatus, SideInfo
from mapstudio.runner.state.scope import Scope
from mapstudio.runner.state.store import MAX_AGE, StateStore

__all__ = [
    "HELD_BACK",
    "MAX_AGE",
    "Checkpoint",
    "Clock",
    "DeadLetter",
    "Decision",
    "Doubt",
    "Entry",
    "Intent",
    "Refusal",
    "Rejection",
    "Review",
    "RunEntry",
    "RunRow",
    "RunStatus",
    "Scope",
    "SideInfo",
    "StateError",
    "StateStore",
    "Stored",
    "Taker",
    "stamp",
    "utc_now",
]
