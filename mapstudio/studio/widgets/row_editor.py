"""The pane of the selected row: its expression and, below it, what that gives, why, and what keeping it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Input

from mapstudio.expressions import Completion, CompletionKind, function_docs
from mapstudio.mapping.definition import RowKind
from mapstudio.mapping.evaluation import RowResult
from mapstudio.mapping.row_trace import RecordTrace
from mapstudio.model import Field
from mapstudio.model.exact_json import dumps
from mapstudio.studio.paint import LITERAL, MUTED, QUESTION, TEXT, WARN, Piece
from mapstudio.studio.session.preview import Preview
from mapstudio.studio.session.rows import RowView
from mapstudio.studio.session.types import TypeFacts
from mapstudio.studio.text import shown
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.expression_input import ExpressionInput
from mapstudio.studio.widgets.row_result import Examples, ResultModel, RowResultView

_EDITABLE = {RowKind.EXPRESSION, RowKind.BROKEN}


class RowEditor(Drawn):
    """The pane."""

    DEFAULT_CSS = """
    RowEditor { layout: vertical; background: $bg; overflow: hidden; }
    RowEditor ExpressionInput, RowEditor ExpressionInput:focus { padding: 0 1; background: $bg; }
    """

    class Typed(Message):
        """The text is another one."""

        def __init__(self, field: str, text: str, cursor: int) -> None:
            super().__init__()
            self.field, self.text, self.cursor = field, text, cursor

    class Kept(Message):
        """The text is to be the row's expression."""

        def __init__(self, field: str, text: str) -> None:
            super().__init__()
            self.field, self.text = field, text

    class Left(Message):
        """The text is given up, or kept as it was: back to the table."""

    class FunctionsAsked(Message):
        """The list of functions is wanted."""

    def __init__(self, *, id: str = "row") -> None:  # noqa: A002
        super().__init__(id=id)
        self._row: RowView | None = None
        self._field = ""
        self._text = ""
        self._last_good: RowResult | None = None
        self._completions: tuple[Completion, ...] = ()
        self._chosen = -1
        self._editing = False
        self._record = 0

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield ExpressionInput()
        yield RowResultView()

    @property
    def editing(self) -> bool:
        """Whether the expression is being edited."""
        return self._editing

    @property
    def field(self) -> str:
        """The destination field."""
        return self._field

    @property
    def text(self) -> str:
        """The expression as it is typed."""
        return str(self.query_one(ExpressionInput).value)

    @property
    def why(self) -> RecordTrace | None:
        """Why the text gives what it gives on the current record; ``None`` where there is none, or it is not known."""
        preview = self.query_one(RowResultView).model.preview
        return preview.why if preview is not None else None

    @property
    def facts(self) -> TypeFacts | None:
        """What is known of the text that is being typed; ``None`` while none is, or it is broken."""
        preview = self.query_one(RowResultView).model.preview
        return preview.facts if self._editing and preview is not None and preview.broken is None else None

    @property
    def dirty(self) -> bool:
        """Whether something is typed that is not kept."""
        return self._editing and self.text != self._text

    def show_row(self, row: RowView | None, target: Field | None, record: int) -> None:
        """Show a row; one that is being edited keeps its text.

        Args:
            row: The row; ``None`` for nothing.
            target: The destination's field.
            record: The current record's number, from 1; 0 without a sample.
        """
        same = row is not None and row.field == self._field
        self._row, self._field = row, row.field if row is not None else ""
        self._record = record
        kept = row.row.from_ or "" if row is not None and row.row is not None else ""
        entry = self.query_one(ExpressionInput)
        if not (self._editing and same):
            self._text = kept
            self._completions, self._chosen, self._last_good = (), -1, None
            with entry.prevent(Input.Changed):
                entry.value = kept
                entry.cursor_position = len(kept)
        entry.can_focus = row is not None and (row.row is None or row.row.kind in _EDITABLE)
        entry.placeholder = self._placeholder(row)
        note = self._note(row)
        result = self.query_one(RowResultView)
        keep_preview = same and not note
        result.show(
            replace(
                result.model if same else ResultModel(),
                row=row,
                target=target,
                record=record,
                note=note,
                editing=self._editing,
                preview=result.model.preview if keep_preview else None,
            )
        )

    def begin(self, text: str | None = None) -> None:
        """Put the text cursor into the expression, with another text when one is given."""
        entry = self.query_one(ExpressionInput)
        entry.can_focus = True
        entry.focus()
        # At once, not when the focus has arrived: a new view in between must not put the kept text back.
        self._set_editing(editing=True)
        if text is not None:
            entry.value = text
            entry.cursor_position = len(text)

    def show_preview(
        self, preview: Preview, completions: Sequence[Completion], examples: Examples, help_line: str
    ) -> None:
        """Show what the text gives; the last good result stays while it is broken.

        Args:
            preview: What it gives.
            completions: What the word at the text cursor may become.
            examples: A value of each field among them, by its path.
            help_line: The function at the text cursor.
        """
        if preview.broken is None:
            self._last_good = preview.result
        self._completions = tuple(completions)
        self._chosen = -1 if self._chosen < 0 else min(self._chosen, len(completions) - 1)
        result = self.query_one(RowResultView)
        result.show(
            replace(
                result.model,
                preview=preview,
                last_good=self._last_good,
                editing=self._editing,
                completions=self._completions,
                examples=examples,
                chosen=self._chosen,
                help=help_line,
                note=(),
            )
        )

    def insert(self, text: str, cursor_back: int = 0) -> None:
        """Write at the text cursor."""
        entry = self.query_one(ExpressionInput)
        entry.focus()
        entry.insert_text_at_cursor(text)
        entry.cursor_position -= cursor_back

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        self._chosen = -1
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the chosen completion, or keep the expression."""
        event.stop()
        if self._chosen >= 0:
            self._take(self._completions[self._chosen])
        else:
            self.post_message(self.Kept(self._field, self.text))

    def on_expression_input_cursor_moved(self, message: ExpressionInput.CursorMoved) -> None:
        """Other words can be completed there."""
        message.stop()
        if self._editing and self._chosen < 0:
            self._tell()

    def on_expression_input_wants(self, message: ExpressionInput.Wants) -> None:
        """Do what a key asks for."""
        message.stop()
        match message.what:
            case "begin" | "leave":
                self._set_editing(editing=message.what == "begin")
            case "discard":
                self._discard()
            case "complete":
                self._complete(message.step)
            case "choose" if self._completions and self._chosen >= 0:
                self._choose(message.step)
            case "functions":
                self.post_message(self.FunctionsAsked())

    def stop_editing(self) -> None:
        """Take what is typed as the row's text."""
        self._text = self.text
        self._set_editing(editing=False)

    def _set_editing(self, *, editing: bool) -> None:
        if editing == self._editing:
            return
        self._editing = editing
        self._chosen = -1
        result = self.query_one(RowResultView)
        result.show(replace(result.model, editing=editing, chosen=-1))
        if editing:
            self._tell()

    def _discard(self) -> None:
        if self._chosen >= 0:
            self._chosen = -1
            self._show_choice()
            return
        entry = self.query_one(ExpressionInput)
        with entry.prevent(Input.Changed):
            entry.value = self._text
        self._set_editing(editing=False)
        self.post_message(self.Left())

    def _complete(self, step: int) -> None:
        if self._chosen >= 0:
            self._choose(step)
        elif len(self._completions) == 1:
            self._take(self._completions[0])
        elif self._completions:
            first = self._completions[0]
            common = _common_start([item.text for item in self._completions])
            if len(common) > first.end - first.start:
                self._replace(first.start, first.end, common)
            else:
                self._chosen = 0
                self._show_choice()

    def _choose(self, step: int) -> None:
        self._chosen = (self._chosen + step) % len(self._completions)
        self._show_choice()

    def _show_choice(self) -> None:
        result = self.query_one(RowResultView)
        result.show(replace(result.model, completions=self._completions, chosen=self._chosen))

    def _take(self, item: Completion) -> None:
        self._chosen = -1
        if item.kind is not CompletionKind.FUNCTION:
            self._replace(item.start, item.end, item.text)
            return
        called = self.text[item.end : item.end + 1] == "("
        name = item.text.removesuffix("(")
        self._replace(item.start, item.end, name if called else f"{name}()", cursor_back=0 if called else 1)

    def _replace(self, start: int, end: int, text: str, cursor_back: int = 0) -> None:
        entry = self.query_one(ExpressionInput)
        entry.replace(text, start, end)
        entry.cursor_position = start + len(text) - cursor_back

    def _tell(self) -> None:
        entry = self.query_one(ExpressionInput)
        self.post_message(self.Typed(self._field, str(entry.value), entry.cursor_position))

    @staticmethod
    def _placeholder(row: RowView | None) -> str:
        if row is None:
            return ""
        if row.row is None or (row.row.kind in _EDITABLE and not row.row.from_):
            return "enter writes an expression, m picks a field, c sets a constant"
        return {
            RowKind.QUESTION: "a question is open; m, enter or c answers it with a feed",
            RowKind.IGNORE: "left out on purpose; m or c feeds it after all",
            RowKind.CONSTANT: "a constant; c sets another one, m feeds it from a field",
            RowKind.BINDING: "a bound value of the environment",
            RowKind.NESTED: "lines of a record",
        }.get(row.row.kind, "")

    @staticmethod
    def _note(row: RowView | None) -> tuple[Piece, ...]:
        if row is None:
            return ()
        if row.row is None:
            return (("nothing feeds this field, and the destination requires it on create", WARN),)
        what = row.row
        owner = f"   {shown(what.owner)}" if what.owner else ""
        bound = row.result(0)
        value = shown(dumps(bound.value)) if bound is not None else ""
        bound_as = shown(what.binding or "")
        notes: dict[RowKind, tuple[Piece, ...]] = {
            RowKind.QUESTION: (("asks    ", MUTED), (shown(what.question or ""), QUESTION), (owner, MUTED)),
            RowKind.IGNORE: (("ignored ", MUTED), (shown(what.ignore or ""), TEXT)),
            RowKind.CONSTANT: (("gives   ", MUTED), (shown(dumps(what.constant)), LITERAL), ("   always", MUTED)),
            RowKind.BINDING: (("gives   ", MUTED), (value, LITERAL), ("   bound as ", MUTED), (bound_as, MUTED)),
        }
        return notes.get(what.kind, ())


def _common_start(words: Sequence[str]) -> str:
    shortest = min(words, key=len)
    same = (index for index, letter in enumerate(shortest) if any(word[index] != letter for word in words))
    return shortest[: next(same, len(shortest))]


def function_help(text: str, cursor: int) -> str:
    """Return the signature and summary of the function that the cursor stands in, empty outside of one."""
    depth = 0
    for index in range(min(cursor, len(text)) - 1, -1, -1):
        character = text[index]
        if character == ")":
            depth += 1
        elif character == "(" and depth:
            depth -= 1
        elif character == "(":
            name = text[:index].rstrip()
            start = len(name)
            while start and (name[start - 1].isalnum() or name[start - 1] == "_"):
                start -= 1
            doc = next((item for item in function_docs() if item.name == name[start:]), None)
            return f"{doc.signature}   {doc.summary}" if doc is not None else ""
    return ""
