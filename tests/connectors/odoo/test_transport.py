"""Which protocol carries a call, how it is let in, and what is said when something else answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from mapstudio.connectors.http import HttpClient, LostAnswerError
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.model import AuthenticationError, ConnectionFailedError, JsonValue, UsageError
from mapstudio.model.exact_json import loads
from mapstudio.sandbox.contract import Service
from mapstudio.sandbox.odoo import SANDBOX
from tests.connectors.odoo.test_conformance import settings
from tests.sandbox.running import build, running

KEY = "0123456789abcdef0123456789abcdef01234567"
PASSWORD = "a password"
Answering = Callable[[str, Mapping[str, Any], Mapping[str, str]], "Response | None"]
"""Answers a call by model and method (``common.version``), its body and its headers; ``None``: as usual."""

CONFLICT = {"name": "psycopg2.errors.SerializationFailure", "message": "could not serialize access"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries wait for nothing."""
    monkeypatch.setattr("mapstudio.connectors.http.random.uniform", lambda *_: 0.0)
    monkeypatch.setattr("mapstudio.connectors.odoo.transport.random.uniform", lambda *_: 0.0)


class Scripted:
    """A server that answers as Odoo does, but for what a test says.

    Attributes:
        asked: The calls, as ``jsonrpc res.partner.read`` or ``json2 res.partner.read``.
        bodies: What each JSON-2 call held, or the arguments of each one over /jsonrpc.
        headers: The headers of each.
    """

    def __init__(self, version: int, answering: Answering) -> None:
        self.asked: list[str] = []
        self.bodies: list[Any] = []
        self.headers: list[Mapping[str, str]] = []
        self._version = version
        self._answering = answering

    def app(self) -> Starlette:
        routes = [Route("/jsonrpc", self._jsonrpc, methods=["POST"])]
        if self._version >= 19:
            routes.append(Route("/json/2/{model}/{method}", self._json2, methods=["POST"]))
        return Starlette(routes=routes, exception_handlers={404: lambda *_: HTMLResponse("<html>", 404)})

    async def _jsonrpc(self, request: Request) -> Response:
        told: Any = loads(await request.body())
        params = told["params"]
        args = params["args"]
        name = f"{args[3]}.{args[4]}" if params["service"] == "object" else f"{params['service']}.{params['method']}"
        self._note(f"jsonrpc {name}", args[5:], request.headers)
        usual = {
            "common.version": {
                "server_version_info": [self._version, 0, 0, "final", 0, ""],
                "server_serie": f"{self._version}.0",
            },
            "common.authenticate": 7 if args and args[-1] == {} and args[1] == "maria" else False,
        }
        answer = self._answering(name, told, request.headers)
        result = usual.get(name, _usual(name))
        return answer or JSONResponse({"jsonrpc": "2.0", "id": told["id"], "result": result})

    async def _json2(self, request: Request) -> Response:
        name = f"{request.path_params['model']}.{request.path_params['method']}"
        body: Any = loads(await request.body())
        self._note(f"json2 {name}", body, request.headers)
        if request.headers.get("Authorization", "").lower() != f"bearer {KEY}":
            return JSONResponse({"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}, 401)
        return self._answering(name, body, request.headers) or JSONResponse(_usual(name))

    def _note(self, name: str, body: Any, headers: Mapping[str, str]) -> None:
        self.asked.append(name)
        self.bodies.append(body)
        self.headers.append(dict(headers))


def _usual(name: str) -> JsonValue:
    usual: dict[str, JsonValue] = {
        "res.users.context_get": {"lang": "es_MX", "tz": "America/Mexico_City", "uid": 7},
        "res.users.search_read": [{"id": 7, "login": "maria"}],
    }
    return usual.get(name, [])


def _told(version: int, fault: Mapping[str, Any] | None) -> Response | None:
    """Return the answer with which a version tells of a fault."""
    if fault is None:
        return None
    if version == 19:
        return JSONResponse(fault, 500)
    return JSONResponse({"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "it", "data": fault}})


@contextmanager
def _serving(version: int, answering: Answering = lambda *_: None) -> Iterator[tuple[str, Scripted]]:
    server = Scripted(version, answering)
    with running([Service("scripted", server.app(), {})]) as sandboxes:
        yield sandboxes["scripted"]["url"], server


@asynccontextmanager
async def _rpc(url: str, secret: str, login: str = "maria", **rest: Any) -> AsyncIterator[Rpc]:
    http = HttpClient("erp (odoo)", url)
    await http.open()
    try:
        yield Rpc(http, "erp", "shop", login, secret, **rest)
    finally:
        await http.close()


def _only(name: str, answer: Callable[[], Response | None]) -> Answering:
    return lambda asked, *_: answer() if asked == name else None


@pytest.mark.parametrize(
    ("version", "secret", "carrier"), [(16, KEY, "jsonrpc"), (19, PASSWORD, "jsonrpc"), (19, KEY, "json2")]
)
async def test_an_api_key_goes_over_json_2_from_19_on_and_everything_else_over_jsonrpc(
    version: int, secret: str, carrier: str
) -> None:
    with _serving(version) as (url, server):
        async with _rpc(url, secret) as rpc:
            await rpc.call("res.partner", "search_read", [[["id", "=", 1]]], {"fields": ["name"], "limit": 1})
            assert server.asked[-1] == f"{carrier} res.partner.search_read"
            assert await rpc.uid() == 7
            assert await rpc.time_zone() == "America/Mexico_City"
            assert await rpc.major() == version
            await rpc.call("res.partner", "write", [[1], {"name": "x"}])
            assert server.asked.count(f"{carrier} res.users.context_get") == 1, "one sign-in"


async def test_json_2_has_named_arguments_the_database_and_the_users_language() -> None:
    with _serving(19) as (url, server):
        async with _rpc(url, KEY) as rpc:
            await rpc.call("res.partner", "write", [[1, 2], {"name": "x"}], {"context": {"tz": "UTC"}})
            assert server.bodies[-1] == {
                "ids": [1, 2],
                "vals": {"name": "x"},
                "context": {"lang": "es_MX", "tz": "UTC"},
            }
            await rpc.call("res.partner", "load", [["id", "name"], [["a.b", "x"]]])
            assert server.bodies[-1] == {
                "fields": ["id", "name"],
                "data": [["a.b", "x"]],
                "context": {"lang": "es_MX"},
            }
            await rpc.call("sale.order", "action_confirm", [[5]])
            assert server.bodies[-1] == {"ids": [5], "context": {"lang": "es_MX"}}
            headers = server.headers[-1]
            assert headers["x-odoo-database"] == "shop"
            assert headers["authorization"] == f"Bearer {KEY}"


async def test_jsonrpc_has_the_users_language_too() -> None:
    with _serving(16) as (url, server):
        async with _rpc(url, PASSWORD) as rpc:
            await rpc.call("res.partner", "write", [[1], {"name": "x"}], {"context": {"tz": "UTC"}})
            assert server.bodies[-1] == [[[1], {"name": "x"}], {"context": {"lang": "es_MX", "tz": "UTC"}}]


async def test_an_argument_that_a_model_calls_otherwise_is_named_as_it_wants() -> None:
    def picky(name: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response | None:
        if name != "res.partner.default_get" or "default_fields" in body:
            return None
        told = "missing a required argument: 'default_fields'"
        return JSONResponse({"name": "werkzeug.exceptions.UnprocessableEntity", "message": told}, 422)

    with _serving(19, picky) as (url, server):
        async with _rpc(url, KEY) as rpc:
            await rpc.call("res.partner", "default_get", [["active"]])
            await rpc.call("res.partner", "default_get", [["active"]])
            names = [name for name in server.asked if name == "json2 res.partner.default_get"]
            assert len(names) == 3, "the name is learned once"
            assert server.bodies[-1]["default_fields"] == ["active"]


async def test_a_method_that_a_model_makes_one_of_records_is_given_none() -> None:
    # As account.move.line of 16 does with default_get: over /jsonrpc the first argument is taken for ids then.
    def of_records(name: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response | None:
        if name != "account.move.line.default_get":
            return None
        args = body["params"]["args"][5]
        if len(args) == 2:
            return _result([{"quantity": 1}])
        fault = {
            "name": "builtins.TypeError",
            "message": "AccountMoveLine.default_get() missing 1 required positional argument: 'fields_list'",
        }
        return JSONResponse({"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "it", "data": fault}})

    with _serving(16, of_records) as (url, server):
        async with _rpc(url, PASSWORD) as rpc:
            found = await rpc.call("account.move.line", "default_get", [["quantity"]])
            assert found == [{"quantity": 1}]
            assert server.bodies[-1][0] == [[], ["quantity"]]


@pytest.mark.parametrize(("version", "secret", "body"), [(16, PASSWORD, {"jsonrpc": "2.0", "id": 1}), (19, KEY, None)])
async def test_a_method_that_returns_nothing_gives_null(version: int, secret: str, body: JsonValue) -> None:
    # /jsonrpc leaves the result out of its envelope then.
    with _serving(version, _only("crm.lead.action_set_lost", lambda: JSONResponse(body))) as (url, _):
        async with _rpc(url, secret) as rpc:
            assert await rpc.call("crm.lead", "action_set_lost", [[1]], repeatable=False) is None


async def test_wrong_credentials_are_told_whatever_the_protocol() -> None:
    with _serving(19) as (url, server):
        for secret in (PASSWORD, "f" * 40, KEY):
            async with _rpc(url, secret, login="nobody") as rpc:
                with pytest.raises(AuthenticationError, match='refused the login "nobody"') as error:
                    await rpc.uid()
                assert secret not in str(error.value)
        assert any(name.startswith("json2") for name in server.asked)


async def test_a_password_that_looks_like_a_key_goes_over_jsonrpc() -> None:
    with _serving(19) as (url, server):
        async with _rpc(url, "f" * 40) as rpc:
            await rpc.call("res.partner", "search_count", [[]])
            assert server.asked[-1] == "jsonrpc res.partner.search_count"


@pytest.mark.parametrize(("version", "secret"), [(16, PASSWORD), (19, KEY)])
async def test_a_conflict_is_tried_again_and_an_unknown_field_is_not(version: int, secret: str) -> None:
    faults = iter([CONFLICT, CONFLICT])
    wrong = {"name": "builtins.ValueError", "message": "Invalid field 'nosuch' on 'res.partner'"}

    def answering(name: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response | None:
        if name == "res.partner.write":
            fault = next(faults, None)
        else:
            fault = wrong if name == "res.partner.search_read" else None
        return _told(version, fault)

    with _serving(version, answering) as (url, server):
        async with _rpc(url, secret) as rpc:
            await rpc.call("res.partner", "write", [[1], {"phone": "1"}])
            assert len([name for name in server.asked if name.endswith("partner.write")]) == 3
            with pytest.raises(Fault, match="nosuch"):
                await rpc.call("res.partner", "search_read", [[]], {"fields": ["nosuch"]})
            assert len([name for name in server.asked if name.endswith("partner.search_read")]) == 1


@pytest.mark.parametrize(
    ("version", "secret", "name"),
    [
        (16, PASSWORD, "common.authenticate"),
        (16, PASSWORD, "res.users.context_get"),
        (19, KEY, "res.users.context_get"),
    ],
)
async def test_a_conflict_while_signing_in_is_tried_again_too(version: int, secret: str, name: str) -> None:
    faults = iter([CONFLICT, CONFLICT])

    def answering(called: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response | None:
        fault = next(faults, None) if called == name else None
        return _told(version, fault)

    with _serving(version, answering) as (url, server):
        async with _rpc(url, secret) as rpc:
            await rpc.call("res.partner", "write", [[1], {"phone": "1"}])
    assert len([called for called in server.asked if called.endswith(name)]) == 3


async def test_a_conflict_that_stays_is_a_failed_connection() -> None:
    with _serving(19, _only("res.partner.write", lambda: JSONResponse(CONFLICT, 500))) as (url, _):
        async with _rpc(url, KEY) as rpc:
            with pytest.raises(Fault) as fault:
                await rpc.call("res.partner", "write", [[1], {"phone": "1"}])
            error = fault.value.to_error("erp (odoo)", "erp", "change records of res.partner")
            assert isinstance(error, ConnectionFailedError)
            assert "others keep changing" in str(error)


@pytest.mark.parametrize("status", [502, 504])
async def test_a_proxy_that_gives_up_is_told_as_such(status: int) -> None:
    page = _only("res.partner.write", lambda: HTMLResponse("<html>Bad Gateway", status))
    for version, secret in ((16, PASSWORD), (19, KEY)):
        with _serving(version, page) as (url, server):
            async with _rpc(url, secret) as rpc:
                with pytest.raises(LostAnswerError, match="Odoo may have done it"):
                    await rpc.call("res.partner", "write", [[1], {}], repeatable=False)
                assert len([name for name in server.asked if name.endswith("partner.write")]) == 1
                with pytest.raises(ConnectionFailedError, match=rf"proxy in front of Odoo.*{status}"):
                    await rpc.call("res.partner", "write", [[1], {}])


@pytest.mark.parametrize(("version", "secret"), [(16, PASSWORD), (19, KEY)])
async def test_a_page_of_what_broke_on_the_way_is_sat_out(version: int, secret: str) -> None:
    pages = [HTMLResponse("<html>Internal Server Error", 500) for _ in range(3)]
    broken = _only("res.partner.write", lambda: pages.pop() if pages else None)
    with _serving(version, broken) as (url, server):
        async with _rpc(url, secret) as rpc:
            with pytest.raises(LostAnswerError, match="Odoo may have done it"):
                await rpc.call("res.partner", "write", [[1], {}], repeatable=False)
            assert len(pages) == 2
            await rpc.call("res.partner", "write", [[1], {}])
            assert len([name for name in server.asked if name.endswith("partner.write")]) == 4


async def test_a_wrong_database_over_json_2_is_a_usage_error() -> None:
    page = HTMLResponse("<title>404 Not Found</title>", 404)
    gone = False

    def answering(name: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response | None:
        return page if gone else None

    with _serving(19, answering) as (url, _):
        async with _rpc(url, KEY) as rpc:
            await rpc.uid()
            gone = True
            with pytest.raises(UsageError, match='no database "shop"'):
                await rpc.call("res.partner", "search_count", [[]])


async def test_an_expired_session_is_tried_again_then_told() -> None:
    expired = {"name": "odoo.http.SessionExpiredException", "message": "Session expired"}
    envelope = {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": 100, "message": "Odoo Session Expired", "data": expired},
    }
    with _serving(16, _only("res.partner.read", lambda: JSONResponse(envelope))) as (url, server):
        async with _rpc(url, PASSWORD) as rpc:
            with pytest.raises(Fault) as fault:
                await rpc.call("res.partner", "read", [[1]])
            assert server.asked.count("jsonrpc res.partner.read") > 1
            error = fault.value.to_error("erp (odoo)", "erp", "read res.partner")
            assert isinstance(error, AuthenticationError)
            assert "expired" in str(error)


async def test_a_redirect_never_takes_the_credentials_along() -> None:
    with _serving(19) as (elsewhere, other):
        away = _only("res.partner.read", lambda: RedirectResponse(f"{elsewhere}/json/2/res.partner/read", 307))
        with _serving(19, away) as (url, _):
            async with _rpc(url, KEY) as rpc:
                with pytest.raises(ConnectionFailedError, match="redirect"):
                    await rpc.call("res.partner", "read", [[1]])
        assert other.asked == []


async def test_two_calls_at_once_are_the_most_for_all_connections_of_a_database() -> None:
    at_once = most = 0

    async def slow(request: Request) -> Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1
        told: Any = loads(await request.body())
        usual = {"version": {"server_version_info": [16]}, "authenticate": 7}
        result = usual.get(told["params"]["method"], {"uid": 7})
        return JSONResponse({"jsonrpc": "2.0", "id": told["id"], "result": result})

    app = Starlette(routes=[Route("/jsonrpc", slow, methods=["POST"])])
    with running([Service("slow", app, {})]) as sandboxes:
        url = sandboxes["slow"]["url"]
        async with _rpc(url, PASSWORD) as one, _rpc(url, PASSWORD) as other:
            await asyncio.gather(*(rpc.call("res.partner", "read", [[1]]) for rpc in [one, other] * 8))
    assert most == 2


@pytest.mark.parametrize("company", ["Casa Palma", "3"])
async def test_the_company_that_is_named_belongs_to_every_call(company: str) -> None:
    with _serving(16, _only("res.company.search_read", lambda: _result([{"id": 3, "name": "Casa Palma"}]))) as (
        url,
        server,
    ):
        async with _rpc(url, PASSWORD, company=company) as rpc:
            await rpc.call("res.partner", "read", [[1]])
            assert server.bodies[-1][1]["context"] == {"lang": "es_MX", "allowed_company_ids": [3]}


async def test_a_company_that_is_none_is_told_with_those_there_are() -> None:
    def companies(name: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response | None:
        if name != "res.company.search_read":
            return None
        domain = body["params"]["args"][5][0]
        return _result([] if domain else [{"id": 3, "name": "Casa Palma"}, {"id": 4, "name": "Casa Olmo"}])

    with _serving(16, companies) as (url, _):
        async with _rpc(url, PASSWORD, company="Casa Pino") as rpc:
            with pytest.raises(UsageError, match=r'no company "Casa Pino".*Casa Palma, Casa Olmo'):
                await rpc.uid()


@pytest.mark.parametrize("text", ["0", "-1", "many", "99"])
def test_parallel_is_a_small_number(text: str) -> None:
    given = {"url": "http://127.0.0.1:1", "db": "x", "login": "x", "password": "x", "parallel": text}
    with pytest.raises(UsageError, match="parallel"):
        OdooConnector.open("erp", given)


async def test_the_local_sandbox_of_19_is_spoken_to_over_json_2(monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[str] = []
    real = HttpClient.send

    async def watched(self: HttpClient, method: str, path: str, **rest: Any) -> Any:
        paths.append(path)
        return await real(self, method, path, **rest)

    monkeypatch.setattr(HttpClient, "send", watched)
    with running(build(SANDBOX, options={"odoo-version": "19"})) as sandboxes:
        access = sandboxes["odoo"]
        async with OdooConnector.open("erp", {**settings(access), "password": access["api_key"]}) as opened:
            account = await opened.whoami()
            await opened.schema("res.partner")
    assert account.system == "odoo 19.0"
    assert [path for path in paths if not path.startswith("/json/2/")] == ["/jsonrpc"], "but for the version"


def _result(rows: Sequence[JsonValue]) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": 1, "result": [*rows]})
