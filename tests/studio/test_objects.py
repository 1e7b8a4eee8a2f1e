"""Every object of a hotel as a source in the studio, against the local hotel: its fields, real values, and no error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.connectors.cloudbeds import budget
from mapstudio.project import read_project
from mapstudio.sandbox.server import sandboxes
from mapstudio.studio.app import MapstudioApp
from mapstudio.studio.widgets.source_tree import SourceTree
from tests.cli.conftest import write_project
from tests.sandbox.running import build, running
from tests.studio.scene import Driver
from tests.studio.scene import running as at_keyboard

MAPPING = """\
mapstudio: 1
name: some-contacts
source: {{connection: hotel, object: {name}}}
destination: {{connection: crm, object: contacts, key: email}}
fields:
  email: {{question: Who is it?, owner: Marta}}
"""
SHOWN: Mapping[str, tuple[int, tuple[str, str], tuple[str, ...]]] = {
    "guests": (50, ("guestCountry", "GB"), ("guestID", "guestNotes", "customFields")),
    "guest_profiles": (50, ("countryName", "Mexico"), ("firstName", "statuses", "isRepeatGuest")),
    "reservations": (50, ("startDate", "2025-09-27"), ("guestID", "profileID", "total")),
    "guest_notes": (46, ("guestNote", "Le gusta el café sin azúcar"), ("guestID", "userName")),
    "reservation_notes": (
        50,
        ("reservationNote", "Pide factura a nombre de la empresa"),
        ("reservationID", "userName"),
    ),
    "transactions": (50, ("internalTransactionCode", "9100"), ("amount", "currency", "customerId")),
    "house_accounts": (3, ("accountName", "Bar - público general"), ("accountStatus", "isPrivate")),
    "rooms": (18, ("roomTypeName", "Suite Mar"), ("maxGuests", "roomBlocked")),
    "room_types": (4, ("roomTypeName", "Suite Mar"), ("maxGuests", "adultsIncluded")),
    "items": (11, ("name", "Cena degustación"), ("sku", "price", "taxes")),
    "hotels": (1, ("propertyName", "Casa Palma Hotel Boutique"), ("propertyTimezone", "propertyCurrency")),
    "webhooks": (1, ("subscriptionType", "webhook"), ("event", "subscriptionData")),
}
"""By object: how many records the sample has, a field of the first with its value, and more fields."""


@pytest.fixture(scope="module")
def access() -> Iterator[Mapping[str, Any]]:
    """A hotel with one subscription, and a CRM; nobody writes to them."""
    services = [service for name in ("cloudbeds", "hubspot", "odoo") for service in build(sandboxes()[name])]
    with running(services) as told:
        hotel = told["cloudbeds"]
        form = {"object": "reservation", "action": "created", "endpointUrl": "http://127.0.0.1:9/in/7d1f"}
        httpx.post(
            f"{hotel['url']}/api/v1.3/postWebhook",
            headers={"x-api-key": hotel["api_key"]},
            data={"propertyID": hotel["property"], **form},
        ).raise_for_status()
        yield told


@pytest.mark.parametrize("name", SHOWN)
async def test_an_object_of_the_hotel_opens_with_its_fields_and_values(
    tmp_path: Path, access: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(budget, "REQUESTS", 100_000)
    monkeypatch.setenv("MAPSTUDIO_STATE", str(tmp_path / "state"))
    root = tmp_path / "casa"
    root.mkdir()
    write_project(root, access, monkeypatch)
    path = root / "some-contacts.yaml"
    path.write_text(MAPPING.format(name=name), encoding="utf-8")
    records, (field, value), others = SHOWN[name]
    async with at_keyboard(MapstudioApp(read_project(root), path, variables={}), (160, 48)) as driver:
        driver.line(f"{records} sample record{'' if records == 1 else 's'}")
        await driver.press("2")
        assert value[:8] in await line_of(driver, field)
        for other in others:
            assert other[:6] in await line_of(driver, other)
        # The question is the only thing that is wrong.
        assert "✗ 1 blocks   ? 1 open" in driver.line("1 Map")
        assert not [word for word in ("does not answer", "refused", "Traceback", "failed") if word in driver.text()]


async def line_of(driver: Driver, field: str) -> str:
    """Put the cursor of the source's tree on a field and return its line, where long names and values are cut."""
    assert driver.screen.query_one(SourceTree).find_field((field,)), f"no field {field}"
    await driver.settle()
    return next(line for line in driver.text().splitlines() if line.startswith("▸"))
