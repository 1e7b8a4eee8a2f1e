"""One portal: its tables, its owners and its budgets, and the one way in which a record is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mapstudio.model import JsonValue, Record, UsageError
from mapstudio.sandbox.contract import Setup
from mapstudio.sandbox.hubspot import definitions
from mapstudio.sandbox.hubspot.access import Access
from mapstudio.sandbox.hubspot.associations import Associations
from mapstudio.sandbox.hubspot.definitions import OBJECT_TYPES, ObjectType, object_type
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request
from mapstudio.sandbox.hubspot.limits import TIERS, Limits
from mapstudio.sandbox.hubspot.store import Change, Stored, Table
from mapstudio.sandbox.hubspot.values import Outside

NAME = "hubspot"
PORTAL_ID = 4_412_911
ZONE = ZoneInfo("America/Mexico_City")
ACCOUNT_TYPES = ("DEVELOPER_TEST", "SANDBOX", "STANDARD", "APP_DEVELOPER")

_STAGES = {"dealstage": "deals", "hs_pipeline_stage": "tickets"}
_PIPELINES = {"pipeline": "deals", "hs_pipeline": "tickets"}


class Portal:
    """The state of one local HubSpot.

    Args:
        setup: The world, the ledger, the clock and the options of the process.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        options = setup.options
        self.account_type = one_of("hubspot-account-type", options["hubspot-account-type"], ACCOUNT_TYPES)
        tier = one_of("hubspot-tier", options["hubspot-tier"], TIERS)
        self.limits = Limits(tier, setup.clock, ZONE, enforced=setup.limits)
        self.access = Access(setup.clock)
        self.agree_at_once = on_or_off("hubspot-consent-at-once", options["hubspot-consent-at-once"])
        self.access.tokens.rotate = on_or_off("hubspot-rotate-refresh", options["hubspot-rotate-refresh"])
        outside = Outside(self._allowed)
        delay = _seconds(options["hubspot-index-delay"])
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

    @property
    def switches(self) -> Mapping[str, Callable[[str], None]]:
        """What can be changed while it runs, each with what changes it."""
        return {
            "hubspot-account-type": self._switch_account_type,
            "hubspot-tier": lambda text: self.limits.change(one_of("hubspot-tier", text, TIERS)),
            "hubspot-index-delay": self._switch_index_delay,
            "hubspot-consent-at-once": self._switch_consent,
            "hubspot-rotate-refresh": self._switch_rotation,
        }

    def _switch_account_type(self, text: str) -> None:
        self.account_type = one_of("hubspot-account-type", text, ACCOUNT_TYPES)

    def _switch_index_delay(self, text: str) -> None:
        delay = _seconds(text)
        for table in self.tables.values():
            table.index_delay = delay

    def _switch_consent(self, text: str) -> None:
        self.agree_at_once = on_or_off("hubspot-consent-at-once", text)

    def _switch_rotation(self, text: str) -> None:
        self.access.tokens.rotate = on_or_off("hubspot-rotate-refresh", text)

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


def one_of(option: str, text: str, known: Collection[str]) -> str:
    """Return the option's value when it is one of the known ones.

    Raises:
        UsageError: It is none.
    """
    if text not in known:
        raise UsageError(f'--{option} "{text}" is unknown.', remedy=f"One of {', '.join(known)}.")
    return text


def on_or_off(option: str, text: str) -> bool:
    """Return whether an option is on.

    Raises:
        UsageError: It is neither.
    """
    return one_of(option, text, ("off", "on")) == "on"


def _seconds(text: str) -> timedelta:
    try:
        delay = timedelta(seconds=float(text))
    except (ValueError, OverflowError) as error:
        raise UsageError(f'--hubspot-index-delay "{text}" is no number of seconds.') from error
    return max(delay, timedelta(0))
