"""Draws a screen of the studio as SVG and PNG: the very cells that a terminal would get, lines without gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from rich.cells import cell_len
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.strip import Strip

CELL, LINE = 9.0, 18.0
FONTS = "'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
DRAWN_WITH = "'DejaVu Sans Mono'"
"""The one font of the PNGs: what draws them knows no list of fonts."""
_FONT = 14.9
_MARGIN = 8.0
_BAR = 30.0
_BASELINE = 13.6
# up, right, down, left: 1 light, 2 heavy, 3 double
_BOX = {
    "─": (0, 1, 0, 1),
    "━": (0, 2, 0, 2),
    "│": (1, 0, 1, 0),
    "╼": (0, 2, 0, 1),
    "╾": (0, 1, 0, 2),
    "┬": (0, 1, 1, 1),
    "┮": (0, 2, 1, 1),
    "┭": (0, 1, 1, 2),
    "┯": (0, 2, 1, 2),
    "┰": (0, 1, 2, 1),
    "┲": (0, 2, 2, 1),
    "┱": (0, 1, 2, 2),
    "┳": (0, 2, 2, 2),
    "┴": (1, 1, 0, 1),
    "┶": (1, 2, 0, 1),
    "┵": (1, 1, 0, 2),
    "┷": (1, 2, 0, 2),
    "┼": (1, 1, 1, 1),
    "┾": (1, 2, 1, 1),
    "┽": (1, 1, 1, 2),
    "┿": (1, 2, 1, 2),
    "╁": (1, 1, 2, 1),
    "╆": (1, 2, 2, 1),
    "╅": (1, 1, 2, 2),
    "╈": (1, 2, 2, 2),
    "═": (0, 3, 0, 3),
    "╤": (0, 3, 1, 3),
    "╧": (1, 3, 0, 3),
    "╪": (1, 3, 1, 3),
}
_WEIGHT = {1: 1.2, 2: 2.8}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the terminal itself is like.

    Attributes:
        text: Its own text colour.
        background: Its own background.
        frame: The window's line.
        title: The window's title.
    """

    text: str
    background: str
    frame: str
    title: str


DARK = Ground("#ced6e2", "#10151d", "#34404f", "#94a0b2")
LIGHT = Ground("#2b3038", "#fbfaf7", "#c4c0b6", "#5b616d")
PLAIN = Ground("#d8d8d8", "#0c0c0c", "#555555", "#9a9a9a")


def screen_strips(app: App[None]) -> list[Strip]:
    """Return the lines of the screen as a terminal shows them, screens below a transparent one included."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)  # noqa: S101 - asked for in full
    return [Strip.join(line) for line in update.strips]


def screen_text(strips: Sequence[Strip]) -> str:
    """Return the screen's text, one line for each line, without blanks at the ends."""
    return "\n".join(strip.text.rstrip() for strip in strips)


def draw(strips: Sequence[Strip], ground: Ground, *, title: str, fonts: str = FONTS) -> str:
    """Return the screen as SVG; its text stands in ``desc`` as well, for readers and for comparing."""
    columns = max((strip.cell_length for strip in strips), default=80)
    width = columns * CELL + 2 * _MARGIN
    height = len(strips) * LINE + _BAR + _MARGIN
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" font-family="{fonts}" font-size="{_FONT:g}">'
        ),
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(screen_text(strips))}</desc>",
        (
            f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="9" fill="{ground.background}" '
            f'stroke="{ground.frame}"/>'
        ),
        *(f'<circle cx="{18 + 15 * i}" cy="15" r="4.5" fill="{ground.frame}"/>' for i in range(3)),
        (
            f'<text x="{width / 2:g}" y="19.5" text-anchor="middle" font-family="\'DejaVu Sans\', sans-serif" '
            f'font-weight="bold" font-size="12.5" fill="{ground.title}">mapstudio</text>'
        ),
    ]
    for number, strip in enumerate(strips):
        parts.extend(_line(strip, _BAR + number * LINE, ground))
    return "\n".join([*parts, "</svg>", ""])


