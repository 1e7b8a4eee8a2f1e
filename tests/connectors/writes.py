"""Writes as the conformance suite makes them."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.exchange import Origin, Write, WriteOutcome
from mapstudio.model import JsonScalar, JsonValue, Record
from mapstudio.model.paths import get_path


async def write_all(connector: Connector, object_name: str, writes: Sequence[Write]) -> list[WriteOutcome]:
    """Write in batches of the connector's size; return one outcome for each write."""
    size = connector.capabilities(object_name).batch_size
    outcomes: list[WriteOutcome] = []
    for start in range(0, len(writes), size):
        batch = writes[start : start + size]
        answered = await connector.write(object_name, batch)
        assert len(answered) == len(batch)
        outcomes += answered
    return outcomes


def creates(key: str, records: Sequence[Record]) -> list[Write]:
    """Return writes that create the records, each from a source record of its own."""
    return [
        Write(
            origin=Origin("source", "people", f"source-{index}"),
            values=record,
            key={key: scalar(get_path(record, key))},
        )
        for index, record in enumerate(records)
    ]


def update(record_id: str, path: str, value: JsonValue) -> Write:
    """Return a write that sets one path of a record."""
    return Write(Origin("source", "people", f"source-{record_id}"), nested(path, value), destination_id=record_id)


def nested(path: str, value: JsonValue) -> Record:
    """Return a record that holds the value at the path."""
    first, *rest = path.split(".")
    for part in reversed(rest):
        value = {part: value}
    return {first: value}


def merged(record: Record, change: tuple[str, JsonValue]) -> Record:
    """Return the record with the value of ``change`` at its path."""
    first, *rest = change[0].split(".")
    inner = record.get(first)
    kept = inner if isinstance(inner, dict) else {}
    return {**record, first: merged(kept, (".".join(rest), change[1])) if rest else change[1]}


def scalar(value: JsonValue) -> JsonScalar:
    """Return a value that is known to be no list and no object."""
    assert not isinstance(value, (list, dict))
    return value
