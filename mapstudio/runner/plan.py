"""The plan: what an apply would do to each record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapstudio.connectors.exchange import KeyValues
from mapstudio.model import FieldChange, JsonValue, Lookalike, Reason, Record, Verb
from mapstudio.runner.planned_line import PlannedLine
from mapstudio.runner.state import SideInfo

READ = "read"


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """What an apply would do with one output.

    Attributes:
        source_id: The source record; with ``each`` the element.
        verb: What would happen.
        key: The values of the key as the mapping gives them; empty when it came to none.
        destination_id: The destination record, when one was found.
        fields: What would be set, in file order, then lines and steps; empty unless it is a create or an update.
        reasons: Why it is rejected or to be reviewed, or what it waits for.
        note: Something else to be said, such as a link that was dropped.
        canonical_key: The key as the destination compares it.
        values: What would be sent, nested as the destination's record is.
        output: All that the mapping gave.
        record: The source record.
        winner: For a duplicate: the source id of the record that stands for it.
        drops_link: The record that it was linked to is gone.
        kept: Fields that are not sent, since the destination would keep the values that they have.
        lines: The lines that would be added, changed or taken away; ``fields`` tells them, too.
        steps: The steps that it would take once it is written; ``fields`` tells them, too.
        same: Of an update, what the mapping gives and the record has already, nested as ``values`` are.
        found: For a review, the destination records that may be the one that is meant.
        others: For a create, the records of which a person said that they are not the one.
    """

    source_id: str
    verb: Verb
    key: tuple[JsonValue, ...] = ()
    destination_id: str | None = None
    fields: tuple[FieldChange, ...] = ()
    reasons: tuple[Reason, ...] = ()
    note: str = ""
    canonical_key: KeyValues = ()
    values: Record = field(default_factory=dict)
    output: Record = field(default_factory=dict)
    record: Record = field(default_factory=dict)
    winner: str | None = None
    drops_link: bool = False
    kept: tuple[str, ...] = ()
    lines: tuple[PlannedLine, ...] = ()
    steps: tuple[str, ...] = ()
    same: Record = field(default_factory=dict)
    found: tuple[Lookalike, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def own_fields(self) -> tuple[FieldChange, ...]:
        """What would be set in the record itself: neither lines nor steps."""
        derived = len(self.steps) + sum(
            1 if item.old is None or item.new is None else len(item.new) for item in self.lines
        )
        return self.fields[: len(self.fields) - derived]

    @property
    def changed(self) -> int:
        """How many fields of the output change; a list of lines counts once, whatever changes in it."""
        return len(self.own_fields) + len({line.field for line in self.lines})

    @property
    def reason(self) -> str | None:
        """Why, in one line: the first reason, the others named after it; or the note."""
        if not self.reasons:
            return self.note or None
        first, *others = self.reasons
        also = "".join(f"; {item.row}: {item.reason}" for item in others)
        return f"{first.reason}{also}"

    def to_json(self) -> dict[str, Any]:
        """Return the record as it stands in ``plan --json``."""
        return {
            "source_id": self.source_id,
            "key": self.key[0] if len(self.key) == 1 else [*self.key] or None,
            "verb": str(self.verb),
            "destination_id": self.destination_id,
            "fields": [change.to_json() for change in self.fields],
            "reason": self.reason,
            "row": self.reasons[0].row if self.reasons else None,
        }


@dataclass(frozen=True)
class Plan:
    """What an apply would do, and what that rests on.

    Attributes:
        mapping: The mapping's name.
        digest: Of the mapping file's text.
        created: RFC 3339 UTC, before anything was read.
        source: Where it was read.
        destination: Where it would write.
        source_account: The source's account among all.
        destination_account: The destination's account among all.
        schema_digest: Of what the plan depends on in the destination's schema.
        records: In read order, every one that was read.
        notes: What is to be said about the whole, such as a checkpoint that was not used.
        checkpoint: What to save once the records are safe; ``None`` to save nothing.
    """

    mapping: str
    digest: str
    created: str
    source: SideInfo
    destination: SideInfo
    source_account: str
    destination_account: str
    schema_digest: str
    records: Sequence[PlannedRecord] = ()
    notes: tuple[str, ...] = ()
    checkpoint: str | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many records have which verb; ``read`` is their sum."""
        return count_verbs(item.verb for item in self.records)

    @property
    def quiet(self) -> bool:
        """Whether an apply would send nothing."""
        return not any(item.verb in {Verb.CREATE, Verb.UPDATE} for item in self.records)

    def to_json(self) -> dict[str, Any]:
        """Return counts and records as ``plan --json`` prints them."""
        return {**self.counts, "records": [item.to_json() for item in self.records]}

    def save(self, path: Path) -> None:
        """Write the plan to a file that its owner alone can read.

        Raises:
            UsageError: The file cannot be written.
        """
        from mapstudio.runner.plan_file import save_plan  # noqa: PLC0415 - pydantic, only when a file is in play

        save_plan(self, path)

    @classmethod
    def load(cls, path: Path) -> Plan:
        """Read a saved plan.

        Raises:
            UsageError: The file cannot be read, is no plan, or was written by a newer mapstudio.
        """
        from mapstudio.runner.plan_file import load_plan  # noqa: PLC0415 - pydantic, only when a file is in play

        return load_plan(path)


def count_verbs(verbs: Iterable[Verb]) -> dict[str, int]:
    """Return ``read`` and the number of each verb, all of them present."""
    counts = {READ: 0, **{str(verb): 0 for verb in Verb}}
    for verb in verbs:
        counts[READ] += 1
        counts[verb] += 1
    return counts
