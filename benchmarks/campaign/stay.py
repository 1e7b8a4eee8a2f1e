"""The sample project's mappings between a local hotel and a local portal: guests, their stays, notes on their cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.campaign import ledger
from benchmarks.limits.used import Limit, used
from benchmarks.local import Arrival, LocalSandbox
from mapstudio.connectors.cloudbeds import CloudbedsConnector, budget
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.exchange import Origin, ReadRequest, Write
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Verb
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner import Report, Runner, RunReader, StateStore

MAPPINGS = Path(__file__).parents[2] / "mappings" / "hotel"
GUESTS, DEALS, NOTES = "guests-to-contacts", "reservations-to-deals", "vip-notes-to-guest-notes"
WRITES: Mapping[str, str] = {GUESTS: "contacts", DEALS: "deals", NOTES: "guest_notes"}
"""What each mapping writes, in the order in which they run."""
ROUNDS = 8
"""So many seconds of the hotel's rate are worth measuring."""
VIP_NOTE = "Huésped VIP - Aniversario"
_ASKED = frozenset({"cb_guest_id", "dealstage", "associations.contacts[].vip_note"})


@dataclass
class Stays:
    """A hotel and a portal, and the sample's mappings between them.

    Attributes:
        hotel: The running hotel.
        crm: The running portal.
        folder: Holds the state.
        ledger: What both really wrote, a file.
        noted: The contacts that marketing gave a note, not a mapping.
    """

    hotel: LocalSandbox
    crm: LocalSandbox
    folder: Path
    ledger: Path
    noted: set[str] = field(default_factory=set)

    async def apply(self, name: str) -> Report:
        """Plan and apply one mapping."""
        mapping = parse_mapping((MAPPINGS / f"{name}.yaml").read_text(encoding="utf-8"), name)
        with StateStore.open(self.folder / "state") as state:
            async with Runner(self._project(), mapping, None, state, connect_to=self._open) as runner:
                runner.acquire_lock()
                return await runner.apply(await runner.plan())

    async def let_marketing_write(self) -> int:
        """Give every contact with a stay ahead a VIP note, where it has none; return how many got one."""
        async with self._portal() as portal:
            ahead = [deal for deal in await _deals(portal) if deal["dealstage"] == "contractsent"]
            people = {str(contact["id"]) for deal in ahead for contact in _contacts(deal) if not contact["vip_note"]}
            ids = sorted(people)
            size = portal.capabilities("contacts").batch_size
            for start in range(0, len(ids), size):
                writes = [
                    Write(Origin("marketing", "words", name), {"vip_note": f"{VIP_NOTE} {name}"}, destination_id=name)
                    for name in ids[start : start + size]
                ]
                await portal.write("contacts", writes)
        self.noted |= people
        return len(people)

    async def differences(self, name: str) -> list[str]:
        """Return everything in which the books of a mapping differ from what was really written; empty is good."""
        found = [*self._written(name)]
        return [*found, *[told async for told in self._cards()]] if name == NOTES else found

    def _written(self, name: str) -> Iterator[str]:
        entries = [entry for entry in self._entries() if entry["object"] == WRITES[name]]
        created = sum(entry["op"] == "create" for entry in entries)
        # Marketing's own words are no mapping's.
        ours = [entry for entry in entries if entry["op"] == "update" and entry["changed"] != ["vip_note"]]
        changed = {entry["id"] for entry in ours if entry["changed"]}
        with StateStore.open(self.folder / "state") as state:
            runs = RunReader(state).runs(mapping=name, limit=1000)
        for verb, really in ((Verb.CREATE, created), (Verb.UPDATE, len(changed))):
            if (told := sum(run.counts[verb] for run in runs)) != really:
                yield f"the runs of {name} say {told} with {verb}, the ledger {really}"

    async def _cards(self) -> AsyncIterator[str]:
        """Yield what is wrong with the notes: each card of a stay ahead of a guest with a note has it, once."""
        async with self._portal() as portal:
            wanted = {
                str(deal["cb_guest_id"]).rpartition("-")[2]
                for deal in await _deals(portal)
                if deal["dealstage"] == "contractsent" and deal["cb_guest_id"]
                if any(contact["vip_note"] for contact in _contacts(deal)[:1])
            }
        written = Counter(str(item["key"]) for item in self._entries() if item["object"] == WRITES[NOTES])
        if written.keys() != wanted:
            lacking, more = len(wanted - written.keys()), len(written.keys() - wanted)
            yield f"{lacking} cards lack their note, {more} have one too many"
        if doubled := [card for card, times in written.items() if times > 1]:
            yield f"{len(doubled)} cards have a note twice, such as {doubled[0]}"

    def _entries(self) -> list[dict[str, Any]]:
        return ledger.entries(self.ledger)

    def _portal(self) -> HubSpotConnector:
        return HubSpotConnector.open("crm", {"url": self.crm.url, "token": self.crm.token})

    def _open(self, project: Project, connection: str, environment: str) -> Connector:
        del project, environment
        if connection == "crm":
            return self._portal()
        settings = {name: str(self.hotel.access[name]) for name in ("url", "api_key", "property")}
        return CloudbedsConnector.open(connection, settings)

    def _project(self) -> Project:
        hotel = Environment("sandbox", {"account": str(self.hotel.access["property"])})
        crm = Environment("sandbox", {}, bindings={"guest-owner": "71100201"})
        return Project(
            self.folder,
            "campaign",
            {
                "hotel": Connection("hotel", "cloudbeds", {"sandbox": hotel}),
                "crm": Connection("crm", "hubspot", {"sandbox": crm}),
            },
        )


def rate_used(arrivals: Sequence[Arrival]) -> float | None:
    """Return the share of the hotel's rate that was used; ``None`` where too little was sent to speak of one.

    Looked at is the longest stretch without a silence of a second, in which another system was waited for.
    """
    stretches: list[list[Arrival]] = [[]]
    for arrival in arrivals:
        if stretches[-1] and arrival.at - stretches[-1][-1].at > 1.0:
            stretches.append([])
        stretches[-1].append(arrival)
    busy = max(stretches, key=len)
    found = used(Limit("rate", budget.REQUESTS, budget.SECONDS), busy) if len(busy) > ROUNDS * budget.REQUESTS else None
    return None if found is None else found.share


async def _deals(portal: HubSpotConnector) -> list[dict[str, Any]]:
    pages = portal.read(ReadRequest("deals", _ASKED))
    return [dict(item.data) async for page in pages for item in page.records]


def _contacts(deal: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list((deal["associations"] or {}).get("contacts") or [])
