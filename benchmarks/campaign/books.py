"""One campaign: plan and apply until it is done, and hold the books of all runs against what was really written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.campaign import ledger
from benchmarks.campaign.records import Made, Records
from benchmarks.campaign.source import Hotel
from mapstudio.connectors.contract import Connector
from mapstudio.mapping import Mapping
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import MapstudioError, Verb
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner import Report, Runner, RunReader, RunStatus, StateStore

MOST_IDLE_RUNS = 12
"""Runs in a row that wrote nothing, after which a campaign is given up."""


@dataclass
class Part:
    """One mapping with its source.

    Attributes:
        text: The mapping's file.
        source: The records.
        verb: What becomes of a good record.
        reports: Those of the runs so far.
        failures: Why runs could not even begin.
    """

    text: str
    source: Records
    verb: Verb = Verb.CREATE
    reports: list[Report] = field(default_factory=list)
    failures: list[MapstudioError] = field(default_factory=list)

    @cached_property
    def mapping(self) -> Mapping:
        """What the file says."""
        return parse_mapping(self.text, "campaign.yaml").require()

    @property
    def object(self) -> str:
        """What the destination calls what is written."""
        return self.mapping.destination.object


@dataclass
class Campaign(ABC):
    """Records on their way into one system.

    Attributes:
        folder: Holds the state, and the ledger of what the system really wrote.
        destination: The system, as a project has it.
        parts: The mappings in the order in which they run.
    """

    folder: Path
    destination: Connection
    parts: Sequence[Part]

    @abstractmethod
    def open_destination(self, connection: str) -> Connector:
        """Return a connector to the system."""

    @abstractmethod
    def key(self, part: Part, record: Made) -> str:
        """Return what names a record in the system."""

    @abstractmethod
    def arrived(self, part: Part) -> Counter[str]:
        """Return what is in the system of a part by what names it, and how often it is there."""

    @property
    def ledger(self) -> Path:
        """What the system really wrote, a file."""
        return self.folder / "ledger"

    def entries(self, object_name: str) -> list[dict[str, Any]]:
        """Return what the system really wrote of an object."""
        return [entry for entry in ledger.entries(self.ledger) if entry["object"] == object_name]

    async def apply(self, part: Part) -> Report | None:
        """Plan and apply once; ``None`` when the plan already failed."""
        source = part.mapping.source

        def opened(project: Project, connection: str, environment: str) -> Connector:
            del project, environment
            if connection == source.connection:
                return Hotel(part.source.records, source.object, connection)
            return self.open_destination(connection)

        with StateStore.open(self.folder / "state") as state:
            mapping = parse_mapping(part.text, f"{source.object}.yaml")
            runner = Runner(self._project(source.connection), mapping, None, state, connect_to=opened)
            try:
                async with runner:
                    runner.acquire_lock()
                    report = await runner.apply(await runner.plan())
            except MapstudioError as error:
                part.failures.append(error)
                return None
        part.reports.append(report)
        return report

    async def apply_to_the_end(self, part: Part) -> None:
        """Apply as often as a timer would, until one run comes through or too many in a row get nowhere.

        A run stops where nobody can say what became of a record: of many records through many faults, that is often.
        """
        idle = 0
        while idle < MOST_IDLE_RUNS:
            report = await self.apply(part)
            if report is not None and report.status is RunStatus.DONE:
                return
            wrote = report is not None and report.counts[Verb.CREATE] + report.counts[Verb.UPDATE] > 0
            idle = 0 if wrote else idle + 1

    def differences(self, part: Part) -> list[str]:
        """Return everything in which the books of a part differ from what really happened; empty is good."""
        return [*self._unfinished(part), *self._lost_or_doubled(part), *self._miscounted(part), *self._refused(part)]

    def counted(self, verb: Verb) -> int:
        """Return how many records the books of all runs have under a verb."""
        return sum(sum(self._counts(part, verb)) for part in self.parts)

    def _counts(self, part: Part, verb: Verb) -> list[int]:
        with StateStore.open(self.folder / "state") as state:
            return [run.counts[verb] for run in RunReader(state).runs(mapping=part.mapping.name, limit=1000)]

    def _unfinished(self, part: Part) -> Iterator[str]:
        if not part.reports or part.reports[-1].status is not RunStatus.DONE:
            errors = [*(report.error for report in part.reports if report.error), *part.failures]
            yield f"no run of {part.object} came through: {'; '.join(map(str, errors[-2:]))}"

    def _lost_or_doubled(self, part: Part) -> Iterator[str]:
        there = self.arrived(part)
        wanted = {self.key(part, record) for record in part.source.good.values()}
        if there.keys() != wanted:
            yield f"{len(wanted - there.keys())} {part.object} are missing, {len(there.keys() - wanted)} too many"
        if part.verb is Verb.CREATE and (doubled := [name for name, times in there.items() if times > 1]):
            yield f"{len(doubled)} {part.object} stand twice, such as {doubled[0]}"

    def _miscounted(self, part: Part) -> Iterator[str]:
        """Tell where reports, books and ledger differ. A run that was killed has no report, but it is in the books."""
        entries = self.entries(part.object)
        created = sum(entry["op"] == "create" for entry in entries)
        changed = {entry["id"] for entry in entries if entry["op"] == "update" and entry["changed"]}
        for verb, really in ((Verb.CREATE, created), (Verb.UPDATE, len(changed))):
            if (told := sum(self._counts(part, verb))) != really:
                yield f"the runs say {told} {part.object} with {verb}, the ledger {really}"
        with StateStore.open(self.folder / "state") as state:
            books = {run.id: run.counts for run in RunReader(state).runs(limit=1000)}
        for report in part.reports:
            if {verb: books[report.run][verb] for verb in Verb} != {verb: report.counts[verb] for verb in Verb}:
                yield f"the report of {report.run} counts otherwise than its books"

    def _refused(self, part: Part) -> Iterator[str]:
        with StateStore.open(self.folder / "state") as state:
            letters = RunReader(state).dead_letters(mapping=part.mapping.name)
        told = {letter.source_id: [reason.row for reason in letter.reasons if reason.reason] for letter in letters}
        if {*told} != {*part.source.bad}:
            yield f"{len(told)} dead letters for {len(part.source.bad)} bad {part.object}"
        wrong = [name for name, row in part.source.bad.items() if row not in told.get(name, [row])]
        if wrong:
            yield f"{len(wrong)} dead letters name another row, such as {wrong[0]}: {told[wrong[0]]}"

    def _project(self, source: str) -> Project:
        listed = Connection(source, "list", {"sandbox": Environment("sandbox", {})})
        return Project(self.folder, "campaign", {source: listed, self.destination.name: self.destination})


def destination(name: str, kind: str, account: str | None = None) -> Connection:
    """Return a destination with a sandbox, perhaps pinned to its account."""
    settings = {} if account is None else {"account": account}
    return Connection(name, kind, {"sandbox": Environment("sandbox", settings)})
