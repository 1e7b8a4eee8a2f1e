"""What is known before a record is read: types, traps and mismatches, while one types and once it is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mapstudio.model import Field, FieldType, Schema
from mapstudio.studio.session.rows import Status
from mapstudio.studio.session.types import type_facts
from tests.effort import calls_of
from tests.studio.scene import CONTACT_FIELDS, GUEST_FIELDS, Driver, Scene, running


async def type_text(driver: Driver, row: str, text: str) -> None:
    """Put a text into the editor of a row, the text cursor behind it."""
    await driver.row(row)
    driver.screen.editor.begin(text)
    await driver.settle()


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (100, 30)])
async def test_a_trap_is_told_below_its_place_while_one_types(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(Scene(tmp_path).app(), size) as driver:
        text = "lower(guestEmail) || starts_with(guestEmail, 'a')"
        await type_text(driver, "firstname", text)
        lines = driver.text().splitlines()
        typed = next(index for index, line in enumerate(lines) if text in line)
        told = "starts_with fails where guestEmail is null"
        below = next(line for line in lines[typed + 1 : typed + 3] if "^" in line)
        assert below.index("^") == lines[typed].index(text) + text.rindex("guestEmail")
        assert any(told in line for line in lines[typed + 1 : typed + 4])
        assert any("gives" in line for line in lines[typed + 1 : typed + 5])


async def test_a_small_terminal_says_it_in_one_line(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (80, 24)) as driver:
        await type_text(driver, "total_stays_value", "starts_with(guestEmail, 'a')")
        assert "boolean into number: a boolean is no number" in driver.text(), "an error comes before a warning"
        assert "gives" in driver.text()
        await type_text(driver, "firstname", "not_null(guestFirstName, guestLastName)")
        assert "not_null takes a blank guestFirstName for a value" in driver.text()


async def test_the_types_that_a_row_joins_follow_what_is_typed(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("total_stays_value")
        assert "number → number" in driver.line("Row 8")
        await type_text(driver, "total_stays_value", "length(reservations)")
        assert "integer → number" in driver.line("Row 8")
        await type_text(driver, "total_stays_value", "guestBirthdate")
        assert "date → number" in driver.line("Row 8")
        assert "date | null into number: a date is no number" in driver.text()
        await driver.press("escape")
        assert "number → number" in driver.line("Row 8")


async def test_a_required_field_shows_that_there_may_be_nothing(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (160, 48)) as driver:
        await driver.row("email")
        assert "text | null → text *" in driver.line("Row 1")
        await type_text(driver, "email", "lower(guestEmail) || 'none'")
        assert "text → text *" in driver.line("Row 1")


async def test_what_can_never_be_written_blocks_the_row_once_it_is_kept(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await type_text(driver, "total_stays_value", "guestBirthdate")
        await driver.press("enter")
        row = driver.screen.current
        assert row is not None
        assert row.status is Status.BLOCKS
        assert "a date is no number" in row.problems[0].message
        assert "date | null into number" in driver.line("✗ 8 total_stays_value")


async def test_a_trap_marks_its_row_once_it_is_kept(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (160, 48)) as driver:
        await type_text(driver, "firstname", "not_null(guestFirstName, guestLastName)")
        await driver.press("enter")
        row = driver.screen.current
        assert row is not None
        assert row.status is Status.FAILS
        assert [problem.code for problem in row.problems] == ["blank-is-not-null"]
        await driver.press("up", "down")
        assert "coalesce takes the next one" in driver.text()


async def test_an_unknown_word_is_pointed_at(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        text = "concat(guestFirstName, reservations[0].stratDate)"
        await type_text(driver, "firstname", text)
        lines = driver.text().splitlines()
        typed = next(index for index, line in enumerate(lines) if text in line)
        assert lines[typed + 1].index("^") == lines[typed].index(text) + text.index("stratDate")
        assert "did you mean" in lines[typed + 2]
        assert '"reservations[].startDate"?' in lines[typed + 3]


async def test_a_fine_expression_has_no_line_more_than_before(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await type_text(driver, "firstname", "title_case(guestFirstName)")
        lines = driver.text().splitlines()
        typed = next(index for index, line in enumerate(lines) if "▎ title_case(guestFirstName)" in line)
        assert "gives" in lines[typed + 1]


async def test_a_completion_shows_type_and_value_of_its_field(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (160, 48)) as driver:
        await type_text(driver, "firstname", "reservations[].")
        await driver.press("tab")
        assert 'Start, date   "2026-08-30"' in driver.line("  startDate  ") or "2026-08-30" in driver.text()
        await type_text(driver, "firstname", "guest")
        await driver.press("tab")
        assert "guestEmail" in driver.text()
        assert "a••@••••.com" in driver.text(), "a value of a field is masked like any other"


async def test_variables_are_offered(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (160, 48)) as driver:
        await type_text(driver, "firstname", "let $r = reservations[0], $n = guestFirstName in $")
        await driver.press("tab")
        assert "variable, reservations[]" in driver.text()


def calls_for_a_key(tmp_path: Path, count: int) -> float:
    """Return how much is called for one key over so many fields besides; the seconds are a benchmark's."""
    many = tuple(Field(f"field_{number}", f"Field {number}", FieldType.TEXT) for number in range(count))
    source, destination = Schema("hotel", "guests", (*GUEST_FIELDS, *many)), Schema("crm", "contacts", CONTACT_FIELDS)
    mapping = Scene(tmp_path).session().editor.loaded.require()
    (row,) = (item for item in mapping.rows if item.field == "firstname")
    whole = "title_case(concat(field_39, guestFirstName || field_12, reservations[0].startDate))"
    typing = [replace(row, from_=whole[:length]) for length in range(1, len(whole) + 1)]
    type_facts(mapping, row, source, destination)
    return calls_of(lambda: [type_facts(mapping, typed, source, destination) for typed in typing]) / len(typing)


def test_a_key_costs_hardly_more_on_many_fields(tmp_path: Path) -> None:
    few, many = (calls_for_a_key(tmp_path / str(count), count) for count in (40, 400))
    assert few < 1600
    # While a word is no field yet, all of them are searched for what is near it.
    assert many - few < 4 * 360
