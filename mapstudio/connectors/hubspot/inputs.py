"""What a batch is made of: each record with the place that its outcome has in the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapstudio.connectors.exchange import Write
from mapstudio.connectors.hubspot.refusals import KEY
from mapstudio.connectors.hubspot.values import EMAIL, encoded
from mapstudio.model import Field, FieldType, Reason, Record


@dataclass(frozen=True, slots=True)
class Input:
    """One record on its way.

    Attributes:
        place: Its place among the outcomes.
        body: Its input, without the trace.
        sent: The values by row.
        key: The property by which it is named; empty for an update by id.
    """

    place: int
    body: Mapping[str, Any]
    sent: Record
    key: str

    @property
    def name(self) -> str:
        """What tells it from the other inputs of a batch, as the system compares it."""
        name = str(self.body["id"])
        return name.strip().lower() if self.key == EMAIL else name

    def wire(self, row: str) -> str | None:
        """Return the value of a property as it was sent, ``None`` when it was not."""
        value = self.body["properties"].get(row)
        return str(value) if value is not None else None


def prepared(place: int, write: Write, fields: Mapping[str, Field]) -> Input | Reason:
    """Return the input of a write: an update by id, else an upsert by its key; or why there is none."""
    properties: dict[str, str] = {}
    for name, value in write.values.items():
        item = fields.get(name)
        try:
            properties[name] = encoded(item.type if item else FieldType.UNKNOWN, value)
        except (TypeError, ValueError) as error:
            return Reason(name, str(error), value)
    if write.destination_id is not None:
        return Input(place, {"id": write.destination_id, "properties": properties}, write.values, "")
    if len(write.key) != 1:
        return Reason(KEY, "a record is created through exactly one unique property")
    [(name, value)] = write.key.items()
    item = fields.get(name)
    if item is None or not item.unique:
        return Reason(KEY, f"{name} is no unique property, so that a repeated create could double the record", value)
    body = {"id": encoded(item.type, value), "idProperty": name, "properties": properties}
    return Input(place, body, write.values, name)


def batches(inputs: Sequence[Input], size: int) -> Iterator[list[Input]]:
    """Yield batches in which no record is named twice: the system refuses a whole batch for that."""
    left = list(inputs)
    while left:
        batch: dict[str, Input] = {}
        later: list[Input] = []
        for item in left:
            if len(batch) < size and item.name not in batch:
                batch[item.name] = item
            else:
                later.append(item)
        yield [*batch.values()]
        left = later
