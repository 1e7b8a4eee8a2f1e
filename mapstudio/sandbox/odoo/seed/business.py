"""The client's records: companies, their people, products, orders and leads, with the mess that they are in.

What overlaps with the CRM of the same world: companies 60-129 are known to both. An ERP company has ``website``
(``https://`` and the CRM's domain), ``vat`` and an ``info@`` address on that domain; it does not know the CRM's ids.
Of the 70 shared ones about a third hold exactly what a careful mapping of name, phone, street, city, zip and country
would give; the others differ in one to three of these (an older phone, a shouted name, a street left empty), a few
have lost their website or their tax id, and some companies stand twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from mapstudio.sandbox.odoo.definitions import Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.seed.accounting import seed_invoices
from mapstudio.sandbox.odoo.seed.master import FIRST_OWNER
from mapstudio.sandbox.odoo.seed.naming import known, named
from mapstudio.sandbox.odoo.writing import create, write
from mapstudio.sandbox.world import TODAY, Company, Order, Person, World

_STATES = {"MX": {"Ciudad de México": "CMX", "Guadalajara": "JAL", "Mérida": "YUC", "Monterrey": "NLE"},
           "ES": {"Madrid": "M", "Sevilla": "SE", "Bilbao": "BI", "Las Palmas": "GC"},
           "US": {"New York": "NY", "Austin": "TX", "San José": "CA"},
           "BR": {"São Paulo": "SP", "Rio de Janeiro": "RJ", "Florianópolis": "SC"}}  # fmt: skip
_LEADS = 24


def seed_business(env: Environment, world: World) -> None:
    """Store the client's records, as its people and its imports made them over the last two years."""
    countries = {row["code"]: record for record, row in env.rows("res.country").items()}
    partners = _companies(env, world, countries)
    _staff(env, world, partners, countries)
    products = _products(env, world)
    _orders(env, world, partners, products)
    _leads(env, world, partners)
    seed_invoices(env, world, list(partners.values()), products)


def _companies(env: Environment, world: World, countries: dict[str, int]) -> dict[int, int]:
    rng, tags = world.random("odoo/companies"), world.random("odoo/tags")
    partners: dict[int, int] = {}
    for company in world.erp_companies:
        _at(env, rng)
        values = _mess(rng, _company(env, company, countries))
        values["user_id"] = FIRST_OWNER + rng.randrange(len(world.owners))
        if tags.random() < 0.4:
            values["category_id"] = [[6, 0, sorted(tags.sample(range(1, 7), tags.randint(1, 2)))]]
        partners[company.index] = create(env, "res.partner", values)
    for company in rng.sample(world.erp_companies, 6):
        _at(env, rng)
        again = _company(env, company, countries)
        twin = {name: again[name] for name in ("is_company", "website", "vat", "country_id")}
        create(env, "res.partner", {**twin, "name": company.name.split(",")[0].upper(), "phone": company.national})
    return partners


def _company(env: Environment, company: Company, countries: dict[str, int]) -> dict[str, Any]:
    return {
        "name": company.name,
        "is_company": True,
        "vat": company.vat,
        "website": f"https://{company.domain}",
        "email": f"info@{company.domain}",
        "phone": company.phone,
        "street": company.street,
        "city": company.city,
        "zip": company.postcode,
        "country_id": countries[company.country],
        "state_id": _state(env, company.country, company.city),
        "ref": f"C{company.index:05d}",
        "customer_rank": 1,
    }


def _state(env: Environment, country: str, city: str) -> Value:
    code = _STATES.get(country, {}).get(city)
    if code is None:
        return False
    return known(env, f"base.state_{country.lower()}_{code.lower()}")


def _mess(rng: Random, values: dict[str, Any]) -> dict[str, Any]:
    """Give a company one to three of the faults that hand-kept data has; a third is clean."""
    if rng.random() < 0.34:
        return values
    faults: list[dict[str, Any]] = [
        {"name": str(values["name"]).upper()},
        {"name": f"  {values['name']} "},
        {"phone": str(values["phone"])[:-3] + "000"},
        {"phone": ""},
        {"street": False, "zip": False},
        {"city": str(values["city"]).upper()},
        {"email": str(values["email"]).title()},
        {"website": False},
        {"vat": False},
        {"vat": f"{str(values['vat'])[:2].lower()} {str(values['vat'])[2:]}"},
    ]
    for fault in rng.sample(faults, rng.randint(1, 3)):
        values.update(fault)
    if not values["website"] and not values["vat"]:
        values["website"] = f"https://{str(values['email']).partition('@')[2].lower()}"
    return values


