"""The editor without a screen: edits, undo, autosave, recovery, the view, previews."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mapstudio.mapping.evaluation import RowState
from mapstudio.model import ConnectionFailedError, Field, Record, UsageError
from mapstudio.project import state_folder
from mapstudio.studio.session import shell
from mapstudio.studio.session.editor import Editor, FileChangedError
from mapstudio.studio.session.history import MOST, History, Step
from mapstudio.studio.session.map_session import MapSession
from mapstudio.studio.session.paths import field_expression, field_key, filled_keys, value_at
from mapstudio.studio.session.problems import problem_lines, problems_first
from mapstudio.studio.session.rows import Status
from mapstudio.studio.session.tree import FieldTree
from mapstudio.studio.session.view import build_view
from tests.studio.scene import MAPPING, Scene


async def opened(scene: Scene) -> MapSession:
    """Return a session with both sides reached and the sample read."""
    session = scene.session()
    await session.open_source()
    await session.open_destination()
    await session.fetch_sample()
    session.refresh()
    return session


async def test_every_row_has_its_state(tmp_path: Path) -> None:
    session = await opened(Scene(tmp_path))
    states = {row.field: row.status for row in session.view.rows}
    assert states == {
        "email": Status.FINE,
        "firstname": Status.FINE,
        "lastname": Status.FINE,
        "phone": Status.FAILS,
        "lifecyclestage": Status.FINE,
        "country": Status.FAILS,
        "date_of_birth": Status.QUESTION,
        "total_stays_value": Status.FINE,
        "vip_note": Status.DRAFT,
        "company": Status.IGNORED,
        "marketing_consent": Status.UNFED,
    }
    assert [row.number for row in session.view.rows] == list(range(1, 12))
    assert (session.view.mapped, len(session.view.rows)) == (8, 11)
    await session.close()


async def test_counts_are_those_of_the_sample(tmp_path: Path) -> None:
    session = await opened(Scene(tmp_path))
    counts = session.view.by_field["phone"].counts
    assert counts is not None
    assert (counts.ok, counts.null, counts.error) == (7, 2, 1)
    assert session.view.by_field["phone"].errors_at == (4,)
    assert session.view.failing == (2, 4)
    assert session.sample is not None
    assert session.sample.fill(field_key("guestCellPhone")) == 80
    assert session.sample.fill(field_key("reservations[].grandTotal")) == 100
    assert session.sample.fill(field_key("guestBirthdate")) == 0
    assert session.sample.fill(field_key("specialRequests")) is None, "no record tells of it, which is not: empty"
    await session.close()


async def test_a_row_lights_up_what_it_reads(tmp_path: Path) -> None:
    session = await opened(Scene(tmp_path))
    assert session.view.by_field["total_stays_value"].reads == {("reservations", "grandTotal")}
    assert session.view.by_source[("guestCountry",)] == (4, 6)
    assert session.view.ignored == {("guestGender",): "not wanted by marketing"}
    await session.close()


async def test_the_most_urgent_problem_comes_first(tmp_path: Path) -> None:
    session = await opened(Scene(tmp_path))
    assert [line.field for line in problem_lines(session.view)] == [
        "marketing_consent",
        "phone",
        "country",
        "date_of_birth",
    ]
    assert [row.field for row in problems_first(session.view.rows)][:4] == [
        "marketing_consent",
        "phone",
        "country",
        "date_of_birth",
    ]
    assert session.next_failing(1, "phone") == 4
    session.go_to_record(4)
    assert session.next_failing(1, "email") == 2, "a row that never fails leads to any record that does"
    await session.close()


async def test_an_expression_is_tried_as_apply_would_run_it(tmp_path: Path) -> None:
    session = await opened(Scene(tmp_path))
    preview = session.preview("phone", "phone(guestCellPhone, guestCountry || 'BR')")
    assert preview.broken is None
    assert preview.result is not None
    assert preview.result.value == "+5511980345521"
    assert (preview.changes, preview.errors_before, preview.errors_after) == (0, 1, 1)
    better = session.preview("phone", "guestCellPhone")
    assert better.errors_after == 0
    assert better.examples[0].index == 4, "a mended failure is the first example"
    session.editor.set_expression("phone", "guestCellPhone")
    view = session.refresh()
    kept = [row.value for results in view.by_field["phone"].results for row in results]
    assert kept[4] == "n/a"
    assert preview.why is not None
    assert preview.why.rows[0].expression is not None
    assert preview.why.rows[0].expression.value == preview.result.value
    await session.close()


@pytest.mark.parametrize(
    ("text", "part", "position"),
    [
        ("phone(", "expected", 6),
        ("", "no expression", 0),
        ("lower(nobody)", "no field", 6),
        ("link('x')", "arguments", 0),
    ],
)
async def test_a_broken_expression_says_where(tmp_path: Path, text: str, part: str, position: int) -> None:
    session = await opened(Scene(tmp_path))
    broken = session.preview("phone", text).broken
    assert broken is not None
    assert part in broken.message
    assert broken.position == position
    await session.close()


async def test_only_the_edited_row_is_evaluated_again(tmp_path: Path) -> None:
    session = await opened(Scene(tmp_path))
    before = session.view
    session.editor.set_expression("firstname", "upper(guestFirstName)")
    after = build_view(session.inputs(), before)
    assert after.by_field["lastname"].results is before.by_field["lastname"].results
    assert after.by_field["firstname"].result(0) != before.by_field["firstname"].result(0)
    await session.close()


async def test_a_draft_shows_what_it_would_give(tmp_path: Path) -> None:
    session = await opened(Scene(tmp_path))
    result = session.view.by_field["vip_note"].result(2)
    assert result is not None
    assert result.state is RowState.SILENT
    assert result.value == "Aniversario"
    await session.close()


async def test_a_side_that_is_down_leaves_the_other_one(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    first = await opened(scene)
    await first.close()
    scene.crm.broken = ConnectionFailedError("crm does not answer.")
    session = scene.session()
    session.take_remembered()
    await session.open_destination()
    await session.open_source()
    await session.fetch_sample()
    assert session.destination.stale
    assert session.destination.schema is not None, "what was last read is still there"
    assert session.source.live
    assert session.refresh().by_field["phone"].counts is not None
    await session.close()


async def test_a_field_that_was_not_read_is_asked_for(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    session = await opened(scene)
    assert not session.needs_more(session.view.paths())
    assert session.needs_more(session.view.paths() | {"associations.companies[].name"})
    await session.close()


def editor(scene: Scene) -> Editor:
    """Return an editor of the scene's mapping."""
    return Editor(scene.path, state_folder(scene.project))


