"""One campaign: plan and apply until it is done, and hold the books of all runs against the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.campaign import ledger
from benchmarks.campaign.guests import MAPPING, PHONE_RULE, Guests
from benchmarks.campaign.source import Hotel
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import MapstudioError, Verb
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner import Report, Runner, RunReader, RunStatus, StateStore

MOST_RUNS = 8


@dataclass
class Campaign:
    """The guests on their way into a portal.

    Attributes:
        guests: The source.
        url: The portal's.
        token: The portal's.
        folder: Holds the state.
        ledger: What the portal really wrote, a file.
        reports: Those of all runs so far.
        failures: Why runs could not even begin.
    """

    guests: Guests
    url: str
    token: str
    folder: Path
    ledger: Path
    reports: list[Report] = field(default_factory=list)
    failures: list[MapstudioError] = field(default_factory=list)

    async def prepare(self) -> None:
        """Let the portal's admin ask for numbers of real phones: what these are, the portal alone knows."""
        path = f"/crm/property-validations/2026-03/contacts/phone/rule-type/{PHONE_RULE}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False) as admin:
            (await admin.put(path, json={"ruleArguments": []})).raise_for_status()

    async def apply(self) -> Report | None:
        """Plan and apply once; ``None`` when the plan already failed."""
        with StateStore.open(self.folder / "state") as state:
            runner = Runner(
                _project(self.folder), parse_mapping(MAPPING, "guests.yaml"), None, state, connect_to=self._open
            )
            try:
                async with runner:
                    runner.acquire_lock()
                    report = await runner.apply(await runner.plan())
            except MapstudioError as error:
                self.failures.append(error)
                return None
        self.reports.append(report)
        return report

    async def apply_to_the_end(self) -> None:
        """Apply as often as a timer would, until one run comes through."""
        for _ in range(MOST_RUNS):
            report = await self.apply()
            if report is not None and report.status is RunStatus.DONE:
                return

    def differences(self) -> list[str]:
        """Return everything in which the books differ from what really happened; empty is good."""
        return [*self._unfinished(), *self._written(), *self._refused()]

    def entries(self) -> list[dict[str, Any]]:
        """Return what the portal really wrote."""
        return ledger.entries(self.ledger)

    def _unfinished(self) -> Iterator[str]:
        if not self.reports or self.reports[-1].status is not RunStatus.DONE:
            errors = [*(report.error for report in self.reports), *self.failures]
            yield f"no run came through: {', '.join(str(error) for error in errors)}"

    def _written(self) -> Iterator[str]:
        entries = self.entries()
        created = Counter(_address(entry) for entry in entries if entry["op"] == "create")
        changed = {entry["id"] for entry in entries if entry["op"] == "update" and entry["changed"]}
        wanted = {
            str(guest["email"]).lower() for name, guest in self.guests.records.items() if name not in self.guests.bad
        }
        if {*created} != wanted:
            yield f"{len(wanted - {*created})} good guests are missing, {len({*created} - wanted)} are too many"
        doubled = [address for address, times in created.items() if times > 1]
        if doubled:
            yield f"{len(doubled)} guests were created twice, such as {doubled[0]}"
        told = {verb: sum(report.counts[verb] for report in self.reports) for verb in (Verb.CREATE, Verb.UPDATE)}
        if told[Verb.CREATE] != created.total():
            yield f"the reports say {told[Verb.CREATE]} created, the ledger {created.total()}"
        if told[Verb.UPDATE] != len(changed):
            yield f"the reports say {told[Verb.UPDATE]} updated, the ledger {len(changed)}"

    def _refused(self) -> Iterator[str]:
        with StateStore.open(self.folder / "state") as state:
            letters = RunReader(state).dead_letters()
        told = {letter.source_id: [reason.row for reason in letter.reasons if reason.reason] for letter in letters}
        if {*told} != {*self.guests.bad}:
            yield f"{len(told)} dead letters for {len(self.guests.bad)} bad guests"
        wrong = [name for name, row in self.guests.bad.items() if row not in told.get(name, [row])]
        if wrong:
            yield f"{len(wrong)} dead letters name another row, such as {wrong[0]}: {told[wrong[0]]}"

    def _open(self, project: Project, connection: str, environment: str) -> Connector:
        del project, environment
        if connection == "hotel":
            return Hotel(self.guests.records)
        return HubSpotConnector.open(connection, {"url": self.url, "token": self.token})


def _address(entry: dict[str, Any]) -> str:
    return str(entry["values"].get("email")).strip().lower()


def _project(root: Path) -> Project:
    names: Sequence[tuple[str, str]] = (("hotel", "list"), ("crm", "hubspot"))
    return Project(
        root,
        "campaign",
        {name: Connection(name, kind, {"sandbox": Environment("sandbox", {})}) for name, kind in names},
    )
