"""Reading the ledger: rows are only ever added, and a void is a row of its own that takes another back.

Nothing is left out, neither voids nor taxes: sums are right only over all rows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mapstudio.connectors.cloudbeds.checkpoints import moment_of
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.shaping import shaped
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.model import ConnectionFailedError, JsonValue, Record, SourceRecord

OBJECT = "transactions"
PAGE = 1000
OVERLAP = timedelta(minutes=30)
"""How far a read goes back behind its checkpoint: rows are stamped in UTC, a little before others can see them."""

_ALL = "1970-01-01T00:00:00Z"
_ASKED_AT_ONCE = 500
_KINDS = {"reservationID": "RESERVATION", "houseAccountID": "HOUSE_ACCOUNT"}
_FILTERS = {
    "id": "id",
    "customerId": "customer_id",
    "parentId": "parent_id",
    "internalTransactionCode": "internal_code",
}
"""Fields by which the ledger can be searched, beside the sources in ``_KINDS``."""


@dataclass(frozen=True, slots=True)
class Transactions:
    """The transactions of one session."""

    session: Session

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the transactions, oldest first."""
        start = _ALL
        if request.since is not None:
            start = _utc(moment_of(request.since, request.object) - OVERLAP)
        left, begun = request.limit, None
        async for rows, at, last in self._pages([_leaf("created_at", "greater_than_or_equal", start)], left):
            begun = begun or at
            taken = rows[:left]
            whole = last and len(taken) == len(rows)
            yield Page(await self._records(taken), None, begun.isoformat() if whole else None)
            left = None if left is None else left - len(taken)
            if left == 0:
                return

    async def find(self, name: str, values: Collection[str], needs: Needs) -> list[SourceRecord]:  # noqa: ARG002
        """Return at least all transactions with one of the values in a field; the caller compares."""
        words = sorted(values)
        found: list[SourceRecord] = []
        for start in range(0, max(1, len(words)), _ASKED_AT_ONCE):
            leaves = _leaves(name, words[start : start + _ASKED_AT_ONCE])
            async for rows, _, _ in self._pages(leaves, None):
                found += await self._records(rows)
        return found

    async def _pages(
        self, leaves: list[JsonValue], limit: int | None
    ) -> AsyncIterator[tuple[list[Record], datetime, bool]]:
        """Yield rows, when they were given, and whether they are the last ones."""
        body: Record = {
            "filters": {"and": leaves},
            "limit": PAGE if limit is None else min(PAGE, limit),
            "sort": [{"field": "created_at", "direction": "asc"}, {"field": "id", "direction": "asc"}],
        }
        while True:
            answer = await self.session.accounting.search("/transactions", body)
            if not isinstance(answer.record.get("transactions"), list):
                raise ConnectionFailedError(
                    f"{self.session.api.caller.system} gave a page of transactions that holds none.",
                    remedy="Check the url of the connection, or try again later.",
                )
            token, rows = answer.record.get("nextPageToken"), rows_of(answer.record["transactions"])
            self.session.api.check_property(rows)
            yield rows, answer.at, not token
            if not token:
                return
            body = {**body, "pageToken": token}

    async def _records(self, rows: list[Record]) -> list[SourceRecord]:
        zone = await self.session.zone()
        records = []
        for row in rows:
            number = {
                name: row.get("sourceIdentifier") for name, kind in _KINDS.items() if row.get("sourceKind") == kind
            }
            data = shaped(OBJECT, {**row, **number}, zone)
            created = data.get("createdAt")
            records.append(SourceRecord(str(row.get("id")), data, created if isinstance(created, str) else None))
        return records


def _leaves(name: str, words: list[str]) -> list[JsonValue]:
    """Return the filters that find the words in a field; a search needs a date, an id or a source at least."""
    values: list[JsonValue] = [*words]
    everything = _leaf("created_at", "greater_than_or_equal", _ALL)
    if name in _KINDS:
        return [_leaf("source_kind", "equals", _KINDS[name]), _leaf("source_identifier", "in", values)]
    if name in _FILTERS:
        return [_leaf(_FILTERS[name], "in", values), *([] if name == "id" else [everything])]
    return [everything]


def _leaf(field: str, operator: str, value: JsonValue) -> Record:
    return {"operator": operator, "field": field, "value": value}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
