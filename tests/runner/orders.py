"""Orders with lines for the runner's tests: a world where guests' extras become the lines of an order."""

from __future__ import annotations

from typing import Any

from mapstudio.connectors.declarations import Capabilities, Enforcement
from mapstudio.model import Field, FieldType, Record
from tests.runner.fake import FakeObject
from tests.runner.world import READ_ONLY, World, guest

ORDER_FIELDS = (
    Field("ref", type=FieldType.TEXT, unique=True),
    Field("note", type=FieldType.TEXT),
    Field("state", type=FieldType.TEXT, read_only=True),
    Field("lines", type=FieldType.REFERENCES),
    Field("lines[].product", type=FieldType.REFERENCE, reference="products"),
    Field("lines[].quantity", type=FieldType.NUMBER, required=True),
    Field("lines[].text", type=FieldType.TEXT),
)
BY_ORIGIN = Capabilities(create=Enforcement.EXTERNAL_ID, update=True, batch_size=10)
BY_KEY = Capabilities(
    create=Enforcement.UNIQUE_FIELD, upsert_fields=frozenset({"ref"}), update=True, batch_size=10, incremental=True
)
ORDERS = """\
mapstudio: 1
name: guests-to-orders
source: {connection: hotel, object: guests}
destination: {connection: crm, object: orders, key: ref}
fields:
  ref: email
  note: name
  lines:
    each: rooms
    key: product
    fields:
      product: {from: sku, by: code}
      quantity: qty
      text: {from: text, on_null: clear}
"""


def with_orders(world: World, able: Capabilities = BY_KEY) -> World:
    """Give the world's CRM products and orders."""
    products: dict[str, Record] = {
        "71": {"code": "A", "name": "Alpha"},
        "72": {"code": "B", "name": "Beta"},
        "73": {"code": "C", "name": "Gamma"},
        "74": {"code": "C", "name": "Gamma again"},
    }
    world.crm.objects["products"] = FakeObject((Field("code", type=FieldType.TEXT),), READ_ONLY, products)
    world.crm.objects["orders"] = FakeObject(ORDER_FIELDS, able)
    world.text = ORDERS
    return world


def order(email: str, *items: Record, **more: Any) -> Record:
    """Return a guest who bought something."""
    return guest(email, rooms=[*items], **more)


def item(sku: str, qty: Any = 1, text: str | None = None) -> Record:
    """Return what was bought."""
    return {"sku": sku, "qty": qty, "text": text}


def lines(world: World, ref: str = "a@x.com") -> list[tuple[Any, Any, Any]]:
    """Return product, quantity and text of an order's lines."""
    (record,) = [one for one in world.crm.objects["orders"].records.values() if one["ref"] == ref]
    found: Any = record.get("lines") or []
    return [(line.get("product"), line.get("quantity"), line.get("text")) for line in found]
