"""The map at the keyboard: keys do what they say, and what they do is what the file, the shell and apply would say."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.strip import Strip
from textual.widgets import Input

from mapstudio.connectors.declarations import Account, AccountKind
from mapstudio.model import ConnectionFailedError, Field, FieldType
from mapstudio.project import state_folder
from mapstudio.runner import Environments
from mapstudio.studio.screens.ask import AskScreen
from mapstudio.studio.screens.choice import ChoiceScreen
from mapstudio.studio.screens.keys import KeysScreen
from mapstudio.studio.widgets.destination_tree import DestinationTree
from mapstudio.studio.widgets.expression_input import ExpressionInput
from mapstudio.studio.widgets.mapping_table import MappingTable
from mapstudio.studio.widgets.source_tree import SourceTree
from tests.studio.scene import GUEST_FIELDS, MAPPING, Scene, running

EMPTY = """\
mapstudio: 1
name: guests-to-contacts
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
fields: {}
"""


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 36), (160, 48)])
async def test_m_maps_the_field_under_the_cursor_from_the_source(tmp_path: Path, size: tuple[int, int]) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app(), size) as driver:
        await driver.press("2")
        assert isinstance(driver.app.focused, SourceTree)
        assert driver.screen.query_one(SourceTree).find_field(("customFields", "roomPreference"))
        await driver.press("m", "slash")
        await driver.write("job")
        await driver.press("enter", "enter")
        row = driver.screen.current
        assert row is not None
        assert row.field == "jobtitle"
        assert "sea view" in driver.line("customFields.room")
        command = "mapstudio map set guests-to-contacts jobtitle --expr customFields.roomPreference"
        assert driver.screen.footer.command == command
        await driver.press("ctrl+s")
    assert "  jobtitle: customFields.roomPreference" in scene.path.read_text().splitlines()


async def test_m_maps_an_unfed_row_from_the_destination(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("marketing_consent")
        await driver.press("m", "slash")
        await driver.write("gender")
        await driver.press("enter", "enter")
        assert "guestGender" in driver.line("marketing_consent")


async def test_escape_stops_picking(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("marketing_consent")
        await driver.press("m", "escape")
        assert isinstance(driver.app.focused, MappingTable)
        await driver.press("shift+tab", "down", "down", "enter")
        assert driver.screen.session.editor.history.unsaved == 0


async def test_c_sets_a_constant_by_its_type(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("marketing_consent")
        await driver.press("c")
        assert isinstance(driver.app.screen, ChoiceScreen), "a boolean is chosen, not typed"
        await driver.press("enter")
        await driver.row("company")
        await driver.press("c")
        assert isinstance(driver.app.screen, AskScreen)
        await driver.write("12")
        await driver.press("enter", "ctrl+s")
    text = scene.path.read_text()
    assert "marketing_consent: {constant: true}" in text
    assert 'company: {constant: "12"}' in text, "a text field gets a text, whatever it looks like"


async def test_i_and_q_ask_for_words_and_keep_them(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("country")
        await driver.press("i", "enter")
        assert isinstance(driver.app.screen, AskScreen), "a reason is needed"
        await driver.write("not wanted")
        await driver.press("enter")
        await driver.row("lastname")
        await driver.press("q")
        await driver.write("one or two?")
        await driver.press("enter")
        await driver.press("shift+tab")
        assert driver.screen.query_one(SourceTree).find_field(("guestBirthdate",))
        await driver.press("i")
        await driver.write("never")
        await driver.press("enter", "ctrl+s")
    text = scene.path.read_text()
    assert "country: {ignore: not wanted}" in text
    assert "lastname: {question: one or two?}" in text
    assert "guestBirthdate: never" in text


async def test_the_editor_shows_result_and_change_at_every_key(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("firstname")
        await driver.press("enter", "ctrl+u")
        await driver.write("upper(guestFirstName)")
        assert '"ANA"' in driver.line("gives")
        assert "10 of 10 results change" in driver.line("keep it")
        assert '"Luis" → "LUIS"' in driver.text()
        await driver.press("backspace")
        assert "last good" in driver.line("gives"), "the last good result stays while it is broken"
        assert '"ANA"' in driver.line("gives")
        assert "^" in driver.text()
        await driver.press("escape")
        assert isinstance(driver.app.focused, MappingTable)
        assert driver.screen.session.editor.history.unsaved == 0


async def test_enter_keeps_and_ctrl_s_writes_what_apply_runs(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("firstname")
        await driver.press("enter", "ctrl+u")
        await driver.write("upper(guestFirstName)")
        await driver.press("enter")
        assert "unsaved 1" in driver.text()
        assert "ANA" in driver.line("firstname")
        assert 'map set guests-to-contacts firstname --expr "upper(guestFirstName)"' in driver.text()
        assert scene.path.read_text() == MAPPING
        await driver.press("ctrl+s")
        assert "unsaved" not in driver.text()
    assert scene.path.read_text() == MAPPING.replace("firstname: title_case(", "firstname: upper(")


async def test_ctrl_s_keeps_what_is_being_typed(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("firstname")
        await driver.press("enter", "ctrl+u")
        await driver.write("guestLastName")
        await driver.press("ctrl+s")
    assert "firstname: guestLastName" in scene.path.read_text()


async def test_tab_completes_fields_and_functions(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("firstname")
        await driver.press("enter", "ctrl+u")
        await driver.write("upp")
        await driver.press("tab")
        entry = driver.screen.query_one(ExpressionInput)
        assert entry.value == "upper()"
        await driver.write("guestF")
        await driver.press("tab")
        assert entry.value == "upper(guestFirstName)"
        await driver.press("ctrl+u")
        await driver.write("guest")
        await driver.press("tab", "down", "enter")
        assert entry.value.startswith("guest")
        assert isinstance(driver.app.focused, ExpressionInput), "the first enter takes the completion only"


async def test_ctrl_f_lists_functions_and_writes_the_chosen_one(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("firstname")
        await driver.press("enter", "ctrl+u", "ctrl+f")
        assert isinstance(driver.app.screen, ChoiceScreen)
        await driver.write("title")
        await driver.press("enter")
        entry = driver.screen.query_one(ExpressionInput)
        assert entry.value == "title_case()"
        assert entry.cursor_position == len("title_case(")


async def test_records_are_walked_and_failing_ones_found(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("phone")
        await driver.press("right_square_bracket")
        assert "rec 2" in driver.text()
        assert "luis" in driver.line("firstname").lower()
        await driver.press("right_curly_bracket")
        assert "rec 5" in driver.text()
        assert "is not a phone number" in driver.line("gives")
        assert "reject" in driver.text(), "the plan says what apply would do with it"
        await driver.press("left_square_bracket")
        assert "rec 4" in driver.text()


async def test_n_goes_to_the_next_problem(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        seen = []
        for _ in range(4):
            await driver.press("n")
            row = driver.screen.current
            assert row is not None
            seen.append(row.field)
        assert seen == ["phone", "country", "date_of_birth", "marketing_consent"]


async def test_u_and_ctrl_r_travel_and_x_and_d_edit(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("lastname")
        await driver.press("x")
        assert "lastname" not in [row.field for row in driver.screen.session.view.rows]
        await driver.press("u")
        await driver.row("lastname")
        await driver.press("d")
        assert "draft" in driver.text()
        await driver.press("u", "ctrl+r", "ctrl+s")
    assert "lastname: {from: title_case(guestLastName), draft: true}" in scene.path.read_text()


async def test_moving_in_one_pane_lights_up_the_others(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("phone")
        marks = [line for line in driver.text().splitlines() if line.startswith("▸")]
        assert ["guestCellPhone" in marks[0], "guestCountry" in marks[1]] == [True, True]
        await driver.press("shift+tab")
        assert driver.screen.query_one(SourceTree).find_field(("guestCountry",))
        await driver.settle()
        text = driver.text()
        assert "▸ !  phone" in text
        assert "▸ !  country" in text


async def test_slash_filters_a_tree_and_escape_brings_all_back(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.press("tab")
        assert isinstance(driver.app.focused, DestinationTree)
        await driver.press("slash")
        await driver.write("consent")
        tree = driver.screen.query_one(DestinationTree)
        assert tree.line_count() == 2
        assert driver.screen.session.editor.history.unsaved == 0, "letters are typed, not pressed as keys"
        await driver.press("escape")
        assert tree.line_count() > 10


async def test_personal_data_are_masked_until_asked_for(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (160, 48)) as driver:
        assert "souza@example.com" not in driver.text().lower()
        assert "masked" in driver.text()
        await driver.press("colon")
        await driver.write("personal")
        await driver.press("enter")
        assert "a.souza@examp" in driver.text().lower()
        assert "unmasked" in driver.text()


async def test_help_shows_the_keys_of_the_focused_pane(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.press("question_mark")
        assert isinstance(driver.app.screen, KeysScreen)
        assert "edit the expression of the row under the cursor" in driver.text()
        await driver.press("escape", "enter", "f1")
        assert "complete the word at the cursor" in driver.text()


async def test_the_footer_offers_only_what_applies(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("firstname")
        assert "m connect" in driver.text()
        await driver.press("enter")
        assert "m connect" not in driver.text(), "a letter would be typed"
        assert "enter keep" in driver.text()
        assert "F1 keys" in driver.text()


async def test_jump_mode_goes_to_a_pane(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.press("ctrl+o", "d")
        assert isinstance(driver.app.focused, DestinationTree)


async def test_y_copies_the_command(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("vip_note")
        await driver.press("x", "y")
        assert driver.app.clipboard == "mapstudio map rm guests-to-contacts vip_note"


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 36), (160, 48)])
async def test_every_pane_is_reached_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(Scene(tmp_path).app(), size) as driver:
        for key, pane in (("2", SourceTree), ("3", DestinationTree)):
            await driver.press(key)
            assert type(driver.app.focused) is pane
        await driver.press("4")
        assert "guestFirstName" in driver.text()
        await driver.press("1")
        assert type(driver.app.focused) is MappingTable


async def test_a_small_terminal_says_what_it_needs(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (70, 20)) as driver:
        assert "80 columns and 24 lines" in " ".join(driver.text().split())
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        assert "problems first" in driver.text()


async def test_the_selection_stays_in_view_when_the_terminal_shrinks(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app(), (160, 48)) as driver:
        await driver.row("company")
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        row = driver.screen.current
        assert row is not None
        assert row.field == "company"
        assert "▸ 10" in driver.text()


async def test_a_side_that_is_down_is_said_and_the_rest_works(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.crm.broken = ConnectionFailedError("crm does not answer: no connection.", remedy="Is it running?")
    async with running(scene.app()) as driver:
        text = driver.text()
        assert "crm sandbox does not answer." in text
        assert "What still works" in text
        assert "crm unreachable since" in text
        await driver.press("escape")
        assert "lower(trim(guestE" in driver.text()
        await driver.row("firstname")
        assert "Ana" in driver.line("firstname")
        scene.crm.broken = None
        await driver.press("t")
        assert "unreachable" not in driver.text()
        assert "matched by email" in driver.text()


async def test_an_empty_mapping_says_what_to_do(tmp_path: Path) -> None:
    async with running(Scene(tmp_path, text=EMPTY).app()) as driver:
        text = driver.text()
        assert "Nothing is mapped yet." in text
        assert "3 of 13 fields in contacts are required on create." in text
        await driver.press("m")
        assert isinstance(driver.app.focused, SourceTree)
        assert driver.screen.query_one(SourceTree).find_field(("guestEmail",))
        await driver.press("m", "enter")
        assert "Nothing is mapped yet." not in driver.text()


async def test_production_is_shouted_in_words(tmp_path: Path) -> None:
    scene = Scene(tmp_path, environments=Environments(destination="production"))
    scene.crm.account = Account("crm-1", "hub 4412907", AccountKind.PRODUCTION, "fake 1")
    async with running(scene.app(ascii_only=True, variables={"NO_COLOR": "1"})) as driver:
        lines = driver.text().splitlines()
        assert "PRODUCTION" in lines[0]
        assert "apply asks for crm" in lines[1]
        assert "PRODUCTION contacts ###" in lines[2]
        assert "Plan in PRODUCTION" in driver.text()
        assert "hub 4412907" in lines[-2]
        assert "--env production" in lines[-2]
    async with running(Scene(tmp_path / "other").app()) as driver:
        assert "PRODUCTION" not in driver.text()


async def test_a_broken_file_is_shown_with_its_problems_and_left_alone(tmp_path: Path) -> None:
    broken = MAPPING.replace("fields:", "fieldz:")
    scene = Scene(tmp_path, text=broken)
    async with running(scene.app()) as driver:
        assert "fieldz" in driver.text()
    assert scene.path.read_text() == broken


async def test_a_file_that_is_no_yaml_does_not_end_the_studio(tmp_path: Path) -> None:
    scene = Scene(tmp_path, text="mapstudio: 1\nfields: {a: [\n")
    async with running(scene.app()) as driver:
        assert "guests-to-contacts" in driver.text()
        await driver.press("m", "n", "c", "escape", "u", "ctrl+s")
    assert scene.path.read_text() == "mapstudio: 1\nfields: {a: [\n"


async def test_quit_keeps_unsaved_edits_and_says_so(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("vip_note")
        await driver.press("x")
        await driver.row("firstname")
        await driver.press("enter")
        await driver.write("x")
        await driver.pilot.press("ctrl+q")
        await driver.pilot.pause()
        assert driver.app.workspace.parting_words() == [
            "1 unsaved edit of guests-to-contacts is kept; open it again to go on."
        ]
    assert scene.path.read_text() == MAPPING
    async with running(scene.app()) as driver:
        assert driver.screen.session.editor.history.unsaved == 1
        entry = driver.screen.query_one(ExpressionInput)
        assert entry.has_focus
        assert entry.value == "title_case(guestFirstName)x", "what was being typed is back as well"


async def test_what_is_typed_is_safe_before_it_is_kept(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("firstname")
        await driver.press("enter")
        await driver.write("zz")
        saved = list((state_folder(scene.project) / "autosave").glob("*.json"))
        assert len(saved) == 1
        assert "title_case(guestFirstName)zz" in saved[0].read_text()
        await driver.press("escape")
        assert not saved[0].exists(), "given up, so not kept"


async def test_a_file_changed_by_someone_else_asks(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.row("vip_note")
        await driver.press("x")
        theirs = MAPPING.replace("Marta", "Raúl")
        scene.path.write_text(theirs)
        await driver.press("ctrl+s")
        assert isinstance(driver.app.screen, ChoiceScreen)
        await driver.press("escape")
        assert scene.path.read_text() == theirs
        await driver.press("ctrl+s", "enter")
        assert "vip_note" not in scene.path.read_text()


async def test_inputs_never_blink(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        assert all(not entry.cursor_blink for entry in driver.screen.query(Input))
        assert driver.app.animation_level == "none"


async def test_what_is_typed_stays_in_its_row_while_the_map_is_made_again(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.pilot.press("x", "enter", "ctrl+u", *"status")
        await driver.settle()
        assert driver.screen.query_one(ExpressionInput).value == "status"
        await driver.press("enter", "ctrl+s")
    assert "status" in scene.path.read_text().split("fields:")[1].split("phone:")[0]


async def test_typing_in_a_row_that_the_file_does_not_have_comes_back_too(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with running(scene.app()) as driver:
        await driver.press("x")
        await driver.row("email")
        await driver.press("enter")
        await driver.write("lower(guestF")
        driver.screen.leaving()
    async with running(scene.app()) as driver:
        assert driver.screen.query_one(ExpressionInput).value == "lower(guestF"


async def test_of_twenty_thousand_fields_only_the_seen_ones_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path)
    many = tuple(Field(f"field{number}", "", FieldType.TEXT) for number in range(20_000))
    scene.hotel.objects["guests"].fields = (*GUEST_FIELDS, *many)
    drawn: list[int] = []
    original = SourceTree.draw_line

    def counted(tree: SourceTree, index: int) -> Strip:
        drawn.append(index)
        return original(tree, index)

    async with running(scene.app()) as driver:
        monkeypatch.setattr(SourceTree, "draw_line", counted)
        await driver.press("2", "slash")
        drawn.clear()
        await driver.write("field1999")
        tree = driver.screen.query_one(SourceTree)
        assert tree.line_count() == 12, "the root, field1999 and ten that begin with it"
        assert len(drawn) <= 9 * 3 * tree.size.height
