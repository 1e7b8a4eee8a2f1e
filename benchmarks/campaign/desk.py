"""What marketing hands to the front desk: cities onto cards, notes onto guests and stays, some of it bad."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from benchmarks.campaign import ledger
from benchmarks.campaign.shop import Made, Records
from benchmarks.campaign.source import Hotel
from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.contract import Connector
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import MapstudioError, Verb
from mapstudio.project import Connection, Environment, Project
from mapstudio.runner import Report, Runner, RunReader, RunStatus, StateStore

MOST_RUNS = 12
CARDS = """\
mapstudio: 1
name: desk-cards
source: {connection: desk, object: cards}
destination: {connection: hotel, object: guests, mode: update, key: guestEmail}
fields: {guestEmail: email, guestCity: city, guestCountry: country}
"""
GUEST_NOTES = """\
mapstudio: 1
name: desk-guest-notes
source: {connection: desk, object: wishes}
destination: {connection: hotel, object: guest_notes, key: [guestID, guestNote]}
fields: {guestID: guest, guestNote: text}
"""
STAY_NOTES = """\
mapstudio: 1
name: desk-stay-notes
source: {connection: desk, object: arrivals}
destination: {connection: hotel, object: reservation_notes, key: [reservationID, reservationNote]}
fields: {reservationID: stay, reservationNote: text}
"""
_CARD_NUMBER = "Pagó con 4242 4242 4242 4242"
"""A note that the API takes for the number of a card, and refuses."""


@dataclass
class Part:
    """One mapping with its source.

    Attributes:
        mapping: The file's text.
        object: What the hotel calls what it writes.
        source: The records.
        verb: What becomes of a good record.
    """

    mapping: str
    object: str
    source: Records
    verb: Verb
    failures: list[MapstudioError] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The mapping's."""
        return parse_mapping(self.mapping, self.object).require().name


