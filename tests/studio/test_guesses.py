"""Fields that only records tell of stand in the trees with a question mark, and the footer says what it means."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mapstudio.model import Field, FieldType
from mapstudio.studio.widgets.destination_tree import DestinationTree
from mapstudio.studio.widgets.source_tree import SourceTree
from tests.studio.scene import GUEST_FIELDS, MAPPING, Scene, check_golden, running
from tests.studio.test_goldens import without_times

GUESSED = (
    Field("loyaltyTier", "loyaltyTier", FieldType.TEXT, read_only=True, guessed_from=100),
    Field("loyaltySince", "loyaltySince", FieldType.DATETIME, read_only=True, guessed_from=100),
    Field("nights", "nights", FieldType.BOOLEAN, read_only=True, guessed_from=1),
)
SIZES = ((160, 48), (120, 36), (80, 24))


def scene(root: Path, text: str = "") -> Scene:
    """The hotel of the pictures, after its API has grown."""
    made = Scene(root, text=text) if text else Scene(root)
    made.hotel.objects["guests"].fields = (*GUEST_FIELDS, *GUESSED)
    for number, record in enumerate(made.hotel.objects["guests"].records.values()):
        record |= {"loyaltyTier": "gold" if number % 2 else None, "loyaltySince": None, "nights": True}
    return made


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_guesses_look_as_they_were_approved(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(scene(tmp_path).app(), size) as driver:
        driver.screen.show_pane("source")
        await driver.press("slash", "question_mark", "enter")
        check_golden(f"guesses-{size[0]}x{size[1]}", without_times(driver.text()))


async def test_the_footer_says_what_the_mark_means_while_the_cursor_is_on_it(tmp_path: Path) -> None:
    async with running(scene(tmp_path).app()) as driver:
        driver.screen.show_pane("source")
        await driver.press("slash", "question_mark", "enter", "end")
        assert "bool? guessed from 1 record " in driver.text()
        await driver.press("escape", "home", "down")
        assert "guessed" not in driver.text()
        assert driver.screen.query_one(SourceTree).find_field(("nights",))
        await driver.settle()
        assert "bool? guessed" in driver.text()
        # The note is about the pane with the focus.
        driver.screen.table.focus()
        await driver.settle()
        assert "guessed" not in driver.text()


async def test_what_rests_on_a_guess_does_not_block(tmp_path: Path) -> None:
    row = "total_stays_value: sum(reservations[].grandTotal)"
    for field, blocks in (("nights", False), ("status == 'confirmed'", True)):
        made = scene(tmp_path / field[:6], MAPPING.replace(row, f"total_stays_value: {field}"))
        for record in made.hotel.objects["guests"].records.values():
            record["nights"] = 3
        async with running(made.app(), (160, 48)) as driver:
            assert ("1 blocks" in driver.line("Connections")) is blocks
            await driver.row("total_stays_value")
            told = " ".join(re.findall(r"types +(.+?) +│[^\n]*\n[^│]*│ +(\w*)", driver.text())[0])
            assert told.endswith("a boolean is no number, as guessed from samples") is not blocks


async def test_a_word_that_no_record_showed_below_a_guess_is_no_broken_expression(tmp_path: Path) -> None:
    async with running(scene(tmp_path).app(), (160, 48)) as driver:
        await driver.row("lastname")
        await driver.press("enter", "ctrl+u")
        await driver.write("loyaltyTier.name")
        assert "is no field" not in driver.line("Row 3")
        assert "null" in driver.text()


async def test_completion_says_that_a_type_is_a_guess(tmp_path: Path) -> None:
    async with running(scene(tmp_path).app()) as driver:
        await driver.row("lastname")
        await driver.press("enter", "ctrl+u")
        await driver.write("loyal")
        await driver.press("tab", "tab")
        assert re.search(r"loyaltyTier +text\?", driver.text())


async def test_a_destination_shows_a_guess_among_what_nobody_can_write(tmp_path: Path) -> None:
    made = scene(tmp_path)
    contacts = made.crm.objects["contacts"]
    contacts.fields = (*contacts.fields, GUESSED[0])
    async with running(made.app(), (160, 48)) as driver:
        tree = driver.screen.query_one(DestinationTree)
        assert tree.find_field(("loyaltyTier",))
        tree.focus()
        await driver.settle()
        assert "text?   ro" in driver.text()
        assert "text? guessed from 100 records" in driver.text()
