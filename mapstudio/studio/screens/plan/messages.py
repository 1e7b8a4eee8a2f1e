"""What the plan's work tells the screen, from its own thread."""

from __future__ import annotations

from textual.message import Message

from mapstudio.model import MapstudioError
from mapstudio.runner import Progress, Report
from mapstudio.studio.overview import Overview
from mapstudio.studio.screens.plan.work import Proposal


class Known(Message):
    """How far the mapping is, and whether the plan on the screen is still that of its file."""

    def __init__(self, overview: Overview, *, plan_holds: bool) -> None:
        super().__init__()
        self.overview = overview
        self.plan_holds = plan_holds


class Progressed(Message):
    """How far the work is."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress


class Planned(Message):
    """The plan is made."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.proposal = proposal


class Applied(Message):
    """The run has ended."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


class Failed(Message):
    """The work could not be done; nothing was written."""

    def __init__(self, error: MapstudioError) -> None:
        super().__init__()
        self.error = error


class Saved(Message):
    """The plan is in a file."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
