"""The pane in the middle: the table with its problems, or a notice in its place."""

from __future__ import annotations

from textual.app import ComposeResult

from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.mapping_table import MappingTable
from mapstudio.studio.widgets.notice import Notice, NoticeModel
from mapstudio.studio.widgets.problem_list import ProblemList


class MiddlePane(Drawn):
    """The pane."""

    DEFAULT_CSS = """
    MiddlePane { layout: vertical; background: $bg; overflow: hidden; }
    MiddlePane MappingTable { height: 1fr; }
    MiddlePane Notice { display: none; }
    MiddlePane.-notice Notice { display: block; }
    MiddlePane.-notice MappingTable { display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="map")
        self._problems = 0

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield MappingTable()
        yield ProblemList()
        yield Notice()

    def show_notice(self, model: NoticeModel | None) -> None:
        """Put a notice in the table's place, or the table back."""
        had = self.has_class("-notice")
        self.query_one(Notice).show(model)
        self.set_class(model is not None, "-notice")
        self.give_lines(self._problems)
        if had == (model is not None):
            return
        going, coming = (MappingTable, Notice) if model is not None else (Notice, MappingTable)
        if self.query_one(going).has_focus or self.screen.focused is None:
            self.query_one(coming).focus()

    def give_lines(self, problems: int) -> None:
        """Give the list of problems so many lines."""
        self._problems = problems
        listed = self.query_one(ProblemList)
        listed.styles.height = problems
        listed.display = problems > 0 and not self.has_class("-notice")

    @property
    def noticing(self) -> bool:
        """Whether a notice stands in the table's place."""
        return self.has_class("-notice")
