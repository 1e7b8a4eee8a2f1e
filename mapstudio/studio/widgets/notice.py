"""A pane that is empty or whose system does not answer: what happened, why, and at most four keys."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from textual.strip import Strip

from mapstudio.studio.paint import ACCENT, LINE, MUTED, STRONG, TEXT, Piece, Pieces
from mapstudio.studio.widgets.drawn import Drawn

_MARGIN = 7


@dataclass(frozen=True, slots=True)
class NoticeKey:
    """A key, what it does and what that costs."""

    key: str
    does: str
    costs: str = ""


@dataclass(frozen=True, slots=True)
class NoticeModel:
    """What the notice says.

    Attributes:
        what: What happened, one sentence; bold.
        mark: Stands before it.
        why: The facts, in plain sentences.
        command: A shell command that may help.
        keys: What can be done.
        works_title: The heading of ``works``.
        works: What still works and what does not, each with its mark.
        last: A muted sentence at the end.
    """

    what: str
    mark: Piece | None = None
    why: tuple[tuple[Piece, ...], ...] = ()
    command: str = ""
    keys: tuple[NoticeKey, ...] = ()
    works_title: str = ""
    works: tuple[tuple[Piece, ...], ...] = ()
    last: tuple[Piece, ...] = ()


class Notice(Drawn, can_focus=True):
    """The notice."""

    DEFAULT_CSS = """
    Notice { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, id: str = "notice") -> None:  # noqa: A002
        super().__init__(id=id)
        self._model: NoticeModel | None = None

    def show(self, model: NoticeModel | None) -> None:
        """Say this; nothing with ``None``."""
        if model != self._model:
            self._model = model
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        lines = self._lines()
        works = self._model is not None and bool(self._model.works)
        # A little above the middle, where the eye rests.
        top = 1 if works else max((self.size.height - len(lines)) // 3, 1)
        row = self.row()
        index = y - top
        if 0 <= index < len(lines):
            for column, pieces in lines[index]:
                row.put(column, pieces)
        return row.strip(self.palette)

    def _lines(self) -> list[list[tuple[int, Pieces]]]:
        model = self._model
        if model is None:
            return []
        margin = 4 if model.mark is not None else _MARGIN
        lines: list[list[tuple[int, Pieces]]] = []
        head: list[tuple[int, Pieces]] = [(margin, [(model.what, STRONG)])]
        lines.append([(2, [model.mark]), *head] if model.mark is not None else head)
        lines += [[(margin, pieces)] for pieces in model.why]
        if model.command:
            lines += [[], [(margin, [("$ ", MUTED), (model.command, TEXT)])]]
        gap = 1 if model.works else 2
        lines += [[] for _ in range(gap)]
        width = max((len(key.does) for key in model.keys), default=0)
        for key in model.keys:
            at = margin + 4
            key_ink = ACCENT._replace(bold=True)
            line: list[tuple[int, Pieces]] = [(margin, [(key.key, key_ink)]), (at, [(key.does, TEXT)])]
            lines.append([*line, (at + width + 2, [(key.costs, MUTED)])])
            if not model.works:
                lines.append([])
        if model.works:
            roomy = len(lines) + len(model.works) + 7 <= self.size.height
            lines += [[], []] if roomy else [[]]
            lines.append([(1, self._heading(model.works_title))])
            lines += [[]] if roomy else []
            lines += [[(2, pieces)] for pieces in model.works]
        if model.last:
            lines += [[], [(2 if model.works else margin, model.last)]]
        return lines

    def _heading(self, title: str) -> list[Piece]:
        rule = "-" if self.glyphs.ascii else "─"
        room = max(self.size.width - len(title) - 6, 0)
        return [(rule, LINE), (f" {title} ", STRONG._replace(hue="text")), (rule * room, LINE)]


def wrapped(text: str, width: int) -> tuple[tuple[Piece, ...], ...]:
    """Return a sentence as plain lines."""
    return tuple(((line, TEXT),) for line in wrap(text, max(width, 20)))
