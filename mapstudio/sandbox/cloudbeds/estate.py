"""The organisation behind all calls: its properties, the people it knows, its keys, its limits and its events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds.access import Access, Key
from mapstudio.sandbox.cloudbeds.hooks import Hooks
from mapstudio.sandbox.cloudbeds.hotel import Hotel, casa_palma, casa_palma_mar
from mapstudio.sandbox.cloudbeds.profiles import Profiles, profiles_of
from mapstudio.sandbox.cloudbeds.seed import seed_sister, seed_store
from mapstudio.sandbox.cloudbeds.store import Reservation, Store
from mapstudio.sandbox.contract import Setup
from mapstudio.sandbox.window import Window

REQUESTS_PER_SECOND = 5


@dataclass(frozen=True, slots=True)
class House:
    """One property with what its system holds."""

    hotel: Hotel
    store: Store


@dataclass
class Estate:
    """Everything of one organisation.

    Attributes:
        organization: Its id.
        houses: By property id.
        spec: Whether answers have the specification's shapes instead of the observed ones.
        grown: Whether answers have fields that no document names.
        merges: Of profiles, by the API, in the order in which they were made.
    """

    setup: Setup
    organization: str
    houses: Mapping[str, House]
    profiles: Profiles
    access: Access
    hooks: Hooks
    spec: bool
    grown: bool = False
    merges: list[Record] = field(default_factory=list)
    _windows: dict[Sequence[str], Window] = field(default_factory=dict)

    def local_now(self, hotel: Hotel) -> datetime:
        """Return the time on the hotel's wall."""
        return self.setup.now().astimezone(hotel.zone).replace(tzinfo=None)

    def too_many(self, key: Key, told: str) -> float | None:
        """Count a request, and return how long to wait where it is one too many.

        Args:
            key: Its key. A group has one limit; where each property has its own, a request counts for all those that it
                is about.
            told: The properties that it names, with commas between; one that names none is about all.
        """
        if not self.setup.limits:
            return None
        asked = {word.strip() for word in told.split(",")}
        about = [name for name in key.properties if name in asked] or key.properties
        windows = [self._window((name,)) for name in about] if key.each else [self._window(key.properties)]
        if full := [window for window in windows if window.full]:
            return max(window.retry_after for window in full)
        for window in windows:
            window.take()
        return None

    def _window(self, properties: Sequence[str]) -> Window:
        if properties not in self._windows:
            self._windows[properties] = Window(REQUESTS_PER_SECOND, 1.0, clock=self.setup.clock.elapsed)
        return self._windows[properties]

    def stays_of(self, profile: str) -> list[tuple[House, Reservation]]:
        """Return all reservations of a person as main guest, in all properties, latest arrival first."""
        members = self.profiles.family(profile)
        found = [
            (house, item)
            for house in self.houses.values()
            for item in house.store.all_reservations.values()
            if not item.deleted and house.store.guests[item.guests[0]].profile in members
        ]
        return sorted(found, key=lambda pair: (pair[1].start, pair[1].id), reverse=True)

    def belong(self, profiles: Collection[str], new: str) -> None:
        """Let the guest records of some profiles belong to another."""
        for house in self.houses.values():
            for guest in house.store.guests.values():
                if guest.profile in profiles:
                    guest.profile = new

    def stay_dates(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return arrival and departure of all reservations by the profile that they belong to now."""
        found: dict[str, list[tuple[str, str]]] = {}
        for house in self.houses.values():
            for item in house.store.all_reservations.values():
                if not item.deleted:
                    profile = self.profiles.all[house.store.guests[item.guests[0]].profile]
                    dates = (item.start.isoformat(), item.end.isoformat())
                    found.setdefault(profile.parent or profile.id, []).append(dates)
        return found

    def anonymize(self, profile: str) -> list[str]:
        """Forget a person: the profile, and each guest record of it in all properties, whose ids are returned."""
        members, forgotten = self.profiles.family(profile), []
        for member in members:
            self.profiles.all[member].anonymize(self.setup.now())
        for house in self.houses.values():
            for guest in house.store.guests.values():
                if guest.profile in members and not guest.anonymized:
                    guest.anonymize(house.store.stamp(self.local_now(house.hotel)))
                    self.hooks.tell(house.hotel.id, "guest/details_changed", {"guest": guest.id})
                    forgotten.append(guest.id)
        return forgotten


def make_estate(setup: Setup) -> Estate:
    """Return the organisation of the seeded world."""
    hotel, sister = casa_palma(), casa_palma_mar()
    houses = {
        hotel.id: House(hotel, seed_store(setup.world, hotel)),
        sister.id: House(sister, seed_sister(setup.world, sister)),
    }
    organization: str = hotel.facts["organizationID"]
    estate = Estate(
        setup=setup,
        organization=organization,
        houses=houses,
        profiles=profiles_of([(house.hotel, house.store) for house in houses.values()]),
        access=Access(setup.clock, tuple(houses), organization),
        hooks=Hooks(setup.clock),
        spec=setup.options.get("dialect") == "spec",
    )
    for profile in estate.profiles.all.values():
        if profile.parent is not None:
            estate.belong({profile.id}, profile.parent)
    return estate
