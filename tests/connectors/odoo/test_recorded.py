"""What real servers answered, taken as the connector takes it; and what it sends, beside what they were sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapstudio.connectors.http import HttpClient, NotJsonError
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.json2 import Json2
from mapstudio.connectors.odoo.jsonrpc import JsonRpc
from mapstudio.model import UsageError
from mapstudio.model.exact_json import dumps, loads
from mapstudio.sandbox.contract import Service
from tests.sandbox.running import running

pytestmark = pytest.mark.reference

ARGUMENTS: Mapping[str, tuple[list[Any], dict[str, Any]]] = {
    "json2_context_get": ([], {}),
    "json2_create_list": ([[{"name": "J2 a", "email": "j2a@example.com"}, {"name": "J2 b"}]], {}),
    "json2_fields_get_fr": ([["name", "is_won"], ["string"]], {"context": {"lang": "fr_FR"}}),
    "json2_lead_set_won": ([[59]], {}),
    "json2_load": (
        [
            ["id", "name", "country_id/id"],
            [["hs.j2_1", "J2 loaded", "base.es"], ["hs.j2_2", "J2 loaded 2", "base.fr"]],
        ],
        {},
    ),
    "json2_name_search": (["Acme"], {"limit": 3}),
    "json2_read": ([[1, 3], ["name", "country_id"]], {}),
    "json2_search_count": ([[]], {}),
    "json2_so_confirm": ([30], {}),
    "json2_unlink": ([[106, 107]], {}),
    "json2_write": ([[106, 107], {"phone": "+34 600"}], {}),
}
"""By recorded call how our callers would make it."""

CONFLICTS = {"serialization_failure", "json2_serialization_failure"}
DENIED = {"execute_kw_wrong_password", "json2_bad_key", "json2_no_auth", "json2_password_as_key", "json2_basic_auth"}
NO_MODEL = {"unknown_model", "json2_unknown_model"}
ABOUT_MODEL = {"access_create_denied", "access_read_denied", "access_unlink_denied", "access_write_denied"}
ABOUT_RECORDS = {"access_record_rule_read"}


class Recorded:
    """Answers each request with what was recorded under the name that a test sets."""

    def __init__(self) -> None:
        self.answer: Mapping[str, Any] = {}
        self.body: Any = None

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._told, methods=["POST"])])

    async def _told(self, request: Request) -> Response:
        self.body = loads(await request.body())
        told = self.answer["body"]
        kind = self.answer["headers"].get("Content-Type", "application/json")
        text = told if "json" not in kind else dumps(told)
        return Response(text, self.answer["status"], media_type=kind)


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[tuple[str, Recorded]]:
    recorded = Recorded()
    with running([Service("recorded", recorded.app(), {})]) as sandboxes:
        yield sandboxes["recorded"]["url"], recorded


def _exchanges(folder: Path, version: str) -> list[dict[str, Any]]:
    found: list[Any] = [
        loads(path.read_bytes()) for path in sorted((folder / "odoo/exchanges" / version).glob("*.json"))
    ]
    return [one for one in found if "response" in one]


@pytest.mark.parametrize("version", ["16.0", "19.0"])
async def test_every_answer_of_jsonrpc_is_its_result_or_its_fault(
    version: str, server: tuple[str, Recorded], reference_folder: Path
) -> None:
    url, recorded = server
    http = HttpClient("erp", url)
    await http.open()
    wire = JsonRpc(http, "shop", "x")
    seen: dict[str, Fault] = {}
    for one in _exchanges(reference_folder, version):
        answer = one["response"]
        if one["request"]["path"] != "/jsonrpc" or answer["status"] != 200:
            continue
        recorded.answer = answer
        told = answer["body"]
        try:
            found = await wire.execute("res.partner", "read", [[1]], {}, repeatable=True)
        except Fault as fault:
            seen[one["name"]] = fault
            assert (fault.name, fault.message) == (
                told["error"]["data"]["name"],
                told["error"]["data"]["message"].strip(),
            )
        else:
            assert found == told.get("result"), one["name"]
    await http.close()
    _assert_understood(seen)
    assert seen["authenticate_wrong_db"].to_error("erp", "erp", "sign in").exit_code == UsageError.exit_code


async def test_every_answer_of_json_2_is_its_result_or_its_fault(
    server: tuple[str, Recorded], reference_folder: Path
) -> None:
    url, recorded = server
    http = HttpClient("erp", url)
    await http.open()
    wire = Json2(http, "shop", "x")
    seen: dict[str, Fault] = {}
    for one in _exchanges(reference_folder, "19.0"):
        if not one["name"].startswith("json2_"):
            continue
        recorded.answer = one["response"]
        try:
            found = await wire.execute("res.partner", "read", [[1]], {}, repeatable=True)
        except Fault as fault:
            seen[one["name"]] = fault
        except UsageError:
            assert one["name"] == "json2_wrong_db_header"
        except NotJsonError:
            assert one["name"] in {"json2_no_content_type", "json2_text_content_type", "json2_old_path"}
        else:
            assert found == one["response"]["body"], one["name"]
    await http.close()
    _assert_understood(seen)
    assert not seen["json2_unknown_field"].is_passing, "500 alone means nothing"
    assert not seen["json2_redirect_warning"].is_passing


async def test_calls_are_sent_as_they_were_to_a_real_server(
    server: tuple[str, Recorded], reference_folder: Path
) -> None:
    url, recorded = server
    http = HttpClient("erp", url)
    await http.open()
    wire = Json2(http, "shop", "x")
    by_name = {one["name"]: one for one in _exchanges(reference_folder, "19.0")}
    for name, (args, kwargs) in ARGUMENTS.items():
        request = by_name[name]["request"]
        recorded.answer = {"status": 200, "headers": {}, "body": None}
        _, _, _, model, method = request["path"].split("/")
        await wire.execute(model, method, args, kwargs, repeatable=True)
        assert recorded.body == request["body"], name
    await http.close()


def _assert_understood(seen: Mapping[str, Fault]) -> None:
    assert {name for name, fault in seen.items() if fault.is_passing} == CONFLICTS & seen.keys() != set()
    assert {name for name, fault in seen.items() if fault.is_denied} == DENIED & seen.keys() != set()
    assert {name for name, fault in seen.items() if fault.is_missing_model} == NO_MODEL & seen.keys() != set()
    for name in ABOUT_MODEL & seen.keys():
        assert seen[name].is_about_model, name
    for name in ABOUT_RECORDS & seen.keys():
        assert seen[name].is_access, name
        assert not seen[name].is_about_model, name
