"""Invented guests on their way into a portal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx

from benchmarks.campaign.books import Campaign, Part, destination
from benchmarks.campaign.records import Made, Records, Ways, spoilt
from mapstudio.connectors.contract import Connector
from mapstudio.connectors.hubspot import HubSpotConnector

BAD: Ways = {
    "email": lambda guest, number: guest.update(email=f"guest {number} at the desk"),
    "hs_language": lambda guest, number: guest.update(language=f"dialect {number}"),
    "stay_count": lambda guest, number: guest.update(stays=f"{number} or so"),
    "last_stay": lambda guest, number: guest.update(last_stay=f"2026-13-{number % 28 + 1:02d}"),
    "phone": lambda guest, number: guest.update(phone=f"+000 {number}"),
}
"""How a guest can be bad, by the row at which that must be told; a phone number is refused by the portal alone."""

PHONE_RULE = "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE"
"""What the portal's admin asks of ``phone``."""

_FIRST = ("Ana", "Bruno", "Carla", "Diego", "Íñigo", "Zoë", "Noa", "Jürgen", "Lucía", "Œdile")
_LAST = ("Soler", "Vidal", "O'Neill", "Nuñez", "Müller", "de la Cruz", "Ångström", "Rey")
_LANGUAGES = ("es-mx", "en", "fr", "de", None)

MAPPING = """\
mapstudio: 1
name: guests-to-contacts
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
fields:
  email: email
  firstname: first
  lastname: last
  hs_language: language
  stay_count: stays
  total_stays_value: spent
  last_stay: last_stay
  phone: phone
"""


@dataclass
class GuestCampaign(Campaign):
    """Guests on their way into a portal.

    Attributes:
        url: The portal's.
        token: The portal's.
    """

    url: str
    token: str

    @classmethod
    def make(cls, url: str, token: str, folder: Path, count: int, bad: float) -> GuestCampaign:
        """Return a campaign of so many guests, the same ones for the same numbers."""
        return cls(folder, destination("crm", "hubspot"), [Part(MAPPING, make_guests(count, bad))], url, token)

    async def prepare(self) -> None:
        """Let the portal's admin ask for numbers of real phones: what these are, the portal alone knows."""
        path = f"/crm/property-validations/2026-03/contacts/phone/rule-type/{PHONE_RULE}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False) as admin:
            (await admin.put(path, json={"ruleArguments": []})).raise_for_status()

    def open_destination(self, connection: str) -> Connector:
        """Return a connector to the portal."""
        return HubSpotConnector.open(connection, {"url": self.url, "token": self.token})

    def key(self, part: Part, record: Made) -> str:
        """Return a guest's address as the portal keeps it."""
        del part
        return str(record["email"]).lower()

    def arrived(self, part: Part) -> Counter[str]:
        """Return the addresses of the contacts that were created."""
        return Counter(_address(entry) for entry in self.entries(part.object) if entry["op"] == "create")


def make_guests(count: int, bad_share: float, seed: int = 4) -> Records:
    """Return so many guests; the bad ones lie anywhere among them."""
    draws = Random(seed)
    return spoilt({f"g{number}": _guest(number, draws) for number in range(count)}, BAD, bad_share, draws)


def _address(entry: dict[str, Any]) -> str:
    return str(entry["values"].get("email")).strip().lower()


def _guest(number: int, draws: Random) -> Made:
    return {
        "email": f"Guest.{number}@palma.example",
        "first": draws.choice(_FIRST),
        "last": draws.choice(_LAST),
        "language": draws.choice(_LANGUAGES),
        "stays": draws.randint(1, 30),
        "spent": f"{draws.randint(0, 900_000) / 100:.2f}",
        "phone": f"+34 6{draws.randint(0, 99_999_999):08d}",
        "last_stay": f"2026-{draws.randint(1, 12):02d}-{draws.randint(1, 28):02d}",
    }
