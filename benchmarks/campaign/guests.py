"""Invented guests, a known share of which the destination must refuse, each for one reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from mapstudio.model import Record

BAD: Mapping[str, Callable[[Record, int], None]] = {
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


@dataclass(frozen=True, slots=True)
class Guests:
    """The source.

    Attributes:
        records: All guests by id.
        bad: The bad ones, with the row at which each must be refused.
    """

    records: Mapping[str, Record]
    bad: Mapping[str, str]


def make_guests(count: int, bad_share: float, seed: int = 4) -> Guests:
    """Return so many guests; the bad ones lie anywhere among them."""
    draws = Random(seed)
    records = {f"g{number}": _guest(number, draws) for number in range(count)}
    rows = [*BAD]
    bad = {}
    for place, source_id in enumerate(draws.sample([*records], round(count * bad_share))):
        row = rows[place % len(rows)]
        BAD[row](records[source_id], place)
        bad[source_id] = row
    return Guests(records, bad)


def _guest(number: int, draws: Random) -> Record:
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
