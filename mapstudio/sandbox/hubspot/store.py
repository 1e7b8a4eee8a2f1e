"""What the local HubSpot holds: a table of records for each object type, with indexes of their unique values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mapstudio.model import JsonValue
from mapstudio.sandbox.hubspot.admin_rules import AdminRules
from mapstudio.sandbox.hubspot.definitions import ObjectType, Property
from mapstudio.sandbox.hubspot.derived import derived, only_forward
from mapstudio.sandbox.hubspot.errors import (
    ApiError,
    Invalid,
    bad_request,
    conflict,
    invalid_values,
    missing_values,
    not_found,
)
from mapstudio.sandbox.hubspot.lexicon import Lexicon
from mapstudio.sandbox.hubspot.stages import Stages
from mapstudio.sandbox.hubspot.values import Outside, stamp, stored

KEPT_VERSIONS = 20
"""So many values of a property are remembered."""

ALSO = "hs_additional_emails"
"""The addresses of contacts that were merged into one: it is found by each of them, and nobody else may have them."""

_LONGEST_ID = 19


def record_id(word: str) -> int:
    """Return the id that a word is, -1 when it is none."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= _LONGEST_ID else -1


@dataclass(slots=True)
class Stored:
    """One record.

    Attributes:
        values: Only properties that hold something.
        history: What each property held since when, the latest last; an empty text where it was emptied.
        archived: When it was archived, ``None`` while it is not.
        lagging: What the search index still holds of it; ``None`` before it was first indexed.
        lags_since: When the index began to lag, ``None`` when it does not.
    """

    id: int
    created: datetime
    modified: datetime
    values: dict[str, str]
    history: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    archived: datetime | None = None
    lagging: dict[str, str] | None = None
    lags_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Checked values, ready to be kept; ``None`` empties."""

    values: Mapping[str, str | None]


@dataclass
class Table:
    """All records of one object type.

    Attributes:
        lexicon: Its property definitions.
        portal: Named in validation errors.
        outside: Options that are not in the definitions.
        stages: The portal's pipelines.
        now: The clock.
        index_delay: How long search knows nothing of a write.
        admin: What the portal's admin demands of a record.
    """

    kind: ObjectType
    lexicon: Lexicon
    portal: int
    outside: Outside
    stages: Stages
    now: Callable[[], datetime]
    index_delay: timedelta = timedelta(0)
    records: dict[int, Stored] = field(default_factory=dict)
    unique: dict[str, dict[str, int]] = field(default_factory=dict)
    admin: AdminRules = field(default_factory=AdminRules)

    def __post_init__(self) -> None:
        """Make the indexes of the unique properties; a contact's e-mail is one though its definition says no."""
        names = {name for name, item in self.properties.items() if item.unique and not item.read_only}
        self.unique = {name: {} for name in names | ({"email"} if self.kind.name == "contacts" else set())}
        self._next = self.kind.first_id

    @property
    def properties(self) -> Mapping[str, Property]:
        """The definitions by name, without archived ones."""
        return self.lexicon.properties

    def define(self, item: Property) -> None:
        """Take a new property, or another definition of one; a unique one can be searched by at once."""
        if item.name not in self.properties:
            for record in self.records.values():
                record.values.pop(item.name, None)
        self.lexicon.define(item)
        if item.unique:
            self.unique.setdefault(item.name, {})

    def undefine(self, name: str) -> None:
        """Put a property away; no answer holds it any more."""
        self.lexicon.archive(name, stamp(self.now()))
        self.unique.pop(name, None)

    def find(self, word: str, id_property: str = "") -> Stored | None:
        """Return the record of that id, or of that value of a unique property; archived ones are not found.

        Raises:
            ApiError: The property is not unique.
        """
        if id_property in {"", "hs_object_id"}:
            record = self.records.get(record_id(word))
        else:
            record = self.records.get(self._index(id_property).get(self._folded(id_property, word), -1))
        return record if record is not None and record.archived is None else None

    def require(self, word: str, id_property: str = "") -> Stored:
        """Like :meth:`find`.

        Raises:
            ApiError: There is none.
        """
        record = self.find(word, id_property)
        if record is None:
            raise not_found()
        return record

    def find_archived(self, word: str) -> Stored | None:
        """Return the archived record of that id."""
        record = self.records.get(record_id(word))
        return record if record is not None and record.archived is not None else None

    def live(self) -> Iterator[Stored]:
        """Yield all records that are not archived, by ascending id."""
        return (record for record in self.records.values() if record.archived is None)

    def check(self, values: Mapping[str, JsonValue], existing: Stored | None, reserved: set[tuple[str, str]]) -> Change:
        """Return the values in the form in which they are kept.

        Args:
            values: As sent.
            existing: The record that they are for, ``None`` for a new one.
            reserved: Unique values that earlier inputs of the same batch take; this one's are added.

        Raises:
            ApiError: A value is refused or taken, or no records of this object are kept here.
        """
        if self.kind.bare:
            raise bad_request(f"The local sandbox knows {self.kind.name} by name only, and keeps none.")
        kept: dict[str, str | None] = {}
        problems: list[Invalid] = []
        for name, value in values.items():
            result = self._checked(name, value, existing)
            if isinstance(result, Invalid):
                problems.append(result)
            else:
                kept[name] = result
        held = existing.values if existing else {}
        misplaced = None if problems else self.stages.settle(self.kind, kept, held.get)
        if misplaced:
            problems.append(misplaced)
        if problems:
            raise invalid_values(self.portal, problems)
        missing = [] if existing else [name for name in self.kind.required if kept.get(name) is None]
        missing += [name for name in self.admin.missing(kept, held if existing else None) if name not in missing]
        if missing:
            raise missing_values(self.kind.singular, missing, "updating" if existing else "creating")
        only_forward(self.kind.name, self.properties, kept, held)
        self._check_unique(kept, existing, reserved)
        return Change(kept)

    def create(self, change: Change, *, created: datetime | None = None, modified: datetime | None = None) -> Stored:
        """Keep a new record."""
        moment = created or self.now()
        lags_since = moment if self.index_delay else None
        record = Stored(self._next, moment, modified or moment, {}, lags_since=lags_since)
        self._next += 1
        self.records[record.id] = record
        self._keep(record, change)
        return record

    def update(self, record: Stored, change: Change) -> set[str]:
        """Keep the values; return the names of those that are another now. The record's time moves only with them."""
        changed = {name for name, value in change.values.items() if record.values.get(name) != value}
        if changed:
            moment = self.now()
            if self.index_delay and self._indexed(record, moment):
                record.lagging, record.lags_since = dict(record.values), moment
            record.modified = max(moment, record.modified + timedelta(milliseconds=1))
            self._keep(record, change)
        return changed

    def archive(self, record: Stored) -> None:
        """Take the record out of everything but the list of archived ones."""
        record.archived = self.now()
        for name, index in self.unique.items():
            if name in record.values:
                index.pop(self._folded(name, record.values[name]), None)
        for address in record.values.get(ALSO, "").split(";"):
            self.unique.get("email", {}).pop(address, None)

    def searchable(self, record: Stored) -> Mapping[str, str] | None:
        """Return the values that the search index holds, ``None`` when it does not know the record yet."""
        if record.lags_since is not None and not self._indexed(record, self.now()):
            return record.lagging
        return record.values

    def _indexed(self, record: Stored, now: datetime) -> bool:
        return record.lags_since is None or now - record.lags_since >= self.index_delay

    def _checked(self, name: str, value: JsonValue, existing: Stored | None) -> str | Invalid | None:
        item = self.properties.get(name)
        if item is None:
            return Invalid(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        if self.kind.stage and name == self.kind.stage[1] and isinstance(value, str):
            # Whether it is a stage at all is told together with the pipeline that it must be one of.
            return value or None
        result = stored(item, value, existing.values.get(name) if existing else None, self.outside)
        if isinstance(result, str):
            kept = self.lexicon.mended(item, result)
            return self.lexicon.refusal(item, kept, self.now) or kept or None
        return result

    def _check_unique(
        self, kept: Mapping[str, str | None], existing: Stored | None, reserved: set[tuple[str, str]]
    ) -> None:
        own = existing.id if existing else None
        claimed: set[tuple[str, str]] = set()
        for name in self.unique.keys() & kept.keys():
            value = kept[name]
            if value is None:
                continue
            claim = (name, self._folded(name, value))
            holder = self.unique[name].get(claim[1])
            if holder not in {None, own} or claim in reserved:
                raise self._taken(name, value, own, holder)
            claimed.add(claim)
        reserved |= claimed

    def _taken(self, name: str, value: str, own: int | None, holder: int | None) -> ApiError:
        if name == "email":
            return conflict(self.kind.singular, holder)
        # The real sentence, from memory of public threads; an earlier input of the same batch has no id yet.
        where = f"portalId={self.portal}, objectTypeId={self.kind.type_id}, objectId={own or 0}"
        at = f"PropertyValueCoordinates{{{where}, propertyName={name}, value={value}}}"
        text = f"Cannot set {at} on {own or 0}. {holder or 0} already has that value."
        return invalid_values(self.portal, [Invalid(name, "CONFLICTING_UNIQUE_VALUE", text, value)])

    def _keep(self, record: Stored, change: Change) -> None:
        for name, value in change.values.items():
            self._set(record, name, value)
        calculated = derived(self.kind, record.values, self.stages)
        for name, value in calculated.items():
            self._set(record, name, value)
        always = {
            "hs_object_id": str(record.id),
            self.kind.created: record.values.get(self.kind.created) or stamp(record.created),
        }
        for name, text in always.items():
            self._set(record, name, text)
        record.values[self.kind.modified] = stamp(record.modified)

    def _set(self, record: Stored, name: str, value: str | None) -> None:
        before = record.values.pop(name, None)
        index = self.unique.get(name)
        if index is not None and before is not None:
            index.pop(self._folded(name, before), None)
        if value is not None:
            record.values[name] = value
            if index is not None:
                index[self._folded(name, value)] = record.id
            for address in value.split(";") if name == ALSO else ():
                self.unique["email"][address] = record.id
        if value != before:
            versions = record.history.setdefault(name, [])
            versions.append((record.modified, value or ""))
            del versions[:-KEPT_VERSIONS]

    def _index(self, id_property: str) -> Mapping[str, int]:
        index = self.unique.get(id_property)
        if index is None:
            raise bad_request(
                f"idProperty {id_property} is not a unique property of {self.kind.singular.upper()} objects."
            )
        return index

    @staticmethod
    def _folded(name: str, value: str) -> str:
        return value.strip().lower() if name == "email" else value
