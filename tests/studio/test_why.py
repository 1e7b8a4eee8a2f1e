"""Why a row gives what it gives: the lines below the expression, and the tree on a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.studio.screens.map.why import WhyScreen
from mapstudio.studio.widgets.expression_input import ExpressionInput
from mapstudio.studio.widgets.mapping_table import MappingTable
from mapstudio.studio.widgets.why_tree import WhyTree
from tests.studio.scene import MAPPING, Scene, check_golden, running

STAYS = "sort_by(reservations[?grandTotal > `1`], &startDate)[-1].startDate || guestBirthdate"


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_tree_looks_as_it_was_approved(tmp_path: Path, size: tuple[int, int]) -> None:
    text = MAPPING.replace("title_case(guestFirstName)", STAYS)
    async with running(Scene(tmp_path, text=text).app(), size) as driver:
        await driver.row("firstname")
        await driver.press("w")
        assert isinstance(driver.app.screen, WhyScreen)
        height = driver.app.screen.query_one(WhyTree).size.height
        check_golden(f"why-{size[0]}x{size[1]}", "\n".join(driver.text().splitlines()[2 : 3 + height]))


async def test_the_tree_goes_back_from_the_field_over_the_value_map(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("lifecyclestage")
        await driver.press("w")
        lines = [" ".join(line.split()) for line in driver.text().splitlines()[2:8]]
        assert lines[0].startswith("━ Why lifecyclestage is what it is, record 1")
        assert lines[1:5] == [
            'lifecyclestage "opportunity" sent',
            'cast "opportunity" takes one of its 3 options; required of a new record',
            'values "opportunity" "confirmed" is a key of stay-stage',
            'from status "confirmed"',
        ]
        await driver.press("escape")
        assert isinstance(driver.app.focused, MappingTable)


async def test_the_pane_shows_what_the_row_made_of_the_expression(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("lifecyclestage")
        assert '"confirmed" is a key of stay-stage' in driver.line("values  ")
        await driver.row("country")
        await driver.press("right_square_bracket", "right_square_bracket")
        assert '"PT" is not in the value map "countries"' in driver.line("values  ")


async def test_a_null_says_where_it_comes_from(tmp_path: Path) -> None:
    text = MAPPING.replace("title_case(guestLastName)", "coalesce(guestBirthdate, reservations[5].startDate)")
    async with running(Scene(tmp_path, text=text).app()) as driver:
        await driver.row("lastname")
        assert "the field is null" in driver.line("why     guestBirthdate  ")
        assert "reservations has 2 elem" in driver.line("reservations[5].startDate  ")


async def test_what_does_not_fit_is_counted_and_the_key_named(tmp_path: Path) -> None:
    text = MAPPING.replace("title_case(guestFirstName)", STAYS)
    async with running(Scene(tmp_path, text=text).app()) as driver:
        await driver.row("firstname")
        assert "w shows all" in driver.line("more  ")
        await driver.press("enter", "space")
        assert "ctrl+t shows all" in driver.line("more  ")


async def test_the_tree_of_what_is_typed_leaves_the_text_alone(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("firstname")
        await driver.press("enter", "ctrl+u")
        await driver.write("upper(guestLastName)")
        await driver.press("ctrl+t")
        assert isinstance(driver.app.screen, WhyScreen)
        assert '"SOUZA"' in driver.line("from upper")
        await driver.press("ctrl+t")
        entry = driver.app.focused
        assert isinstance(entry, ExpressionInput)
        assert entry.value == "upper(guestLastName)"


@pytest.mark.parametrize(
    "expression",
    [
        "let $number = guestCellPhone in concat($number, '')",
        "[guestCellPhone][?@ != 'x'] | [0]",
        "map(&trim(@), [guestCellPhone]) | [0]",
        "lower(guestCellPhone) || lookup('countries', guestCellPhone)",
        "lookup('countries', guestCellPhone)",
        "guestCellPhone | @[0:14]",
        "abs(guestCellPhone)",
    ],
)
async def test_a_phone_number_is_masked_in_every_part(tmp_path: Path, expression: str) -> None:
    text = MAPPING.replace("title_case(guestFirstName)", f'"{expression}"')
    async with running(Scene(tmp_path, text=text).app(), (160, 48)) as driver:
        await driver.row("firstname")
        assert "980" in driver.line("guestCellPhone  ")
        shown = driver.text()
        await driver.press("w")
        assert "034-5521" not in shown + driver.text()
        assert "8034" not in shown + driver.text()


async def test_a_record_left_out_shows_why(tmp_path: Path) -> None:
    text = MAPPING.replace("object: guests}", "object: guests, where: guestEmail}")
    async with running(Scene(tmp_path, text=text).app()) as driver:
        await driver.row("firstname")
        await driver.press(*["right_square_bracket"] * 3)
        assert "the field is null" in driver.line("why ")
        await driver.press("w")
        assert "the field is null" in driver.line("where guestEmail")


async def test_each_element_has_a_tree(tmp_path: Path) -> None:
    text = MAPPING.replace("object: guests}", "object: guests, each: {items: reservations, id: startDate}}")
    text = text.replace("title_case(guestFirstName)", "concat($.guestFirstName, ' ', startDate)")
    async with running(Scene(tmp_path, text=text).app()) as driver:
        await driver.row("firstname")
        await driver.press("w")
        assert '"ana 2026-08-30"' in driver.line("#2026-08-30 firstname")
        assert '"ana 2026-09-03"' in driver.line("#2026-09-03 firstname")


async def test_rows_without_a_result_have_nothing_to_explain(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("date_of_birth")
        await driver.press("w")
        assert "there is no result to explain" in driver.text()


async def test_a_long_tree_scrolls(tmp_path: Path) -> None:
    text = MAPPING.replace("title_case(guestFirstName)", f'"coalesce({", ".join(["guestBirthdate"] * 40)}, status)"')
    async with running(Scene(tmp_path, text=text).app(), (80, 24)) as driver:
        await driver.row("firstname")
        await driver.press("w")
        assert '"confirmed"' not in driver.text().partition("takes the 41st")[2]
        await driver.press("end")
        assert driver.line("    status  ").split()[:2] == ["status", '"confirmed"']
        await driver.press("home")
        assert driver.app.screen.query_one(WhyTree).scroll_offset.y == 0


@pytest.mark.parametrize("value", ["\x1b[31mred", "[bold]x[/]", "\u202eevil", "a\nb"])
async def test_hostile_values_and_keys_stay_data(tmp_path: Path, value: str) -> None:
    scene = Scene(tmp_path, text=MAPPING.replace("title_case(guestFirstName)", "'customFields.*.x || guestFirstName'"))
    record = scene.hotel.objects["guests"].records["88101"]
    record["guestFirstName"] = value
    record["customFields"] = {value: value}
    async with running(scene.app()) as driver:
        await driver.row("firstname")
        await driver.press("w")
        text = driver.text()
        assert not set("\x1b\u202e") & set(text)
        assert "left out" in text
