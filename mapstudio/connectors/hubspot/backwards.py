"""The lifecycle stage, which the system moves forward only: an earlier one is taken without a word and not kept.

The vendor's way back is to clear it first. What a plan shows is what a run does, so that is done wherever an answer
shows another stage than the one that was sent; what is not kept even then is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.inputs import Input
from mapstudio.connectors.hubspot.reading import results_of
from mapstudio.connectors.hubspot.refusals import reasons
from mapstudio.connectors.hubspot.suspects import whose
from mapstudio.model import JsonValue, Reason

STAGE = "lifecyclestage"


def not_kept(body: JsonValue, inputs: Sequence[Input]) -> dict[int, tuple[Input, str]]:
    """Return the inputs whose stage an answer shows to be another one, by place, each with the record's id."""
    found: dict[int, tuple[Input, str]] = {}
    for result in results_of(body if isinstance(body, dict) else {}):
        item = whose(result, inputs)
        properties = result.get("properties")
        if item is None or not isinstance(properties, dict) or STAGE not in properties:
            continue
        wanted = item.wire(STAGE)
        if wanted and properties[STAGE] != wanted:
            found[item.place] = (item, str(result.get("id")))
    return found


class Backwards:
    """Moves stages back in one account."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def move(self, object_name: str, kept: Mapping[int, tuple[Input, str]]) -> dict[int, Reason]:
        """Clear the stages and set them; return by place why one could not be moved.

        Args:
            object_name: The object.
            kept: What :func:`not_kept` found.
        """
        path = f"{self._api.paths.objects}/{object_name}/batch/update"
        told: dict[int, Reason] = {}
        for clear in (True, False):
            inputs = [
                _input(item, identity, clear=clear) for place, (item, identity) in kept.items() if place not in told
            ]
            if not inputs:
                break
            body = {"inputs": [{**item.body, "objectWriteTraceId": str(item.place)} for item in inputs]}
            answer = await self._api.send("POST", path, json=body)
            if answer.status >= 400:
                return {place: _reason(answer.body, item) for place, (item, _) in kept.items()}
            done = {item.place for result in results_of(_record(answer.body)) if (item := whose(result, inputs))}
            stuck = {} if clear else not_kept(answer.body, inputs)
            told |= {
                item.place: _reason(answer.body, item)
                for item in inputs
                if item.place not in done or item.place in stuck
            }
        return told


def _input(item: Input, identity: str, *, clear: bool) -> Input:
    stage = "" if clear else item.wire(STAGE)
    return Input(item.place, {"id": identity, "properties": {STAGE: stage}}, item.sent, "")


def _reason(body: JsonValue, item: Input) -> Reason:
    refused = isinstance(body, dict) and bool(body.get("message"))
    why = reasons(body, item.sent, STAGE)[0].reason if refused else "the system keeps a later stage"
    return Reason(STAGE, why, item.sent.get(STAGE))


def _record(body: JsonValue) -> dict[str, JsonValue]:
    return body if isinstance(body, dict) else {}
