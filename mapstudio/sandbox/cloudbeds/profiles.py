"""The people that the whole organisation knows: one profile for the guest records of one person in all properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.seed_guests import MERGED_PROFILES
from mapstudio.sandbox.cloudbeds.store import Store

GUEST_NAMES: Mapping[str, str] = {
    "guestFirstName": "firstName",
    "guestLastName": "lastName",
    "guestEmail": "email",
    "guestPhone": "phone",
    "guestCellPhone": "cellPhone",
    "guestBirthDate": "birthday",
    "guestGender": "gender",
    "guestCompanyName": "companyName",
    "guestCompanyTaxId": "companyTaxId",
    "guestTaxId": "taxId",
    "guestAddress1": "address1",
    "guestAddress2": "address2",
    "guestCity": "city",
    "guestCountry": "country",
    "guestState": "state",
    "guestZip": "zip",
    "guestDocumentType": "documentType",
    "guestDocumentNumber": "documentNumber",
    "guestDocumentIssueDate": "documentIssueDate",
    "guestDocumentIssuingCountry": "documentIssuingCountry",
    "guestDocumentExpirationDate": "documentExpirationDate",
}
"""What a guest record's field is called on a profile."""
STATUSES: Mapping[int, str] = {12: "VIP", 13: "Repeat guest", 14: "Do not rent"}


@dataclass(slots=True)
class Profile:
    """One person.

    Attributes:
        values: By the profile's names; an absent name is blank.
        parent: The profile that this one was merged into.
        created: UTC, as ``modified`` and ``anonymized``.
    """

    id: str
    values: dict[str, str]
    created: datetime
    modified: datetime
    opt_in: bool = False
    statuses: list[int] = field(default_factory=list)
    parent: str | None = None
    anonymized: datetime | None = None

    def take(self, values: Mapping[str, str], now: datetime) -> None:
        """Know what somebody has written on one of the person's guest records."""
        self.values.update({GUEST_NAMES[name]: value for name, value in values.items() if name in GUEST_NAMES})
        self.modified = now

    def anonymize(self, now: datetime) -> None:
        """Forget who it was."""
        self.values, self.opt_in, self.statuses = {}, False, []
        self.anonymized = self.modified = now


class Profiles:
    """All profiles by id."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self.all = {profile.id: profile for profile in profiles}
        self._ids = count(560_000_001)

    def add(self, values: Mapping[str, str], now: datetime, *, opt_in: bool = False) -> Profile:
        """Add a person."""
        profile = Profile(str(next(self._ids)), dict(values), now, now, opt_in)
        self.all[profile.id] = profile
        return profile

    def family(self, identity: str) -> frozenset[str]:
        """Return a profile's id with those of the profiles that were merged into it."""
        return frozenset({identity, *(item.id for item in self.all.values() if item.parent == identity)})


def profiles_of(houses: Sequence[tuple[Hotel, Store]]) -> Profiles:
    """Return the profiles of all guests, each with the latest that somebody has written down about the person."""
    found: dict[str, Profile] = {}
    everyone = [(hotel, guest) for hotel, store in houses for guest in store.guests.values()]
    for hotel, guest in sorted(everyone, key=lambda pair: (pair[1].modified, pair[1].id)):
        created, modified = _utc(guest.created, hotel), _utc(guest.modified, hotel)
        profile = found.setdefault(guest.profile, Profile(guest.profile, {}, created, modified))
        profile.created = min(profile.created, created)
        profile.modified = max(profile.modified, modified)
        profile.values.update({GUEST_NAMES[name]: value for name, value in guest.values.items() if value})
        profile.opt_in = profile.opt_in or guest.opt_in
        if guest.custom.get("vip_note") and 12 not in profile.statuses:
            profile.statuses.append(12)
        if guest.merged_into:
            profile.parent = str(int(guest.profile) - MERGED_PROFILES)
    forgotten = {guest.profile for _, guest in everyone if guest.anonymized}
    for identity in forgotten.difference(guest.profile for _, guest in everyone if not guest.anonymized):
        found[identity].anonymize(found[identity].modified)
    return Profiles(found.values())


def _utc(value: datetime, hotel: Hotel) -> datetime:
    return value.replace(tzinfo=hotel.zone).astimezone(UTC)
