"""The editor of one mapping without a screen: document, edits, undo, saving, autosave and recovery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mapstudio.mapping.document import Document
from mapstudio.mapping.reading import LoadedMapping, parse_mapping, read_mapping
from mapstudio.mapping.row_edit import RowEdit
from mapstudio.mapping.saving import save_document
from mapstudio.model import JsonValue, PreconditionError, UsageError
from mapstudio.studio.session import shell
from mapstudio.studio.session.autosave import Autosave, Saved, digest_of
from mapstudio.studio.session.history import History, Step


class FileChangedError(PreconditionError):
    """Someone else has written the file since it was opened."""


class Editor:
    """One mapping file being edited.

    Args:
        path: The file.
        state: The project's state folder, for the autosave.

    Raises:
        UsageError: The file cannot be read.
    """

    def __init__(self, path: Path, state: Path) -> None:
        self.path = path
        self._autosave = Autosave(state, path)
        self._open(read_mapping(path))
        self.recovered: Saved | None = None
        self.autosaved: datetime | None = None
        self.typing: tuple[str, str] = ("", "")
        """The field whose expression is being typed, and what; kept with the edits."""

    @property
    def loaded(self) -> LoadedMapping:
        """The document as it is now, with what it says and what is wrong with it."""
        return self._loaded

    @property
    def name(self) -> str:
        """The mapping's name, the file's own when it says none."""
        return self._loaded.mapping.name if self._loaded.mapping is not None else self.path.stem

    @property
    def history(self) -> History:
        """Undo and redo."""
        return self._history

    @property
    def read_only(self) -> str:
        """Why the file cannot be edited here; empty when it can."""
        return self._loaded.document.locked

    def set_expression(self, field: str, text: str) -> Step | None:
        """Feed a row by an expression; a draft of one stays a draft."""
        return self._row(field, RowEdit(expression=text), "expr", text, f"edit {field}")

    def set_constant(self, field: str, value: JsonValue) -> Step | None:
        """Give a row one value for every record."""
        return self._row(field, RowEdit(constant=value), "constant", value, f"constant {field}")

    def set_question(self, field: str, text: str) -> Step | None:
        """Leave a row open with a question."""
        return self._row(field, RowEdit(question=text), "question", text, f"question {field}")

    def set_ignored(self, field: str, reason: str) -> Step | None:
        """Leave a destination field out on purpose."""
        return self._row(field, RowEdit(ignore=reason), "ignore", reason, f"ignore {field}")

    def set_draft(self, field: str, *, draft: bool) -> Step | None:
        """Make a row a draft, or take that back."""
        command = shell.map_flag(self.name, field, "draft" if draft else "no-draft")
        label = f"draft {field}" if draft else f"no draft {field}"
        return self._edit(lambda document: document.set_row(field, RowEdit(draft=draft)), label, command, field)

    def remove(self, field: str) -> Step | None:
        """Remove a row."""
        command = shell.map_remove(self.name, field)
        return self._edit(lambda document: document.remove_row(field), f"remove {field}", command, field)

    def ignore_source(self, field: str, reason: str) -> Step | None:
        """Say why a source field is left out."""
        command = shell.map_ignore(self.name, field, reason)
        return self._edit(lambda document: document.set_ignored(field, reason), f"ignore {field}", command, "")

    def undo(self) -> Step | None:
        """Take the last edit back and return it."""
        undone = self._history.undo()
        self._reload()
        return undone

    def redo(self) -> Step | None:
        """Do again what was taken back and return it."""
        done = self._history.redo()
        self._reload()
        return done

    def save(self, *, overwrite: bool = False) -> bool:
        """Write the file whole; what apply runs is what stands there then.

        Args:
            overwrite: Also when someone else has changed the file meanwhile.

        Returns:
            Whether anything was written.

        Raises:
            FileChangedError: The file is not the one that was opened; nothing was written.
            UsageError: It cannot be written.
        """
        if not overwrite and self.changed_on_disk():
            raise FileChangedError(f"{self.path.name} was changed by someone else since it was opened.")
        written = save_document(self._loaded.document, self.path)
        self._base = digest_of(self._loaded.document.data)
        self._history.mark_saved()
        self._autosave.clear()
        self.autosaved = None
        return written

    def changed_on_disk(self) -> bool:
        """Return whether the file is another one than was opened or last saved."""
        try:
            return digest_of(self.path.read_bytes()) != self._base
        except OSError:
            return True

    def read_again(self) -> None:
        """Take the file as it is on the disk now; what it was here stays one undo away.

        Raises:
            UsageError: It cannot be read.
        """
        loaded = read_mapping(self.path)
        self._base = digest_of(loaded.document.data)
        self._history.push(Step(loaded.document.text, "read the file again"))
        self._history.mark_saved()
        self._reload()
        self._autosave.clear()

    def keep(self) -> None:
        """Write the autosave, or remove it when there is nothing to keep.

        Raises:
            OSError: It cannot be written.
        """
        field, text = self.typing
        if self._history.unsaved or field:
            steps = self._history.since_saved() if self._history.unsaved else []
            self.autosaved = self._autosave.write(self._base, steps, typed_field=field, typed=text)
        else:
            self._autosave.clear()
            self.autosaved = None

    def recover(self) -> Saved | None:
        """Take up what an earlier studio left unsaved and return it; ``None`` when there is nothing.

        Edits of a file that has changed since are taken up as well: saving asks then, as it always does.
        """
        saved = self._autosave.read()
        if saved is None:
            return None
        before = self._history.current.text
        self._history.replay([step for step in saved.steps if step.text != before])
        if saved.base != self._base:
            self._base = saved.base
        self._reload()
        self.autosaved = saved.when
        self.recovered = saved if self._history.unsaved or saved.typed_field else None
        return self.recovered

    def _row(self, field: str, edit: RowEdit, option: str, value: JsonValue, label: str) -> Step | None:
        command = shell.map_set(self.name, field, option, value)
        return self._edit(lambda document: document.set_row(field, edit), label, command, field)

    def _edit(self, change: Callable[[Document], None], label: str, command: str, field: str) -> Step | None:
        """Apply an edit and return its step; ``None`` when it changes nothing.

        Raises:
            UsageError: It cannot be done; nothing has changed.
        """
        if self.read_only:
            raise UsageError(f"{self.path.name} is read-only here: {self.read_only}.")
        document = Document(self._history.current.text, self._loaded.document.file)
        change(document)
        step = Step(document.text, label, command, field)
        if not self._history.push(step):
            return None
        self._reload()
        return step

    def _open(self, loaded: LoadedMapping) -> None:
        self._loaded = loaded
        self._history = History(loaded.document.text)
        self._base = digest_of(loaded.document.data)

    def _reload(self) -> None:
        text = self._history.current.text
        if text != self._loaded.document.text:
            self._loaded = parse_mapping(text, self._loaded.document.file)
