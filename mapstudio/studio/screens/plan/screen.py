"""The plan screen: plans when it is opened, shows every record, and applies once it was confirmed."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from mapstudio.model import MapstudioError, Verb
from mapstudio.runner import Progress, Report, Runner
from mapstudio.studio.background import Job
from mapstudio.studio.headers import mapping_header
from mapstudio.studio.overview import Overview, read_overview
from mapstudio.studio.paint import MUTED, WARN, Piece
from mapstudio.studio.phrases import moment, things
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.plan import words
from mapstudio.studio.screens.plan.confirm import ConfirmBox
from mapstudio.studio.screens.plan.messages import Applied, Failed, Known, Planned, Progressed, Saved
from mapstudio.studio.screens.plan.panes import PlanPanes, PlanState, Stage
from mapstudio.studio.screens.plan.records import Counts, RecordList
from mapstudio.studio.screens.plan.work import Proposal, Request, apply_plan, is_of_file, make_plan
from mapstudio.studio.session.shell import quoted, with_environments
from mapstudio.studio.text import grouped
from mapstudio.studio.widgets.listing import Listing

_SAY_AFTER = 0.3
"""Seconds before it is said that something is read: shorter waits need no words."""


class PlanScreen(StudioScreen):
    """The plan of the open mapping."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "a,exclamation_mark",
            "ask",
            "apply",
            key_display="a",
            id="plan.apply",
            tooltip="write what the plan says, after one question",
        ),
        Binding("p", "plan", "plan again", id="plan.again", tooltip="read and compare again; nothing is written"),
        Binding("s", "stop", "stop", id="plan.stop", tooltip="stop at the next safe moment"),
        Binding("ctrl+s", "save", "save plan", id="plan.save", tooltip="keep the plan in a file for apply --plan"),
        Binding("escape", "back", "back", id="plan.back", tooltip="leave the question, or go to the map"),
        Binding(
            "c",
            "app.go('connections')",
            "connections",
            show=False,
            id="plan.connections",
            tooltip="look at the connections",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.EMPTY
        self.proposal: Proposal | None = None
        self.report: Report | None = None
        self.error: MapstudioError | None = None
        self.saved = ""
        self._overview: Overview | None = None
        self._verb = Verb.UPDATE
        self._progress: Progress | None = None
        self._job: Job[Any] | None = None
        self._runner: Runner | None = None
        self._began = 0.0
        self._stopping = False

    def compose_content(self) -> Iterable[Widget]:
        """Lay out the panes."""
        yield PlanPanes()

    def on_mount(self) -> None:
        """Name the panes."""
        self.query_one("#records").focus()
        self._show()

    def on_screen_resume(self) -> None:
        """Plan when there is no plan, or when the file is another one now."""
        if self.stage in {Stage.EMPTY, Stage.READY, Stage.DONE}:
            self.run_worker(self._look, thread=True, group="look", exclusive=True)

    def on_unmount(self) -> None:
        """Let nothing go on behind a closed screen; a batch in flight is finished and noted first."""
        if self._job is not None:
            self._job.cancel()

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what applies now."""
        del parameters
        busy = self.stage in {Stage.READING, Stage.WRITING}
        plan = self.proposal.plan if self.proposal is not None else None
        match action:
            case "ask":
                return self.stage is Stage.READY and plan is not None and not plan.quiet
            case "plan":
                return not busy and self.stage is not Stage.ASKING
            case "stop":
                return busy
            case "save":
                return plan is not None and self.stage in {Stage.READY, Stage.ASKING}
        return True

    def action_plan(self) -> None:
        """Read and compare again."""
        self._start(Stage.READING, partial(make_plan, self._request(), self._tell), Planned)
        self.footer.show_command(self._command("plan"))

    def action_ask(self) -> None:
        """Ask before writing."""
        if self.proposal is None:
            return
        self.stage = Stage.ASKING
        plan = self.proposal.plan
        count = plan.counts[Verb.CREATE] + plan.counts[Verb.UPDATE]
        what = f"{grouped(count)} {things(plan.destination.object, count)}"
        by_name = self.proposal.confirmed_by_name
        destination = plan.destination
        self.query_one(ConfirmBox).ask(what, destination.connection, destination.environment, by_name=by_name)
        self.footer.show_command(self._command("apply") + (f" --confirm {destination.connection}" if by_name else ""))
        self._show()

    def action_stop(self) -> None:
        """Stop: a plan at once, an apply after the batch in flight."""
        if self.stage is Stage.WRITING and self._runner is not None:
            self._runner.request_stop()
            self._stopping = True
            self._show()
        elif self.stage is Stage.READING and self._job is not None:
            self._job.cancel()
            self._job = None
            self.stage = Stage.READY if self.proposal is not None else Stage.EMPTY
            self._show()

    def action_back(self) -> None:
        """Leave the question, or the screen."""
        if self.stage is Stage.ASKING:
            self.stage = Stage.READY
            self.query_one(ConfirmBox).leave()
            self.query_one("#records").focus()
            self.footer.show_command(self._command("plan"))
            self._show()
        elif self.stage is not Stage.WRITING:
            self.studio.go_to("map")

    def action_save(self) -> None:
        """Keep the plan in a file of the project's folder."""
        if self.proposal is not None:
            self.run_worker(partial(self._save, self.proposal), thread=True, group="save", exclusive=True)

    # What the work tells

    def on_known(self, message: Known) -> None:
        """Name the mapping; plan if there is no plan of this file."""
        self._overview = message.overview
        self._show_header()
        if not message.plan_holds and self.stage in {Stage.EMPTY, Stage.READY, Stage.DONE}:
            self.action_plan()

    def on_progressed(self, message: Progressed) -> None:
        """Say how far it is."""
        self._progress = message.progress
        self._show()

    def on_planned(self, message: Planned) -> None:
        """Show the plan."""
        self.proposal, self.report, self.error = message.proposal, None, None
        self.stage, self.saved = Stage.READY, ""
        self._verb = words.first_verb(self.proposal.plan)
        self._show()

    def on_applied(self, message: Applied) -> None:
        """Show what was done; the plan's records stay to be looked at."""
        self.report, self.error = message.report, None
        self.stage = Stage.DONE
        self._runner = None
        self.footer.show_command(f"mapstudio runs show {message.report.run}")
        self.query_one("#records").focus()
        self._show()

    def on_failed(self, message: Failed) -> None:
        """Say why; a plan that was refused stays to be looked at."""
        self.error = message.error
        if self.stage is Stage.READING:
            self.proposal = None
        self.stage = Stage.DONE if self.proposal is not None else Stage.EMPTY
        self._runner = None
        if self.proposal is not None:
            self.query_one("#records").focus()
        self._show()

    def on_saved(self, message: Saved) -> None:
        """Say where the plan is."""
        self.saved = message.file
        self.footer.show_command(f"mapstudio apply --plan {quoted(message.file)}")
        self._show()

    # What the user does in the panes

    def on_confirm_box_agreed(self, message: ConfirmBox.Agreed) -> None:
        """Write."""
        if self.proposal is None or self.stage is not Stage.ASKING:
            return
        self.query_one(ConfirmBox).leave()
        self.query_one("#records").focus()

        def entered(runner: Runner) -> None:
            self._runner = runner

        work = partial(apply_plan, self._request(), self.proposal.plan, self._tell, message.name, entered)
        self._start(Stage.WRITING, work, Applied)

    def on_listing_moved(self, message: Listing.Moved) -> None:
        """Show the record under the cursor."""
        message.stop()
        self.query_one(PlanPanes).show_record()

    def on_record_list_verb_wanted(self, message: RecordList.VerbWanted) -> None:
        """Show the records with another verb."""
        if self.proposal is None:
            return
        counts = self.proposal.plan.counts
        verbs = [verb for verb in words.shown_verbs(self.proposal.plan) if counts[verb]]
        if verbs:
            at = verbs.index(self._verb) if self._verb in verbs else 0
            self._verb = verbs[(at + message.step) % len(verbs)]
            self._show()

    def on_counts_chosen(self, message: Counts.Chosen) -> None:
        """Show the records with the verb that was clicked."""
        self._verb = message.verb
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Fit sentences and values anew."""
        super().on_resize(event)
        self._show()

    def masking_changed(self) -> None:
        """Write values anew."""
        self.query_one(PlanPanes).show_values_anew()
        super().masking_changed()

    # The work, each piece on a thread of its own

    def _request(self) -> Request:
        workspace = self.studio.workspace
        assert workspace.mapping is not None  # noqa: S101 - the screen is one of the open mapping
        return Request(workspace.project, workspace.mapping, workspace.environments, workspace.connect)

    def _start(self, stage: Stage, work: Callable[[], Coroutine[Any, Any, Any]], done: Callable[[Any], object]) -> None:
        self.stage, self.error, self._progress, self._began = stage, None, None, time.monotonic()
        self._stopping = False

        def finished(result: Any) -> None:  # noqa: ANN401 - a proposal or a report
            if self._job is job:
                self.post_message(done(result))  # type: ignore[arg-type]

        def failed(error: MapstudioError) -> None:
            if self._job is job:
                self.post_message(Failed(error))

        job: Job[Any] = Job(work, finished, failed)
        self._job = job
        self.run_worker(job.run, thread=True, group="plan", exit_on_error=True)
        self.set_timer(_SAY_AFTER + 0.05, self._show)
        self._show()

    def _tell(self, progress: Progress) -> None:
        self.post_message(Progressed(progress))

    def _look(self) -> None:
        request = self._request()
        try:
            overview = read_overview(request.project, request.environments, request.path)
            holds = self.proposal is not None and is_of_file(self.proposal.plan, request.path)
        except MapstudioError as error:
            self.post_message(Failed(error))
            return
        self.post_message(Known(overview, plan_holds=holds))

    def _save(self, proposal: Proposal) -> None:
        name = f"{proposal.plan.mapping}.plan.json"
        try:
            proposal.plan.save(self.studio.project.root / name)
        except MapstudioError as error:
            self.post_message(Failed(error))
            return
        self.post_message(Saved(name))

    # How it is shown

    @property
    def _unsaved(self) -> int:
        session = self.studio.workspace.session
        return session.editor.history.unsaved if session is not None else 0

    def _command(self, verb: str) -> str:
        name = self._overview.reference if self._overview is not None else self._request().path.stem
        return with_environments(f"mapstudio {verb} {quoted(name)}", self.studio.workspace.environments)

    def _show(self) -> None:
        self._show_header()
        waited = time.monotonic() - self._began >= _SAY_AFTER
        self.query_one(PlanPanes).show(
            PlanState(
                self.stage,
                self.proposal,
                self.report,
                self.error,
                self.saved,
                self._unsaved,
                self._verb,
                self._progress,
                waited,
                self._stopping,
            )
        )
        self.refresh_bindings()

    def _show_header(self) -> None:
        needs: tuple[Piece, ...] = ()
        if self.proposal is not None:
            needs = ((f"planned {moment(self.proposal.plan.created)}", MUTED),)
        if unsaved := self._unsaved:
            needs = (*needs, ("   unsaved ", MUTED), (str(unsaved), WARN._replace(bold=True)))
        self.show_header(mapping_header(self.studio.workspace, self._overview, "plan", needs))
