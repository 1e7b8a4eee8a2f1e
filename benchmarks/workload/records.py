"""Invented booking records of 2 to 3 KB: the same ones for the same seed, whatever machine makes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from benchmarks.workload import words
from mapstudio.model.exact_json import dumps

SEED = 20260901
_Record: TypeAlias = dict[str, Any]
_FIRST_DAY = date(2026, 1, 1)
_CENT = Decimal("0.01")


def records(count: int, seed: int = SEED) -> Iterator[_Record]:
    """Yield records; the first ones are the same whatever the count. Money is ``Decimal`` with two places."""
    random = Random(seed)
    for number in range(count):
        yield _record(random, number)


def write_records(path: Path, count: int, seed: int = SEED) -> None:
    """Write records as JSON lines."""
    with path.open("wb") as file:
        file.writelines(dumps(record).encode() + b"\n" for record in records(count, seed))


def _record(random: Random, number: int) -> _Record:
    first, last = random.choice(words.FIRST_NAMES), random.choice(words.LAST_NAMES)
    arrival = _FIRST_DAY + timedelta(days=random.randrange(600))
    nights = random.randint(1, 9)
    lines = _lines(random, arrival, nights)
    total = sum((line["total"] for line in lines), Decimal(0))
    paid = _money(random, 0, int(total)) if random.random() < 0.6 else total
    record = {
        "id": f"R{number:07d}",
        "createdAt": _moment(random, arrival - timedelta(days=random.randint(1, 120))),
        "updatedAt": _moment(random, arrival),
        "status": random.choice(words.STATUSES),
        "channel": random.choice(words.CHANNELS),
        "guestFirstName": first,
        "guestLastName": last,
        "guestEmail": f"guest{number}@example.{random.choice(('com', 'es', 'org'))}",
        "guestPhone": random.choice((None, "", "  ")) if random.random() < 0.2 else _phone(random),
        "language": random.choice(words.LANGUAGES),
        "birthDate": None
        if random.random() < 0.3
        else str(date(1940, 1, 1) + timedelta(days=random.randrange(23_000))),
        "isVip": random.random() < 0.15,
        "arrival": str(arrival),
        "departure": str(arrival + timedelta(days=nights)),
        "nights": nights,
        "ratePlan": random.choice(words.RATE_PLANS),
        "adults": random.randint(1, 4),
        "children": random.choice((None, 0, 0, 1, 2)),
        "currency": random.choice(words.CURRENCIES),
        "total": total,
        "paid": paid,
        "balance": total - paid,
        "address": _address(random),
        "company": _company(random),
        "customFields": _custom_fields(random),
        "tags": random.sample(words.TAGS, random.randint(0, 4)),
        "lines": lines,
        "reservations": [_reservation(random, arrival, nights) for _ in range(random.choice((1, 1, 1, 2)))],
        "notes": _notes(random, arrival),
        "marketing": _marketing(random, arrival),
        "payment": {"method": random.choice(words.PAYMENTS), "paidAt": _moment(random, arrival), "amount": paid},
    }
    # What a system leaves out altogether, where another one would send null.
    for name, share in (("guestPhone", 0.1), ("language", 0.1), ("birthDate", 0.1), ("company", 0.1)):
        if random.random() < share:
            del record[name]
    return record


def _lines(random: Random, arrival: date, nights: int) -> list[_Record]:
    lines: list[_Record] = []
    totals: set[Decimal] = set()
    for number in range(random.randint(4, 5)):
        sku, description, category = random.choice(words.ITEMS)
        quantity = random.randint(1, nights)
        price = _money(random, 5, 240)
        discount = (price * quantity / 10).quantize(_CENT) if random.random() < 0.3 else Decimal("0.00")
        total = price * quantity - discount
        # Tools differ in which of two equal lines is the greatest.
        while total in totals:
            total += _CENT
        totals.add(total)
        line = {
            "line": number + 1,
            "sku": sku,
            "description": description,
            "category": category,
            "date": str(arrival + timedelta(days=random.randrange(nights))),
            "quantity": quantity,
            "price": price,
            "discount": discount,
            "taxRate": random.choice((10, 21)),
            "total": total,
        }
        lines.append(line)
    return lines


def _address(random: Random) -> _Record:
    city, state, code, country, country_name = random.choice(words.CITIES)
    return {
        "line1": f"{random.choice(words.STREETS)}, {random.randint(1, 240)}",
        "line2": random.choice((None, "", "3.º B", "Flat 4", "Piso 2, puerta izquierda")),
        "city": city,
        "state": state,
        "zip": code if random.random() < 0.9 else " ",
        "country": {"code": country, "name": country_name},
    }


def _company(random: Random) -> _Record | None:
    if random.random() < 0.3:
        return None
    name = random.choice(words.COMPANIES)
    return {
        "name": name,
        "taxId": f"B{random.randrange(10**8):08d}",
        "contact": {"email": f"compras{random.randrange(1000)}@example.com", "phone": _phone(random)},
    }


def _custom_fields(random: Random) -> _Record:
    return {
        "purpose": random.choice(words.PURPOSES),
        "eta": random.choice((None, "15:00", "23:30")),
        "pillow": random.choice(("látex", "feather", "viscoelástica", None)),
        "loyalty": {"tier": random.choice(words.TIERS), "points": random.randrange(20_000)},
    }


def _reservation(random: Random, arrival: date, nights: int) -> _Record:
    name, room = random.choice(words.ROOMS)
    return {
        "room": room,
        "roomType": name,
        "arrival": str(arrival),
        "departure": str(arrival + timedelta(days=nights)),
        "rate": _money(random, 60, 320),
        "guests": [
            {"firstName": random.choice(words.FIRST_NAMES), "lastName": random.choice(words.LAST_NAMES)}
            for _ in range(random.randint(1, 2))
        ],
    }


def _notes(random: Random, arrival: date) -> list[_Record]:
    texts = random.sample(words.NOTES, random.randint(1, 2))
    return [{"at": _moment(random, arrival), "author": random.choice(words.STAFF), "text": text} for text in texts]


def _marketing(random: Random, arrival: date) -> _Record:
    return {
        "consent": random.random() < 0.7,
        "consentAt": _moment(random, arrival),
        "owner": f"owner-{random.randrange(40)}",
        "firstTouch": random.choice(words.CAMPAIGNS),
        "score": random.randrange(100),
    }


def _money(random: Random, low: int, high: int) -> Decimal:
    """Return an amount such as 19.90: exact, never made from a float."""
    return Decimal(random.randint(low * 100, max(low, high) * 100)).scaleb(-2)


def _moment(random: Random, day: date) -> str:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (start + timedelta(seconds=random.randrange(86_400))).strftime("%Y-%m-%dT%H:%M:%SZ")


def _phone(random: Random) -> str:
    return f"+34 6{random.randrange(100):02d} {random.randrange(1000):03d} {random.randrange(1000):03d}"
