"""How a plan and a run are said in words."""

from __future__ import annotations

import pytest

from mapstudio.cli.plan_view import changes, value_text
from mapstudio.model import FieldChange, JsonValue, Verb


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(empty)"),
        ([{"id": "901", "labels": []}], "901"),
        ([{"id": "901", "labels": ["Payer", "Guest"]}, {"id": "902", "labels": []}], "901 (Payer, Guest), 902"),
        ([{"id": "901", "name": "Ana"}], '[{"id":"901","name":"Ana"}]'),
        ([], "[]"),
    ],
)
def test_whom_a_record_belongs_to_is_read_as_people_write_it(value: JsonValue, text: str) -> None:
    assert value_text(value) == text


def test_what_is_added_stands_beside_what_was_there() -> None:
    change = FieldChange(
        "associations.x", [{"id": "1", "labels": []}], [{"id": "1", "labels": []}, {"id": "2", "labels": []}]
    )
    assert changes([change], Verb.UPDATE) == [("associations.x", "1", "->", "1, 2")]
