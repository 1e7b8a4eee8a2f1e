"""Reading guest profiles: one for each person of an organisation, with what all of its hotels know of the stays."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mapstudio.connectors.cloudbeds.aliases import is_alias
from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.checkpoints import moment_of
from mapstudio.connectors.cloudbeds.fields import Source
from mapstudio.connectors.cloudbeds.json_api import JsonAnswer, JsonApi
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.shaping import shaped
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.connectors.together import together
from mapstudio.model import ConnectionFailedError, JsonValue, Record, SourceRecord

OBJECT = "guest_profiles"
PAGE = 250
FEW = 5
OVERLAP = timedelta(minutes=30)
"""How far a read goes back behind its checkpoint; both have their offset from UTC."""

MASKED = "*****"
"""What the API writes for an identity number that it does not show."""

_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Profiles:
    """The guest profiles that one session reaches."""

    session: Session

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the profiles; those that were merged into another or anonymised only where they are asked for."""
        needs = Needs.of(request.paths)
        parameters = {}
        if request.since is not None:
            since = moment_of(request.since, request.object) - OVERLAP
            parameters["filter"] = f"dateModified:greater_than_or_equal:{since.isoformat()}"
        seen: set[str] = set()
        left, begun = request.limit, None
        async with aclosing(self._pages(parameters)) as pages:
            async for answer, last in pages:
                begun = begun or answer.at
                rows = [
                    row
                    for row in rows_of(answer.record.get("data"))
                    if str(row.get("id")) not in seen and (request.archived or _is_alive(row))
                ]
                seen.update(str(row.get("id")) for row in rows)
                taken = rows[:left]
                whole = last and len(taken) == len(rows)
                yield Page(await self._records(taken, needs), None, begun.isoformat() if whole else None)
                left = None if left is None else left - len(taken)
                if left == 0:
                    return

    async def find(self, name: str, values: Collection[str], needs: Needs) -> list[SourceRecord]:
        """Return at least all profiles with one of the values in a field; the caller compares."""
        if name == "id" and len(values) <= FEW:
            found = await together(self._one(value) for value in values)
            return await self._records([row for row in found if row is not None], needs)
        rows: list[Record] = []
        async for answer, _ in self._pages({}):
            rows += rows_of(answer.record.get("data"))
        if name:
            rows = [row for row in rows if name not in row or _same(row[name], values)]
        return await self._records(rows, needs)

    async def _one(self, identity: str) -> Record | None:
        try:
            return (await (await self._api()).get(f"/profiles/{identity}")).record
        except RefusedCallError as error:
            if error.not_found or error.status == 400:
                return None
            raise

    async def _pages(self, parameters: dict[str, str]) -> AsyncGenerator[tuple[JsonAnswer, bool], None]:
        """Yield all pages; when there are fewer than before, rows have moved up and it is read again from the start."""
        api = await self._api()
        for _ in range(_RESTARTS):
            offset, before = 0, 0
            while True:
                query = {**parameters, "offset": str(offset), "limit": str(PAGE), "includeTotal": "true"}
                answer = await api.get("/profiles", query)
                rows, total = rows_of(answer.record.get("data")), _whole(answer.record.get("total"))
                if total < before:
                    break
                offset, before = offset + len(rows), total
                last = offset >= total if total else len(rows) < PAGE
                yield answer, last
                if last:
                    return
                if not rows:
                    raise ConnectionFailedError(
                        f"{self.session.api.caller.system} promised {total} profiles and gave {offset}.",
                        remedy="Run it again.",
                    )
        raise ConnectionFailedError(
            f"{self.session.api.caller.system} kept losing profiles while they were read.", remedy="Run it again later."
        )

    async def _records(self, rows: Sequence[Record], needs: Needs) -> list[SourceRecord]:
        return await together(self._record(row, needs) for row in rows)

    async def _record(self, row: Record, needs: Needs) -> SourceRecord:
        zone, identity = await self.session.zone(), str(row.get("id"))
        shown = {name: None if value == MASKED else value for name, value in row.items()}
        data = shaped(OBJECT, {**shown, "emailIsAlias": is_alias(row.get("email"))}, zone)
        for source, name in ((Source.STATS, "stats"), (Source.HISTORY, "reservations")):
            if needs.source(OBJECT, source):
                wire: Record = {name: [*await self._below(identity, name)]}
                data |= shaped(OBJECT, wire, zone, source)
        if needs.heads is not None and needs.uses("customFields"):
            data["customFields"] = await self._custom(identity)
        modified = data.get("dateModified")
        return SourceRecord(identity, data, _utc(modified))

    async def _below(self, identity: str, what: str) -> list[Record]:
        """Return what a profile has below it: the statistics as a list (or one object), the stays in pages."""
        api, found = await self._api(), list[Record]()
        while True:
            query = {"offset": str(len(found)), "limit": str(PAGE)} if what != "stats" else {}
            answer = await api.get(f"/profiles/{identity}/{what}", query)
            if what == "stats":
                return rows_of(answer.body) if isinstance(answer.body, list) else [answer.record]
            rows = rows_of(answer.record.get("data"))
            found += rows
            if len(rows) < PAGE:
                return found

    async def _custom(self, identity: str) -> Record:
        answer = await (await self._api()).get(f"/profiles/{identity}/custom-fields")
        wire: list[Record] = [
            {"shortcode": row.get("name"), "customFieldValue": row.get("value")}
            for row in rows_of(answer.record.get("data"))
        ]
        return await self.session.custom_record("guest", wire)

    async def _api(self) -> JsonApi:
        return await self.session.profiles()


def _is_alive(row: Record) -> bool:
    return row.get("parentId") in {None, "", "0", 0} and not row.get("dateAnonymized")


def _same(value: JsonValue, values: Collection[str]) -> bool:
    """Return whether a value may be one of those that are looked for; the caller compares exactly."""
    return str(value).strip().casefold() in {word.strip().casefold() for word in values} or not isinstance(value, str)


def _whole(value: JsonValue) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _utc(value: JsonValue) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment.tzinfo else None
