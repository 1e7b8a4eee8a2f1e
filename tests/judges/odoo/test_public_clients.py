"""Public clients, unmodified, against the local sandbox of each version: what people's scripts use today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import erppeek
import odoo_json2
import odoolib
import odooly
import odoorpc
import pytest

from mapstudio.sandbox.odoo import SANDBOX
from tests.sandbox.running import build, running

pytestmark = [
    # Clients of many years: deprecated calls, and connections that are left to the collector.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@dataclass(frozen=True, slots=True)
class Place:
    """A running local Odoo."""

    version: str
    url: str
    db: str
    key: str

    @property
    def host(self) -> str:
        """Without the port."""
        return self.url.removeprefix("http://").partition(":")[0]

    @property
    def port(self) -> int:
        """The port alone."""
        return int(self.url.rpartition(":")[2])


@pytest.fixture(name="place", scope="module", params=["16", "19"])
def _place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with running(build(SANDBOX, options={"odoo-version": request.param})) as sandboxes:
        access = sandboxes["odoo"]
        yield Place(request.param, access["url"], access["db"], access["api_key"])


@pytest.fixture(name="rpc")
def _rpc(place: Place) -> Any:
    client = odoorpc.ODOO(place.host, port=place.port)
    client.login(place.db, "admin", "admin")
    return client


def test_odoorpc_keeps_a_contact(rpc: Any, place: Place) -> None:
    assert rpc.version == f"{place.version}.0"
    partners = rpc.env["res.partner"]
    made = partners.create({"name": "Ana by OdooRPC", "email": "ana@palma.example"})
    ana = partners.browse(made)
    ana.name = "Ana Renamed"
    ana.country_id = rpc.env["res.country"].search([("code", "=", "ES")])[0]
    assert (ana.name, ana.country_id.code, ana.parent_id.id) == ("Ana Renamed", "ES", None)
    assert partners.search([("name", "like", "Ana Ren")]) == [made]
    assert partners.unlink([made])
    assert partners.search([("id", "=", made)]) == []


def test_odoorpc_edits_the_lines_of_an_order(rpc: Any) -> None:
    product = rpc.env["product.product"].create({"name": "Towel", "list_price": 10.0})
    partner = rpc.env["res.partner"].create({"name": "Ana by OdooRPC"})
    line = {"product_id": product, "product_uom_qty": 2}
    orders = rpc.env["sale.order"]
    order = orders.browse(orders.create({"partner_id": partner, "order_line": [(0, 0, line), (0, 0, line)]}))
    assert (len(order.order_line), order.amount_untaxed) == (2, 40.0)
    first, second = order.order_line.ids
    order.write({"order_line": [(1, first, {"product_uom_qty": 3}), (2, second)]})
    assert orders.read([order.id], ["order_line", "amount_untaxed"])[0] == {
        "id": order.id,
        "order_line": [first],
        "amount_untaxed": 30.0,
    }


def test_odoorpc_says_what_the_server_says(rpc: Any, place: Place) -> None:
    with pytest.raises(odoorpc.error.RPCError) as refused:
        rpc.env["res.partner"].write([1], {"nosuch": 1})
    told = refused.value.info["data"]
    assert told["name"] == ("builtins.KeyError" if place.version == "19" else "builtins.ValueError")
    with pytest.raises(odoorpc.error.RPCError):
        odoorpc.ODOO(place.host, port=place.port).login(place.db, "admin", "wrong")


def test_odooly_works_in_a_session(place: Place) -> None:
    client = odooly.Client(place.url, place.db, "admin", "admin")
    partner = client.env["res.partner"].create({"name": "Ana by odooly"})
    partner.write({"name": "Ana again", "country_id": client.env.ref("base.es")})
    assert (partner.name, partner.country_id.code) == ("Ana again", "ES")
    assert client.env["res.partner"].search_count(["name = Ana again"]) == 1
    partner.unlink()
    assert client.env["res.partner"].search_count(["name = Ana again"]) == 0


def test_odooly_cannot_sign_in_with_a_key(place: Place) -> None:
    # A key is no password of a session; the recorded servers refuse this client too.
    with pytest.raises(odooly.Error):
        odooly.Client(place.url, place.db, "integration", place.key)


def test_erppeek_speaks_the_first_xml_rpc(place: Place) -> None:
    client = erppeek.Client(place.url, place.db, "admin", "admin")
    made = client.create("res.partner", {"name": "Ana by ERPpeek", "ref": "P-1"})
    assert client.search("res.partner", [("ref", "=", "P-1")]) == [made]
    assert client.write("res.partner", [made], {"ref": "P-2"})
    assert client.read("res.partner", [made], ["name", "ref"]) == [{"id": made, "name": "Ana by ERPpeek", "ref": "P-2"}]
    assert client.unlink("res.partner", [made])


@pytest.mark.parametrize("protocol", ["jsonrpc", "xmlrpc"])
def test_odoo_client_lib_reads_and_writes(place: Place, protocol: str) -> None:
    client = odoolib.get_connection(place.host, protocol, place.port, place.db, "integration", place.key)
    partners = client.get_model("res.partner")
    made = partners.create({"name": "Ana by odoolib"})
    assert partners.search_read([("id", "=", made)], ["name"]) == [{"id": made, "name": "Ana by odoolib"}]
    assert partners.write([made], {"name": "Ana again"})
    assert partners.read(made, ["name"])["name"] == "Ana again"
    assert partners.unlink([made])


def test_odoo_client_lib_asks_for_the_names_of_arguments(place: Place) -> None:
    client = odoolib.get_connection(place.host, "json2", place.port, place.db, "integration", place.key)
    partners = client.get_model("res.partner")
    if place.version == "16":
        with pytest.raises(ValueError, match="404"):
            partners.search_read(domain=[["id", "=", 1]], fields=["name"])
        return
    # Arguments without names: it reads their names from the documents of the server first.
    (made,) = partners.create([{"name": "Ana by JSON-2"}])
    assert partners.write([made], {"name": "Ana again"})
    assert partners.search_read(domain=[["id", "=", made]], fields=["name"]) == [{"id": made, "name": "Ana again"}]
    assert partners.unlink(ids=[made])


def test_odoo_json2_works_on_19_alone(place: Place) -> None:
    client = odoo_json2.JSON2Client(place.url, place.key, place.db)
    if place.version == "16":
        with pytest.raises(odoo_json2.OdooNotFoundError):
            client.create("res.partner", {"name": "Ana by odoo-json2"})
        return
    assert client.version()["version"] == "19.0"
    (made,) = client.create("res.partner", {"name": "Ana by odoo-json2"})
    assert client.write("res.partner", [made], {"name": "Ana again"})
    assert client.search_read("res.partner", [["id", "=", made]], ["name"]) == [{"id": made, "name": "Ana again"}]
    with pytest.raises(odoo_json2.OdooValidationError, match="not set"):
        client.create("crm.lead", {})
    assert client.unlink("res.partner", [made])
