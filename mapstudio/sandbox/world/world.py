"""The world as a whole, and which part of it each kind of system knows."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from random import Random

from mapstudio.sandbox.world.business import (
    Company,
    Deal,
    Order,
    Product,
    make_companies,
    make_deals,
    make_orders,
    make_products,
)
from mapstudio.sandbox.world.hotel import Stay, make_stays
from mapstudio.sandbox.world.people import Owner, Person, make_owners, make_people

TODAY = date(2026, 11, 20)
"""The day on which the world was seeded; stays lie before and after it."""


class World:
    """Everything that exists, from one seed.

    People 0-329 are the hotel's guests; 150-579 are the CRM's contacts (so 180 are both). Companies 0-129 are in the
    CRM, 60-189 in the ERP (so 70 are both).

    Args:
        seed: The same seed gives the same world, on every machine.
    """

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed

    def random(self, name: str) -> Random:
        """Return a generator of its own for one purpose, so that one part's change leaves the others as they are."""
        return Random(f"{self.seed}/{name}")

    @cached_property
    def people(self) -> list[Person]:
        """All 580 people."""
        return make_people(self.random("people"), 580)

    @cached_property
    def guests(self) -> list[Person]:
        """The hotel's 330 guests."""
        return self.people[:330]

    @cached_property
    def contacts(self) -> list[Person]:
        """The CRM's 430 contacts."""
        return self.people[150:]

    @cached_property
    def owners(self) -> list[Owner]:
        """The client's six salespeople."""
        return make_owners()

    @cached_property
    def stays(self) -> list[Stay]:
        """The hotel's 520 reservations."""
        return make_stays(self.random("stays"), self.guests, 520, TODAY)

    @cached_property
    def companies(self) -> list[Company]:
        """All 190 companies."""
        return make_companies(self.random("companies"), 190, len(self.people))

    @cached_property
    def crm_companies(self) -> list[Company]:
        """The CRM's 130 companies."""
        return self.companies[:130]

    @cached_property
    def erp_companies(self) -> list[Company]:
        """The ERP's 130 companies."""
        return self.companies[60:]

    @cached_property
    def products(self) -> list[Product]:
        """Sixty products, known to CRM and ERP alike."""
        return make_products(self.random("products"))

    @cached_property
    def deals(self) -> list[Deal]:
        """The CRM's 260 deals."""
        contacts = [person.index for person in self.contacts]
        rng = self.random("deals")
        return make_deals(rng, 260, self.crm_companies, contacts, len(self.owners), self.products, TODAY)

    @cached_property
    def orders(self) -> list[Order]:
        """The ERP's 160 sale orders; ``company`` counts within ``erp_companies``."""
        return make_orders(self.random("orders"), 160, len(self.erp_companies), self.products, TODAY)
