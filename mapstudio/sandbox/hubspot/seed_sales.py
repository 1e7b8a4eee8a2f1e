"""The portal's companies, products, deals and line items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from random import Random

from mapstudio.sandbox.hubspot import mess
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.world import Company, Deal, Line, Product, World

TWICE = 4
_TYPES = ("PROSPECT", "PARTNER", "RESELLER", "VENDOR", "")
_STAGES = ("lead", "opportunity", "customer", "customer", "")


def company_values(rng: Random, world: World, owners: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the companies by their index in the world; a few come a second time with another address."""
    for company in world.crm_companies:
        yield company.index, _company(rng, company, owners)
    for company in rng.sample(world.crm_companies, TWICE):
        values = {"name": company.name.split(" ")[0], "domain": f"www.{company.domain}", "lifecyclestage": "lead"}
        yield company.index, values


def product_values(rng: Random, world: World) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the products by their index in the world."""
    for product in world.products:
        values = {
            "name": product.name,
            "hs_sku": product.sku,
            "price": str(product.price),
            "hs_cost_of_goods_sold": str(product.cost),
            "description": product.category,
        }
        if rng.random() < 0.08:
            values["hs_sku"] = rng.choice((product.sku.lower(), f" {product.sku}"))
        if rng.random() < 0.06:
            values["description"] = ""
        yield product.index, values


def deal_values(rng: Random, deal: Deal, owners: Sequence[str]) -> dict[str, str]:
    """Return a deal's properties; its amount is at times missing or out of date."""
    closes = datetime.combine(deal.closes, time(rng.randint(14, 23), rng.randint(0, 59)), UTC)
    values = {
        "dealname": deal.name,
        "amount": str(deal.amount),
        "dealstage": deal.stage,
        "pipeline": "default",
        "closedate": stamp(closes),
        "hubspot_owner_id": owners[deal.owner],
        "dealtype": rng.choice(("newbusiness", "existingbusiness", "")),
        "deal_currency_code": rng.choice(("MXN", "MXN", "MXN", "USD", "EUR")),
    }
    fate = rng.random()
    if fate < 0.08:
        values["amount"] = ""
    elif fate < 0.13:
        values["amount"] = str(deal.amount + rng.randint(1, 900))
    if rng.random() < 0.05:
        values["dealname"] = mess.name(rng, deal.name)
    return values


def line_values(rng: Random, line: Line, product: Product, product_id: str, place: int) -> dict[str, str]:
    """Return a line item's properties; now and then it was typed by hand, without its product."""
    values = {
        "name": product.name,
        "hs_product_id": product_id,
        "hs_sku": product.sku,
        "quantity": str(line.quantity),
        "price": str(line.price),
        "hs_position_on_quote": str(place),
    }
    if line.discount:
        values["hs_discount_percentage"] = str(line.discount)
    if rng.random() < 0.03:
        values.update(hs_product_id="", hs_sku="", name=f"{product.category} a medida")
    return values


def _company(rng: Random, company: Company, owners: Sequence[str]) -> dict[str, str]:
    values = {
        "name": company.name,
        "domain": company.domain,
        "website": f"https://{company.domain}",
        "phone": company.phone,
        "address": company.street,
        "city": company.city,
        "zip": company.postcode,
        "country": company.country_name,
        "industry": company.industry,
        "numberofemployees": str(company.employees),
        "annualrevenue": str(company.revenue),
        "vat_number": company.vat,
        "type": rng.choice(_TYPES),
        "lifecyclestage": rng.choice(_STAGES),
        "hubspot_owner_id": rng.choice((*owners, "")),
    }
    if rng.random() < 0.3:
        values["phone"] = mess.phone(rng, company.phone, company.national)
    if rng.random() < 0.2:
        values["country"] = mess.country(rng, company.country)
    if rng.random() < 0.15:
        values["name"] = rng.choice((company.name.upper(), company.name.lower(), " ".join(company.name.split(" ")[:2])))
    if rng.random() < 0.25:
        values["vat_number"] = rng.choice(("", f"{company.vat[:2]} {company.vat[2:]}", company.vat.lower()))
    if rng.random() < 0.12:
        values.update(dict.fromkeys(rng.sample(("phone", "zip", "address", "industry", "annualrevenue"), 2), ""))
    return values