def _staff(env: Environment, world: World, partners: dict[int, int], countries: dict[str, int]) -> None:
    rng = world.random("odoo/staff")
    for company in world.erp_companies:
        for index in company.staff:
            person = world.people[index]
            _at(env, rng)
            create(env, "res.partner", _person(rng, person, partners[company.index], countries))


def _person(rng: Random, person: Person, company: int, countries: dict[str, int]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": f"{person.first} {person.last}",
        "email": person.email,
        "phone": rng.choice((person.phone, person.national, False)),
        "function": rng.choice(("Compras", "Gerente", "Owner", "Accounting", False)),
        "parent_id": company,
        "lang": "en_US",
    }
    if rng.random() < 0.15:
        values.update({"type": "other", "street": person.street, "country_id": countries[person.country]})
    if rng.random() < 0.08:
        values["email"] = values["email"].upper()
    if rng.random() < 0.04:
        values["active"] = False
    return values


def _products(env: Environment, world: World) -> list[int]:
    products = []
    for product in world.products:
        values = {
            "name": product.name,
            "default_code": product.sku,
            "list_price": float(product.price),
            "standard_price": float(product.cost),
            "barcode": f"750{product.index:09d}0",
            "categ_id": 2,
        }
        products.append(named(env, f"casa.product_{product.index}", "product.product", values))
    return products


def _orders(env: Environment, world: World, partners: dict[int, int], products: list[int]) -> None:
    rng = world.random("odoo/orders")
    for order in sorted(world.orders, key=lambda one: (one.day, one.index)):
        placed = datetime.combine(order.day, datetime.min.time()) + timedelta(
            hours=rng.randint(8, 19), minutes=rng.randint(0, 59), seconds=rng.randint(0, 59)
        )
        env.database.now = placed.strftime("%Y-%m-%d %H:%M:%S.") + f"{rng.randrange(10**6):06d}"
        company = world.erp_companies[order.company]
        record = create(env, "sale.order", _order(rng, order, partners[company.index], products, len(world.owners)))
        if order.state != "draft":
            write(env, "sale.order", [record], {"state": order.state})


def _order(rng: Random, order: Order, partner: int, products: list[int], owners: int) -> dict[str, Any]:
    lines = []
    for line in order.lines:
        values: dict[str, Any] = {"product_id": products[line.product], "product_uom_qty": float(line.quantity)}
        if line.discount:
            values["discount"] = float(line.discount)
        lines.append([0, 0, values])
    if rng.random() < 0.1:
        lines.append([0, 0, {"display_type": "line_note", "name": "Entregar por la mañana"}])
    return {
        "partner_id": partner,
        "client_order_ref": f"PO-{order.index:04d}" if rng.random() < 0.7 else False,
        "user_id": FIRST_OWNER + rng.randrange(owners),
        "order_line": lines,
    }


def _leads(env: Environment, world: World, partners: dict[int, int]) -> None:
    rng = world.random("odoo/leads")
    chosen = rng.sample(world.erp_companies, _LEADS)
    for number, company in enumerate(chosen):
        _at(env, rng)
        values: dict[str, Any] = {
            "name": f"{company.name.split(' ')[0]} {rng.choice(('stand', 'reposición', 'catálogo', 'pedido anual'))}",
            "partner_id": partners[company.index],
            "expected_revenue": float(rng.randint(500, 90000)),
            "stage_id": rng.choice((1, 1, 2, 3, 4)),
            "priority": rng.choice(("0", "1", "2", "3")),
            "user_id": FIRST_OWNER + rng.randrange(len(world.owners)),
        }
        record = create(env, "crm.lead", values)
        if number % 8 == 7:
            env.database.update("crm.lead", record, {"active": False, "probability": 0.0})


def _at(env: Environment, rng: Random) -> None:
    """Move the clock to some moment of the two years before the world's today."""
    moment = datetime.combine(TODAY, datetime.min.time()) - timedelta(seconds=rng.randrange(2 * 365 * 86400))
    env.database.now = moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{rng.randrange(10**6):06d}"
