"""The palette: every word can be read, nothing is said by colour alone, NO_COLOR wins."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from mapstudio.studio.glyphs import ASCII, UNICODE, choose_glyphs
from mapstudio.studio.text import width_of
from mapstudio.studio.theme import ANSI, DARK, LIGHT, PLAIN, Ground, Hue, Ink, Palette, choose_palette

WORDS: tuple[Hue, ...] = (
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
)
GROUNDS: tuple[Ground, ...] = ("bg", "raised", "echo", "selection")
STUDIO = Path(__file__).resolve().parents[2] / "mapstudio" / "studio"


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("hue", WORDS)
def test_every_word_can_be_read_on_every_ground(palette: Palette, ground: Ground, hue: Hue) -> None:
    assert contrast(palette.inks[hue], palette.grounds[ground]) >= 4.5


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
def test_bars_and_marks_can_be_seen(palette: Palette) -> None:
    assert contrast(palette.inks["on_production"], palette.grounds["production"]) >= 4.5
    assert contrast(palette.inks["on_accent"], palette.grounds["accent"]) >= 4.5
    assert contrast(palette.inks["faint"], palette.grounds["bg"]) >= 3


def test_without_colour_there_is_none_and_the_selection_is_reversed() -> None:
    for hue in DARK.inks:
        for ground in DARK.grounds:
            style = PLAIN.style(Ink(hue), ground)
            assert style.color is not None
            assert style.color.is_default
            assert style.bgcolor is not None
            assert style.bgcolor.is_default
            assert not style.dim
    assert PLAIN.style(Ink(), "selection").reverse
    assert PLAIN.style(Ink(), "production").reverse


def test_ansi_uses_the_sixteen_colours_only() -> None:
    for hue in DARK.inks:
        color = ANSI.style(Ink(hue)).color
        assert color is not None
        assert color.triplet is None


def test_no_color_wins_over_what_was_asked_for() -> None:
    assert choose_palette("light", {"NO_COLOR": "1"}) is PLAIN
    assert choose_palette("light", {"NO_COLOR": ""}) is LIGHT
    assert choose_palette(None, {}) is DARK
    assert choose_palette(None, {"COLORFGBG": "0;15"}) is LIGHT
    assert choose_palette(None, {"COLORFGBG": "15;0"}) is DARK


def test_marks_fit_their_columns() -> None:
    for item in dataclasses.fields(UNICODE):
        if item.name == "ascii":
            continue
        assert width_of(getattr(UNICODE, item.name)) == 1, item.name
        mark = getattr(ASCII, item.name)
        assert mark.isascii()
        assert len(mark) <= (4 if item.name == "null" else 2), item.name


def test_ascii_follows_the_locale() -> None:
    assert choose_glyphs(ascii_only=False, environment={"LANG": "C"}) is ASCII
    assert choose_glyphs(ascii_only=False, environment={"LC_ALL": "es_ES.UTF-8", "LANG": "C"}) is UNICODE
    assert choose_glyphs(ascii_only=False, environment={}) is UNICODE
    assert choose_glyphs(ascii_only=True, environment={"LANG": "en_US.UTF-8"}) is ASCII


def test_no_widget_names_a_colour() -> None:
    named = re.compile(r"#[0-9a-fA-F]{6}\b")
    sources = [path for path in STUDIO.rglob("*") if path.suffix in {".py", ".tcss"} and path.name != "theme.py"]
    assert not [path.name for path in sources if named.search(path.read_text(encoding="utf-8"))]
