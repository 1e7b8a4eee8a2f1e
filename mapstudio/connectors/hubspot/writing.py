"""Writing in batches, such that each record has an outcome of its own.

Every input carries an ``objectWriteTraceId``: with one on each, the system writes the good inputs and tells the bad
ones in a 207. Where it refuses a whole batch all the same, those whom the refusal points at are sent apart, and without
a hint the batch is halved until the bad records stand alone. A 2xx alone is never taken for written: inputs without a
result are sent again, and once more without a word nobody knows what became of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.hubspot.adopting import Adopter
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.catalogue import Catalogue
from mapstudio.connectors.hubspot.inputs import Input, batches, prepared
from mapstudio.connectors.hubspot.reading import results_of
from mapstudio.connectors.hubspot.refusals import KEY, reasons
from mapstudio.connectors.hubspot.suspects import TRACE, doomed, named, suspects, whose
from mapstudio.model import ConnectionFailedError, JsonValue, Reason

BATCH = 100
_SILENT = "the system answered without a word on this record"


@dataclass(frozen=True, slots=True)
class _Call:
    """One batch endpoint of one object."""

    object: str
    operation: str


class Writer:
    """Writes records of one account."""

    def __init__(self, api: Api, catalogue: Catalogue) -> None:
        self._api = api
        self._catalogue = catalogue
        self._adopter = Adopter(api)

    async def write(self, object_name: str, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write records: creates through upsert by the key, updates by id; one outcome for each, in order."""
        await self._catalogue.check(object_name)
        fields = await self._catalogue.fields(object_name)
        outcomes: dict[int, WriteOutcome] = {}
        groups: dict[tuple[str, str], list[Input]] = {}
        for place, write in enumerate(writes):
            item = prepared(place, write, fields)
            if isinstance(item, Reason):
                outcomes[place] = WriteOutcome(Written.REFUSED, write.destination_id, (item,))
            else:
                operation = "update" if write.destination_id is not None else "upsert"
                groups.setdefault((operation, item.key), []).append(item)
        for (operation, _), inputs in groups.items():
            for batch in batches(inputs, BATCH):
                await self._send(_Call(object_name, operation), batch, outcomes)
        return [outcomes[place] for place in range(len(writes))]

    async def _send(
        self, call: _Call, inputs: Sequence[Input], outcomes: dict[int, WriteOutcome], *, repeated: bool = False
    ) -> bool:
        """Send inputs and note their outcomes; return whether they were taken as a whole."""
        path = f"{self._api.paths.objects}/{call.object}/batch/{call.operation}"
        body = {"inputs": [{**item.body, TRACE: str(item.place)} for item in inputs]}
        try:
            answer = await self._api.send("POST", path, json=body)
        except ConnectionFailedError as error:
            if not outcomes:
                raise
            # Others of the same call are written: what is known of them must not be lost with this part.
            lost = WriteOutcome(Written.UNKNOWN, reasons=(Reason(KEY, str(error)),))
            outcomes.update((item.place, lost) for item in inputs)
            return True
        if answer.status >= 400:
            await self._isolate(call, inputs, answer.body, outcomes)
            return False
        _note_results(answer.body, inputs, outcomes, repeated=repeated or answer.repeated)
        await self._settle(call, _refused(answer.body, inputs), outcomes)
        silent = [item for item in inputs if item.place not in outcomes]
        if len(silent) == len(inputs):
            unknown = WriteOutcome(Written.UNKNOWN, reasons=(Reason(KEY, _SILENT),))
            outcomes.update((item.place, unknown) for item in silent)
        elif silent:
            await self._send(call, silent, outcomes, repeated=True)
        return True

    async def _isolate(
        self, call: _Call, inputs: Sequence[Input], body: JsonValue, outcomes: dict[int, WriteOutcome]
    ) -> None:
        """Find the bad ones of inputs that were refused as a whole, and write the others."""
        if len(inputs) == 1 or doomed(body, inputs):
            await self._settle(call, [(item, body) for item in inputs], outcomes)
            return
        apart = suspects(body, inputs)
        if apart:
            await self._send(call, [item for item in inputs if item not in apart], outcomes)
            await self._send(call, apart, outcomes)
            return
        half = len(inputs) // 2
        first, second = inputs[:half], inputs[half:]
        if await self._send(call, first, outcomes) and len(second) > 1:
            # The first half is good, so the second is not: it need not be asked as a whole.
            await self._isolate(call, second, None, outcomes)
        else:
            await self._send(call, second, outcomes)

    async def _settle(
        self, call: _Call, refused: Sequence[tuple[Input, JsonValue]], outcomes: dict[int, WriteOutcome]
    ) -> None:
        """Note refused inputs; those that name a record which is theirs already become an update of it."""
        adopted = await self._adopter.adopted(call.object, refused)
        for item, body in refused:
            if item.place not in adopted:
                outcomes[item.place] = WriteOutcome(Written.REFUSED, reasons=reasons(body, item.sent, item.key))
        if adopted:
            await self._send(_Call(call.object, "update"), [*adopted.values()], outcomes)


def _note_results(
    body: JsonValue, inputs: Sequence[Input], outcomes: dict[int, WriteOutcome], *, repeated: bool
) -> None:
    for result in results_of(body if isinstance(body, dict) else {}):
        item = whose(result, inputs)
        if item is None or "id" not in result:
            continue
        is_new = bool(item.key) and result.get("new") is True
        written = Written.CREATED if is_new else Written.UPDATED
        outcomes[item.place] = WriteOutcome(
            written, str(result["id"]), repeated=repeated and bool(item.key) and not is_new
        )


def _refused(body: JsonValue, inputs: Sequence[Input]) -> list[tuple[Input, JsonValue]]:
    """Return the inputs that a 207 blames, each with its error; several errors of one input are joined."""
    found: dict[int, tuple[Input, list[JsonValue]]] = {}
    errors = body.get("errors") if isinstance(body, dict) else None
    for error in errors if isinstance(errors, list) else []:
        for item in named(error, inputs):
            found.setdefault(item.place, (item, []))[1].append(error)
    return [(item, _joined(told)) for item, told in found.values()]


def _joined(told: Sequence[JsonValue]) -> JsonValue:
    """Return several errors of one record as one that says all they say."""
    if len(told) == 1:
        return told[0]
    messages = [str(error.get("message") or "") for error in told if isinstance(error, dict)]
    details = [error.get("errors") for error in told if isinstance(error, dict)]
    parts: list[JsonValue] = [part for some in details if isinstance(some, list) for part in some]
    return {"message": "; ".join(message for message in messages if message), "errors": parts}
