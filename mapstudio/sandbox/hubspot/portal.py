"""One portal: its tables, its owners and its budgets, and the one way in which a record is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from mapstudio.model import JsonValue, Record, UsageError
from mapstudio.sandbox.contract import Setup
from mapstudio.sandbox.hubspot import shipped
from mapstudio.sandbox.hubspot.access import Access
from mapstudio.sandbox.hubspot.association_types import AssociationTypes
from mapstudio.sandbox.hubspot.associations import Associations
from mapstudio.sandbox.hubspot.definitions import ObjectType, Property, Schema, TypeKey
from mapstudio.sandbox.hubspot.derived import from_product
from mapstudio.sandbox.hubspot.errors import ApiError, bad_request
from mapstudio.sandbox.hubspot.lexicon import Lexicon, shipped_lexicon
from mapstudio.sandbox.hubspot.limits import TIERS, Limits
from mapstudio.sandbox.hubspot.stages import Stages
from mapstudio.sandbox.hubspot.store import Change, Stored, Table
from mapstudio.sandbox.hubspot.values import Outside
from mapstudio.sandbox.hubspot.webhooks import Webhooks

NAME = "hubspot"
PORTAL_ID = 4_412_911
ZONE = ZoneInfo("America/Mexico_City")
ACCOUNT_TYPES = ("DEVELOPER_TEST", "SANDBOX", "STANDARD", "APP_DEVELOPER")

_PARENTS = frozenset({"deals", "quotes", "orders", "invoices"})
"""A line item belongs to one of these, and to one only."""


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
        self.webhooks = Webhooks(setup.clock, PORTAL_ID, self.access.tokens.app)
        self.index_delay = _seconds(options["hubspot-index-delay"])
        self.stages = Stages()
        self.schemas: dict[str, Schema] = {}
        self.schema_numbers = count()
        self.tables: dict[str, Table] = {}
        self._words: dict[str, Table] = {}
        for kind in shipped.object_types():
            self.add_table(kind, shipped_lexicon(kind))
        self.associations = Associations(AssociationTypes())
        self.owners = [_owner(owner.index, owner.email, owner.first, owner.last) for owner in setup.world.owners]
        self.owners.append(_owner(len(self.owners), "carmen.ibarra@casa-palma.example", "Carmen", "Ibarra", left=True))

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
        self.index_delay = _seconds(text)
        for table in self.tables.values():
            table.index_delay = self.index_delay

    def _switch_consent(self, text: str) -> None:
        self.agree_at_once = on_or_off("hubspot-consent-at-once", text)

    def _switch_rotation(self, text: str) -> None:
        self.access.tokens.rotate = on_or_off("hubspot-rotate-refresh", text)

    def table(self, word: str) -> Table:
        """Return the table that a path names by plural, singular, type id or full name.

        Raises:
            ApiError: There is no such object type.
        """
        found = self._words.get(word.lower())
        if found is None:
            raise bad_request(f"Unable to infer object type from: {word}")
        return found

    def add_table(self, kind: ObjectType, lexicon: Lexicon) -> Table:
        """Add an object, known by all of its words; its properties offer the pipelines that there are."""
        outside = Outside(self._allowed)
        table = Table(kind, lexicon, PORTAL_ID, outside, self.stages, self.setup.now, self.index_delay)
        self.tables[kind.name] = table
        self._words |= {word.lower(): table for word in kind.words}
        self.offer_stages(kind)
        return table

    def drop_table(self, kind: ObjectType) -> None:
        """Take a custom object away, with all that reaches it."""
        del self.tables[kind.name]
        for word in kind.words:
            self._words.pop(word.lower(), None)
        self.associations.types.forget(kind.name)

    def offer_stages(self, kind: ObjectType) -> None:
        """Let the properties of pipeline and stage offer what there is now."""
        if kind.stage is not None:
            for name, options in zip(kind.stage, self.stages.options(kind.name), strict=True):
                self.tables[kind.name].lexicon.offer(name, options)

    def create(
        self,
        table: Table,
        change: Change,
        *,
        sent: Record,
        key: JsonValue = None,
        associate: Sequence[tuple[str, int, list[TypeKey]]] = (),
    ) -> Stored:
        """Store a new record, associate it, and tell the ledger and whoever subscribed to it."""
        record = table.create(self._completed(table, change))
        changed = [name for name, value in change.values.items() if value is not None]
        self._tell(table.kind, "create", key or str(record.id), record, sent, changed)
        for target, target_id, keys in associate:
            self.associate(table, record, target, target_id, keys)
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

    def associate(self, table: Table, record: Stored, target: str, target_id: int, keys: Sequence[TypeKey]) -> None:
        """Associate two records and tell the ledger.

        Raises:
            ApiError: The other record is not there, or an association type does not fit.
        """
        self.check_association(table.kind.name, record.id, target, target_id, keys)
        new = self.associations.add(table.kind.name, record.id, target, target_id, keys)
        sent: Record = {"to": f"{target}/{target_id}", "types": [number for _, number in keys]}
        self._tell(table.kind, "associate", str(record.id), record, sent, [f"associations.{target}"] if new else [])
        if new:
            primary = self._is_primary(table.kind.name, record.id, target, target_id)
            sides = (table.kind, record.id), (self.tables[target].kind, target_id)
            self.webhooks.linked(*sides, primary=primary, gone=False)

    def dissociate(
        self, table: Table, record: Stored, target: str, target_id: int, keys: Collection[TypeKey] | None = None
    ) -> None:
        """Take associations away, all of them without ``keys``, and tell the ledger."""
        primary = self._is_primary(table.kind.name, record.id, target, target_id)
        gone = self.associations.remove(table.kind.name, record.id, target, target_id, keys)
        sent: Record = {"from": f"{target}/{target_id}", "types": [number for _, number in keys or ()]}
        self._tell(table.kind, "dissociate", str(record.id), record, sent, [f"associations.{target}"] if gone else [])
        if gone:
            sides = (table.kind, record.id), (self.tables[target].kind, target_id)
            self.webhooks.linked(*sides, primary=primary, gone=True)

    def _is_primary(self, source: str, source_id: int, target: str, target_id: int) -> bool:
        """Return whether the company of a pair is the other's primary one."""
        keys = self.associations.of(source, source_id, target).get(target_id, ())
        return any(kind.primary and kind.key in keys for kind in self.associations.types.between(source, target))

    def check_association(
        self, source: str, source_id: int | None, target: str, target_id: int, keys: Sequence[TypeKey]
    ) -> None:
        """Raise when the association cannot be made; a record that is only about to be made has no id yet.

        Raises:
            ApiError: The other record is not there, an association type does not fit, or there are too many already.
        """
        types = self.associations.types
        fitting = {kind.key for kind in types.between(source, target)}
        wrong = [f"{category} {number}" for category, number in keys if (category, number) not in fitting]
        if wrong or not fitting:
            raise bad_request(f"Association types [{', '.join(wrong)}] do not go from {source} to {target}.")
        if (source, source_id) == (target, target_id):
            raise bad_request(f"{source} {source_id} cannot be associated with itself.")
        if self.tables[target].find(str(target_id)) is None:
            raise ApiError(400, "VALIDATION_ERROR", f"{target} {target_id} does not exist", {"ids": [str(target_id)]})
        self._check_parent(source, source_id, target, target_id)
        if source_id is not None:
            self._check_limits(source, source_id, target, target_id, keys)

    def _check_parent(self, source: str, source_id: int | None, target: str, target_id: int) -> None:
        item, parent = (source_id, (target, target_id)) if source == "line_items" else (target_id, (source, source_id))
        if "line_items" not in {source, target} or parent[0] not in _PARENTS or item is None:
            return
        for name, found in self.associations.all_of("line_items", item).items():
            for other in found if name in _PARENTS else ():
                if (name, other) != parent:
                    raise bad_request(
                        f"Line item {item} belongs to {name} {other} already, and can belong to one only."
                    )

    def _check_limits(self, source: str, source_id: int, target: str, target_id: int, keys: Sequence[TypeKey]) -> None:
        types, held = self.associations.types, self.associations.of(source, source_id, target)
        for key in {*keys, types.unlabelled(source, target).key}:
            most = types.limit(source, target, key)
            others = [other for other, found in held.items() if other != target_id and key in found]
            if most is not None and len(others) >= most:
                raise bad_request(f"{source} {source_id} has {most} {target} of the type {key[1]}, the most allowed.")

    def _completed(self, table: Table, change: Change) -> Change:
        """Return the change with what a line item takes over from its product."""
        product_id = change.values.get("hs_product_id") if table.kind.name == "line_items" else None
        product = self.tables["products"].find(product_id) if product_id else None
        return change if product is None else Change({**from_product(product.values), **change.values})

    def _allowed(self, item: Property) -> Collection[str] | None:
        if item.name != "hubspot_owner_id":
            return None
        return [owner["id"] for owner in self.owners if not owner["archived"]]

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
        if operation in {"create", "update", "archive"}:
            self.webhooks.written(kind, operation, record.id, {name: record.values.get(name) for name in changed})


def _owner(index: int, email: str, first: str, last: str, *, left: bool = False) -> Mapping[str, Any]:
    user = 9_100_201 + index
    return {
        "id": str(71_100_201 + index),
        "email": email,
        "type": "PERSON",
        "firstName": first,
        "lastName": last,
        # Who has left is no user any more.
        **({} if left else {"userId": user}),
        "userIdIncludingInactive": user,
        "createdAt": "2024-02-01T09:00:00.000Z",
        "updatedAt": "2026-03-02T09:00:00.000Z",
        "archived": left,
        "teams": [],
    }


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
