"""The base of everything that is drawn by line: access to the studio's palette, glyphs and value format."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.strip import Strip
from textual.widget import Widget

from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import Piece, Row
from mapstudio.studio.theme import Ground, Palette
from mapstudio.studio.values import ValueFormat

if TYPE_CHECKING:
    from mapstudio.studio.app import MapstudioApp


class Drawn(Widget):
    """A widget whose lines are made of :class:`~mapstudio.studio.paint.Row`.

    As a pane of a :class:`~mapstudio.studio.widgets.frame.Frame` it has a title and one fact on its rule.
    """

    pane_title: tuple[Piece, ...] = ()
    pane_fact: tuple[Piece, ...] = ()
    pane_guarded: bool = False
    """Whether it can write to production: a double rule."""

    @property
    def typing(self) -> bool:
        """Whether a letter would be typed now, so that keys that are letters do nothing else."""
        return False

    @property
    def studio(self) -> MapstudioApp:
        """The application."""
        return cast("MapstudioApp", self.app)

    @property
    def palette(self) -> Palette:
        """The theme's inks and grounds."""
        return self.studio.palette

    @property
    def glyphs(self) -> Glyphs:
        """The marks."""
        return self.studio.glyphs

    @property
    def values(self) -> ValueFormat:
        """How values are written."""
        return self.studio.value_format

    def row(self, width: int | None = None, ground: Ground = "bg") -> Row:
        """Return an empty line of the widget's width."""
        return Row(self.size.width if width is None else width, ground, self.glyphs.ellipsis)

    def blank(self) -> Strip:
        """Return a line with nothing on it."""
        return self.row().strip(self.palette)

    def set_pane(
        self,
        *,
        title: tuple[Piece, ...] | None = None,
        fact: tuple[Piece, ...] | None = None,
        guarded: bool | None = None,
    ) -> None:
        """Change what stands on the pane's rule; what is ``None`` stays."""
        before = (self.pane_title, self.pane_fact, self.pane_guarded)
        self.pane_title = self.pane_title if title is None else title
        self.pane_fact = self.pane_fact if fact is None else fact
        self.pane_guarded = self.pane_guarded if guarded is None else guarded
        if self.is_attached and before != (self.pane_title, self.pane_fact, self.pane_guarded):
            from mapstudio.studio.widgets.frame import Frame  # noqa: PLC0415 - a frame is made of drawn widgets

            for ancestor in self.ancestors:
                if isinstance(ancestor, Frame):
                    ancestor.refresh_lines()
                    break
