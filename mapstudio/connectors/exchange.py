"""What passes between the runner and a connector: requests, pages, writes and their outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from mapstudio.model import JsonScalar, Lookalike, Reason, Record, SourceRecord

KeyValues: TypeAlias = "tuple[JsonScalar, ...]"
"""The values of the key's fields, in the order of the fields."""


@dataclass(frozen=True, slots=True)
class Among:
    """Some records of an object.

    Attributes:
        values: Their ids, or what they have in ``field``.
        field: A field by which the connector's own notices name records (the reservation that a note is on); ``None``
            for ids.
    """

    values: frozenset[str]
    field: str | None = None


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What to read.

    Attributes:
        object: The object's name.
        paths: The static paths that the expressions use (``guestEmail``, ``lines[].price``): they decide which fields,
            expansions, associations and details are fetched. ``None``: everything that a plain list answers.
        since: A checkpoint of an earlier read; ``None`` reads all.
        limit: At most so many records.
        archived: Archived records too, where the system still shows them; by themselves they say whether they are.
        among: Only these, each as it is now; one that is gone is left out. ``None``: whatever the rest says. It is
            only asked for what the connector's own notices named, and never together with ``since`` or ``limit``.
    """

    object: str
    paths: frozenset[str] | None = None
    since: str | None = None
    limit: int | None = None
    archived: bool = False
    among: Among | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records in read order.

    Attributes:
        records: As many as the system gave at once.
        total: How many there are in all, when the system says so.
        checkpoint: Where an incremental read may go on after this page; opaque text, ``None`` when not known.
    """

    records: Sequence[SourceRecord]
    total: int | None = None
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record to be written came from; an external id is made from it."""

    connection: str
    object: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Child:
    """One nested row of a record that is to change, such as a line of an order.

    Attributes:
        key: The value of the row's key, as text; names it within its record.
        values: What is to be set; ``None`` empties a field.
        id: The row to change or to take away; ``None`` adds one.
        remove: Take the row away.
        same: See :attr:`Write.same`.
    """

    key: str
    values: Record
    id: str | None = None
    remove: bool = False
    same: Record = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """One record to write.

    Attributes:
        origin: The source record.
        values: Only what is to be set, nested as the record is; ``None`` empties a field.
        destination_id: The record to update; ``None`` creates.
        key: Field and value of the mapping's key, for an upsert; values are part of ``values`` as well.
        children: By list field: the nested rows that change. Rows that are not named stay as they are.
        same: What the mapping gives beside ``values`` and the record has already. It needs no writing, but a system
            that works values out anew when others change would lose it, and has to be told it again.
        others: Of a create, the records of which a person said that they are not this one, though they look like it.
    """

    origin: Origin
    values: Record
    destination_id: str | None = None
    key: Mapping[str, JsonScalar] = field(default_factory=dict)
    children: Mapping[str, Sequence[Child]] = field(default_factory=dict)
    same: Record = field(default_factory=dict)
    others: frozenset[str] = frozenset()


class Written(StrEnum):
    """How one write ended."""

    CREATED = "created"
    UPDATED = "updated"
    REFUSED = "refused"
    """The system refused this record; nothing was written for it."""
    UNKNOWN = "unknown"
    """The answer was lost: it may have been written."""
    REVIEW = "review"
    """It may have been written, and nothing tells: a person looks, and it is never sent again by itself."""
    UNSENT = "unsent"
    """It was certainly not carried out, for no fault of the record: it may be sent again."""


@dataclass(frozen=True, slots=True)
class WriteOutcome:
    """The outcome of one :class:`Write`, in the same place of the answer.

    Attributes:
        result: How it ended.
        destination_id: The record, when it is known.
        reasons: Why it was refused or is to be reviewed; for one that was written, what of it was not.
        repeated: An update that repeats a create whose answer was lost: if there was no such record before, it is that
            create which made it.
        found: For a review, the records that may be it.
    """

    result: Written
    destination_id: str | None = None
    reasons: tuple[Reason, ...] = ()
    repeated: bool = False
    found: tuple[Lookalike, ...] = ()


@dataclass(frozen=True, slots=True)
class Association:
    """One record that shall (or shall no longer) belong to another.

    Attributes:
        record_id: The record.
        object: The other record's object.
        other_id: The other record.
        labels: As what it belongs to it; none for an association without a label.
        remove: Take all associations between the two away.
    """

    record_id: str
    object: str
    other_id: str
    labels: tuple[str, ...] = ()
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """How to find the record that a reference field shall point to.

    Attributes:
        object: The object that is pointed to.
        by: The field whose value is given; ``None``: the value is the system's own external id.
    """

    object: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A step of the system's own that a record can take after it is written, such as confirming an order.

    Attributes:
        name: The word in a mapping's ``after``.
        label: What people read.
        fields: The fields that tell whether a record has taken it.
    """

    name: str
    label: str
    fields: frozenset[str] = frozenset()
