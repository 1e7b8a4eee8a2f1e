"""The HubSpot connector does what every connector must do."""

from __future__ import annotations

from typing import Any

from mapstudio.connectors.exchange import Reference
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.model import Record
from mapstudio.sandbox.hubspot import SANDBOX
from tests.connectors.conformance import ConformanceCase, ConnectorConformance


def settings(access: Any) -> dict[str, str]:
    return {"url": access["url"], "token": access["token"]}


def new_contact(number: int) -> Record:
    return {
        "email": f"nueva.{number}@example.org",
        "firstname": 'Ñandú "O’Connor" 🏨',
        "lastname": "<b>Peña</b> & Söhne",
        "phone": "+525512345678",
        "stay_count": 3,
        "total_stays_value": 1234.5,
        "last_stay": "2026-10-31",
        "guest_opt_in": False,
        "guest_interests": ["surf", "spa"],
        "room_preference": "suite_mar",
        "lifecyclestage": "customer",
        "vip_note": "Aniversario\nSegunda línea; con punto y coma",
    }


class TestConformance(ConnectorConformance):
    case = ConformanceCase(
        connector=HubSpotConnector,
        sandbox=SANDBOX,
        service="hubspot",
        settings=settings,
        wrong={"token": "a-token-of-somebody-else"},
        counts={
            "contacts": 444,
            "companies": 134,
            "deals": 260,
            "line_items": 773,
            "products": 60,
            "tickets": 36,
            "quotes": 36,
            "orders": 47,
            "invoices": 47,
            "notes": 60,
        },
        object="contacts",
        key="email",
        paths=frozenset({"email", "firstname", "lifecyclestage", "guest_interests", "associations.companies[].name"}),
        new=new_contact,
        change=("vip_note", 'Huésped VIP - "Aniversario" 🥂'),
        clear="phone",
        poison=("lifecyclestage", "no-such-stage"),
        gone="99999999",
        reference=(Reference("owners", "email"), "marta.rey@casa-palma.example"),
    )
