"""A schema that was guessed warns; a schema that is told keeps a mapping from running."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapstudio.expressions import compile_expression, infer
from mapstudio.mapping.checking import check_mapping, require_plannable
from mapstudio.mapping.problems import MappingError, Severity
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, Schema

GUESSED = Schema(
    "hotel",
    "guests",
    (
        Field("id", type=FieldType.TEXT),
        Field("optIn", type=FieldType.BOOLEAN),
        Field("points", type=FieldType.BOOLEAN, guessed_from=100),
        Field("stay", type=FieldType.OBJECT, guessed_from=100),
        Field("stay.nights", type=FieldType.INTEGER, guessed_from=100),
        Field("tier", type=FieldType.TEXT, guessed_from=100),
        Field("notes", type=FieldType.LIST),
        Field("notes[].text", type=FieldType.TEXT),
        Field("notes[].mood", type=FieldType.BOOLEAN, guessed_from=100),
    ),
)
TOLD = replace(GUESSED, fields=tuple(replace(item, guessed_from=0) for item in GUESSED.fields))
TARGET = Schema(
    "crm",
    "contacts",
    (
        Field("id", type=FieldType.TEXT),
        Field("score", type=FieldType.NUMBER),
        Field("born", type=FieldType.DATE),
        Field("text", type=FieldType.TEXT),
    ),
)
MAPPING = """\
mapstudio: 1
name: guests-to-contacts
source: {{connection: hotel, object: guests}}
destination: {{connection: crm, object: contacts, key: id}}
fields:
  id: id
  {row}
"""


def found(row: str, source: Schema) -> list[tuple[Severity, str]]:
    loaded = parse_mapping(MAPPING.format(row=row), "m.yaml")
    problems = check_mapping(loaded, source_schema=source, destination_schema=TARGET)
    return [(problem.severity, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("score: points", "boolean | null into number"),
        ("score: optIn || points", "boolean | null into number"),
        ("score: notes[0].mood", "boolean | null into number"),
        ("text: stay.rooms", "stay.rooms is no field of hotel guests"),
        ("text: tier.name", "tier.name is no field of hotel guests"),
    ],
)
def test_an_error_that_rests_on_a_guess_is_a_warning_that_says_so(row: str, message: str) -> None:
    [(severity, told)] = found(row, TOLD)
    assert severity is Severity.ERROR
    assert told.startswith(message)
    assert found(row, GUESSED) == [(Severity.WARNING, f"{told}, as guessed from samples")]
    require_plannable(
        parse_mapping(MAPPING.format(row=row), "m.yaml"), source_schema=GUESSED, destination_schema=TARGET
    )


@pytest.mark.parametrize("row", ["score: optIn", "text: nothing", "born: notes[0].text.year"])
def test_what_does_not_rest_on_a_guess_stays_an_error(row: str) -> None:
    assert found(row, GUESSED) == found(row, TOLD)
    with pytest.raises(MappingError):
        require_plannable(
            parse_mapping(MAPPING.format(row=row), "m.yaml"), source_schema=GUESSED, destination_schema=TARGET
        )


def test_a_guessed_field_may_be_absent_even_where_it_is_a_list_or_an_id() -> None:
    for name, kind in (("rooms", FieldType.LIST), ("id", FieldType.TEXT)):
        told = Field(name, type=kind, read_only=True)
        for item, absent in ((told, False), (replace(told, guessed_from=3), True)):
            of = infer(compile_expression(name), Schema("hotel", "guests", (item,))).type
            assert of.may_be_null is absent
