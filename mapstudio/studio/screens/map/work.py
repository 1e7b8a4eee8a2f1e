"""The map screen's work beside its loop: both sides, the sample, previews, plans, autosave. Workers post messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from textual.message import Message
from textual.worker import Worker

from mapstudio.expressions import Completion, complete
from mapstudio.mapping.problems import MappingError
from mapstudio.model import MapstudioError
from mapstudio.runner import PlannedRecord
from mapstudio.studio.paint import ERROR, MUTED, TEXT
from mapstudio.studio.screens.map.base import MapPanes
from mapstudio.studio.session.preview import Preview
from mapstudio.studio.text import grouped, shown
from mapstudio.studio.widgets.plan_view import PlanModel
from mapstudio.studio.widgets.row_editor import RowEditor, function_help
from mapstudio.studio.widgets.row_result import Examples

_TYPING_PAUSE = 0.5
_PLAN_PAUSE = 0.12
_SLOW = 0.3
_EXAMPLES = 40


class SideReached(Message):
    """A side has answered, or has not."""


class SampleRead(Message):
    """The sample is there, or why it is not."""

    def __init__(self, error: MapstudioError | None = None) -> None:
        super().__init__()
        self.error = error


class SampleProgress(Message):
    """So many records were read."""

    def __init__(self, done: int) -> None:
        super().__init__()
        self.done = done


class ViewReady(Message):
    """The session's view is of the present document."""


class PreviewReady(Message):
    """A typed expression was tried."""

    def __init__(
        self, field: str, preview: Preview, completions: Sequence[Completion], examples: Examples, help_line: str
    ) -> None:
        super().__init__()
        self.field, self.preview, self.help_line = field, preview, help_line
        self.completions, self.examples = completions, examples


class PlanReady(Message):
    """The plan of the current record, or why there is none."""

    def __init__(self, planned: tuple[PlannedRecord, ...] = (), error: MapstudioError | None = None) -> None:
        super().__init__()
        self.planned, self.error = planned, error


