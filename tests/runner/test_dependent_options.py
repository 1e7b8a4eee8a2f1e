"""An option that is allowed beside some values of another field only: a stage belongs to one pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.model import Field, FieldType, Option, Record, Schema, Verb
from mapstudio.runner.plan import PlannedRecord
from tests.runner.world import CONTACT_FIELDS, guest, make_world

_PIPELINE = Field("pipeline", type=FieldType.OPTION, options=(Option("sales", "Sales"), Option("stays", "Stays")))
_STAGE = Field(
    "step",
    type=FieldType.OPTION,
    options=(Option("won", "Won", "sales"), Option("in", "Checked in", "stays"), Option("out", "Left", "stays")),
    options_by="pipeline",
)
_MAPPING = """\
mapstudio: 1
name: guests-to-contacts
source: {{connection: hotel, object: guests}}
destination: {{connection: crm, object: contacts, key: email}}
fields:
  email: email
{rows}
"""


async def _plan(root: Path, rows: str, present: Record | None = None) -> PlannedRecord:
    world = make_world(root, {"g1": guest("a@x.com")})
    world.crm.objects["contacts"].fields = (*CONTACT_FIELDS, _PIPELINE, _STAGE)
    if present is not None:
        world.contacts["1"] = {"email": "a@x.com", **present}
    with world.state:
        async with world.runner(_MAPPING.format(rows=rows)) as runner:
            [planned] = (await runner.plan()).records
    return planned


_BOTH = "  pipeline: {{constant: {0}}}\n  step: {{constant: {1}}}"
_STEP = "  step: {{constant: {0}}}"


@pytest.mark.parametrize(
    ("rows", "present", "verb"),
    [
        (_BOTH.format("stays", "in"), None, Verb.CREATE),
        (_BOTH.format("sales", "in"), None, Verb.REJECT),
        (_STEP.format("in"), None, Verb.CREATE),
        (_STEP.format("in"), {"pipeline": "stays", "step": "out"}, Verb.UPDATE),
        (_STEP.format("in"), {"pipeline": "sales", "step": "won"}, Verb.REJECT),
        (_BOTH.format("stays", "in"), {"pipeline": "sales", "step": "won"}, Verb.UPDATE),
        (_BOTH.format("stays", "won"), {"pipeline": "sales", "step": "won"}, Verb.REJECT),
        (_STEP.format("in"), {"pipeline": "sales", "step": "in"}, Verb.UNCHANGED),
    ],
)
async def test_an_option_must_go_with_what_stands_beside_it(
    tmp_path: Path, rows: str, present: Record | None, verb: Verb
) -> None:
    planned = await _plan(tmp_path, rows, present)
    assert planned.verb is verb
    assert (planned.reasons != ()) == (verb is Verb.REJECT)


async def test_the_reason_names_the_row_and_what_would_be_right(tmp_path: Path) -> None:
    [reason] = (await _plan(tmp_path, _BOTH.format("stays", "won"))).reasons
    assert reason.row == "step"
    assert reason.reason == "won is no option of step where pipeline is stays; it takes in, out"


def test_it_survives_the_snapshot() -> None:
    schema = Schema("crm", "deals", (_PIPELINE, _STAGE))
    assert Schema.from_json(schema.to_json()) == schema
