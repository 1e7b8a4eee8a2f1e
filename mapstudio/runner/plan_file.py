"""A plan in a file: everything that an apply needs, for the user's eyes only."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mapstudio.model import FieldChange, Lookalike, Reason, UsageError, Verb
from mapstudio.model.atomic import write_private
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.runner.plan import Plan, PlannedRecord
from mapstudio.runner.planned_line import PlannedLine
from mapstudio.runner.state import SideInfo

FORMAT = 1


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Side(_Strict):
    connection: str
    environment: str
    object: str
    account: str


class _Change(_Strict):
    name: str
    # Any: a value goes through exactly as the JSON reader gave it.
    old: Any
    new: Any


class _Reason(_Strict):
    row: str
    reason: str
    value: Any


class _Line(_Strict):
    field: str
    key: str
    label: str
    id: str | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    same: dict[str, Any] = {}


class _Lookalike(_Strict):
    id: str
    evidence: str


class _PlannedRecord(_Strict):
    source_id: str
    verb: Verb
    key: list[Any]
    destination_id: str | None
    fields: list[_Change]
    reasons: list[_Reason]
    note: str
    canonical_key: list[Any]
    values: dict[str, Any]
    output: dict[str, Any]
    record: dict[str, Any]
    winner: str | None
    drops_link: bool
    kept: list[str] = []
    lines: list[_Line] = []
    steps: list[str] = []
    same: dict[str, Any] = {}
    found: list[_Lookalike] = []
    others: list[str] = []


class _PlanFile(_Strict):
    format: int = Field(alias="mapstudio_plan")
    mapping: str
    digest: str
    created: str
    source: _Side
    destination: _Side
    source_account: str
    destination_account: str
    schema_digest: str
    records: list[_PlannedRecord]
    notes: list[str]
    checkpoint: str | None


def save_plan(plan: Plan, path: Path) -> None:
    """Write the plan, readable by its owner alone: it holds the client's records.

    Raises:
        UsageError: The file cannot be written.
    """
    content = {
        "mapstudio_plan": FORMAT,
        **{name: getattr(plan, name) for name in _PLAIN},
        "source": asdict(plan.source),
        "destination": asdict(plan.destination),
        "records": [asdict(record) for record in plan.records],
    }
    try:
        write_private(path, dumps(content) + "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error


_PLAIN = (
    "mapping",
    "digest",
    "created",
    "source_account",
    "destination_account",
    "schema_digest",
    "notes",
    "checkpoint",
)


def load_plan(path: Path) -> Plan:
    """Read a saved plan.

    Raises:
        UsageError: The file cannot be read, is no plan, or was written by a newer mapstudio.
    """
    try:
        content = loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except JsonError as error:
        raise UsageError(f"{path} is no saved plan: {error}.", remedy=_REMEDY) from error
    version = content.get("mapstudio_plan") if isinstance(content, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise UsageError(f"{path} was written by a newer mapstudio (format {version}).", remedy=_REMEDY)
    try:
        saved = _PlanFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UsageError(f"{path} is no saved plan: {place}: {first['msg']}.", remedy=_REMEDY) from error
    return _plan(saved)


_REMEDY = "Make one with mapstudio plan MAPPING --save FILE."


def _plan(saved: _PlanFile) -> Plan:
    return Plan(
        mapping=saved.mapping,
        digest=saved.digest,
        created=saved.created,
        source=SideInfo(**saved.source.model_dump()),
        destination=SideInfo(**saved.destination.model_dump()),
        source_account=saved.source_account,
        destination_account=saved.destination_account,
        schema_digest=saved.schema_digest,
        records=tuple(_record(item) for item in saved.records),
        notes=tuple(saved.notes),
        checkpoint=saved.checkpoint,
    )


def _record(saved: _PlannedRecord) -> PlannedRecord:
    return PlannedRecord(
        source_id=saved.source_id,
        verb=saved.verb,
        key=tuple(saved.key),
        destination_id=saved.destination_id,
        fields=tuple(FieldChange(item.name, item.old, item.new) for item in saved.fields),
        reasons=tuple(Reason(item.row, item.reason, item.value) for item in saved.reasons),
        note=saved.note,
        canonical_key=tuple(saved.canonical_key),
        values=saved.values,
        output=saved.output,
        record=saved.record,
        winner=saved.winner,
        drops_link=saved.drops_link,
        kept=tuple(saved.kept),
        lines=tuple(PlannedLine(**item.model_dump()) for item in saved.lines),
        steps=tuple(saved.steps),
        same=saved.same,
        found=tuple(Lookalike(item.id, item.evidence) for item in saved.found),
        others=tuple(saved.others),
    )
