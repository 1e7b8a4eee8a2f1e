"""Schemas go into a snapshot and come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.model import Field, FieldType, Option, Schema
from mapstudio.model.exact_json import dumps, loads

OPTIONS = st.builds(Option, st.text(), st.text())
FIELDS = st.builds(
    Field,
    name=st.text(min_size=1),
    label=st.text(),
    type=st.sampled_from(FieldType),
    required=st.booleans(),
    read_only=st.booleans(),
    unique=st.booleans(),
    options=st.lists(OPTIONS, max_size=3).map(tuple),
    max_length=st.one_of(st.none(), st.integers(0, 70_000)),
    reference=st.one_of(st.none(), st.text()),
    guessed_from=st.integers(0, 100),
)


@given(st.builds(Schema, st.text(), st.text(), st.lists(FIELDS, max_size=4).map(tuple), st.text()))
def test_round_trip(schema: Schema) -> None:
    written = loads(dumps(schema.to_json()))
    assert isinstance(written, dict)
    assert Schema.from_json(written) == schema


def test_snapshot_form() -> None:
    field = Field("stage", "Stage", FieldType.OPTION, required=True, options=(Option("won", "Won"),))
    schema = Schema("crm", "deals", (field,), "2024-05-01T00:00:00Z")
    assert list(schema.to_json()) == ["connection", "object", "taken_at", "fields"]
    assert schema.to_json()["fields"] == [
        {
            "name": "stage",
            "label": "Stage",
            "type": "option",
            "required": True,
            "read_only": False,
            "unique": False,
            "options": [{"value": "won", "label": "Won"}],
            "max_length": None,
            "reference": None,
        }
    ]
    assert Field("tier", guessed_from=100).to_json()["guessed_from"] == 100
    assert schema.get("stage") is field
    assert schema.get("nothing") is None


def test_a_hand_written_snapshot_may_be_short_but_not_wrong() -> None:
    schema = Schema.from_json({"connection": "c", "object": "o", "fields": [{"name": "a"}]})
    assert schema.fields == (Field("a"),)
    with pytest.raises(ValueError, match="is not a valid FieldType"):
        Schema.from_json({"connection": "c", "object": "o", "fields": [{"name": "a", "type": "money"}]})
    with pytest.raises(KeyError):
        Schema.from_json({"connection": "c", "object": "o", "fields": [{"label": "a"}]})
