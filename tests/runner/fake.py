"""A system of our own behind a proper connector, with a switch for each misfortune a run may meet."""

from __future__ import annotations

import builtins
import itertools
import os
import signal
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from mapstudio.connectors.canonical import canonical_value
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, AccountKind, Capabilities, Enforcement, ObjectInfo, Setting
from mapstudio.connectors.exchange import (
    Action,
    Association,
    Child,
    KeyValues,
    Origin,
    Page,
    ReadRequest,
    Reference,
    Write,
    WriteOutcome,
    Written,
)
from mapstudio.model import (
    ConnectionFailedError,
    Field,
    JsonScalar,
    JsonValue,
    MapstudioError,
    Reason,
    Record,
    Schema,
    SourceRecord,
    UsageError,
)
from mapstudio.model.exact_json import dumps, loads
from mapstudio.model.paths import get_path, leaves, set_path
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner.sides import Connect

PAGE = 50


@dataclass
class FakeObject:
    """One object of a fake system: its records in read order."""

    fields: Sequence[Field]
    able: Capabilities
    records: dict[str, Record] = field(default_factory=dict)
    modified: dict[str, str] = field(default_factory=dict)
    origins: dict[Origin, str] = field(default_factory=dict)
    made_lines: dict[tuple[str, str, str], str] = field(default_factory=dict)


