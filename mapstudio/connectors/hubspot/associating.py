"""Associating records in batches, each pair with an outcome of its own.

Types are directional: a label is looked up among those from the record's object to the other's. Making an association
that is there already changes nothing, so everything here may be sent twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapstudio.connectors.exchange import Association
from mapstudio.connectors.hubspot.api import Api
from mapstudio.connectors.hubspot.catalogue import Catalogue
from mapstudio.connectors.hubspot.definitions import ASSOCIATIONS
from mapstudio.connectors.hubspot.reading import results_of
from mapstudio.connectors.hubspot.refusals import sentence
from mapstudio.model import JsonValue, Reason, Record
from mapstudio.model.suggest import did_you_mean

BATCH = 1000
PRIMARY = "Primary"
COMPANIES = "companies"
_DEFAULT, _LABELLED, _REMOVED = "associate/default", "create", "archive"
_SILENT = "the system answered without a word on this association"


@dataclass(frozen=True, slots=True)
class _Pair:
    """One association on its way: its place in the answer and its input."""

    place: int
    item: Association
    body: Mapping[str, Any]

    @property
    def ids(self) -> frozenset[str]:
        """Both records; results name them in either direction."""
        return frozenset({self.item.record_id, self.item.other_id})

    def refused(self, reason: str) -> Reason:
        """Return why it was refused, at its row."""
        return Reason(f"{ASSOCIATIONS}.{self.item.object}", reason, self.item.other_id)


class Associator:
    """Associates records of one account."""

    def __init__(self, api: Api, catalogue: Catalogue) -> None:
        self._api = api
        self._catalogue = catalogue

    async def associate(self, object_name: str, associations: Sequence[Association]) -> list[Reason | None]:
        """Make or remove associations; return for each why it was refused, ``None`` when it is done."""
        await self._catalogue.check(object_name)
        told: dict[int, Reason | None] = {}
        groups: dict[tuple[str, str], list[_Pair]] = {}
        crowded = _crowded(object_name, associations)
        for place, item in enumerate(associations):
            pair = await self._prepared(object_name, place, item)
            if isinstance(pair, Reason):
                told[place] = pair
            elif place in crowded:
                told[place] = pair.refused(
                    f"only one company can be the primary one, and {crowded[place]} is given first"
                )
            else:
                groups.setdefault((item.object, _operation(item)), []).append(pair)
        for (target, operation), pairs in groups.items():
            path = f"{self._api.paths.associations}/{object_name}/{target}/batch/{operation}"
            for start in range(0, len(pairs), BATCH):
                await self._send(path, pairs[start : start + BATCH], told)
        return [told[place] for place in range(len(associations))]

    async def _prepared(self, object_name: str, place: int, item: Association) -> _Pair | Reason:
        both = {"from": {"id": item.record_id}, "to": {"id": item.other_id}}
        if item.remove:
            return _Pair(place, item, {**both, "to": [both["to"]]})
        if not item.labels:
            return _Pair(place, item, both)
        known = await self._kinds(object_name, item.object)
        unknown = [label for label in item.labels if label not in known]
        if unknown:
            hint = did_you_mean(unknown[0], known) or f"it has: {', '.join(sorted(known)) or 'none'}"
            message = f'"{unknown[0]}" is no label from {object_name} to {item.object}; {hint}'
            return _Pair(place, item, both).refused(message)
        return _Pair(place, item, {**both, "types": [known[label] for label in item.labels]})

    async def _kinds(self, object_name: str, target: str) -> Mapping[str, Record]:
        """Return the association types of a direction by their label."""
        return {
            str(kind["label"]): {"associationCategory": kind["category"], "associationTypeId": kind["typeId"]}
            for kind in await self._catalogue.labels(object_name, target)
            if kind.get("label")
        }

    async def _send(self, path: str, pairs: Sequence[_Pair], told: dict[int, Reason | None]) -> bool:
        """Send pairs and note what became of them; return whether they were taken as a whole."""
        answer = await self._api.send("POST", path, json={"inputs": [pair.body for pair in pairs]})
        if answer.status >= 400:
            await self._isolate(path, pairs, answer.body, told)
            return False
        told.update((pair.place, pair.refused(sentence(error))) for pair, error in _blamed(answer.body, pairs))
        done = _named(answer.body)
        told.update((pair.place, None) for pair in pairs if pair.item.remove or pair.ids in done)
        silent = [pair for pair in pairs if pair.place not in told]
        if len(silent) == len(pairs):
            told.update((pair.place, pair.refused(_SILENT)) for pair in silent)
        elif silent:
            await self._send(path, silent, told)
        return True

    async def _isolate(
        self, path: str, pairs: Sequence[_Pair], body: JsonValue, told: dict[int, Reason | None]
    ) -> None:
        if len(pairs) == 1:
            told[pairs[0].place] = pairs[0].refused(sentence(body))
            return
        half = len(pairs) // 2
        if await self._send(path, pairs[:half], told) and len(pairs) - half > 1:
            # The first half is good, so the second is not: it need not be asked as a whole.
            await self._isolate(path, pairs[half:], None, told)
        else:
            await self._send(path, pairs[half:], told)


def _operation(item: Association) -> str:
    if item.remove:
        return _REMOVED
    return _LABELLED if item.labels else _DEFAULT


def _crowded(object_name: str, associations: Sequence[Association]) -> dict[int, str]:
    """Return the places of those that would give a record another primary company, each with the one it has by then.

    A company may be the primary one of any number of records.
    """
    first: dict[tuple[str, str], str] = {}
    crowded: dict[int, str] = {}
    for place, item in enumerate(associations):
        if PRIMARY not in item.labels or item.remove or COMPANIES not in {object_name, item.object}:
            continue
        theirs = item.object == COMPANIES
        member, company = (item.record_id, item.other_id) if theirs else (item.other_id, item.record_id)
        known = first.setdefault((object_name if theirs else item.object, member), company)
        if known != company:
            crowded[place] = known
    return crowded


def _named(body: JsonValue) -> set[frozenset[str]]:
    """Return the pairs that an answer says are associated."""
    found: set[frozenset[str]] = set()
    for result in results_of(body if isinstance(body, dict) else {}):
        one, other = result.get("from"), result.get("to")
        if isinstance(one, dict) and isinstance(other, dict):
            found.add(frozenset({str(one.get("id")), str(other.get("id"))}))
        else:
            found.add(frozenset({str(result.get("fromObjectId")), str(result.get("toObjectId"))}))
    return found


def _blamed(body: JsonValue, pairs: Sequence[_Pair]) -> Iterator[tuple[_Pair, JsonValue]]:
    """Yield the pairs that the errors of a 207 name, each with its error."""
    errors = body.get("errors") if isinstance(body, dict) else None
    for error in errors if isinstance(errors, list) else []:
        context = error.get("context") if isinstance(error, dict) else None
        if isinstance(context, dict):
            sources, others = _texts(context.get("fromObjectId")), _texts(context.get("toObjectId"))
            for pair in pairs:
                named = pair.item.record_id in sources and (not others or pair.item.other_id in others)
                if named or (not sources and pair.item.other_id in others):
                    yield pair, error


def _texts(value: JsonValue) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list) else set()
