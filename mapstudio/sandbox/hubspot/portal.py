"""One portal: its tables, its owners and its budgets, and the one way in which a record is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mapstudio.model import JsonValue, Record, UsageError
from mapstudio.sandbox.contract import Setup
from mapstudio.sandbox.hubspot import definitions
from mapstudio.sandbox.hubspot.associations import Associations
from mapstudio.sandbox.hubspot.definitions import OBJECT_TYPES, ObjectType, object_type
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request
from mapstudio.sandbox.hubspot.store import Change, Stored, Table
from mapstudio.sandbox.hubspot.values import Outside, stamp
from mapstudio.sandbox.window import Window

NAME = "hubspot"
PORTAL_ID = 4_412_911
TOKEN = "local-sandbox-hubspot-token"  # noqa: S105 - opens nothing but this sandbox
ACCOUNT_TYPES = ("DEVELOPER_TEST", "SANDBOX", "STANDARD", "APP_DEVELOPER")
BURST = 100
BURST_SECONDS = 10.0
SEARCHES_PER_SECOND = 5
DAILY = 250_000

_STAGES = {"dealstage": "deals", "hs_pipeline_stage": "tickets"}
_PIPELINES = {"pipeline": "deals", "hs_pipeline": "tickets"}


class Portal:
    """The state of one local HubSpot.

    Args:
        setup: The world, the ledger, the clock and the options of the process.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.account_type = setup.options["hubspot-account-type"]
        if self.account_type not in ACCOUNT_TYPES:
            raise UsageError(
                f'--hubspot-account-type "{self.account_type}" is unknown.',
                remedy=f"One of {', '.join(ACCOUNT_TYPES)}.",
            )
        outside = Outside(self._allowed)
        delay = _seconds(setup.options["hubspot-index-delay"])
        self.tables = {kind.name: Table(kind, PORTAL_ID, outside, setup.now, delay) for kind in OBJECT_TYPES}
        self.associations = Associations()
        self.owners: Sequence[Mapping[str, Any]] = [
            {
                "id": str(71_100_201 + owner.index),
                "email": owner.email,
                "type": "PERSON",
                "firstName": owner.first,
                "lastName": owner.last,
                "userId": 9_100_201 + owner.index,
                "userIdIncludingInactive": 9_100_201 + owner.index,
                "createdAt": "2024-02-01T09:00:00.000Z",
                "updatedAt": "2026-03-02T09:00:00.000Z",
                "archived": False,
                "teams": [],
            }
            for owner in setup.world.owners
        ]
        self.burst = Window(BURST, BURST_SECONDS)
        self.searches = Window(SEARCHES_PER_SECOND, 1.0)
        self._calls: dict[str, int] = {}

    @property
    def calls_today(self) -> int:
        """How many calls the day has seen."""
        return self._calls.get(self._day(), 0)

    def count_call(self) -> None:
        """Count one call of today."""
        self._calls = {self._day(): self.calls_today + 1}

    def table(self, word: str) -> Table:
        """Return the table that a path names.

        Raises:
            ApiError: There is no such object type.
        """
        kind = object_type(word)
        if kind is None:
            raise bad_request(f"Unable to infer object type from: {word}")
        return self.tables[kind.name]

    def create(
        self,
        table: Table,
        change: Change,
        *,
        sent: Record,
        key: JsonValue = None,
        associate: Sequence[tuple[str, int, list[int]]] = (),
    ) -> Stored:
        """Store a new record, associate it, and tell the ledger."""
        record = table.create(change)
        changed = [name for name, value in change.values.items() if value is not None]
        self._tell(table.kind, "create", key or str(record.id), record, sent, changed)
        for target, target_id, types in associate:
            self.associate(table, record, target, target_id, types)
        return record

    def update(self, table: Table, record: Stored, change: Change, *, sent: Record, key: JsonValue) -> None:
        """Store values of a record and tell the ledger, even when nothing is another now."""
        changed = table.update(record, change)
        self._tell(table.kind, "update", key, record, sent, changed)

    def archive(self, table: Table, record: Stored) -> None:
        """Archive a record and tell the ledger."""
        table.archive(record)
        self.associations.forget(table.kind.name, record.id)
        self._tell(table.kind, "archive", str(record.id), record, {}, [])

    def associate(self, table: Table, record: Stored, target: str, target_id: int, types: list[int]) -> None:
        """Associate two records and tell the ledger.

        Raises:
            ApiError: The other record is not there, or an association type does not fit.
        """
        self.check_association(table.kind.name, target, target_id, types)
        new = self.associations.add(table.kind.name, record.id, target, target_id, types)
        sent: Record = {"to": f"{target}/{target_id}", "types": [*types]}
        self._tell(table.kind, "associate", str(record.id), record, sent, [f"associations.{target}"] if new else [])

    def check_association(self, source: str, target: str, target_id: int, types: Sequence[int]) -> None:
        """Raise when the association cannot be made.

        Raises:
            ApiError: The other record is not there, or an association type does not fit.
        """
        fitting = {
            kind.id for kind in definitions.association_types() if (kind.source, kind.target) == (source, target)
        }
        wrong = [type_id for type_id in types if type_id not in fitting]
        if wrong or not fitting:
            raise bad_request(f"Association types {wrong} do not go from {source} to {target}.")
        if self.tables[target].find(str(target_id)) is None:
            raise ApiError(400, "VALIDATION_ERROR", f"{target} {target_id} does not exist", {"ids": [str(target_id)]})

    def _allowed(self, name: str) -> Collection[str] | None:
        if name == "hubspot_owner_id":
            return [owner["id"] for owner in self.owners]
        if name in _PIPELINES:
            return [pipeline["id"] for pipeline in definitions.pipelines()[_PIPELINES[name]]]
        if name in _STAGES:
            found = definitions.pipelines()[_STAGES[name]]
            return [stage["id"] for pipeline in found for stage in pipeline["stages"]]
        return None

    def _tell(
        self,
        kind: ObjectType,
        operation: Any,  # noqa: ANN401 - the ledger's own literal
        key: JsonValue,
        record: Stored,
        sent: Record,
        changed: Collection[str],
    ) -> None:
        self.setup.ledger.record(NAME, kind.name, operation, key=key, id=str(record.id), values=sent, changed=changed)

    def _day(self) -> str:
        return self.setup.now().astimezone(UTC).date().isoformat()

    def midnight(self) -> str:
        """Return when the daily budget starts anew."""
        tomorrow = self.setup.now().astimezone(UTC).date() + timedelta(days=1)
        return stamp(datetime.combine(tomorrow, datetime.min.time(), UTC))


def _seconds(text: str) -> timedelta:
    try:
        return timedelta(seconds=float(text))
    except ValueError as error:
        raise UsageError(f'--hubspot-index-delay "{text}" is no number of seconds.') from error
