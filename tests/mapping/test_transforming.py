"""transform: every record is an output, a reject with its reasons, or a skip; none is lost."""

from __future__ import annotations

import json

from mapstudio.mapping.transforming import Reject, Skipped, Transformed, transform
from mapstudio.model import JsonValue
from tests.mapping.samples import CONTACTS, HEAD, mapping_of

WHERE = HEAD.replace("guests}", "guests, where: x}")


def test_every_record_is_accounted_for() -> None:
    mapping = mapping_of("a: lower(x)\nb: upper(y)", head=WHERE).compile()
    records: list[tuple[str | int, JsonValue]] = [
        (1, {"x": "A", "y": "b"}),
        (2, {}),
        (3, {"x": 5, "y": 6}),
        (4, ["no record"]),
        ("r-5", {"x": "C"}),
    ]
    first, second, third, fourth, fifth = transform(mapping, records)
    assert first == Transformed(1, {"a": "a", "b": "B"})
    assert second == Skipped(2)
    assert isinstance(third, Reject)
    assert json.loads(json.dumps(third.to_json())) == {
        "source": 3,
        "reasons": [
            {"row": "a", "reason": third.reasons[0].reason, "value": 5},
            {"row": "b", "reason": third.reasons[1].reason, "value": 6},
        ],
        "record": {"x": 5, "y": 6},
    }
    assert isinstance(fourth, Reject)
    assert fourth.record == ["no record"]
    assert fifth == Transformed("r-5", {"a": "c"})


def test_elements_are_named_by_their_parent() -> None:
    head = HEAD.replace("guests}", "guests, each: {items: rooms, id: id}}")
    mapping = mapping_of("a: lower(x)", head=head).compile()
    record: JsonValue = {"rooms": [{"id": "a", "x": "X"}, {"id": "b", "x": 5}]}
    good, bad = transform(mapping, [(7, record)])
    assert good == Transformed("7#a", {"a": "x"})
    assert isinstance(bad, Reject)
    assert (bad.source, bad.record) == ("7#b", record)


def test_missing_required_fields_are_told_and_reject_nothing() -> None:
    mapping = mapping_of("firstname: x").compile(schema=CONTACTS)
    (result,) = transform(mapping, [(1, {"x": "a"})])
    assert result == Transformed(1, {"firstname": "a"}, ("email",))
