"""What marketing hands to the front desk: cities onto cards, notes onto guests and stays, some of it bad."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import sleep
from typing import Any

import httpx

from benchmarks.campaign.books import Campaign, Part, destination
from benchmarks.campaign.records import Made, Ways, spoilt
from mapstudio.connectors.cloudbeds import CloudbedsConnector, budget
from mapstudio.connectors.contract import Connector
from mapstudio.model import Verb

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
_BAD_CARDS: Ways = {"guestCountry": lambda record, _: record.update(country="Mexico")}


@dataclass
class DeskCampaign(Campaign):
    """Marketing's words on their way into a hotel.

    Attributes:
        access: Where the hotel is, as its ready line has it.
    """

    access: Mapping[str, Any]

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
        parts = (
            Part(CARDS, spoilt(cards, _BAD_CARDS, bad, Random(7)), Verb.UPDATE),
            Part(GUEST_NOTES, spoilt(wishes, _bad_notes("guestNote"), bad, Random(7))),
            Part(STAY_NOTES, spoilt(arrivals, _bad_notes("reservationNote"), bad, Random(7))),
        )
        return cls(folder, destination("hotel", "cloudbeds", str(access["property"])), parts, access)

    def open_destination(self, connection: str) -> Connector:
        """Return a connector to the hotel."""
        return CloudbedsConnector.open(
            connection, {name: str(self.access[name]) for name in ("url", "api_key", "property")}
        )

    def key(self, part: Part, record: Made) -> str:
        """Return the guest or the stay that a record is about."""
        return str(record["stay" if part.object == "reservation_notes" else "guest"])

    def arrived(self, part: Part) -> Counter[str]:
        """Return the guests and stays that something was written of."""
        entries = self.entries(part.object)
        written = [entry for entry in entries if entry["op"] == "create"] if part.verb is Verb.CREATE else entries
        return Counter(str(entry["key"]) for entry in written)


def _own_emails(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the address of each guest who is the only one to have it."""
    people = {str(row["guestID"]): row for row in rows if not (row["isMerged"] or row["isAnonymized"])}
    emails = {name: str(row["guestEmail"]).strip().lower() for name, row in people.items()}
    times = Counter(emails.values())
    return {name: email for name, email in emails.items() if "@" in email and times[email] == 1}


def _bad_notes(row: str) -> Ways:
    return {row: lambda record, _: record.update(text=_CARD_NUMBER)}


def _rows(access: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the hotel's guest list."""
    found: list[dict[str, Any]] = []
    with httpx.Client(
        base_url=f"{access['url']}/api/v1.3", headers={"x-api-key": str(access["api_key"])}, trust_env=False
    ) as client:
        for page in range(1, 1000):
            answer = client.get("/getGuestList", params={"pageNumber": page, "pageSize": 100})
            while answer.status_code == 429:
                sleep(budget.SECONDS)
                answer = client.send(answer.request)
            told = answer.json()
            rows = told["data"]
            found += rows.values() if isinstance(rows, dict) else rows
            if page * 100 >= told["total"]:
                break
    return found
