"""Faults on request: what goes wrong between a client and the local Odoo, and what the ledger says of it then."""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.ledger import Ledger
from mapstudio.sandbox.odoo import SANDBOX
from tests.sandbox.odoo.client import HTTP, Client, Refused
from tests.sandbox.running import build, running


@pytest.fixture(name="kept", params=["16", "19"])
def _kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    options = {"odoo-version": request.param}
    with (
        Ledger(tmp_path / "ledger.jsonl") as ledger,
        running(build(SANDBOX, ledger=ledger, options=options)) as sandboxes,
    ):
        yield sandboxes["odoo"]


def _written(folder: Path) -> list[str]:
    lines = (folder / "ledger.jsonl").read_text().splitlines()
    return [f"{line['op']} {line['object']}" for line in map(json.loads, lines)]


def _fault(server: dict[str, Any], **fault: Any) -> None:
    assert HTTP.post(server["url"] + "/__sandbox__/faults", json=fault).status_code == 200


def _conflict(server: dict[str, Any], **spec: Any) -> dict[str, Any]:
    told: dict[str, Any] = HTTP.put(server["url"] + "/__sandbox__/conflicts", json=spec).json()
    return told


def test_a_call_that_loses_is_told_so_and_leaves_nothing(kept: dict[str, Any], tmp_path: Path) -> None:
    client = Client(kept)
    _conflict(kept, count=1, model="res.partner")
    assert client.call("res.partner", "search", [["id", "=", 1]]) == [1], "reading never loses"
    with pytest.raises(Refused, match="could not serialize access") as refused:
        client.call("res.partner", "create", {"name": "Uno"})
    assert refused.value.name == "psycopg2.errors.SerializationFailure"
    assert _written(tmp_path) == []
    client.call("res.partner", "create", {"name": "Uno"})
    assert _written(tmp_path) == ["create res.partner"]
    assert HTTP.get(kept["url"] + "/__sandbox__/conflicts").json()["struck"] == 1


def test_load_tells_a_conflict_as_a_message(kept: dict[str, Any], tmp_path: Path) -> None:
    client = Client(kept)
    _conflict(kept, count=2, skip=1, method="load")
    rows = [["x.a", "A"], ["x.b", "B"]]
    assert client.call("res.partner", "load", ["id", "name"], rows[:1])["ids"]
    lost = client.call("res.partner", "load", ["id", "name"], rows)
    assert lost["ids"] is False
    assert lost["messages"][0]["message"] == "could not serialize access due to concurrent update\n"
    assert _written(tmp_path) == ["create res.partner"]
    _conflict(kept, count=0)
    assert len(client.call("res.partner", "load", ["id", "name"], rows)["ids"]) == 2


def test_each_protocol_tells_a_conflict_its_own_way(kept: dict[str, Any]) -> None:
    _conflict(kept, count=2)
    proxy: Any = xmlrpc.client.ServerProxy(kept["url"] + "/xmlrpc/2/object")
    with pytest.raises(xmlrpc.client.Fault) as fault:
        proxy.execute_kw(kept["db"], 2, "admin", "res.partner", "write", [[1], {"phone": "+7"}])
    assert fault.value.faultCode == 1
    assert "psycopg2.errors.SerializationFailure" in fault.value.faultString
    if kept["version"] == "19.0":
        key = {"Authorization": f"bearer {kept['api_key']}"}
        body = {"ids": [1], "vals": {"phone": "+7"}}
        answer = HTTP.post(kept["url"] + "/json/2/res.partner/write", json=body, headers=key)
        assert (answer.status_code, answer.json()["name"]) == (500, "psycopg2.errors.SerializationFailure")


def test_a_lost_answer_is_a_write_that_was_done(kept: dict[str, Any], tmp_path: Path) -> None:
    client = Client(kept)
    client.call("res.partner", "search", [], limit=1)
    _fault(kept, kind="drop-after", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        client.call("res.partner", "create", {"name": "Perdida"})
    assert _written(tmp_path) == ["create res.partner"]
    assert client.call("res.partner", "search_count", [["name", "=", "Perdida"]]) == 1


@pytest.mark.parametrize("kind", ["502", "504", "429", "500"])
def test_a_proxy_answers_pages(kept: dict[str, Any], tmp_path: Path, kind: str) -> None:
    _fault(kept, kind=kind, count=1)
    answer = HTTP.post(kept["url"] + "/jsonrpc", json={"params": {}})
    assert answer.status_code == int(kind)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert _written(tmp_path) == []


def test_a_conflict_that_nobody_can_mean_is_refused(kept: dict[str, Any]) -> None:
    assert "error" in _conflict(kept, count=-1)
    assert "error" in _conflict(kept, models="res.partner")