def _line(strip: Strip, y: float, ground: Ground) -> Iterable[str]:
    x = _MARGIN
    runs = [(text, style or Style(), cell_len(text) * CELL) for text, style, _ in strip]
    for paper, same in groupby(runs, key=lambda run: _colors(run[1], ground)[1]):
        width = sum(run[2] for run in same)
        if paper != ground.background:
            yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{LINE + 0.3:g}" fill="{paper}"/>'
        x += width
    x = _MARGIN
    for text, style, width in runs:
        yield from _text(text, style, x, y, _colors(style, ground)[0])
        x += width


def _text(text: str, style: Style, x: float, y: float, ink: str) -> Iterable[str]:
    plain: list[str] = []
    places: list[str] = []
    for character in text:
        cells = cell_len(character)
        if character in _BOX:
            yield _box(_BOX[character], x, y, ink)
        elif character == "╌":
            yield f'<path d="M{x + 1:g} {y + LINE / 2:g}h2.6m2 0h2.6" stroke="{ink}" stroke-width="1.2"/>'
        elif character == "┃":
            yield f'<rect x="{x + CELL / 2 - 1.2:g}" y="{y:g}" width="2.4" height="{LINE:g}" fill="{ink}"/>'
        elif character == "▎":
            yield f'<rect x="{x:g}" y="{y:g}" width="2.6" height="{LINE:g}" fill="{ink}"/>'
        elif cells == 0 and plain:
            plain[-1] += character
        elif character != " ":
            plain.append(character)
            places.append(f"{x:g}")
        x += cells * CELL
    if not plain:
        return
    look = "".join(
        (
            ' font-weight="bold"' if style.bold else "",
            ' font-style="italic"' if style.italic else "",
            ' text-decoration="underline"' if style.underline else "",
        )
    )
    content = escape("".join(plain), quote=False)
    yield f'<text x="{" ".join(places)}" y="{y + _BASELINE:g}" fill="{ink}"{look}>{content}</text>'


def _box(arms: tuple[int, int, int, int], x: float, y: float, ink: str) -> str:
    middle, centre = x + CELL / 2, y + LINE / 2
    ends = ((middle, y), (x + CELL, centre), (middle, y + LINE), (x, centre))
    lines: list[str] = []
    for weight, (to_x, to_y) in zip(arms, ends, strict=True):
        offsets = (-1.6, 1.6) if weight == 3 else (0.0,)
        for offset in offsets if weight else ():
            shift_x, shift_y = (offset, 0.0) if to_x == middle else (0.0, offset)
            # A little over the middle, so that arms of different weight meet without a notch.
            lines.append(
                f'<path d="M{middle + shift_x:g} {centre + shift_y:g}L{to_x + shift_x:g} {to_y + shift_y:g}" '
                f'stroke="{ink}" stroke-width="{_WEIGHT.get(weight, 1.2):g}" '
                f'stroke-linecap="{"square" if weight < 3 else "butt"}"/>'
            )
    return "".join(lines)


def _colors(style: Style, ground: Ground) -> tuple[str, str]:
    ink = _color(style.color.name if style.color is not None else "default", ground.text)
    paper = _color(style.bgcolor.name if style.bgcolor is not None else "default", ground.background)
    return (paper, ink) if style.reverse else (ink, paper)


def _color(name: str, default: str) -> str:
    if name.startswith("#"):
        return name
    return _ANSI.get(name, default)


_ANSI = {
    "bright_black": "#7f8694",
    "cyan": "#4fb8b0",
    "magenta": "#b58bf0",
    "green": "#6db36a",
    "yellow": "#d9a441",
    "red": "#f06a6f",
    "bright_blue": "#7db6fa",
    "bright_magenta": "#f0a2cb",
}
