"""What an account's schema says: kept while the connection is open; a schema that is asked for is fetched anew."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from mapstudio.connectors.declarations import ObjectInfo
from mapstudio.connectors.hubspot.api import Api, MissingScopeError, RefusedCallError
from mapstudio.connectors.hubspot.definitions import (
    RECORD_FIELDS,
    Definition,
    association_fields,
    definition,
    owner_option,
    pipeline_options,
    with_group,
    with_rules,
)
from mapstudio.connectors.hubspot.objects import STANDARD, ObjectKind, all_kinds, custom_kinds, known_kind
from mapstudio.connectors.hubspot.rules import rules_by_property
from mapstudio.connectors.together import together
from mapstudio.model import Field, JsonValue, Option, Record, Schema, UsageError
from mapstudio.model.suggest import did_you_mean

T = TypeVar("T")
_OWNERS = "the owners"


class Catalogue:
    """The objects, properties, pipelines and owners of one account."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._properties: dict[str, Mapping[str, Definition]] = {}
        self._custom: dict[str, ObjectKind] | None = None
        self._labels: dict[tuple[str, str], list[Record]] = {}

    async def objects(self) -> list[ObjectInfo]:
        """Return the vendor's objects and the account's own."""
        return [ObjectInfo(name, kind.label) for name, kind in (await self.kinds()).items()]

    async def kinds(self) -> Mapping[str, ObjectKind]:
        """Return all kinds of record by name: the vendor's, and the account's own."""
        if self._custom is None:
            answer = await _if_there(self._api.get(self._api.paths.schemas))
            self._custom = custom_kinds(records((answer or {}).get("results")))
        return all_kinds(self._custom)

    def known_kinds(self) -> Mapping[str, ObjectKind]:
        """Return the kinds without fetching anything: the account's own once a schema was read."""
        return all_kinds(self._custom or {})

    async def check(self, object_name: str) -> None:
        """Raise unless the object exists.

        Raises:
            UsageError: There is no object of that name.
        """
        if object_name not in STANDARD:
            await self.kind(object_name)

    async def kind(self, object_name: str) -> ObjectKind:
        """Return what is known of a kind of record, with what the account's own objects add to it.

        Raises:
            UsageError: There is no object of that name.
        """
        kinds = await self.kinds()
        if object_name not in kinds:
            remedy = did_you_mean(object_name, kinds) or f"It has: {', '.join(kinds)}."
            raise UsageError(f'{self._api.system} has no object "{object_name}".', remedy=remedy)
        return kinds[object_name]

    def known_fields(self, object_name: str) -> Mapping[str, Field] | None:
        """Return the properties' fields without fetching anything, ``None`` when they were not fetched yet."""
        found = self._properties.get(object_name)
        return {name: item.field for name, item in found.items()} if found is not None else None

    async def fields(self, object_name: str, *, anew: bool = False) -> Mapping[str, Field]:
        """Return the properties' fields by name; fetched once, or ``anew``."""
        if anew or object_name not in self._properties:
            await self._fetch(object_name)
        return {name: item.field for name, item in self._properties[object_name].items()}

    async def schema(self, object_name: str) -> Schema:
        """Return the live schema: properties with their rules and options, and what can be associated.

        Raises:
            UsageError: There is no object of that name.
        """
        kind = await self.kind(object_name)
        own = await self._fetch(object_name, kind)
        groups, rules = await self._groups(object_name), await self._rules(object_name)
        external: dict[str, Sequence[Option]] = {}
        for options in await together([self._owner_options(), self._stage_options(object_name, kind)]):
            external.update(options)
        fields = [
            with_rules(with_group(_with_external(item, external, kind), groups), rules.get(item.name, ()))
            for item in sorted(own.values(), key=_order)
        ]
        beside = await together(self._linked_fields(object_name, target) for target in kind.linked)
        taken = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        every = (*fields, *RECORD_FIELDS, *(field for some in beside for field in some))
        return Schema(self._api.connection, object_name, every, taken)

    async def owners(self) -> list[Record]:
        """Return the active owners.

        Raises:
            MissingScopeError: The token may not read them.
        """
        found: list[Record] = []
        after: str | None = None
        while True:
            answer = await self._api.get(self._api.paths.owners, limit="100", **({"after": after} if after else {}))
            found += records(answer.get("results"))
            after = next_after(answer)
            if after is None:
                return found

    async def pipelines(self, object_name: str) -> list[Record]:
        """Return the object's pipelines with their stages; those that are archived are left out."""
        answer = await self._api.get(f"{self._api.paths.pipelines}/{object_name}")
        return [entry for entry in records(answer.get("results")) if not entry.get("archived")]

    async def labels(self, object_name: str, target: str) -> list[Record]:
        """Return the association types from one object to another: ``category``, ``typeId`` and ``label``."""
        direction = (object_name, target)
        if direction not in self._labels:
            answer = await self._api.get(f"{self._api.paths.associations}/{object_name}/{target}/labels")
            self._labels[direction] = records(answer.get("results"))
        return self._labels[direction]

    async def _fetch(self, object_name: str, kind: ObjectKind | None = None) -> Mapping[str, Definition]:
        answer = await self._api.get(f"{self._api.paths.properties}/{object_name}")
        live = [entry for entry in records(answer.get("results")) if not entry.get("archived")]
        found = [definition(kind or known_kind(object_name), entry) for entry in live]
        self._properties[object_name] = {item.name: item for item in found}
        return self._properties[object_name]

    async def _linked_fields(self, object_name: str, target: str) -> list[Field]:
        """Return the fields of the records associated with an object; none where the account or the token lacks it."""
        kind = await self.kind(target)
        fields = await _if_there(self.fields(target))
        types = await _if_there(self.labels(object_name, target))
        if fields is None or types is None:
            return []
        labels = dict.fromkeys(str(entry["label"]) for entry in types if entry.get("label"))
        shown = [fields[name] for name in kind.first if name in fields]
        return association_fields(target, kind.label, [*labels], shown)

    async def _groups(self, object_name: str) -> Mapping[str, str]:
        answer = await _if_there(self._api.get(f"{self._api.paths.properties}/{object_name}/groups"))
        entries = records((answer or {}).get("results"))
        return {str(entry.get("name")): str(entry.get("label") or entry.get("name")) for entry in entries}

    async def _rules(self, object_name: str) -> Mapping[str, Sequence[Record]]:
        answer = await _if_there(self._api.get(f"{self._api.paths.validations}/{object_name}"))
        return rules_by_property(records((answer or {}).get("results")))

    async def _stage_options(self, object_name: str, kind: ObjectKind) -> Mapping[str, Sequence[Option]]:
        if kind.stages is None:
            return {}
        pipelines, stages = pipeline_options(await _if_there(self.pipelines(object_name)) or [])
        return dict(zip(kind.stages, (pipelines, stages), strict=True))

    async def _owner_options(self) -> Mapping[str, Sequence[Option]]:
        # A token without the owners' scope still maps everything else; owner ids are not validated then.
        return {_OWNERS: [owner_option(owner) for owner in await _if_there(self.owners()) or ()]}


async def _if_there(call: Coroutine[Any, Any, T]) -> T | None:
    """Return what the call gives, ``None`` where this token, tier or version does not have it."""
    try:
        return await call
    except (MissingScopeError, RefusedCallError):
        return None


def next_after(answer: Record) -> str | None:
    """Return the cursor of the next page, ``None`` on the last."""
    paging = answer.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return str(after) if after is not None else None


def records(entries: JsonValue) -> list[Record]:
    """Return the objects of a list."""
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _with_external(item: Definition, external: Mapping[str, Sequence[Option]], kind: ObjectKind) -> Field:
    options = external.get(_OWNERS if item.owner else item.name)
    if not options or item.field.read_only:
        return item.field
    by = kind.stages[0] if kind.stages is not None and item.name == kind.stages[1] else ""
    return replace(item.field, options=tuple(options), options_by=by)


def _order(item: Definition) -> tuple[int, str]:
    return item.rank, item.name
