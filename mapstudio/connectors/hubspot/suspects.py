"""Which records of a refused batch are to blame, as far as the refusal says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mapstudio.connectors.hubspot.inputs import Input
from mapstudio.connectors.hubspot.refusals import Fault, faults
from mapstudio.model import JsonValue

TRACE = "objectWriteTraceId"


def named(error: JsonValue, inputs: Sequence[Input]) -> list[Input]:
    """Return the inputs that an error names by their trace or their id."""
    context = error.get("context") if isinstance(error, dict) else None
    if not isinstance(context, dict):
        return []
    traces, ids = context.get(TRACE), context.get("ids")
    if isinstance(traces, list):
        wanted = {str(trace) for trace in traces}
        return [item for item in inputs if str(item.place) in wanted]
    return [item for item in inputs if isinstance(ids, list) and item.body["id"] in ids]


def suspects(body: JsonValue, inputs: Sequence[Input]) -> list[Input]:
    """Return the inputs that the refusal of a whole batch is most likely about; none when it gives no hint.

    A batch that is refused as a whole tells of the first bad record only: by its trace, or by the property and the
    value. That is a hint and no verdict: who is suspected is sent alone and judged by the answer to that.
    """
    found = named(body, inputs)
    if not found:
        told = [fault for fault in faults(body) if fault.row]
        found = [item for item in inputs if any(_fits(fault, item) for fault in told)]
    return found if len(found) < len(inputs) else []


def doomed(body: JsonValue, inputs: Sequence[Input]) -> bool:
    """Return whether the refusal holds for every one of the inputs: it is about a property that all of them send."""
    return any(
        fault.whatever_the_value and all(item.wire(fault.row) is not None for item in inputs) for fault in faults(body)
    )


def _fits(fault: Fault, item: Input) -> bool:
    value = item.wire(fault.row)
    if value is None:
        return False
    return fault.whatever_the_value or (bool(value) and _mentions(fault.text, value))


def _mentions(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def whose(result: Mapping[str, JsonValue], inputs: Sequence[Input]) -> Input | None:
    """Return the input that a result belongs to; the order of the results means nothing."""
    trace = result.get(TRACE)
    if isinstance(trace, str) and trace:
        return next((item for item in inputs if str(item.place) == trace), None)
    properties = result.get("properties")
    for item in inputs:
        if not item.key and item.body["id"] == result.get("id"):
            return item
        if item.key and isinstance(properties, dict):
            value = str(properties.get(item.key) or "")
            if value in {item.body["id"], item.name} or value.strip().lower() == item.name:
                return item
    return None
