"""What an account's schema says: kept while the connection is open; a schema that is asked for is fetched anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from mapstudio.connectors.contract import ObjectInfo
from mapstudio.connectors.hubspot.api import Api, MissingScopeError
from mapstudio.connectors.hubspot.definitions import (
    PIPELINED,
    RECORD_FIELDS,
    STANDARD,
    Definition,
    association_fields,
    definition,
    owner_option,
    pipeline_options,
    with_options,
)
from mapstudio.connectors.together import together
from mapstudio.model import Field, JsonValue, Option, Record, Schema, UsageError
from mapstudio.model.suggest import did_you_mean

_OWNERS = "the owners"


class Catalogue:
    """The objects, properties, pipelines and owners of one account."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._properties: dict[str, Mapping[str, Definition]] = {}
        self._custom: dict[str, ObjectInfo] | None = None
        self._labels: dict[tuple[str, str], list[Record]] = {}

    async def objects(self) -> list[ObjectInfo]:
        """Return the vendor's objects and the account's own."""
        standard = [ObjectInfo(name, item.label) for name, item in STANDARD.items()]
        return [*standard, *(await self._custom_objects()).values()]

    async def check(self, object_name: str) -> None:
        """Raise unless the object exists.

        Raises:
            UsageError: There is no object of that name.
        """
        if object_name in STANDARD:
            return
        known = [info.name for info in await self.objects()]
        if object_name not in known:
            remedy = did_you_mean(object_name, known) or f"It has: {', '.join(known)}."
            raise UsageError(f'{self._api.system} has no object "{object_name}".', remedy=remedy)

    def known_fields(self, object_name: str) -> Mapping[str, Field] | None:
        """Return the properties' fields without fetching anything, ``None`` when they were not fetched yet."""
        found = self._properties.get(object_name)
        return {name: item.field for name, item in found.items()} if found is not None else None

    async def fields(self, object_name: str) -> Mapping[str, Field]:
        """Return the properties' fields by name."""
        if object_name not in self._properties:
            await self._fetch(object_name)
        return {name: item.field for name, item in self._properties[object_name].items()}

    async def schema(self, object_name: str) -> Schema:
        """Return the live schema.

        Raises:
            UsageError: There is no object of that name.
        """
        await self.check(object_name)
        linked = STANDARD[object_name].linked if object_name in STANDARD else ()
        own, *others = await together(self._fetch(name) for name in (object_name, *linked))
        external: dict[str, Sequence[Option]] = {}
        for options in await together([self._owner_options(), self._pipelines(object_name)]):
            external.update(options)
        fields = [_with_external(item, external) for item in sorted(own.values(), key=_order)]
        beside = association_fields({name: _shown(name, found) for name, found in zip(linked, others, strict=True)})
        taken = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return Schema(self._api.connection, object_name, (*fields, *RECORD_FIELDS, *beside), taken)

    async def _fetch(self, object_name: str) -> Mapping[str, Definition]:
        answer = await self._api.get(f"{self._api.paths.properties}/{object_name}")
        live = [entry for entry in _records(answer.get("results")) if not entry.get("archived")]
        found = [definition(object_name, entry) for entry in live]
        self._properties[object_name] = {item.name: item for item in found}
        return self._properties[object_name]

    async def _pipelines(self, object_name: str) -> Mapping[str, Sequence[Option]]:
        if object_name not in PIPELINED:
            return {}
        answer = await self._api.get(f"{self._api.paths.pipelines}/{object_name}")
        live = [entry for entry in _records(answer.get("results")) if not entry.get("archived")]
        pipeline, stage = PIPELINED[object_name]
        pipelines, stages = pipeline_options(live)
        return {pipeline: pipelines, stage: stages}

    async def owners(self) -> list[Record]:
        """Return the active owners.

        Raises:
            MissingScopeError: The token may not read them.
        """
        found: list[Record] = []
        after: str | None = None
        while True:
            answer = await self._api.get(self._api.paths.owners, limit="100", **({"after": after} if after else {}))
            found += _records(answer.get("results"))
            after = next_after(answer)
            if after is None:
                return found

    async def labels(self, object_name: str, target: str) -> list[Record]:
        """Return the association types from one object to another: ``category``, ``typeId`` and ``label``."""
        direction = (object_name, target)
        if direction not in self._labels:
            answer = await self._api.get(f"{self._api.paths.associations}/{object_name}/{target}/labels")
            self._labels[direction] = _records(answer.get("results"))
        return self._labels[direction]

    async def _owner_options(self) -> Mapping[str, Sequence[Option]]:
        try:
            return {_OWNERS: [owner_option(owner) for owner in await self.owners()]}
        except MissingScopeError:
            # A token without the owners' scope still maps everything else; owner ids are not validated then.
            return {}

    async def _custom_objects(self) -> dict[str, ObjectInfo]:
        if self._custom is None:
            try:
                answer = await self._api.get(self._api.paths.schemas)
            except MissingScopeError:
                answer = {}
            infos = [_custom(entry) for entry in _records(answer.get("results")) if not entry.get("archived")]
            self._custom = {info.name: info for info in infos}
        return self._custom


def next_after(answer: Record) -> str | None:
    """Return the cursor of the next page, ``None`` on the last."""
    paging = answer.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return str(after) if after is not None else None


def _custom(entry: Record) -> ObjectInfo:
    name = str(entry.get("fullyQualifiedName") or entry.get("objectTypeId") or entry["name"])
    labels = entry.get("labels")
    label = labels.get("plural") if isinstance(labels, dict) else None
    return ObjectInfo(name, str(label or entry.get("name") or name))


def _with_external(item: Definition, external: Mapping[str, Sequence[Option]]) -> Field:
    options = external.get(_OWNERS if item.owner else item.name)
    if not options or item.field.read_only:
        return item.field
    return with_options(item.field, options)


def _shown(object_name: str, found: Mapping[str, Definition]) -> list[Field]:
    return [found[name].field for name in STANDARD[object_name].first if name in found]


def _order(item: Definition) -> tuple[int, str]:
    return item.rank, item.name


def _records(entries: JsonValue) -> list[Record]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