@dataclass
class DeskCampaign:
    """Marketing's words on their way into a hotel.

    Attributes:
        access: Where the hotel is, as its ready line has it.
        folder: Holds the state.
        ledger: What the hotel really wrote, a file.
        parts: The mappings in the order in which they run.
    """

    access: Mapping[str, Any]
    folder: Path
    ledger: Path
    parts: Sequence[Part]

    @classmethod
    def make(cls, access: Mapping[str, Any], folder: Path, count: int, bad: float) -> DeskCampaign:
        """Return a campaign of so many records a mapping, the same ones for the same numbers."""
        rows = _rows(access)
        emails = _own_emails(rows)
        guests = [*emails][:count]
        stays = list(dict.fromkeys(str(row["reservationID"]) for row in rows))[:count]
        cards = {
            f"card-{name}": {"guest": name, "email": emails[name], "city": f"Ciudad {name}", "country": "MX"}
            for name in guests
        }
        wishes = {f"wish-{name}": {"guest": name, "text": f"VIP {name}: aniversario"} for name in guests}
        arrivals = {f"stay-{name}": {"stay": name, "text": "Llega tarde, no molestar"} for name in stays}
        return cls(
            access,
            folder,
            folder / "ledger",
            (
                Part(CARDS, "guests", _spoilt(cards, bad, "guestCountry", country="Mexico"), Verb.UPDATE),
                Part(GUEST_NOTES, "guest_notes", _spoilt(wishes, bad, "guestNote", text=_CARD_NUMBER), Verb.CREATE),
                Part(
                    STAY_NOTES,
                    "reservation_notes",
                    _spoilt(arrivals, bad, "reservationNote", text=_CARD_NUMBER),
                    Verb.CREATE,
                ),
            ),
        )

    async def apply(self, part: Part) -> Report | None:
        """Plan and apply once; ``None`` when the plan already failed."""

        def opened(project: Project, connection: str, environment: str) -> Connector:
            del project, environment
            if connection == "desk":
                return Hotel(part.source.records, _source_object(part), "desk")
            settings = {name: str(self.access[name]) for name in ("url", "api_key", "property")}
            return CloudbedsConnector.open(connection, settings)

        mapping = parse_mapping(part.mapping, f"{part.object}.yaml")
        with StateStore.open(self.folder / "state") as state:
            runner = Runner(_project(self.folder, self.access), mapping, None, state, connect_to=opened)
            try:
                async with runner:
                    runner.acquire_lock()
                    return await runner.apply(await runner.plan())
            except MapstudioError as error:
                part.failures.append(error)
                return None

    async def apply_to_the_end(self, part: Part) -> None:
        """Apply as often as a timer would, until one run comes through."""
        for _ in range(MOST_RUNS):
            report = await self.apply(part)
            if report is not None and report.status is RunStatus.DONE:
                return

    def entries(self, object_name: str) -> list[dict[str, Any]]:
        """Return what the hotel really wrote of an object."""
        return [entry for entry in ledger.entries(self.ledger) if entry["object"] == object_name]

    def differences(self, part: Part) -> list[str]:
        """Return everything in which the books of a part differ from what really happened; empty is good."""
        return [*self._written(part), *self._refused(part)]

    def _written(self, part: Part) -> Iterator[str]:
        entries = self.entries(part.object)
        created = [entry for entry in entries if entry["op"] == "create"]
        changed = {entry["id"] for entry in entries if entry["op"] == "update" and entry["changed"]}
        owner = "stay" if part.object == "reservation_notes" else "guest"
        wanted = {str(record[owner]) for record in part.source.good.values()}
        there = Counter(str(entry["key"]) for entry in (created if part.verb is Verb.CREATE else entries))
        if there.keys() != wanted:
            yield f"{len(wanted - there.keys())} {part.object} are missing, {len(there.keys() - wanted)} too many"
        if part.verb is Verb.CREATE and (doubled := [name for name, times in there.items() if times > 1]):
            yield f"{len(doubled)} {part.object} stand twice, such as that of {doubled[0]}"
        with StateStore.open(self.folder / "state") as state:
            runs = RunReader(state).runs(mapping=part.name, limit=1000)
        for verb, really in ((Verb.CREATE, len(created)), (Verb.UPDATE, len(changed))):
            if (told := sum(run.counts[verb] for run in runs)) != really:
                yield f"the runs say {told} {part.object} with {verb}, the ledger {really}"

    def _refused(self, part: Part) -> Iterator[str]:
        with StateStore.open(self.folder / "state") as state:
            letters = [one for one in RunReader(state).dead_letters() if one.source_id in part.source.records]
        told = {letter.source_id: [reason.row for reason in letter.reasons if reason.reason] for letter in letters}
        if {*told} != {*part.source.bad}:
            yield f"{len(told)} dead letters for {len(part.source.bad)} bad {part.object}"
        wrong = [name for name, row in part.source.bad.items() if row not in told.get(name, [row])]
        if wrong:
            yield f"{len(wrong)} dead letters name another row, such as {wrong[0]}: {told[wrong[0]]}"


def _own_emails(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the address of each guest who is the only one to have it."""
    people = {str(row["guestID"]): row for row in rows if not (row["isMerged"] or row["isAnonymized"])}
    emails = {name: str(row["guestEmail"]).strip().lower() for name, row in people.items()}
    times = Counter(emails.values())
    return {name: email for name, email in emails.items() if "@" in email and times[email] == 1}


def _source_object(part: Part) -> str:
    return parse_mapping(part.mapping, part.object).require().source.object


def _spoilt(records: dict[str, Made], share: float, row: str, **values: str) -> Records:
    names = Random(7).sample([*records], round(len(records) * share))
    spoilt = {name: {**record, **values} if name in names else record for name, record in records.items()}
    return Records(spoilt, dict.fromkeys(names, row))


def _rows(access: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the hotel's guest list."""
    found: list[dict[str, Any]] = []
    with httpx.Client(
        base_url=f"{access['url']}/api/v1.3", headers={"x-api-key": str(access["api_key"])}, trust_env=False
    ) as client:
        for page in range(1, 1000):
            told = client.get("/getGuestList", params={"pageNumber": page, "pageSize": 100}).json()
            rows = told["data"]
            found += rows.values() if isinstance(rows, dict) else rows
            if page * 100 >= told["total"]:
                break
    return found


def _project(root: Path, access: Mapping[str, Any]) -> Project:
    hotel = Environment("sandbox", {"account": str(access["property"])})
    return Project(
        root,
        "campaign",
        {
            "desk": Connection("desk", "list", {"sandbox": Environment("sandbox", {})}),
            "hotel": Connection("hotel", "cloudbeds", {"sandbox": hotel}),
        },
    )
