"""How records of several properties are told apart: guest, reservation and other ids are a property's own.

Fields hold ids as the API gives them, however many properties a connection opens. Where it opens several, the ids of
records carry their property (``297652-84510005``), and so do the references that are written; each record says its
``propertyID``. Where it opens one, a mapping may write them so all the same, and stays what it is when another property
is opened. Guest profiles are the organisation's: their ids stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mapstudio.connectors.cloudbeds.fields import specs
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.model import JsonValue, Record, SourceRecord, UsageError

PROPERTY = "propertyID"
ORGANISATION = frozenset({"guest_profiles"})
"""Objects that belong to no property."""

_WHOLE = frozenset({"hotels"}) | ORGANISATION
"""Objects whose ids are unique without more."""

_HYPHENATED = frozenset({"guest_notes", "reservation_notes", "rooms"})
"""Objects whose own ids have a hyphen."""


class OtherPropertyError(UsageError):
    """A write mixes two properties."""


@dataclass(frozen=True, slots=True)
class PropertyNames:
    """The properties that a connection opens.

    Attributes:
        ids: In the order of their numbers, however they were given.
    """

    ids: tuple[str, ...]

    @classmethod
    def of(cls, connection: str, text: str) -> PropertyNames:
        """Return what a setting names: one property, or several with commas between.

        Raises:
            UsageError: A part of it is no property id.
        """
        words = [word.strip() for word in text.split(",")]
        for word in words:
            if not (word.isascii() and word.isdecimal()):
                raise UsageError(
                    f'Connection "{connection}": property "{word}" is no property id (digits only).',
                    remedy="Set one, or several with commas between, such as 297652,310118.",
                )
        return cls(tuple(sorted(set(words), key=int)))

    @property
    def several(self) -> bool:
        """Whether the ids of records carry their property."""
        return len(self.ids) > 1

    @property
    def account(self) -> str:
        """The id of the account that they are together."""
        return ",".join(self.ids)

    def full(self, property_id: str, own: str) -> str:
        """Return the id of a record that belongs to a property."""
        return f"{property_id}-{own}" if self.several else own

    def parts(self, full: str) -> tuple[str, str]:
        """Return the property that an id carries (empty: none of these) and the id that the API knows."""
        if not self.several:
            return self.ids[0], full
        property_id, _, own = full.partition("-")
        return (property_id, own) if property_id in self.ids and own else ("", full)

    def record_id(self, object_name: str, property_id: str, own: str) -> str:
        """Return the id of a record of an object."""
        return own if object_name in _WHOLE else self.full(property_id, own)

    def named(self, object_name: str, given: str) -> str:
        """Return the id of the record that a mapping names by an id, with its property or without.

        Raises:
            UsageError: Several properties are open, and it says none of them.
        """
        if object_name in _WHOLE:
            return given
        if not self.several:
            own = given.removeprefix(f"{self.ids[0]}-")
            # A hyphen of its own is part of a note's or a room's id.
            return given if object_name in _HYPHENATED else own
        if not self.parts(given)[0]:
            raise UsageError(
                f'several properties are open, and "{given}" of {object_name} has to carry one of them, '
                f"such as {self.full(self.ids[0], given)}"
            )
        return given

    def marked(
        self, object_name: str, property_id: str, record: SourceRecord, *, to_compare: bool = False
    ) -> SourceRecord:
        """Return a record of one property as one among several.

        Args:
            object_name: Its object.
            property_id: Its property.
            record: As its property has it.
            to_compare: It is held against what a mapping gives, whose references are ids of records.
        """
        if not self.several or object_name in ORGANISATION:
            return record
        data = {**record.data, PROPERTY: property_id}
        for name in referring(object_name) if to_compare else ():
            own = data.get(name)
            if isinstance(own, str) and own:
                data[name] = self.full(property_id, own)
        return replace(record, id=self.record_id(object_name, property_id, record.id), data=data)

    def property_of(self, object_name: str, values: Record) -> str:
        """Return the property that values name, by ``propertyID`` or by an id; empty where they name none."""
        told = values.get(PROPERTY)
        if told not in (None, ""):
            return str(told)
        named: list[str] = []

        def note(full: str) -> str:
            named.append(self.parts(full)[0])
            return full

        _changed(values, _id_names(object_name), note)
        return next((name for name in named if name), "")

    def bare(self, object_name: str, property_id: str, values: Record) -> Record:
        """Return what is to be written as the API of one property knows it.

        Raises:
            OtherPropertyError: An id in it is of another one of the properties.
        """

        def own(full: str) -> str:
            named, rest = self.parts(full)
            if named and named != property_id:
                raise OtherPropertyError(f"{full} belongs to property {named}, not to {property_id}")
            return rest

        given = {name: value for name, value in values.items() if name != PROPERTY}
        return _changed(given, _id_names(object_name), own)


def referring(object_name: str) -> list[str]:
    """Return the fields that a write takes and that name another record of the same property."""
    return [
        spec.field.name
        for spec in specs(object_name)
        if spec.field.reference and spec.field.reference not in ORGANISATION and not spec.field.read_only
    ]


def carries(object_name: str, field: str) -> bool:
    """Return whether a value that is looked for in a field may be the id of a record."""
    return object_name not in _WHOLE and (field == KINDS[object_name].id or field in referring(object_name))


def _id_names(object_name: str) -> frozenset[str]:
    """Return the names, at any depth, of what is written and names another record of the same property."""
    return frozenset(referring(object_name)) | ({"roomTypeID", "roomID"} if object_name == "reservations" else set())


def _changed(value: Record, names: frozenset[str], change: Callable[[str], str]) -> Record:
    """Return the values with the ids in them changed; custom fields are the hotel's own and hold none."""

    def one(name: str, inner: JsonValue) -> JsonValue:
        if name in names and isinstance(inner, str) and inner:
            return change(inner)
        if isinstance(inner, Mapping) and name != "customFields":
            return _changed(inner, names, change)
        if isinstance(inner, list):
            return [_changed(row, names, change) if isinstance(row, dict) else row for row in inner]
        return inner

    return {name: one(name, inner) for name, inner in value.items()}
