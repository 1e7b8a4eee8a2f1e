"""What the keys of the map change: connect, constant, ignore, question, draft, remove, undo, save."""

from __future__ import annotations

from collections.abc import Callable

from mapstudio.expressions import function_docs
from mapstudio.model import Field, FieldType, JsonValue, MapstudioError
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.studio.screens.ask import AskScreen
from mapstudio.studio.screens.choice import ChoiceScreen
from mapstudio.studio.screens.map import layout
from mapstudio.studio.screens.map.work import MapWork
from mapstudio.studio.session.editor import FileChangedError
from mapstudio.studio.session.history import Step
from mapstudio.studio.session.paths import field_expression
from mapstudio.studio.session.tree import Node
from mapstudio.studio.text import plural, shown
from mapstudio.studio.widgets.destination_tree import DestinationTree
from mapstudio.studio.widgets.field_tree import FieldTreeView
from mapstudio.studio.widgets.pick_list import Choice
from mapstudio.studio.widgets.row_editor import RowEditor
from mapstudio.studio.widgets.source_tree import SourceTree

_BOOLEANS = (Choice("true", "true"), Choice("false", "false"))


class MapEdits(MapWork):
    """The edits."""

    def __init__(self) -> None:
        super().__init__()
        self._connecting: str = ""
        self._from_source = False
        self._select_next = ""
        self._resume = ("", "")

    def edited(self, step: Step | None, unchanged: str = "that is what it says already") -> None:
        """Follow a kept edit."""
        if step is None:
            self.tell(unchanged)
            return
        self.footer.show_command(step.command)
        self._select_next = step.field
        self.refresh_view()
        self.keep_safe()
        self.draw_header()

    def view_shown(self) -> None:
        """Put the cursor on the row that was just edited."""
        if self._select_next and (self.editor.editing or self.table.select_field(self._select_next)):
            self._select_next = ""
        field, text = self._resume
        if field and self.table.select_field(field):
            self._resume = ("", "")
            self.draw_selection()
            self.editor.begin(text)

    def attempt(self, change: Callable[[], Step | None]) -> bool:
        """Try an edit; what keeps it from being done is said."""
        try:
            step = change()
        except MapstudioError as error:
            self.complain(error)
            return False
        self.edited(step)
        return True

    def target_field(self) -> str:
        """Return the destination field that an edit is about: under the tree's cursor, or of the selected row."""
        tree = self.query_one(DestinationTree)
        if self.focused is tree:
            field = tree.node.field if tree.node is not None else None
            if field is not None and field.read_only:
                self.tell(f"{field.name} is read-only: the system sets it")
                return ""
            return field.name if field is not None else ""
        row = self.current
        return row.field if row is not None else ""

    def action_connect(self) -> None:
        """Pick the other side's field for the one under the cursor."""
        source = self.query_one(SourceTree)
        self._from_source = self.focused is source
        if self._from_source:
            name = source.node.field.name if source.node is not None and source.node.field is not None else ""
            other = layout.DESTINATION
        else:
            name, other = self.target_field(), layout.SOURCE
        if not name and not self._from_source and not self.session.view.rows:
            self.show_pane(layout.SOURCE)
            self.tell("put the cursor on a source field and press m")
            return
        if not name:
            self.tell("put the cursor on a field first")
            return
        self._connecting = name
        side = "destination" if self._from_source else "source"
        self._picking = f"pick the {side} field for {shown(name)}"
        self.show_pane(other)
        self.tell(f"{self._picking}: / finds, enter connects, esc stops")
        self.draw_titles()

    def stop_picking(self) -> bool:
        """Give up picking and return whether it was going on."""
        was, self._connecting, self._picking = self._connecting, "", ""
        if was:
            self.footer.show_command(self.footer.command)
            self.draw_titles()
        return bool(was)

    def on_field_tree_view_chosen(self, message: FieldTreeView.Chosen) -> None:
        """Connect what was picked, or go to the field's row."""
        message.stop()
        name = message.node.field.name if message.node.field is not None else ".".join(message.node.key)
        of_source = isinstance(message.tree, SourceTree)
        if self._connecting and of_source != self._from_source:
            source, target = (name, self._connecting) if of_source else (self._connecting, name)
            self.stop_picking()
            for tree in self.query(FieldTreeView):
                tree.show_all()
            self.show_pane(layout.MAP)
            self.attempt(lambda: self.session.editor.set_expression(target, field_expression(source)))
        else:
            self._go_to_row(message.node, of_source=of_source)

    def on_row_editor_kept(self, message: RowEditor.Kept) -> None:
        """Keep the typed expression."""
        message.stop()
        if not message.text.strip():
            self.tell("there is no expression; x removes the row")
            return
        editor = self.editor
        if self.attempt(lambda: self.session.editor.set_expression(message.field, message.text.strip())):
            editor.stop_editing()
            self.show_pane(layout.MAP)

    def on_row_editor_left(self, message: RowEditor.Left) -> None:
        """Back to the table."""
        message.stop()
        self.show_pane(layout.MAP)
        self.keep_safe()
        self._preview_row()

    def on_row_editor_functions_asked(self, message: RowEditor.FunctionsAsked) -> None:
        """Show all functions; the chosen one is written at the text cursor."""
        message.stop()
        choices = [
            Choice(doc.name, doc.signature, doc.summary, search=f"{doc.name} {doc.group}") for doc in function_docs()
        ]

        def insert(name: str | None) -> None:
            if name:
                self.editor.insert(f"{name}()", cursor_back=1)
            else:
                self.editor.begin()

        self.app.push_screen(ChoiceScreen("Functions", choices, prompt="name or what it does", label_width=38), insert)

    def action_constant(self) -> None:
        """Give the field one value for every record."""
        name = self.target_field()
        if not name:
            self.tell("put the cursor on a destination field first")
            return
        schema = self.session.view.inputs.destination
        field = schema.get(name) if schema is not None else None

        def keep(answer: str | None) -> None:
            if answer is not None:
                value = constant_of(field, answer)
                self.attempt(lambda: self.session.editor.set_constant(name, value))

        if field is not None and field.options and field.type is FieldType.OPTION:
            options = [Choice(item.value, item.value, item.label) for item in field.options]
            self.app.push_screen(ChoiceScreen(f"Constant for {name}", options), keep)
        elif field is not None and field.type is FieldType.BOOLEAN:
            self.app.push_screen(ChoiceScreen(f"Constant for {name}", _BOOLEANS), keep)
        else:
            row = self.session.view.by_field.get(name)
            old = row.row.constant if row is not None and row.row is not None else None
            text = "" if old is None else old if isinstance(old, str) else dumps(old)
            hint = f"the same on every record; a {field.type}" if field is not None else "the same on every record"
            self.app.push_screen(
                AskScreen(f"Constant for {name}", value=text, hint=hint, needed="write a value, or esc"), keep
            )

    def action_ignore(self) -> None:
        """Leave a field of either side out, with a reason."""
        source = self.query_one(SourceTree)
        if self.focused is source:
            node = source.node
            name = node.field.name if node is not None and node.field is not None else ""
            change: Callable[[str, str], Step | None] = self.session.editor.ignore_source
        else:
            name, change = self.target_field(), self.session.editor.set_ignored
        if not name:
            self.tell("put the cursor on a field first")
            return

        def keep(reason: str | None) -> None:
            if reason:
                self.attempt(lambda: change(name, reason))

        hint = "the reason is kept in the file, so that nobody asks twice"
        self.app.push_screen(AskScreen(f"Ignore {name}: why", hint=hint, needed="a reason is needed"), keep)

    def action_question(self) -> None:
        """Leave a field open with a question."""
        name = self.target_field()
        if not name:
            self.tell("put the cursor on a destination field first")
            return

        def keep(text: str | None) -> None:
            if text:
                self.attempt(lambda: self.session.editor.set_question(name, text))

        row = self.session.view.by_field.get(name)
        old = row.row.question or "" if row is not None and row.row is not None else ""
        hint = "nothing is sent for this field until it is answered"
        self.app.push_screen(
            AskScreen(f"Question about {name}", value=old, hint=hint, needed="write the question, or esc"), keep
        )

    def action_draft(self) -> None:
        """Make the row a draft, or take that back."""
        row = self.current
        if row is not None and row.row is not None:
            draft = not row.row.draft
            self.attempt(lambda: self.session.editor.set_draft(row.field, draft=draft))

    def action_remove(self) -> None:
        """Remove the row."""
        row = self.current
        if row is None or row.row is None:
            self.tell("the file has no row for this field")
            return
        if self.attempt(lambda: self.session.editor.remove(row.field)):
            self._select_next = ""

    def action_undo(self) -> None:
        """Take the last edit back."""
        self._travelled(self.session.editor.undo(), "undone", "there is nothing to undo")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._travelled(self.session.editor.redo(), "done again", "there is nothing to do again")

    def action_save(self) -> None:
        """Write the file; what apply runs is what stands there then."""
        if self.editor.dirty:
            text, field = self.editor.text, self.editor.field
            if not text.strip() or not self.attempt(lambda: self.session.editor.set_expression(field, text.strip())):
                return
            self.editor.stop_editing()
            self.show_pane(layout.MAP)
        self._save(overwrite=False)

    def _save(self, *, overwrite: bool) -> None:
        editor = self.session.editor
        unsaved = editor.history.unsaved
        try:
            written = editor.save(overwrite=overwrite)
        except FileChangedError as error:
            self._ask_about_change(error)
            return
        except MapstudioError as error:
            self.complain(error)
            return
        name = editor.path.name
        self.tell(f"saved {name}, {plural(unsaved, 'edit')}" if written else f"{name} is saved already")
        self.draw_header()

    def _ask_about_change(self, error: FileChangedError) -> None:
        choices = [
            Choice("overwrite", "write it over", "what the other one wrote is lost"),
            Choice("read", "read the file again", "your edits stay one undo away"),
        ]

        def decide(answer: str | None) -> None:
            if answer == "overwrite":
                self._save(overwrite=True)
            elif answer == "read":
                self.session.editor.read_again()
                self.refresh_view()
                self.draw_header()

        self.app.push_screen(ChoiceScreen(error.message, choices, prompt="esc keeps editing"), decide)

    def _travelled(self, step: Step | None, word: str, nothing: str) -> None:
        if step is None:
            self.tell(nothing)
            return
        self._select_next = step.field
        self.tell(f"{word}: {step.label}")
        self.refresh_view()
        self.keep_safe()
        self.draw_header()

    def _go_to_row(self, node: Node, *, of_source: bool) -> None:
        view = self.session.view
        if of_source:
            numbers = view.by_source.get(node.key, ())
            row = next((item for item in view.rows if item.number in numbers), None)
        else:
            row = view.by_target.get(node.key)
        if row is None:
            self.action_connect()
            return
        self.show_pane(layout.MAP)
        self.table.select_field(row.field)

    def show_pane(self, name: str) -> None:
        """Show a pane and put the focus into it."""
        raise NotImplementedError


def constant_of(field: Field | None, text: str) -> JsonValue:
    """Return what was typed as the field's type means it: a text stays one, everything else is JSON where it can."""
    if field is not None and field.type in {FieldType.TEXT, FieldType.OPTION, FieldType.DATE, FieldType.DATETIME}:
        return text
    try:
        value = loads(text)
    except JsonError:
        return text
    return text if value is None else value
