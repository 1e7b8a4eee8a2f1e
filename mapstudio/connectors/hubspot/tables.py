"""Reference tables: what records refer to by id and nobody maps into. Small enough to be read whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mapstudio.connectors.declarations import ObjectInfo
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.connectors.hubspot.api import Api, MissingScopeError, RefusedCallError
from mapstudio.connectors.hubspot.catalogue import Catalogue, records
from mapstudio.model import Field, FieldType, JsonScalar, Record, Schema, SourceRecord, UsageError
from mapstudio.model.suggest import did_you_mean

OWNERS, PIPELINES = "owners", "pipelines"


@dataclass(frozen=True, slots=True)
class _Table:
    """One reference table: its label, and its fields with the type of each."""

    label: str
    fields: Mapping[str, FieldType]
    unique: frozenset[str] = frozenset({"id"})


_TABLES: Mapping[str, _Table] = {
    OWNERS: _Table(
        "Owners",
        {
            "id": FieldType.TEXT,
            "email": FieldType.TEXT,
            "firstName": FieldType.TEXT,
            "lastName": FieldType.TEXT,
            "type": FieldType.TEXT,
            "userId": FieldType.INTEGER,
            "teams": FieldType.LIST,
            "teams[].id": FieldType.TEXT,
            "teams[].name": FieldType.TEXT,
            "teams[].primary": FieldType.BOOLEAN,
            "createdAt": FieldType.DATETIME,
            "updatedAt": FieldType.DATETIME,
            "archived": FieldType.BOOLEAN,
        },
        frozenset({"id", "email"}),
    ),
    PIPELINES: _Table(
        "Pipelines and stages",
        {
            "object": FieldType.TEXT,
            "id": FieldType.TEXT,
            "label": FieldType.TEXT,
            "displayOrder": FieldType.INTEGER,
            "stages": FieldType.LIST,
            "stages[].id": FieldType.TEXT,
            "stages[].label": FieldType.TEXT,
            "stages[].displayOrder": FieldType.INTEGER,
            "stages[].metadata": FieldType.OBJECT,
            "createdAt": FieldType.DATETIME,
            "updatedAt": FieldType.DATETIME,
        },
        frozenset(),
    ),
}
TABLES = tuple(ObjectInfo(name, table.label, writable=False) for name, table in _TABLES.items())


class ReferenceTables:
    """The reference tables of one account."""

    def __init__(self, api: Api, catalogue: Catalogue) -> None:
        self._api = api
        self._catalogue = catalogue

    def schema(self, name: str) -> Schema:
        """Return a table's schema, which is the same in every account."""
        table = _TABLES[name]
        fields = [
            Field(path, path, kind, read_only=True, unique=path in table.unique) for path, kind in table.fields.items()
        ]
        taken = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return Schema(self._api.connection, name, tuple(fields), taken)

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the table's rows in one page."""
        rows = await self.rows(request.object)
        yield Page(rows[: request.limit], total=len(rows))

    async def rows(self, name: str) -> list[SourceRecord]:
        """Return all rows of a table.

        Raises:
            AuthenticationError: The token may not read it.
        """
        if name == OWNERS:
            return [_row(name, str(owner["id"]), owner) for owner in await self._catalogue.owners()]
        found: list[SourceRecord] = []
        for object_name in [name for name, kind in (await self._catalogue.kinds()).items() if kind.stages is not None]:
            try:
                pipelines = await self._catalogue.pipelines(object_name)
            except (MissingScopeError, RefusedCallError):
                continue  # an object that this account, or this token, does not have
            found += [_pipeline(object_name, pipeline) for pipeline in pipelines]
        return found

    async def named(self, name: str, by: str, values: Collection[JsonScalar]) -> dict[JsonScalar, list[SourceRecord]]:
        """Return for each value the rows that it names, in whatever case it is written.

        Raises:
            UsageError: The table cannot be asked by this field.
        """
        unique = _TABLES[name].unique
        if by not in unique:
            remedy = did_you_mean(by, unique) or (f"Use one of: {', '.join(sorted(unique))}." if unique else "")
            raise UsageError(f"{self._api.system} does not find {name} by {by}.", remedy=remedy)
        rows = await self.rows(name)
        found: dict[JsonScalar, list[SourceRecord]] = {}
        for value in values:
            word = str(value or "").strip().casefold()
            hits = [row for row in rows if word and str(row.data.get(by) or "").casefold() == word]
            if hits:
                found[value] = hits
        return found


def is_table(name: str) -> bool:
    """Return whether the object is a reference table."""
    return name in _TABLES


def _row(name: str, row_id: str, entry: Record) -> SourceRecord:
    data: Record = {path: entry.get(path) for path in _TABLES[name].fields if "[]" not in path}
    modified = entry.get("updatedAt")
    return SourceRecord(row_id, data, str(modified) if modified else None)


def _pipeline(object_name: str, pipeline: Record) -> SourceRecord:
    # Ids of pipelines are unique within their object only.
    row = _row(PIPELINES, f"{object_name}/{pipeline['id']}", {**pipeline, "object": object_name})
    stages: Sequence[Record] = [stage for stage in records(pipeline.get("stages")) if not stage.get("archived")]
    row.data["stages"] = [
        {name: stage.get(name) for name in ("id", "label", "displayOrder", "metadata")} for stage in stages
    ]
    return row
