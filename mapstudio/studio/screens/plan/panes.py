"""The panes of the plan screen: they draw what the screen's state says, and know nothing of how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from textual.geometry import Size

from mapstudio.model import MapstudioError, Verb
from mapstudio.runner import Phase, Progress, Report
from mapstudio.studio.lattice import Box
from mapstudio.studio.paint import DEST, MUTED, STRONG, TEXT, WARN, Piece
from mapstudio.studio.phrases import environment_piece, things
from mapstudio.studio.screens.plan import difference, layout, words
from mapstudio.studio.screens.plan.confirm import Before
from mapstudio.studio.screens.plan.records import Counts, RecordList
from mapstudio.studio.screens.plan.work import Proposal
from mapstudio.studio.text import grouped, shown
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.listing import Line, Page, wrapped
from mapstudio.studio.widgets.listing import words as line_of
from mapstudio.studio.widgets.statuses import verb_mark


class Stage(StrEnum):
    """What the screen is about."""

    EMPTY = "empty"
    READING = "reading"
    READY = "ready"
    ASKING = "asking"
    WRITING = "writing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PlanState:
    """All that the panes show.

    Attributes:
        stage: What the screen is about.
        proposal: The plan.
        report: What a run did.
        error: Why something was not done.
        saved: The file that the plan was saved to; empty when it was not.
        unsaved: How many edits of the map are not in the plan.
        verb: Whose records are shown.
        progress: How far the work is; ``None`` before it tells.
        waited: It takes long enough to be said.
        stopping: The user wants it to stop.
    """

    stage: Stage = Stage.EMPTY
    proposal: Proposal | None = None
    report: Report | None = None
    error: MapstudioError | None = None
    saved: str = ""
    unsaved: int = 0
    verb: Verb = Verb.UPDATE
    progress: Progress | None = None
    waited: bool = False
    stopping: bool = False


class PlanPanes(Frame):
    """The panes."""

    def __init__(self) -> None:
        self._state = PlanState()
        super().__init__(
            Counts(id="summary"),
            RecordList(id="records"),
            Page(id="record"),
            Before(id="before"),
            Page(id="message"),
            arrangement=self._places,
        )

    def show(self, state: PlanState) -> None:
        """Draw this."""
        before, self._state = self._state, state
        if state.proposal is None:
            self._show_message()
        else:
            self._show_summary(state.proposal)
            if before.proposal is not state.proposal or before.verb is not state.verb:
                self._show_records(state.proposal)
            self._show_before(state.proposal)
        self._show_progress()
        self.rearrange()
        self.show_record()

    def show_values_anew(self) -> None:
        """Draw the values again: they are masked now, or shown."""
        if self._state.proposal is not None:
            self._show_records(self._state.proposal)

    def show_record(self) -> None:
        """Draw the record under the cursor."""
        page = self.query_one("#record", Page)
        record, proposal = self.query_one(RecordList).record, self._state.proposal
        if record is None or proposal is None:
            page.set_pane(title=(("Record", STRONG),), fact=())
            page.show_lines([line_of(("no record has this verb", MUTED))])
            return
        page.set_pane(title=difference.heading(record, self.glyphs), fact=difference.fact(record, proposal))
        size = self.room("record")
        page.show_lines(difference.lines_of(record, proposal, self.values, width=size.width, height=size.height))

    def _places(self, size: Size) -> Sequence[Box]:
        return layout.arrange(size) if self._state.proposal is not None else layout.arrange_message(size)

    def _show_summary(self, proposal: Proposal) -> None:
        plan, report = proposal.plan, self._state.report
        destination = plan.destination
        environment = environment_piece(destination.environment)
        title: tuple[Piece, ...] = (("Plan for ", STRONG), environment)
        sentences: tuple[Line, ...] = words.summary(plan, self.screen.size.width)
        if report is not None:
            title = ((f"Run {report.run}", STRONG), (" in ", MUTED), environment)
            noun = things(destination.object)
            sentences = words.reported(report, destination.connection, noun, destination.environment)
        account = (shown(destination.connection), DEST), (f", {shown(proposal.account.name)}", MUTED)
        counts = self.query_one(Counts)
        counts.set_pane(title=title, fact=account, guarded=proposal.confirmed_by_name)
        counts.show(plan, self._state.verb, sentences, report)

    def _show_records(self, proposal: Proposal) -> None:
        verb = self._state.verb
        records = [record for record in proposal.plan.records if record.verb is verb]
        listing = self.query_one(RecordList)
        mark, ink = verb_mark(verb, self.glyphs)
        listing.set_pane(
            title=(("Records ", STRONG), (f"{mark} ", ink), (str(verb), MUTED)),
            fact=((grouped(len(records)), MUTED),),
        )
        listing.show(records, proposal.key)

    def _show_before(self, proposal: Proposal) -> None:
        before, state = self.query_one(Before), self._state
        if state.report is not None:
            title, lines = "What it did", words.after_writing(state.report, self.glyphs)
        elif state.error is not None:
            title = "Not written"
            lines = wrapped([*words.refused(state.error, self.values), *_ways_on()], self.screen.size.width)
        else:
            title = "Nothing to write" if proposal.plan.quiet else "Before it writes"
            lines = words.before_writing(proposal, self.glyphs, state.saved, state.unsaved)
        before.set_pane(title=((title, STRONG),))
        before.facts.show_lines(lines)

    def _show_message(self) -> None:
        page = self.query_one("#message", Page)
        page.set_pane(title=(("Plan", STRONG),))
        if self._state.error is not None:
            refused = words.refused(self._state.error, self.values)
            page.show_lines(wrapped([(), *refused, (), *_ways_on()], self.screen.size.width))
        else:
            page.show_lines([(), (), *_nothing_yet(self._state.stage)])

    def _show_progress(self) -> None:
        state = self._state
        fact: tuple[Piece, ...] = ()
        if state.stage in {Stage.READING, Stage.WRITING} and state.waited:
            fact = ((_progress_words(state.stage, state.progress), MUTED),)
        if state.stage is Stage.WRITING and state.stopping:
            fact = (("stopping after this batch", WARN),)
        where = self.query_one(Before) if state.proposal is not None else self.query_one("#message", Page)
        where.set_pane(fact=fact)


def _progress_words(stage: Stage, progress: Progress | None) -> str:
    if progress is None:
        return "checking that nothing has moved" if stage is Stage.WRITING else "connecting"
    word = {Phase.READ: "reading", Phase.MATCH: "comparing", Phase.WRITE: "writing"}[progress.phase]
    of = f" of {grouped(progress.total)}" if progress.total is not None else ""
    return f"{word} {grouped(progress.done)}{of}"


def _ways_on() -> list[Line]:
    return [
        line_of(("p", STRONG), ("   plan again", TEXT), ("   reads and compares, writes nothing", MUTED), column=4),
        line_of(("c", STRONG), ("   look at the connections", TEXT), column=4),
    ]


def _nothing_yet(stage: Stage) -> list[Line]:
    if stage is Stage.READING:
        what = "The source is read, mapped, and compared with what the destination holds now."
        return [
            line_of(("Planning.", STRONG), column=4),
            line_of((what, TEXT), column=4),
            line_of(("Nothing is written.", MUTED), column=4),
        ]
    return [
        line_of(("There is no plan yet.", STRONG), column=4),
        line_of(("A plan says for every record what an apply would do.", TEXT), column=4),
        (),
        line_of(("p", STRONG), ("   plan", TEXT), ("   reads and compares, writes nothing", MUTED), column=4),
    ]
