"""The portal's first contents: what a CRM of some years knows of the world, right and wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from random import Random

from mapstudio.model import JsonValue
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.seed_contacts import contact_values
from mapstudio.sandbox.hubspot.seed_sales import company_values, deal_values, line_values, product_values
from mapstudio.sandbox.hubspot.seed_service import papers
from mapstudio.sandbox.hubspot.store import Change, Stored
from mapstudio.sandbox.world import TODAY, World

OPENED = datetime(2024, 2, 1, 9, 0, tzinfo=UTC)


def fill(portal: Portal, world: World) -> None:
    """Store everything; nothing of it stands in the ledger."""
    _Seeder(portal, world).fill()


class _Seeder:
    def __init__(self, portal: Portal, world: World) -> None:
        self.portal = portal
        self.world = world
        self.owners = [str(owner["id"]) for owner in portal.owners if not owner["archived"]]
        self.times = world.random("hubspot/times")

    def fill(self) -> None:
        contacts = self._contacts()
        companies = self._companies(contacts)
        products = self._products()
        deals = self._deals(contacts, companies, products)
        self._papers(contacts, deals)

    def _contacts(self) -> dict[int, Stored]:
        rng = self.world.random("hubspot/contacts")
        found: dict[int, Stored] = {}
        for entry in contact_values(rng, self.world, self.owners):
            record = self._store("contacts", entry.values)
            found.setdefault(entry.person, record)
        return found

    def _companies(self, contacts: Mapping[int, Stored]) -> dict[int, Stored]:
        rng = self.world.random("hubspot/companies")
        found: dict[int, Stored] = {}
        for index, values in company_values(rng, self.world, self.owners):
            record = self._store("companies", values)
            if index in found:
                continue
            found[index] = record
            for person in self.world.companies[index].staff:
                if person in contacts:
                    self.portal.associations.add("contacts", contacts[person].id, "companies", record.id, [])
        return found

    def _products(self) -> dict[int, Stored]:
        rng = self.world.random("hubspot/products")
        return {index: self._store("products", values) for index, values in product_values(rng, self.world)}

    def _deals(
        self, contacts: Mapping[int, Stored], companies: Mapping[int, Stored], products: Mapping[int, Stored]
    ) -> dict[int, Stored]:
        rng = self.world.random("hubspot/deals")
        found: dict[int, Stored] = {}
        for deal in self.world.deals:
            record = found[deal.index] = self._store("deals", deal_values(rng, deal, self.owners))
            links = self.portal.associations
            if rng.random() < 0.97:
                links.add("deals", record.id, "companies", companies[deal.company].id, [])
            if rng.random() < 0.93:
                links.add("deals", record.id, "contacts", contacts[deal.contact].id, [])
            for place, line in enumerate(deal.lines):
                product = self.world.products[line.product]
                values = line_values(rng, line, product, str(products[line.product].id), place)
                item = self._store("line_items", values)
                links.add("deals", record.id, "line_items", item.id, [])

        return found

    def _papers(self, contacts: Mapping[int, Stored], deals: Mapping[int, Stored]) -> None:
        rng = self.world.random("hubspot/papers")
        for paper in papers(rng, self.world, self.owners):
            record = self._store(paper.kind, paper.values, paper.told)
            if paper.person is not None:
                self._link(paper.kind, record, "contacts", contacts[paper.person].id)
            if paper.deal is not None:
                deal = deals[paper.deal].id
                self._link(paper.kind, record, "deals", deal)
                for target in ("companies", "contacts"):
                    for other in self.portal.associations.of("deals", deal, target):
                        self._link(paper.kind, record, target, other)

    def _link(self, kind: str, record: Stored, target: str, other: int) -> None:
        self.portal.associations.add(kind, record.id, target, other, [])

    def _store(self, name: str, values: Mapping[str, JsonValue], told: Mapping[str, str] | None = None) -> Stored:
        table = self.portal.tables[name]
        created, modified = _moments(self.times)
        change = table.check({key: value for key, value in values.items() if value not in {None, ""}}, None, set())
        change = Change({**change.values, **(told or {})})
        record = table.create(change, created=created, modified=modified)
        record.lags_since = None
        return record


def _moments(rng: Random) -> tuple[datetime, datetime]:
    end = datetime.combine(TODAY, time(0), UTC)
    created = OPENED + timedelta(
        seconds=rng.randint(0, int((end - OPENED).total_seconds()) - 1), milliseconds=rng.randint(0, 999)
    )
    modified = created + timedelta(milliseconds=rng.randint(0, int((end - created).total_seconds() * 1000)))
    return created, modified
