"""How reception and the agencies write a person down: every kind of untidiness that a mapping meets."""

from __future__ import annotations

import unicodedata
from random import Random

from mapstudio.sandbox.world import Person
from mapstudio.sandbox.world.people import pick

BAD_PHONES = ("n/a", "000", "no tiene", "123", "-", "+52")
BAD_EMAILS = ("no tiene", "sin correo", "n/a")
ALIAS_HOST = "guest.booking.com"


def phone(rng: Random, person: Person) -> str:
    """Return the person's phone in one of the notations that people use, sometimes one that is no phone."""
    digits = person.phone.removeprefix("+")
    spaced = person.national
    dial = digits.removesuffix(spaced.replace(" ", ""))
    notations = (
        (f"+{dial} {spaced}", 40),
        (person.phone, 15),
        (f"00{digits}", 12),
        (digits, 10),
        (spaced, 9),
        (f"(+{dial}) {spaced.replace(' ', '-')}", 5),
        (landline(rng), 4),
        (rng.choice(BAD_PHONES), 5),
    )
    return pick(rng, notations)


def landline(rng: Random) -> str:
    """Return a fixed line as it stands on a business card, without its country."""
    return f"(0{rng.randint(1, 9)}) 555-{rng.randint(100, 199):04d}"


def email(rng: Random, person: Person) -> str:
    """Return the person's own address, in mixed case, with blanks around it, missing, or replaced by words."""
    roll = rng.random()
    if roll < 0.72:
        return person.email
    if roll < 0.84:
        return person.email.title().replace(".Com", ".com") if rng.random() < 0.5 else person.email.upper()
    if roll < 0.89:
        return f" {person.email} " if rng.random() < 0.5 else f"{person.email} "
    if roll < 0.98:
        return ""
    return rng.choice(BAD_EMAILS)


def alias_email(rng: Random, person: Person, source: str) -> str:
    """Return the address behind which an agency hides its customer; blank from those that give none at all."""
    if source != "Booking.com":
        return ""
    return f"{_plain(person.first)[:1]}{_plain(person.last)}.{rng.randint(100_000, 999_999)}@{ALIAS_HOST}"


def names(rng: Random, person: Person, *, agency: bool) -> tuple[str, str]:
    """Return first and last name; agencies shout, tired receptionists type in lower case or leave blanks."""
    if agency and rng.random() < 0.5:
        return person.first.upper(), person.last.upper()
    roll = rng.random()
    if roll < 0.04:
        return person.first.lower(), person.last.lower()
    if roll < 0.07:
        return f"{person.first} ", f" {person.last}"
    if roll < 0.08:
        return f"{person.first} {person.last}", ""
    return person.first, person.last


def country(rng: Random, person: Person) -> str:
    """Return the person's country code, which is sometimes not asked."""
    return "" if rng.random() < 0.07 else person.country


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "".join(character for character in decomposed.lower() if character.isalnum())
