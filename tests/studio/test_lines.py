"""Rows with lines in the studio: shown with what they give, kept whatever else is edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.model import Field, FieldType, UsageError
from mapstudio.studio.glyphs import UNICODE
from mapstudio.studio.phrases import short_row
from mapstudio.studio.session.rows import Status
from tests.studio.scene import CONTACT_FIELDS, MAPPING, Scene
from tests.studio.test_session import opened

STAYS = """\
  stays:   # one line for each
    each: reservations
    key: start
    fields:
      start: startDate
      total: grandTotal
"""
LINES = (
    Field("stays", type=FieldType.LIST),
    Field("stays[].start", type=FieldType.DATE),
    Field("stays[].total", type=FieldType.NUMBER),
)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a scene whose contacts have stays."""
    text = MAPPING.replace("  company: {ignore", f"{STAYS}  company: {{ignore")
    made = Scene(tmp_path, text=text)
    made.crm.objects["contacts"].fields = (*CONTACT_FIELDS, *LINES)
    return made


async def test_a_row_with_lines_has_results_and_lights_up_what_it_reads(scene: Scene) -> None:
    session = await opened(scene)
    row = session.view.by_field["stays"]
    assert row.status is Status.FINE
    assert row.counts is not None
    assert (row.counts.ok, row.counts.error) == (10, 0)
    first = row.result(0)
    assert first is not None
    assert first.value == [{"start": "2026-08-30", "total": 920.5}, {"start": "2026-09-03", "total": 919.5}]
    assert {("reservations", "startDate"), ("reservations", "grandTotal")} <= row.reads
    assert session.view.by_target[("stays", "total")] is row
    assert "".join(text for text, _ in short_row(row.row, UNICODE)) == "each of reservations by start"
    await session.close()


async def test_what_is_wrong_with_an_inner_row_blocks_its_row(scene: Scene) -> None:
    scene.path.write_text(scene.path.read_text().replace("total: grandTotal", "total: grandTotl"))
    session = await opened(scene)
    row = session.view.by_field["stays"]
    assert row.status is Status.BLOCKS
    assert row.problems[0].row == "stays[].total"
    await session.close()


async def test_lines_are_kept_whatever_else_is_edited(scene: Scene) -> None:
    session = await opened(scene)
    session.editor.set_constant("firstname", "Ana")
    session.editor.set_expression("stays[].total", "grandTotal * `2`")
    for change in (session.editor.set_question, session.editor.set_expression, session.editor.set_ignored):
        with pytest.raises(UsageError, match="writes lines"):
            change("stays", "x")
    text = session.editor.loaded.document.text
    assert STAYS.replace("total: grandTotal", "total: grandTotal * `2`") in text
    session.editor.undo()
    assert STAYS in session.editor.loaded.document.text
    await session.close()
