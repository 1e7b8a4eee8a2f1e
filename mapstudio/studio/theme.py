"""The palette: every colour of the studio by what it means. A widget names a token, never a colour.

Two cool hues carry the product (source, destination); warm ones mean that someone must act. Nothing is said by colour
alone, so that the palette without colours (``NO_COLOR``) loses nothing but ease.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from rich.style import Style
from textual.theme import Theme

Hue: TypeAlias = Literal[
    "line",
    "faint",
    "text",
    "strong",
    "muted",
    "source",
    "dest",
    "ok",
    "warn",
    "error",
    "suggest",
    "question",
    "literal",
    "accent",
    "on_accent",
    "on_production",
    "production",
]
Ground: TypeAlias = Literal["bg", "raised", "selection", "echo", "production", "accent", "tag"]
ThemeName: TypeAlias = Literal["dark", "light", "ansi"]


class Ink(NamedTuple):
    """How a piece of text is written: what it means, and its weight."""

    hue: Hue = "text"
    bold: bool = False
    italic: bool = False
    underline: bool = False


@dataclass(frozen=True)
class Palette:
    """One theme.

    Attributes:
        name: ``dark``, ``light``, ``ansi`` or ``plain`` (no colour at all).
        dark: Whether the ground is dark.
        inks: Colour by hue.
        grounds: Background by ground.
        reversed: Grounds that are drawn by reversing, because the palette has no colour for them.
        heavy: Grounds that make their text bold, for the same reason.
    """

    name: str
    dark: bool
    inks: Mapping[Hue, str]
    grounds: Mapping[Ground, str]
    reversed: frozenset[Ground] = frozenset()
    heavy: frozenset[Ground] = frozenset()
    _styles: dict[tuple[Ink, Ground], Style] = field(default_factory=dict, repr=False, compare=False)

    @property
    def native(self) -> bool:
        """Whether the terminal's own colours are used."""
        return self.name in {"ansi", "plain"}

    @property
    def colored(self) -> bool:
        """Whether there is any colour."""
        return self.name != "plain"

    def style(self, ink: Ink, ground: Ground = "bg") -> Style:
        """Return the style of a piece of text on a ground."""
        key = (ink, ground)
        if key not in self._styles:
            self._styles[key] = self._make(ink, ground)
        return self._styles[key]

    def _make(self, ink: Ink, ground: Ground) -> Style:
        bold = ink.bold or ground in self.heavy or (self.native and ink.hue in {"strong", "error"})
        # A reversed bar keeps one colour: text of several colours on it would be several bars.
        is_reversed = ground in self.reversed
        return Style(
            color=self.grounds[ground] if is_reversed else self.inks[ink.hue],
            bgcolor="default" if is_reversed else self.grounds[ground],
            bold=bold,
            italic=ink.italic,
            underline=ink.underline,
            reverse=is_reversed,
        )

    def theme(self) -> Theme:
        """Return the palette as Textual's theme; style sheets read ``$bg``, ``$raised``, ``$text-ink`` and so on."""
        variables = {f"{name}-ink": _css(color) for name, color in self.inks.items()}
        variables |= {name: _css(color) for name, color in self.grounds.items()}
        variables |= {"scrollbar": _css(self.inks["line"]), "scrollbar-background": _css(self.grounds["bg"])}
        for state in ("hover", "active"):
            variables[f"scrollbar-{state}"] = _css(self.inks["accent"])
            variables[f"scrollbar-background-{state}"] = _css(self.grounds["bg"])
        # Textual's own style sheets ask for these.
        variables |= {"ansi-background": _css(self.grounds["bg"]), "ansi-foreground": _css(self.inks["text"])}
        return Theme(
            name=f"mapstudio-{self.name}",
            primary=_css(self.inks["accent"]),
            secondary=_css(self.inks["source"]),
            warning=_css(self.inks["warn"]),
            error=_css(self.inks["error"]),
            success=_css(self.inks["ok"]),
            accent=_css(self.inks["accent"]),
            boost=_css(self.grounds["bg"]),
            foreground=_css(self.inks["text"]),
            background=_css(self.grounds["bg"]),
            surface=_css(self.grounds["raised"]),
            panel=_css(self.grounds["raised"]),
            dark=self.dark,
            ansi=self.native,
            variables=variables,
        )


