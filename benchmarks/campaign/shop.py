"""An invented shop: customers, and their orders with lines; a known share the ERP must refuse, each for one reason."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random

from benchmarks.campaign.records import Made, Records, Ways, spoilt

CUSTOMERS = """\
mapstudio: 1
name: customers-to-partners
source: {connection: shop, object: customers}
destination: {connection: erp, object: res.partner, key: ref}
fields:
  ref: number
  name: name
  email: email
  phone: phone
  country_id: {from: country, by: code}
  lang: language
  color: color
"""
ORDERS = """\
mapstudio: 1
name: orders-to-sale-orders
source: {connection: shop, object: orders}
destination: {connection: erp, object: sale.order, key: client_order_ref}
fields:
  client_order_ref: number
  partner_id: {from: customer, by: ref}
  order_line:
    each: lines
    key: sequence
    fields:
      sequence: place
      product_id: {from: sku, by: default_code}
      name: text
      product_uom_qty: quantity
      price_unit: price
      discount: discount
"""
CENT, _TAX = Decimal("0.01"), Decimal("0.15")

BAD_CUSTOMERS: Ways = {
    "name": lambda customer, number: customer.update(name=" " * (number % 3)),
    "country_id": lambda customer, number: customer.update(country=f"X{number % 10}"),
    "lang": lambda customer, number: customer.update(language=f"dialect {number}"),
    "color": lambda customer, number: customer.update(color=f"{number} or so"),
}
"""How a customer can be bad, by the row at which that must be told."""

BAD_ORDERS: Ways = {
    "partner_id": lambda order, number: order.update(customer=f"nobody {number}"),
    "order_line[1].product_id": lambda order, number: _line(order).update(sku=f"gone {number}"),
    "order_line[1].product_uom_qty": lambda order, number: _line(order).update(quantity=f"{number} boxes"),
    "order_line": lambda order, number: order["lines"].append(dict(_line(order), text=f"again {number}")),
}
"""How an order can be bad, by the row at which that must be told."""

_FIRST = ("Ana", "Bruno", "Carla", "Diego", "Íñigo", "Zoë", "Noa", "Jürgen", "Lucía", "Œdile")
_LAST = ("Soler", "Vidal", "O'Neill", "Nuñez", "Müller", "de la Cruz", "Ångström", "Rey")
_COUNTRIES = ("ES", "MX", "US", "FR", "BR", None)
_DISCOUNTS = ("0", "0", "5", "10", "12.5", "33.33")


def make_customers(count: int, bad_share: float, seed: int = 5) -> Records:
    """Return so many customers; the bad ones lie anywhere among them."""
    draws = Random(seed)
    return spoilt({f"c{number}": _customer(number, draws) for number in range(count)}, BAD_CUSTOMERS, bad_share, draws)


def make_orders(count: int, bad_share: float, customers: Records, skus: list[str], seed: int = 6) -> Records:
    """Return so many orders of good customers, with one to five lines each."""
    draws = Random(seed)
    buyers = [str(customer["number"]) for customer in customers.good.values()]
    records = {f"o{number}": _order(number, draws, draws.choice(buyers), skus) for number in range(count)}
    return spoilt(records, BAD_ORDERS, bad_share, draws)


def totals(order: Made, version: str) -> tuple[Decimal, Decimal]:
    """Return what an order comes to without and with the tax of 15%.

    16 rounds each line and its tax to the cent, 19 the sums of the whole order.
    """
    raw = [_cost(line) for line in order["lines"]]
    parts = [sum(raw, Decimal())] if version.startswith("19") else raw
    net = [_rounded(amount) for amount in parts]
    tax = [_rounded(amount * _TAX) for amount in (parts if version.startswith("19") else net)]
    return sum(net, Decimal()), sum([*net, *tax], Decimal())


def _cost(line: Made) -> Decimal:
    return Decimal(line["price"]) * Decimal(line["quantity"]) * (1 - Decimal(line["discount"]) / 100)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _customer(number: int, draws: Random) -> Made:
    return {
        "number": f"SHOP-{number:05d}",
        "name": f"{draws.choice(_FIRST)} {draws.choice(_LAST)}",
        "email": f"Customer.{number}@palma.example",
        "phone": f"+34 6{draws.randint(10_000_000, 99_999_999)}",
        "country": draws.choice(_COUNTRIES),
        "language": draws.choice(("en_US", "fr_FR", None)),
        "color": draws.randint(0, 11),
    }


def _order(number: int, draws: Random, customer: str, skus: list[str]) -> Made:
    lines = [
        {
            "place": place,
            "sku": draws.choice(skus),
            "text": f"Line {place} of order {number}",
            "quantity": draws.randint(1, 40),
            "price": f"{draws.randint(1, 90_000) / 100:.2f}",
            "discount": draws.choice(_DISCOUNTS),
        }
        for place in range(1, draws.randint(1, 5) + 1)
    ]
    return {"number": f"WEB-{number:05d}", "customer": customer, "lines": lines}


def _line(order: Made) -> Made:
    line: Made = order["lines"][0]
    return line