def test_one_edit_changes_only_its_own_line(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    edits = editor(scene)
    step = edits.set_expression("lastname", "upper(guestLastName)")
    assert step is not None
    assert step.command == 'mapstudio map set guests-to-contacts lastname --expr "upper(guestLastName)"'
    assert edits.save()
    pairs = zip(MAPPING.splitlines(), scene.path.read_text().splitlines(), strict=True)
    changed = [new for old, new in pairs if old != new]
    assert changed == ["  lastname: upper(guestLastName)"]
    assert not edits.save(), "a saved file is not written again"


def test_undo_and_redo_go_through_all_edits(tmp_path: Path) -> None:
    edits = editor(Scene(tmp_path))
    edits.set_question("jobtitle", "Do we know it?")
    edits.set_constant("company", "Casa Palma")
    edits.remove("vip_note")
    assert edits.history.unsaved == 3
    text = edits.loaded.document.text
    while edits.undo():
        pass
    assert edits.loaded.document.text == MAPPING
    assert edits.history.unsaved == 0
    while edits.redo():
        pass
    assert edits.loaded.document.text == text


def test_an_edit_that_says_the_same_is_none(tmp_path: Path) -> None:
    edits = editor(Scene(tmp_path))
    assert edits.set_expression("firstname", "title_case(guestFirstName)") is None
    assert not edits.history.can_undo


def test_history_knows_what_is_saved() -> None:
    history = History("a")
    history.push(Step("b"))
    history.mark_saved()
    history.push(Step("c"))
    assert history.unsaved == 1
    history.undo()
    history.undo()
    assert history.unsaved == 1, "one step behind the file"
    history.push(Step("d"))
    assert history.unsaved, "the file's own step is gone"
    for number in range(MOST * 2):
        history.push(Step(str(number)))
    assert history.can_undo


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    edits = editor(scene)
    edits.set_expression("jobtitle", "status")
    edits.set_constant("company", "Casa")
    edits.typing = ("phone", "phone(guestC")
    edits.keep()
    saved = next((state_folder(scene.project) / "autosave").glob("*.json"))
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    del edits  # killed: nothing else is written

    again = editor(scene)
    assert again.loaded.document.text == MAPPING
    recovered = again.recover()
    assert recovered is not None
    assert (recovered.typed_field, recovered.typed) == ("phone", "phone(guestC")
    assert again.history.unsaved == 2
    assert "company: {constant: Casa}" in again.loaded.document.text
    again.undo()
    again.undo()
    assert again.loaded.document.text == MAPPING, "recovered edits can be taken back"
    again.redo()
    again.save()
    assert not saved.exists()
    assert editor(scene).recover() is None


@pytest.mark.parametrize("content", ["", "{", '{"format": 1}', '{"format": 9, "steps": []}', "[]", "\x00"])
def test_a_damaged_autosave_is_no_catastrophe(tmp_path: Path, content: str) -> None:
    scene = Scene(tmp_path)
    edits = editor(scene)
    edits.set_constant("company", "Casa")
    edits.keep()
    saved = next((state_folder(scene.project) / "autosave").glob("*.json"))
    saved.write_text(content)
    assert editor(scene).recover() is None


def test_a_file_that_someone_else_changed_is_not_overwritten(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    edits = editor(scene)
    edits.set_constant("company", "Casa")
    edits.keep()
    theirs = MAPPING.replace("Marta", "Raúl")
    scene.path.write_text(theirs)
    with pytest.raises(FileChangedError):
        edits.save()
    assert scene.path.read_text() == theirs
    recovered = editor(scene)
    recovered.recover()
    with pytest.raises(FileChangedError):
        recovered.save()
    edits.read_again()
    assert edits.loaded.document.text == theirs
    edits.undo()
    assert "Casa" in edits.loaded.document.text
    assert edits.save()


def test_a_file_of_a_newer_format_is_read_only(tmp_path: Path) -> None:
    scene = Scene(tmp_path, text=MAPPING.replace("mapstudio: 1", "mapstudio: 2"))
    edits = editor(scene)
    assert edits.read_only
    with pytest.raises(UsageError, match="read-only"):
        edits.set_constant("company", "x")


def test_commands_do_in_a_shell_what_was_done_here() -> None:
    assert shell.quoted("lower(a)") == '"lower(a)"'
    assert shell.quoted("a || 'b'") == "\"a || 'b'\""
    assert shell.quoted("`5`") == "'`5`'"
    assert shell.quoted("plain-word") == "plain-word"
    assert shell.map_set("m", "f", "constant", "12") == "mapstudio map set m f --constant '\"12\"'"
    assert shell.map_set("m", "f", "constant", 12) == "mapstudio map set m f --constant 12"
    assert shell.map_set("m", "f", "constant", "a b") == 'mapstudio map set m f --constant "a b"'


def test_paths_of_fields_and_expressions_meet() -> None:
    assert field_key("reservations[].startDate") == ("reservations", "startDate")
    assert field_key("@") == ()
    assert field_expression("custom.a-b") == 'custom."a-b"'
    assert field_expression("lines[].price") == "lines[].price"
    record: Record = {"lines": [{"price": None}, {"price": 5}], "a": "", "b": {"c": 0}}
    assert value_at(record, ("lines", "price")) == 5
    assert filled_keys(record) == {("lines",), ("lines", "price"), ("b",), ("b", "c")}


def test_twenty_thousand_fields_are_filtered_by_looking_at_each_name_once() -> None:
    fields = [Field(f"group{number // 100}.field{number}") for number in range(20_000)]
    tree = FieldTree("big", fields)
    assert len(tree.nodes) == 20_201

    class Counted(str):
        __slots__ = ()
        looked = 0

        def __contains__(self, part: object) -> bool:
            Counted.looked += 1
            return super().__contains__(part)  # type: ignore[operator]

    tree._folded = [Counted(text) for text in tree._folded]
    found = tree.visible(frozenset(), "field19999")
    assert [tree.nodes[index].label for index in found] == ["big", "group199", "field19999"]
    assert Counted.looked == len(tree.nodes)


def test_fields_are_found_by_the_group_in_which_the_system_shows_them() -> None:
    tree = FieldTree("crm", [Field("email", group="Contact information"), Field("utm", group="Web analytics")])
    found = tree.visible(frozenset(), "analytics")
    assert [tree.nodes[index].label for index in found] == ["crm", "utm"]