def _css(color: str) -> str:
    return color if color.startswith("#") else f"ansi_{color}"


DARK = Palette(
    name="dark",
    dark=True,
    inks={
        "line": "#34404f",
        "faint": "#647185",
        "text": "#ced6e2",
        "strong": "#f5f8fc",
        "muted": "#94a0b2",
        "source": "#5cc8c0",
        "dest": "#b9a5f8",
        "ok": "#82bd84",
        "warn": "#e8b75a",
        "error": "#ff8184",
        "suggest": "#7db6fa",
        "question": "#f0a2cb",
        "literal": "#c9cf9a",
        "accent": "#9fc6ff",
        "on_accent": "#10151d",
        "on_production": "#ffffff",
        "production": "#c9353b",
    },
    grounds={
        "bg": "#10151d",
        "raised": "#19202b",
        "selection": "#22344d",
        "echo": "#1b2532",
        "production": "#c9353b",
        "accent": "#9fc6ff",
        "tag": "#ffffff",
    },
)
LIGHT = Palette(
    name="light",
    dark=False,
    inks={
        "line": "#c4c0b6",
        "faint": "#85878c",
        "text": "#2b3038",
        "strong": "#000000",
        "muted": "#5b616d",
        "source": "#00706a",
        "dest": "#6a3cc4",
        "ok": "#2d6e33",
        "warn": "#865600",
        "error": "#b3202c",
        "suggest": "#1557b0",
        "question": "#a02468",
        "literal": "#6b6212",
        "accent": "#1557b0",
        "on_accent": "#fbfaf7",
        "on_production": "#ffffff",
        "production": "#b3202c",
    },
    grounds={
        "bg": "#fbfaf7",
        "raised": "#efede7",
        "selection": "#d5e4fa",
        "echo": "#e9eef5",
        "production": "#b3202c",
        "accent": "#1557b0",
        "tag": "#ffffff",
    },
)
_REVERSED: frozenset[Ground] = frozenset({"selection", "production", "accent"})
_PLAIN_INKS: dict[Hue, str] = dict.fromkeys(DARK.inks, "default")
_PLAIN_GROUNDS: dict[Ground, str] = dict.fromkeys(DARK.grounds, "default")
ANSI = Palette(
    name="ansi",
    dark=True,
    inks=_PLAIN_INKS
    | {
        "line": "bright_black",
        "faint": "bright_black",
        "source": "cyan",
        "dest": "magenta",
        "ok": "green",
        "warn": "yellow",
        "error": "red",
        "suggest": "bright_blue",
        "question": "bright_magenta",
        "accent": "bright_blue",
        "production": "red",
    },
    grounds=_PLAIN_GROUNDS | {"production": "red", "accent": "bright_blue"},
    reversed=_REVERSED,
    heavy=frozenset({"echo", "production", "accent", "tag"}),
)
PLAIN = Palette(
    name="plain",
    dark=True,
    inks=_PLAIN_INKS,
    grounds=_PLAIN_GROUNDS,
    reversed=_REVERSED,
    heavy=frozenset({"echo", "production", "accent", "tag"}),
)
_BY_NAME: Mapping[str, Palette] = {"dark": DARK, "light": LIGHT, "ansi": ANSI}
_LIGHT_GROUNDS = frozenset({"7", "15"})


def choose_palette(theme: ThemeName | None, environment: Mapping[str, str]) -> Palette:
    """Return the palette: ``NO_COLOR`` wins over all, then what was asked for, then what the terminal tells.

    Args:
        theme: What the command line asked for.
        environment: The process's variables; ``COLORFGBG`` (``15;0``: foreground, background) tells the ground.
    """
    if environment.get("NO_COLOR"):
        return PLAIN
    if theme is not None:
        return _BY_NAME[theme]
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if ground in _LIGHT_GROUNDS else DARK
