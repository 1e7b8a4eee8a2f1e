"""Guest records made from stays: often several of them for one person, each with its own mess."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from mapstudio.sandbox.cloudbeds import mess
from mapstudio.sandbox.cloudbeds.store import Guest, Note
from mapstudio.sandbox.world import Person, Stay, World

AGENCIES = frozenset({"Booking.com", "Expedia", "Airbnb"})
FIRST_PROFILE = 550_000_000
MERGED_PROFILES = 6_000_000
"""So much further on is the profile that a person had a second time."""
_DIETS = ("Sin gluten", "Vegetariana", "Vegana", "Alergia a nueces", "Sin lactosa", "Kosher", "sin  mariscos")
_VIP = ("Huésped VIP - Aniversario", "Cliente frecuente, amenidad de bienvenida", "VIP: avisar a gerencia")
_ROOMS = ("Piso alto", "Vista al jardín", "Cama king", "Lejos del elevador", "Terraza")
_WISHES = (("dietary", 0.2, _DIETS), ("vip_note", 0.08, _VIP), ("room_preference", 0.18, _ROOMS))
_NOTES = (
    "Prefiere piso alto, almohada firme",
    "Habla bajito; evitar habitación junto a la calle",
    "Paga siempre en efectivo",
    "Olvidó un cargador, enviado por paquetería",
    "Le gusta el café sin azúcar",
)
_REQUESTS = (
    "Celebramos aniversario, cama king por favor",
    "Llegada después de las 22:00",
    "Dos camas, por favor",
    "Quiet room if possible",
    "Bitte ein Zimmer mit Balkon",
)


@dataclass
class GuestSeeder:
    """Makes the guest records while the stays are walked in booking order.

    Attributes:
        draws: The name of its random numbers.
        first: The number that all guest ids are above.
    """

    world: World
    draws: str
    first: int
    guests: dict[str, Guest] = field(default_factory=dict)
    of_person: dict[int, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rng = self.world.random(self.draws)
        self._next = self.first

    def main(self, stay: Stay, modified: datetime) -> Guest:
        """Return the stay's main guest: agencies make a new record for each booking, reception mostly finds the old."""
        person = self.world.people[stay.person]
        agency = stay.source in AGENCIES
        known = self._known(person)
        # One who only came along is no customer that reception would recognise by a name.
        if known is not None and "guestEmail" in known.values and self._rng.random() < (0.15 if agency else 0.8):
            return known
        guest = self._new(person, stay.booked, modified)
        self._fill_main(guest, person, stay, agency=agency)
        return guest

    def companion(self, stay: Stay, index: int, modified: datetime) -> Guest:
        """Return one who comes along: mostly a name without an address."""
        person = self.world.people[index]
        known = self._known(person)
        if known is not None and self._rng.random() < 0.3:
            return known
        guest = self._new(person, stay.booked + timedelta(minutes=2), modified)
        first, last = mess.names(self._rng, person, agency=False)
        guest.values.update(guestFirstName=first, guestLastName=last, guestGender=self._gender(person))
        if self._rng.random() < 0.4:
            guest.values["guestCountry"] = person.country
        return guest

    def _known(self, person: Person) -> Guest | None:
        known = self.of_person.get(person.index)
        return self.guests[known[-1]] if known else None

    def _new(self, person: Person, created: datetime, modified: datetime) -> Guest:
        self._next += self._rng.randint(1, 9)
        guest = Guest(
            id=str(self._next),
            profile=str(FIRST_PROFILE + person.index),
            values={},
            custom={},
            created=created,
            modified=max(created, modified),
        )
        self.guests[guest.id] = guest
        self.of_person.setdefault(person.index, []).append(guest.id)
        return guest

    def _gender(self, person: Person) -> str:
        return person.gender if self._rng.random() < 0.7 else "N/A"

    def _fill_main(self, guest: Guest, person: Person, stay: Stay, *, agency: bool) -> None:
        rng = self._rng
        first, last = mess.names(rng, person, agency=agency)
        address = mess.alias_email(rng, person, stay.source) if stay.alias else mess.email(rng, person)
        guest.values.update(
            guestFirstName=first,
            guestLastName=last,
            guestEmail=address,
            guestGender="N/A" if agency else self._gender(person),
            guestCountry=mess.country(rng, person),
            guestPhone=mess.phone(rng, person) if rng.random() < 0.45 else "",
            guestCellPhone=mess.phone(rng, person) if rng.random() < 0.7 else "",
        )
        if not agency or rng.random() < 0.3:
            self._fill_address(guest, person)
        if stay.status in {"checked_in", "checked_out"}:
            self._fill_registration(guest, person)
        self._fill_wishes(guest, person, stay)

    def _fill_address(self, guest: Guest, person: Person) -> None:
        guest.values.update(guestCity=person.city, guestZip=person.postcode)
        if self._rng.random() < 0.7:
            guest.values["guestAddress1"] = person.street
        if person.country == "MX" and person.city == "Ciudad de México":
            guest.values["guestState"] = "CDMX"

    def _fill_registration(self, guest: Guest, person: Person) -> None:
        """What is asked at the desk."""
        rng = self._rng
        if rng.random() < 0.6:
            guest.values["guestBirthDate"] = person.born.isoformat()
        if rng.random() < 0.25:
            issued = (guest.created - timedelta(days=rng.randint(200, 3000))).date()
            guest.values.update(
                guestDocumentType="passport",
                guestDocumentNumber=f"X{rng.randint(1_000_000, 9_999_999)}",
                guestDocumentIssueDate=issued.isoformat(),
                guestDocumentIssuingCountry=person.country,
                guestDocumentExpirationDate=(issued + timedelta(days=3650)).isoformat(),
            )

    def _fill_wishes(self, guest: Guest, person: Person, stay: Stay) -> None:
        rng = self._rng
        guest.opt_in = rng.random() < (0.1 if stay.source in AGENCIES else 0.45)
        if rng.random() < 0.08:
            company = rng.choice(self.world.crm_companies)
            guest.values.update(guestCompanyName=company.name, guestCompanyTaxId=company.vat)
        for shortcode, share, words in (
            ("dietary", 0.2, _DIETS),
            ("vip_note", 0.08, _VIP),
            ("room_preference", 0.18, _ROOMS),
        ):
            if rng.random() < share:
                guest.custom[shortcode] = rng.choice(words)
        if rng.random() < 0.3:
            guest.custom["language"] = person.language
        if rng.random() < 0.15:
            guest.requests = rng.choice(_REQUESTS)
        if rng.random() < 0.12:
            written = stay.booked + timedelta(minutes=rng.randint(5, 50))
            number = str(330_000 + stay.index)
            guest.notes.append(Note(number, "Recepción Turno A", rng.choice(_NOTES), written, written))


def retire_some(rng: Random, seeder: GuestSeeder) -> None:
    """Merge a few guest records into another of the same person, and anonymise a few on request.

    Before they were merged they were two people to the hotel, each with a profile of its own.
    """
    several = [ids for ids in seeder.of_person.values() if len(ids) > 1]
    for older, *_, newest in rng.sample(several, min(5, len(several))):
        seeder.guests[older].merged_into = newest
        seeder.guests[older].profile = str(int(seeder.guests[newest].profile) + MERGED_PROFILES)
    single = [ids[0] for ids in seeder.of_person.values() if len(ids) == 1]
    for guest_id in rng.sample(single, 4):
        guest = seeder.guests[guest_id]
        guest.anonymized = True
        guest.values, guest.custom, guest.notes, guest.requests = {}, {}, [], ""