@dataclass
class FakeSystem:
    """A system that outlives its connectors.

    Attributes:
        refuse: Gives the reason why a write is refused.
        lose_before: The answer is lost and nothing was written, so many times.
        lose_after: Everything was written and the answer is lost, so many times.
        lose_within: The same, but the connector itself sends it again and gets an answer then.
        growing: Fields whose values never go back.
        refuse_link: Gives the reason why an association is refused.
        refuse_archive: Gives the reason why a record is not archived.
        sole: Labels that only one of those can have with which a record is associated.
        lose_links: The associations are made and the answer is lost, so many times.
        refuse_step: Gives the reason why a record may not take a step.
        lose_steps: The step is taken and the answer is lost, so many times.
        late: Nothing was written when the answer is lost; all of it is, just before the next batch arrives.
        down_after: No connection any more after so many calls of ``write``.
        broken: Every call raises this.
        kill_after: The process is killed by SIGKILL once so many records were stored.
        journal: Every stored record is appended here, and read again by the next process.
        on_write: Called with each batch before it is stored.
        forgetful: It answers with an outcome too few.
        twice: This record moves to the end while pages are turned, so that it is met twice.
    """

    objects: dict[str, FakeObject]
    account: Account = field(default_factory=lambda: Account("acc-1", "Account One", AccountKind.SANDBOX, "fake 1"))
    refuse: Callable[[Write], Reason | None] = lambda _: None
    lose_before: int = 0
    lose_after: int = 0
    lose_within: int = 0
    late: bool = False
    growing: frozenset[str] = frozenset()
    refuse_link: Callable[[Association], Reason | None] = lambda _: None
    refuse_archive: Callable[[str], Reason | None] = lambda _: None
    sole: frozenset[str] = frozenset()
    lose_links: int = 0
    refuse_step: Callable[[str], Reason | None] = lambda _: None
    lose_steps: int = 0
    down_after: int | None = None
    broken: MapstudioError | None = None
    kill_after: int | None = None
    journal: Path | None = None
    on_write: Callable[[Sequence[Write]], object] = lambda _: None
    twice: str | None = None
    forgetful: bool = False
    ledger: list[tuple[str, str]] = field(default_factory=list)
    batches: list[list[Write]] = field(default_factory=list)
    requests: list[ReadRequest] = field(default_factory=list)
    looked_up: list[set[KeyValues]] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    def replay(self) -> None:
        """Take over what earlier processes stored."""
        if self.journal is None or not self.journal.exists():
            return
        for line in self.journal.read_text().splitlines():
            entry: Any = loads(line)
            if entry["op"] == "associate":
                self._associate(entry["object"], Association(*entry["association"]))
                continue
            if entry["op"] == "step":
                self._step(entry["object"], entry["step"], entry["id"])
                continue
            children = [Child(*item) for item in entry["children"]]
            write = Write(Origin(*entry["origin"]), entry["values"], entry["target"], {}, {"lines": children})
            self._keep(entry["object"], entry["op"], entry["id"], write)

    def store(self, name: str, write: Write) -> WriteOutcome:
        """Store one record as an upsert by key or origin would."""
        if reason := self.refuse(write):
            return WriteOutcome(Written.REFUSED, None, (reason,))
        identifier = write.destination_id or self._existing(name, write)
        operation = "update" if identifier else "create"
        if identifier is None:
            identifier = str(next(self._ids))
        self._keep(name, operation, identifier, write)
        if self.journal is not None:
            origin: list[JsonValue] = [write.origin.connection, write.origin.object, write.origin.source_id]
            line: Record = {
                "object": name,
                "op": operation,
                "id": identifier,
                "target": write.destination_id,
                "values": write.values,
                "origin": origin,
                "children": [[item.key, item.values, item.id, item.remove] for item in write.children.get("lines", ())],
            }
            with self.journal.open("a") as file:
                file.write(dumps(line) + "\n")
        self._live()
        return WriteOutcome(Written.CREATED if operation == "create" else Written.UPDATED, identifier)

    def link(self, name: str, item: Association) -> Reason | None:
        """Make or remove one association."""
        if reason := self.refuse_link(item):
            return reason
        self._associate(name, item)
        if self.journal is not None:
            pair: list[JsonValue] = [item.record_id, item.object, item.other_id, [*item.labels], item.remove]
            with self.journal.open("a") as file:
                file.write(dumps({"object": name, "op": "associate", "association": pair}) + "\n")
        self._live()
        return None

    def step(self, name: str, action: str, identifier: str) -> Reason | None:
        """Let a record take a step; one that has taken it stays as it is."""
        if reason := self.refuse_step(identifier):
            return reason
        if self.objects[name].records[identifier].get("state") != action:
            self._step(name, action, identifier)
            if self.journal is not None:
                with self.journal.open("a") as file:
                    file.write(dumps({"object": name, "op": "step", "step": action, "id": identifier}) + "\n")
            self._live()
        return None

    def _step(self, name: str, action: str, identifier: str) -> None:
        self.objects[name].records[identifier]["state"] = action
        self.ledger.append((action, identifier))

    def _live(self) -> None:
        """Be killed when the time has come."""
        if self.kill_after is not None and len(self.ledger) >= self.kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    def _associate(self, name: str, item: Association) -> None:
        record = self.objects[name].records[item.record_id]
        path = f"associations.{item.object}"
        known: Any = get_path(record, path) or []
        entries = {entry["id"]: {*entry["labels"]} for entry in known}
        if item.remove:
            entries.pop(item.other_id, None)
        else:
            entries.setdefault(item.other_id, set()).update(item.labels)
        kept: list[JsonValue] = [{"id": other, "labels": [*sorted(labels)]} for other, labels in entries.items()]
        set_path(record, path, kept)
        self.ledger.append(("remove" if item.remove else "associate", f"{item.record_id}-{item.other_id}"))

    def _existing(self, name: str, write: Write) -> str | None:
        stored = self.objects[name]
        if stored.able.create is Enforcement.EXTERNAL_ID:
            return stored.origins.get(write.origin)
        fields = {item.name: item for item in stored.fields}
        for identifier, record in stored.records.items():
            if write.key and all(
                canonical(fields[key], get_path(record, key)) == canonical(fields[key], value)
                for key, value in write.key.items()
            ):
                return identifier
        return None

    def _keep(self, name: str, operation: str, identifier: str, write: Write) -> None:
        stored = self.objects[name]
        if operation == "create":
            stored.origins[write.origin] = identifier
            self._ids = itertools.count(max(int(identifier) + 1, next(self._ids)))
        record = stored.records.setdefault(identifier, {})
        for path, value in leaves(write.values):
            set_path(record, path, value)
        for path, children in write.children.items():
            for child in children:
                self._keep_line(stored, record, (identifier, path), child, repeats=write.destination_id is None)
        self.ledger.append((operation, identifier))

    def _keep_line(
        self, stored: FakeObject, record: Record, place: tuple[str, str], child: Child, *, repeats: bool
    ) -> None:
        """Keep one line as a connector would: a create that is repeated adds none twice, an update adds blindly."""
        known: Any = record.setdefault(place[1], [])
        made = (*place, child.key)
        identity = child.id or (stored.made_lines.get(made) if repeats else None)
        if child.remove:
            known[:] = [line for line in known if line["id"] != identity]
            return
        line = next((one for one in known if one["id"] == identity), None)
        if line is None:
            assert child.id is None, f"there is no line {child.id}"
            identity = f"{place[0]}-{next(self._ids)}"
            stored.made_lines[made] = identity
            line = {"id": identity}
            known.append(line)
        line.update(child.values)