class MapWork(MapPanes):
    """The work."""

    def start_work(self) -> None:
        """Show what is remembered, then ask both sides."""
        self.session.take_remembered()
        self.refresh_view()
        self.open_sides()

    def open_sides(self) -> None:
        """Reach both sides, each on its own; the sample follows the source."""
        self._start(self._open_source, "source")
        self._start(self._open_destination, "destination")

    def fetch_sample(self) -> None:
        """Read the sample again."""
        self._start(self._fetch_sample, "sample")

    def refresh_view(self) -> None:
        """Evaluate the document again; what is shown stays until that is done."""
        self._start(self._refresh_view, "view")

    def preview(self, text: str, cursor: int, *, pause: float = 0.0) -> None:
        """Try a typed expression; an older one that is still being tried is forgotten."""
        field = self.editor.field
        self._start(partial(self._preview, field, text, cursor, pause), "preview")

    def plan_current(self) -> None:
        """Plan the current record; a plan that is still being made is forgotten."""
        self._start(self._make_plan, "plan")

    def keep_safe(self, *, pause: float = 0.0) -> None:
        """Write the autosave."""
        self._note_typing()
        self._start(partial(self._keep_safe, pause), "autosave")

    def on_side_reached(self) -> None:
        """Show what a side said."""
        self.refresh_view()

    def on_sample_progress(self, message: SampleProgress) -> None:
        """Say how far the sample is."""
        self._reading = f"reading {grouped(message.done)} of 50"
        self.draw_titles()

    def on_sample_read(self, message: SampleRead) -> None:
        """Show the sample."""
        self._reading = ""
        if message.error is not None:
            self.complain(message.error)
        self.refresh_view()

    def on_view_ready(self) -> None:
        """Show the new state of everything, and what follows from it."""
        self.draw_all()
        if self.session.needs_more(self.session.view.paths()):
            self.fetch_sample()
        self._preview_row()
        self.plan_current()
        self.view_shown()

    def view_shown(self) -> None:
        """Called when a new view is on the screen."""

    def on_preview_ready(self, message: PreviewReady) -> None:
        """Show what was tried, if it is still what stands there."""
        editor = self.editor
        if message.field == editor.field and message.preview.text == editor.text:
            editor.show_preview(message.preview, message.completions, message.examples, message.help_line)
            self.draw_row_title()

    def on_plan_ready(self, message: PlanReady) -> None:
        """Show the plan of the record."""
        mapping = self.session.mapping
        key = mapping.destination.key if mapping is not None else ()
        if message.error is not None:
            self.show_plan(PlanModel(message=self._why_no_plan(message.error), failed=True))
        else:
            self.show_plan(PlanModel(message.planned, key))

    def on_row_editor_typed(self, message: RowEditor.Typed) -> None:
        """Try what is typed, and keep it safe a moment later."""
        message.stop()
        self.preview(message.text, message.cursor)
        self.keep_safe(pause=_TYPING_PAUSE)

    def complain(self, error: MapstudioError) -> None:
        """Say what went wrong, in the footer, until something else is done."""
        self.footer.say((f"{self.studio.glyphs.blocks} ", ERROR), (shown(str(error).replace("\n", "  ")), TEXT))

    def tell(self, text: str) -> None:
        """Say something in the footer."""
        self.footer.say((shown(text), MUTED))

    def leaving(self) -> None:
        """Keep what is being typed: the studio closes."""
        self._note_typing()

    def _note_typing(self) -> None:
        editor = self.editor
        self.session.editor.typing = (editor.field, editor.text) if editor.dirty else ("", "")

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Begin something; what is still going on of the same group is given up."""
        _: Worker[None] = self.run_worker(work, group=group, exclusive=True)

    def _preview_row(self) -> None:
        editor = self.editor
        row = self.current
        if editor.editing or (row is not None and row.row is not None and row.row.from_):
            self.preview(editor.text, 0)

    def _why_no_plan(self, error: MapstudioError) -> str:
        session = self.session
        down = next((side for side in (session.source, session.destination) if side.error is not None), None)
        if down is not None:
            return f"The plan needs {down.connection}, which cannot be reached now."
        if not isinstance(error, MappingError) or not error.problems:
            return f"Plan and apply stop here. {error}"
        first, *others = error.problems
        where = f"{first.row}: " if first.row else ""
        remedy = f"; {first.remedy}" if first.remedy else ""
        rest = f" ({len(others)} more)" if others else ""
        return f"Plan and apply stop here. {where}{first.message}{remedy}{rest}"

    async def _open_source(self) -> None:
        await self.session.open_source()
        self.post_message(SideReached())
        if self.session.source.error is None:
            await self._fetch_sample()

    async def _open_destination(self) -> None:
        await self.session.open_destination()
        self.post_message(SideReached())

    async def _fetch_sample(self) -> None:
        try:
            await self.session.fetch_sample(self._progress)
        except MapstudioError as error:
            self.post_message(SampleRead(error))
        else:
            self.post_message(SampleRead())

    def _progress(self, done: int) -> None:
        self.post_message(SampleProgress(done))

    async def _refresh_view(self) -> None:
        await self.session.refresh_off_loop()
        self.post_message(ViewReady())

    async def _preview(self, field: str, text: str, cursor: int, pause: float) -> None:
        await asyncio.sleep(pause)
        schema = self.session.view.inputs.source
        fields = schema.fields if schema is not None else ()
        preview = await asyncio.to_thread(self.session.preview, field, text)
        completions = await asyncio.to_thread(complete, text, cursor, fields) if self.editor.editing else ()
        examples = self.session.examples([item.path for item in completions[:_EXAMPLES] if item.path])
        self.post_message(PreviewReady(field, preview, completions, examples, function_help(text, cursor)))

    async def _make_plan(self) -> None:
        await asyncio.sleep(_PLAN_PAUSE)
        sides = (self.session.source, self.session.destination)
        if any(not side.live and side.error is None for side in sides):
            return  # it follows once both sides have answered
        try:
            planned = await self.session.plan_current()
        except MapstudioError as error:
            self.post_message(PlanReady(error=error))
        else:
            self.post_message(PlanReady(planned))

    async def _keep_safe(self, pause: float) -> None:
        await asyncio.sleep(pause)
        try:
            await asyncio.to_thread(self.session.editor.keep)
        except OSError as error:
            self.tell(f"the autosave cannot be written: {error.strerror or error}")
