"""Writing in batches, such that each record has an outcome of its own.

Every input carries an ``objectWriteTraceId``: with one on each, the system writes the good inputs and tells the bad
ones in a 207. Where it refuses a whole batch all the same, the batch is halved until the bad records stand alone. A 2xx
alone is never taken for written: an input without a result is sent again on its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapstudio.connectors.contract import Write, WriteOutcome, Written
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.catalogue import Catalogue
from mapstudio.connectors.hubspot.reading import results_of
from mapstudio.connectors.hubspot.refusals import KEY, reasons
from mapstudio.connectors.hubspot.values import EMAIL, encoded
from mapstudio.model import ConnectionFailedError, Field, FieldType, JsonValue, Reason, Record

BATCH = 100
_TRACE = "objectWriteTraceId"


@dataclass(frozen=True, slots=True)
class _Input:
    """One record on its way: its place in the answer, its input, and the values by row."""

    place: int
    body: Mapping[str, Any]
    sent: Record
    key: str


class Writer:
    """Writes records of one account."""

    def __init__(self, api: Api, catalogue: Catalogue) -> None:
        self._api = api
        self._catalogue = catalogue

    async def write(self, object_name: str, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write records: creates through upsert by the key, updates by id; one outcome for each, in order."""
        await self._catalogue.check(object_name)
        fields = await self._catalogue.fields(object_name)
        outcomes: dict[int, WriteOutcome] = {}
        groups: dict[tuple[str, str], list[_Input]] = {}
        for place, write in enumerate(writes):
            prepared = _prepared(place, write, fields)
            if isinstance(prepared, Reason):
                outcomes[place] = WriteOutcome(Written.REFUSED, write.destination_id, (prepared,))
            else:
                operation = "update" if write.destination_id is not None else "upsert"
                groups.setdefault((operation, prepared.key), []).append(prepared)
        for (operation, _), inputs in groups.items():
            path = f"{self._api.paths.objects}/{object_name}/batch/{operation}"
            for start in range(0, len(inputs), BATCH):
                await self._send(path, inputs[start : start + BATCH], outcomes)
        return [outcomes[place] for place in range(len(writes))]

    async def _send(self, path: str, inputs: Sequence[_Input], outcomes: dict[int, WriteOutcome]) -> None:
        body = {"inputs": [{**item.body, _TRACE: str(item.place)} for item in inputs]}
        try:
            answer = await self._api.send("POST", path, json=body)
        except ConnectionFailedError as error:
            if not outcomes:
                raise
            # Others of the same call are written: what is known of them must not be lost with this part.
            outcomes.update(
                {item.place: WriteOutcome(Written.UNKNOWN, reasons=(Reason(KEY, str(error)),)) for item in inputs}
            )
            return
        if answer.status >= 400:
            await self._refused(path, inputs, answer.body, outcomes)
            return
        known = _told(answer.body, inputs, update=path.endswith("update"))
        outcomes.update(known)
        silent = [item for item in inputs if item.place not in known]
        if len(inputs) == 1 and silent:
            reason = Reason(KEY, "the system answered without a word on this record")
            outcomes[silent[0].place] = WriteOutcome(Written.UNKNOWN, reasons=(reason,))
            return
        for item in silent:
            await self._send(path, [item], outcomes)

    async def _refused(
        self, path: str, inputs: Sequence[_Input], body: JsonValue, outcomes: dict[int, WriteOutcome]
    ) -> None:
        if len(inputs) == 1:
            [item] = inputs
            outcomes[item.place] = WriteOutcome(Written.REFUSED, reasons=reasons(body, item.sent, item.key))
            return
        half = len(inputs) // 2
        await self._send(path, inputs[:half], outcomes)
        await self._send(path, inputs[half:], outcomes)


def _prepared(place: int, write: Write, fields: Mapping[str, Field]) -> _Input | Reason:
    properties: dict[str, str] = {}
    for name, value in write.values.items():
        item = fields.get(name)
        try:
            properties[name] = encoded(item.type if item else FieldType.UNKNOWN, value)
        except TypeError as error:
            return Reason(name, str(error), value)
    if write.destination_id is not None:
        return _Input(place, {"id": write.destination_id, "properties": properties}, write.values, "")
    if len(write.key) != 1:
        return Reason(KEY, "a record is created through exactly one unique property")
    [(name, value)] = write.key.items()
    item = fields.get(name)
    if item is None or not item.unique:
        return Reason(KEY, f"{name} is no unique property, so that a repeated create could double the record", value)
    body = {"id": encoded(item.type, value), "idProperty": name, "properties": properties}
    return _Input(place, body, write.values, name)


def _told(body: JsonValue, inputs: Sequence[_Input], *, update: bool) -> dict[int, WriteOutcome]:
    """Return the outcomes that an answer tells; the order of its results means nothing."""
    answer = body if isinstance(body, dict) else {}
    by_place = {item.place: item for item in inputs}
    found: dict[int, WriteOutcome] = {}
    for result in results_of(answer):
        item = _whose(result, inputs, by_place)
        if item is not None:
            written = Written.CREATED if result.get("new") is True and not update else Written.UPDATED
            found[item.place] = WriteOutcome(written, str(result["id"]))
    errors = answer.get("errors")
    for error in errors if isinstance(errors, list) else []:
        for item in _blamed(error, inputs, by_place):
            found[item.place] = WriteOutcome(Written.REFUSED, reasons=reasons(error, item.sent, item.key))
    return found


def _whose(result: Record, inputs: Sequence[_Input], by_place: Mapping[int, _Input]) -> _Input | None:
    trace = result.get(_TRACE)
    if isinstance(trace, str) and trace.isdigit():
        return by_place.get(int(trace))
    properties = result.get("properties")
    for item in inputs:
        if not item.key and item.body["id"] == result.get("id"):
            return item
        if item.key and isinstance(properties, dict):
            value = str(properties.get(item.key) or "")
            wanted = str(item.body["id"])
            if value == wanted or (item.key == EMAIL and value.lower() == wanted.strip().lower()):
                return item
    return None


def _blamed(error: JsonValue, inputs: Sequence[_Input], by_place: Mapping[int, _Input]) -> list[_Input]:
    context = error.get("context") if isinstance(error, dict) else None
    if not isinstance(context, dict):
        return []
    traces = context.get(_TRACE)
    if isinstance(traces, list):
        return [by_place[int(str(trace))] for trace in traces if str(trace).isdigit() and int(str(trace)) in by_place]
    ids = context.get("ids")
    return [item for item in inputs if isinstance(ids, list) and item.body["id"] in ids]