def canonical(item: Field, value: JsonValue) -> JsonValue:
    """E-mail addresses do not know upper case here."""
    plain = canonical_value(item, value)
    return plain.lower() if item.name == "email" and isinstance(plain, str) else plain


class FakeConnector(Connector):
    """One connection to a fake system."""

    type: ClassVar[str] = "fake"
    label: ClassVar[str] = "Fake"
    settings: ClassVar[Sequence[Setting]] = ()

    def __init__(self, system: FakeSystem) -> None:
        self.system = system

    @classmethod
    def open(cls, connection: str, settings: Mapping[str, str]) -> Self:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def whoami(self) -> Account:
        self._up()
        return self.system.account

    async def objects(self) -> Sequence[ObjectInfo]:
        return [ObjectInfo(name, name) for name in self.system.objects]

    def capabilities(self, object_name: str) -> Capabilities:
        return self._object(object_name).able

    async def schema(self, object_name: str, used: Collection[str] | None = None) -> Schema:
        return Schema("fake", object_name, tuple(self._object(object_name).fields))

    async def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        self._up()
        self.system.requests.append(request)
        stored = self._object(request.object)
        found = [
            SourceRecord(identifier, deepcopy(record), stored.modified.get(identifier))
            for identifier, record in stored.records.items()
            if request.since is None or stored.modified.get(identifier, "") > request.since
        ]
        if (among := request.among) is not None:
            found = [
                record
                for record in found
                if (record.id if among.field is None else record.data.get(among.field)) in among.values
            ]
        found += [record for record in found if record.id == self.system.twice]
        newest = max(stored.modified.values(), default=None)
        for start in range(0, len(found), PAGE):
            yield Page(found[start : start + PAGE], len(found), newest)

    async def lookup(
        self, object_name: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> Mapping[KeyValues, Sequence[SourceRecord]]:
        self._up()
        self.system.looked_up.append(set(values))
        stored = self._object(object_name)
        schema = {item.name: item for item in stored.fields}
        found: dict[KeyValues, list[SourceRecord]] = {}
        for identifier, record in stored.records.items():
            own = tuple(canonical(schema[name], get_path(record, name)) for name in key)
            if own in values:
                found.setdefault(own, []).append(self._with(identifier, record, fields))  # type: ignore[arg-type]
        return found

    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        self._up()
        records = self._object(object_name).records
        return {item: self._with(item, records[item], fields) for item in ids if item in records}

    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        found: dict[JsonScalar, list[str]] = {}
        for identifier, record in self._object(reference.object).records.items():
            value = record.get(reference.by or "external_id")
            if not isinstance(value, (list, dict)) and value in values:
                found.setdefault(value, []).append(identifier)
        return found

    async def by_origin(self, object_name: str, origins: Collection[Origin]) -> Mapping[Origin, str]:
        known = self._object(object_name).origins
        return {origin: known[origin] for origin in origins if origin in known}

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        system = self.system
        self._up()
        assert len(writes) <= self.capabilities(object_name).batch_size
        system.on_write(writes)
        if system.down_after is not None:
            system.down_after -= 1
            if system.down_after < 0:
                system.broken = ConnectionFailedError("crm does not answer.", remedy="Is it running?")
                self._up()
        system.batches.append(list(writes))
        if system.lose_before > 0:
            system.lose_before -= 1
            return [WriteOutcome(Written.UNKNOWN)] * len(writes)
        if system.late:
            system.late = False
            system.on_write = lambda _: [system.store(object_name, write) for write in writes]
            return [WriteOutcome(Written.UNKNOWN)] * len(writes)
        outcomes = [system.store(object_name, write) for write in writes]
        if system.lose_within > 0:
            system.lose_within -= 1
            return [replace(system.store(object_name, write), repeated=True) for write in writes]
        if system.lose_after > 0:
            system.lose_after -= 1
            return [WriteOutcome(Written.UNKNOWN)] * len(writes)
        return outcomes[1:] if system.forgetful else outcomes

    def keeps(self, item: Field, present: JsonValue, new: JsonValue) -> bool:
        return item.name in self.system.growing and str(new) < str(present)

    async def associate(self, object_name: str, associations: Sequence[Association]) -> Sequence[Reason | None]:
        self._up()
        told = [self.system.link(object_name, item) for item in associations]
        if self.system.lose_links > 0:
            self.system.lose_links -= 1
            raise ConnectionFailedError("crm did not answer.")
        return told

    def sole_labels(self, object_name: str, target: str) -> frozenset[str]:
        return self.system.sole

    async def archive(self, object_name: str, ids: Sequence[str]) -> Sequence[Reason | None]:
        self._up()
        told = [self.system.refuse_archive(identifier) for identifier in ids]
        stored = self._object(object_name)
        for identifier, reason in zip(ids, told, strict=True):
            if reason is None and stored.records.pop(identifier, None) is not None:
                self.system.ledger.append(("archive", identifier))
        if self.system.lose_after > 0:
            self.system.lose_after -= 1
            raise ConnectionFailedError("crm did not answer.")
        return told

    @classmethod
    def actions(cls, object_name: str) -> Sequence[Action]:
        return [Action("confirm", "Confirm", frozenset({"state"}))] if object_name == "orders" else []

    def done(self, object_name: str, action: str, present: Record) -> bool:
        assert object_name == "orders"
        assert "state" in present
        return present["state"] == action

    async def act(self, object_name: str, action: str, ids: Sequence[str]) -> Sequence[Reason | None]:
        self._up()
        told = [self.system.step(object_name, action, item) for item in ids]
        if self.system.lose_steps > 0:
            self.system.lose_steps -= 1
            raise ConnectionFailedError("crm did not answer.")
        return told

    def canonical(self, item: Field, value: JsonValue) -> JsonValue:
        return canonical(item, value)

    def _object(self, name: str) -> FakeObject:
        if name not in self.system.objects:
            raise UsageError(f'There is no object "{name}".')
        return self.system.objects[name]

    def _with(self, identifier: str, record: Record, fields: Collection[str]) -> SourceRecord:
        data: Record = {}
        for name in fields:
            above, sign, own = name.partition("[].")
            if sign:
                lines: Any = data.setdefault(above, [{"id": line["id"]} for line in self._lines(record, above)])
                for line, stored in zip(lines, self._lines(record, above), strict=True):
                    line[own] = deepcopy(stored.get(own))
            else:
                set_path(data, name, deepcopy(get_path(record, name)))
        return SourceRecord(identifier, data)

    @staticmethod
    def _lines(record: Record, name: str) -> list[Any]:
        found = record.get(name)
        return found if isinstance(found, list) else []

    def _up(self) -> None:
        if self.system.broken is not None:
            raise self.system.broken


def connected(systems: Mapping[str, FakeSystem]) -> Connect:
    """Return what a runner opens its connectors with."""
    return lambda _project, connection, _environment: FakeConnector(systems[connection])


def project(root: Path, **settings: Mapping[str, str]) -> Project:
    """Return a project with the connections ``hotel`` and ``crm``, each with both environments."""
    return Project(
        root,
        "casa",
        {
            name: Connection(
                name,
                "fake",
                {kind: Environment(kind, settings.get(f"{name}_{kind}", {})) for kind in ("sandbox", "production")},
            )
            for name in ("hotel", "crm")
        },
    )
