"""The portal's contacts: some well kept, some stale, some twice, some hardly there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from mapstudio.sandbox.hubspot import mess
from mapstudio.sandbox.world import Person, Stay, World

Values: TypeAlias = "dict[str, str]"
Spoil: TypeAlias = "Callable[[Random, Person, Values], None]"

DUPLICATES = 14
WITHOUT_EMAIL = 8
_CLEAN_GUESTS, _STALE_GUESTS = 0.45, 0.82
_CLEAN_OTHERS, _STALE_OTHERS = 0.35, 0.70
_JOBS = ("Directora de compras", "CEO", "Marketing Manager", "Asistente", "Einkauf", "Travel Agent", "", "")
_INTERESTS = ("spa", "restaurant", "surf", "yoga", "family", "business")
_STAGES = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer")
_WARY = {
    "jobtitle": "\x1b[31mDirector\x1b[0m\x07",
    "company": "Acme \u202eDTL\u202c S.L.",
    "message": "[bold red]Oferta[/] <b>2x1</b>\r\nSegunda línea\t\u200bcon blancos 🏝️",
}
"""What forms and imports bring in; a client's terminal must not obey it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact: the person behind it, by index in the world, and its properties."""

    person: int
    values: Values


def contact_values(rng: Random, world: World, owners: Sequence[str]) -> Iterator[Entry]:
    """Yield the contacts in the order in which they were made; a person's duplicates come after the first."""
    stages = _stages(world)
    guests = len(world.guests)
    nameless = {person.index for person in rng.sample(world.contacts[guests:], WITHOUT_EMAIL)}
    wary = dict(zip(sorted(person.index for person in world.contacts[-3:]), _WARY.items(), strict=True))
    for person in world.contacts:
        guest = person.index < guests
        values = _well_kept(rng, person, stages.get(person.index) or rng.choice(_STAGES), owners)
        clean, stale = (_CLEAN_GUESTS, _STALE_GUESTS) if guest else (_CLEAN_OTHERS, _STALE_OTHERS)
        fate = rng.random()
        if fate >= clean:
            _spoil(rng, person, values, rng.randint(1, 2) if fate < stale else rng.randint(3, 5))
        if person.index in nameless:
            del values["email"]
        if person.index in wary:
            values.update([wary[person.index]])
        yield Entry(person.index, values)
    yield from _duplicates(rng, world)


def _duplicates(rng: Random, world: World) -> Iterator[Entry]:
    for person in rng.sample(world.contacts, DUPLICATES):
        local, _, domain = person.email.partition("@")
        values = {"email": f"{local}.{rng.choice(('old', 'work', 'personal'))}@{domain}", "firstname": person.first}
        values["lastname"] = mess.name(rng, person.last)
        if rng.random() < 0.5:
            values["phone"] = mess.phone(rng, person.phone, person.national)
        values["lifecyclestage"] = "lead"
        yield Entry(person.index, values)


def _well_kept(rng: Random, person: Person, stage: str, owners: Sequence[str]) -> Values:
    values = {
        "email": person.email,
        "firstname": person.first,
        "lastname": person.last,
        "phone": person.phone,
        "address": person.street,
        "city": person.city,
        "zip": person.postcode,
        "country": person.country_name,
        "hs_language": person.language,
        "lifecyclestage": stage,
        "jobtitle": rng.choice(_JOBS),
    }
    if rng.random() < 0.7:
        values["hubspot_owner_id"] = rng.choice(owners)
    if rng.random() < 0.4:
        values["guest_opt_in"] = rng.choice(("true", "true", "false"))
    if rng.random() < 0.25:
        values["guest_interests"] = ";".join(sorted(rng.sample(_INTERESTS, rng.randint(1, 3))))
    return values


def _spoil(rng: Random, person: Person, values: Values, faults: int) -> None:
    for spoil in rng.sample(_FAULTS, faults):
        spoil(rng, person, values)


def _typed_phone(rng: Random, person: Person, values: Values) -> None:
    values["phone"] = mess.phone(rng, person.phone, person.national)


def _old_phone(rng: Random, person: Person, values: Values) -> None:
    values["phone"] = mess.old_number(rng, person.phone)


def _first_name(rng: Random, person: Person, values: Values) -> None:
    values["firstname"] = mess.name(rng, person.first)


def _last_name(rng: Random, person: Person, values: Values) -> None:
    values["lastname"] = mess.name(rng, person.last)


def _country(rng: Random, person: Person, values: Values) -> None:
    values["country"] = mess.country(rng, person.country)


def _old_home(rng: Random, person: Person, values: Values) -> None:  # noqa: ARG001 - the shape of all faults
    values.update(city=rng.choice(("Puebla", "Valencia", "Leeds", "Bremen")), address="", zip="")


def _stage(rng: Random, person: Person, values: Values) -> None:  # noqa: ARG001 - the shape of all faults
    values["lifecyclestage"] = rng.choice(("subscriber", "lead"))


def _blank(*names: str) -> Spoil:
    def spoil(rng: Random, person: Person, values: Values) -> None:  # noqa: ARG001 - the shape of all faults
        values.update(dict.fromkeys(names, ""))

    return spoil


_FAULTS: tuple[Spoil, ...] = (
    _typed_phone,
    _old_phone,
    _first_name,
    _last_name,
    _country,
    _old_home,
    _stage,
    _blank("phone"),
    _blank("hs_language"),
    _blank("country", "zip"),
    _blank("lifecyclestage"),
)


def _stages(world: World) -> Mapping[int, str]:
    """Return what marketing would call each guest, after the reservation that was touched last."""
    latest: dict[int, Stay] = {}
    for stay in world.stays:
        known = latest.get(stay.person)
        if known is None or stay.modified > known.modified:
            latest[stay.person] = stay
    words = {"checked_out": "customer", "checked_in": "customer", "confirmed": "opportunity"}
    return {person: words.get(stay.status, "lead") for person, stay in latest.items()}
