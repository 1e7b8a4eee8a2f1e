"""Companies, products, orders and deals of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from mapstudio.sandbox.world.people import COUNTRIES, pick


@dataclass(frozen=True, slots=True)
class Company:
    """One company, as it really is.

    Attributes:
        domain: Unique in the world, below ``.example``.
        vat: A tax number in the country's shape; invented.
        employees: Head count; ``revenue``: a year's, in the country's currency.
        staff: Indexes into ``World.people`` of those who work there.
    """

    index: int
    name: str
    domain: str
    vat: str
    country: str
    country_name: str
    city: str
    postcode: str
    street: str
    phone: str
    national: str
    industry: str
    employees: int
    revenue: Decimal
    staff: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that is sold."""

    index: int
    sku: str
    name: str
    price: Decimal
    cost: Decimal
    category: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order or a deal; the discount is in percent."""

    product: int
    quantity: Decimal
    price: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """A sale order of the ERP; ``state`` is ``draft``, ``sent``, ``sale`` or ``cancel``."""

    index: int
    company: int
    day: date
    state: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal of the CRM; ``stage`` is one of the default sales pipeline."""

    index: int
    name: str
    company: int
    contact: int
    owner: int
    stage: str
    closes: date
    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal:
        """The sum of its lines after discount, to the cent."""
        total = sum((line.quantity * line.price * (1 - line.discount / 100) for line in self.lines), Decimal(0))
        return total.quantize(Decimal("0.01"))


_FIRST = (
    "Aurora",
    "Brightwave",
    "Ceiba",
    "Delta",
    "Estrella",
    "Fjord",
    "Granada",
    "Halcón",
    "Iris",
    "Jacaranda",
    "Kumbre",
    "Lumen",
    "Meridiano",
    "Nórdica",
    "Océano",
    "Pinar",
    "Quetzal",
    "Roble",
    "Sierra",
    "Tucán",
)
_SECOND = (
    "Logística",
    "Foods",
    "Software",
    "Textil",
    "Energy",
    "Consulting",
    "Travel",
    "Médica",
    "Design",
    "Bau",
)
_FORMS = {
    "MX": "S.A. de C.V.",
    "ES": "S.L.",
    "DE": "GmbH",
    "FR": "SARL",
    "GB": "Ltd",
    "US": "Inc.",
    "BR": "Ltda.",
    "IE": "Ltd",
}
_INDUSTRIES = (
    "COMPUTER_SOFTWARE",
    "FOOD_BEVERAGES",
    "HOSPITALITY",
    "LOGISTICS_AND_SUPPLY_CHAIN",
    "TEXTILES",
    "CONSTRUCTION",
)
_THINGS = (
    ("Café de altura", "CAF"),
    ("Miel de agave", "MIE"),
    ("Toalla de lino", "TOA"),
    ("Vela de cera", "VEL"),
    ("Aceite de oliva", "ACE"),
    ("Taza esmaltada", "TAZ"),
    ("Manta de lana", "MAN"),
    ("Jabón de Alepo", "JAB"),
    ("Cesta de palma", "CES"),
    ("Sal de mar", "SAL"),
)
_SIZES = (
    ("S", "0.80"),
    ("M", "1"),
    ("L", "1.35"),
    ("XL", "1.90"),
    ("caja 12", "10.80"),
    ("caja 24", "20.40"),
)
_OCCASIONS = ("renewal", "pilot", "pedido", "expansion")
_STATES = (("sale", 55), ("draft", 20), ("sent", 15), ("cancel", 10))
_STAGES = (
    ("appointmentscheduled", 18),
    ("qualifiedtobuy", 18),
    ("presentationscheduled", 14),
    ("decisionmakerboughtin", 12),
    ("contractsent", 10),
    ("closedwon", 18),
    ("closedlost", 10),
)


def make_companies(rng: Random, count: int, people: int) -> list[Company]:
    """Return so many companies with distinct names; ``people`` are spread over them."""
    names = [(first, second) for first in _FIRST for second in _SECOND]
    rng.shuffle(names)
    staff: list[list[int]] = [[] for _ in range(count)]
    for person in range(people):
        staff[rng.randrange(count)].append(person)
    return [_company(rng, index, *names[index], tuple(staff[index])) for index in range(count)]


def make_products(rng: Random) -> list[Product]:
    """Return sixty products."""
    products: list[Product] = []
    for thing, code in _THINGS:
        base = Decimal(rng.randint(400, 9000)) / 100
        for size, factor in _SIZES:
            price = (base * Decimal(factor)).quantize(Decimal("0.01"))
            index = len(products)
            cost = (price * Decimal("0.62")).quantize(Decimal("0.01"))
            products.append(
                Product(
                    index,
                    f"{code}-{size.replace('caja ', 'C')}",
                    f"{thing} {size}",
                    price,
                    cost,
                    thing.split()[0],
                )
            )
    return products


def make_orders(rng: Random, count: int, companies: int, products: Sequence[Product], today: date) -> list[Order]:
    """Return so many sale orders over the last year."""
    return [
        Order(
            index=index,
            company=rng.randrange(companies),
            day=today - timedelta(days=rng.randint(0, 360)),
            state=pick(rng, _STATES),
            lines=_lines(rng, products),
        )
        for index in range(count)
    ]


def make_deals(
    rng: Random,
    count: int,
    companies: Sequence[Company],
    contacts: Sequence[int],
    owners: int,
    products: Sequence[Product],
    today: date,
) -> list[Deal]:
    """Return so many deals with line items."""
    deals = []
    for index in range(count):
        company = rng.choice(companies)
        quarter = rng.choice(("Q1", "Q2", "Q3", "Q4"))
        deals.append(
            Deal(
                index=index,
                name=f"{company.name.split(' ')[0]} {rng.choice(_OCCASIONS)} {quarter}",
                company=company.index,
                contact=rng.choice(contacts),
                owner=rng.randrange(owners),
                stage=pick(rng, _STAGES),
                closes=today + timedelta(days=rng.randint(-200, 120)),
                lines=_lines(rng, products),
            )
        )
    return deals


def _lines(rng: Random, products: Sequence[Product]) -> tuple[Line, ...]:
    chosen = rng.sample(products, rng.randint(1, 5))
    discounts = ("0", "0", "0", "5", "10", "12.5")
    return tuple(Line(p.index, Decimal(rng.randint(1, 40)), p.price, Decimal(rng.choice(discounts))) for p in chosen)


def _company(rng: Random, index: int, first: str, second: str, staff: tuple[int, ...]) -> Company:
    country = rng.choice(COUNTRIES)
    city, postcode = rng.choice(country.cities)
    national = "".join(str(rng.randint(0, 9)) if character == "#" else character for character in country.mobile)
    plain = f"{first}-{second}".lower().translate(str.maketrans("áéíóúñ", "aeioun"))
    return Company(
        index=index,
        name=f"{first} {second} {_FORMS[country.code]}",
        domain=f"{plain}.example",
        vat=f"{country.code}{rng.randint(10**8, 10**9 - 1)}",
        country=country.code,
        country_name=country.name,
        city=city,
        postcode=postcode,
        street=f"{rng.choice(country.streets)} {rng.randint(1, 240)}",
        phone=f"+{country.dial}{national.replace(' ', '')}",
        national=national,
        industry=rng.choice(_INDUSTRIES),
        employees=rng.choice((3, 8, 15, 40, 120, 450, 2100)),
        revenue=Decimal(rng.randint(80_000, 90_000_000)),
        staff=staff,
    )
