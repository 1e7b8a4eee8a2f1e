"""The portal's tickets, notes, quotes, orders and invoices: what sales and the front desk left behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random

from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.world import Deal, Person, World

TICKETS, NOTES = 36, 60
_SUBJECTS = ("Factura sin RFC", "Cambio de fechas", "Ruido en la habitación", "Anticipo no reflejado", "Lost item", "")
_NOTES = (
    "<p>Huésped VIP - Aniversario</p>",
    "<p>Prefiere habitación tranquila, lejos del bar.</p>",
    "<p>Llamar después de las 17:00</p>",
    "Alergia a los mariscos 🦐",
    "<div>Asked for a <b>late check-out</b>;\r\nconfirmed by phone</div>",
    "[red]Pendiente[/red] anticipo del 30%",
)
_TICKET_STAGES = ("1", "2", "3", "4", "4", "4")
_PRIORITIES = ("LOW", "MEDIUM", "HIGH", "")
_ORDER_STAGES = (
    "4b27b500-f031-4927-9811-68a0b525cbae",
    "937ea84d-0a4f-4dcf-9028-3f9c2aafbf03",
    "3725360f-519b-4b18-a593-494d60a29c9f",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One record beside a deal or a person.

    Attributes:
        kind: The object.
        values: As a client would send them.
        told: What only the system sets.
        deal: The deal that it is about, by index in the world.
        person: The person that it is about, by index in the world.
    """

    kind: str
    values: dict[str, str]
    told: dict[str, str] = field(default_factory=dict)
    deal: int | None = None
    person: int | None = None


def papers(rng: Random, world: World, owners: Sequence[str]) -> Iterator[Paper]:
    """Yield what was written about people first, then what came of the deals."""
    for person in rng.sample(world.contacts, TICKETS):
        yield _ticket(rng, person, owners)
    for person in rng.sample(world.contacts, NOTES):
        yield _note(rng, world, person, owners)
    numbers = iter(range(1001, 10_000))
    for deal in world.deals:
        if deal.stage == "contractsent":
            yield _quote(deal, owners[deal.owner], next(numbers))
        elif deal.stage == "closedwon":
            yield _order(rng, deal, next(numbers))
            yield _invoice(rng, deal, next(numbers))


def _ticket(rng: Random, person: Person, owners: Sequence[str]) -> Paper:
    values = {
        "subject": rng.choice(_SUBJECTS),
        "content": f"{person.first} {person.last}: {rng.choice(_SUBJECTS).lower() or 'sin asunto'}",
        "hs_pipeline": "0",
        "hs_pipeline_stage": rng.choice(_TICKET_STAGES),
        "hs_ticket_priority": rng.choice(_PRIORITIES),
        "hubspot_owner_id": rng.choice((*owners, "")),
    }
    return Paper("tickets", values, person=person.index)


def _note(rng: Random, world: World, person: Person, owners: Sequence[str]) -> Paper:
    day = rng.choice(world.deals).closes
    values = {
        "hs_note_body": rng.choice(_NOTES),
        "hs_timestamp": stamp(datetime.combine(day, time(rng.randint(8, 20), rng.randint(0, 59)), UTC)),
        "hubspot_owner_id": rng.choice(owners),
    }
    return Paper("notes", values, person=person.index)


def _quote(deal: Deal, owner: str, number: int) -> Paper:
    values = {
        "hs_title": deal.name,
        "hs_quote_number": f"Q-{number}",
        "hs_expiration_date": (deal.closes + timedelta(days=30)).isoformat(),
        "hs_status": "APPROVAL_NOT_NEEDED",
        "hs_currency": "MXN",
        "hs_language": "es",
        "hubspot_owner_id": owner,
    }
    told = {"hs_quote_amount": str(deal.amount), "hs_public_url_key": f"{number:08x}"}
    return Paper("quotes", values, told, deal=deal.index)


def _order(rng: Random, deal: Deal, number: int) -> Paper:
    values = {
        "hs_order_name": f"Pedido {number}",
        "hs_external_order_id": f"SO-{number}",
        "hs_currency_code": "MXN",
        "hs_total_price": str(deal.amount),
        "hs_source_store": rng.choice(("web", "front desk", "")),
        "hs_pipeline": "14a2e10e-5471-408a-906e-c51f3b04369e",
        "hs_pipeline_stage": rng.choice(_ORDER_STAGES),
    }
    return Paper("orders", values, deal=deal.index)


def _invoice(rng: Random, deal: Deal, number: int) -> Paper:
    paid = rng.random() < 0.6
    issued = datetime.combine(deal.closes, time(0), UTC)
    values = {
        "hs_title": deal.name,
        "hs_currency": "MXN",
        "hs_invoice_date": stamp(issued),
        "hs_due_date": stamp(issued + timedelta(days=30)),
        "hs_invoice_status": "paid" if paid else "open",
        "hs_external_invoice_id": rng.choice((f"INV/2026/{number}", "")),
    }
    told = {
        "hs_number": f"INV-{number}",
        "hs_amount_billed": str(deal.amount),
        "hs_amount_paid": str(deal.amount) if paid else "0",
        "hs_balance_due": "0" if paid else str(deal.amount),
    }
    return Paper("invoices", values, told, deal=deal.index)
