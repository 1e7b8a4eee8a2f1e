"""The map at its three sizes, in every theme, on fixed data: the text of the screen, cell by cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.studio.scene import Scene, check_golden, running

SIZES = ((160, 48), (120, 36), (100, 30), (80, 24))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_map_looks_as_it_was_approved(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(Scene(tmp_path).app(), size) as driver:
        await driver.row("phone")
        check_golden(f"map-{size[0]}x{size[1]}", without_times(driver.text()))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_editing_looks_as_it_was_approved(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(Scene(tmp_path).app(), size) as driver:
        await driver.row("phone")
        await driver.press("enter", "backspace")
        await driver.write(" || 'ES')")
        check_golden(f"edit-{size[0]}x{size[1]}", without_times(driver.text()))


async def test_ascii_without_colour_looks_as_it_was_approved(tmp_path: Path) -> None:
    app = Scene(tmp_path).app(ascii_only=True, variables={"NO_COLOR": "1"})
    async with running(app, (80, 24)) as driver:
        await driver.row("phone")
        text = driver.text()
        assert text.isascii()
        check_golden("map-80x24-no-color-ascii", text)


def without_times(text: str) -> str:
    """Return a screen without what is another one each time."""
    # The footer's note says when the sample was read.
    return re.sub(r" +sample \d\d:\d\d   schema \w+( +y copies)?| +sample \d\d:\d\d.*", "", text)
