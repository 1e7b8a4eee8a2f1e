"""What the sandbox never does: answers of a server that is ill, foreign or busy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.model import AuthenticationError, ConnectionFailedError, PreconditionError, UsageError
from mapstudio.sandbox.contract import Service
from tests.connectors.cloudbeds.conftest import Hotel
from tests.sandbox.running import running

Answer = Callable[[str, Request], Any]
HOTEL = {"propertyID": "297652", "propertyName": "Casa Palma", "propertyTimezone": "America/Mexico_City"}


@contextmanager
def server(answer: Answer) -> Iterator[CloudbedsConnector]:
    """A connector to a server that answers with a body, or with a whole response."""

    async def handle(request: Request) -> Response:
        given = answer(request.path_params["method"], request)
        return given if isinstance(given, Response) else JSONResponse(given)

    routes = [Route("/api/v1.3/{method}", handle, methods=["GET", "PUT"])]
    with running([Service("cloudbeds", Starlette(routes=routes), {})]) as sandboxes:
        settings = {"url": sandboxes["cloudbeds"]["url"], "property": "297652", "api_key": "cbat_secret"}
        yield CloudbedsConnector.open("hotel", settings)


def hotels() -> dict[str, Any]:
    return {"success": True, "data": [HOTEL], "count": 1, "total": 1}


async def test_a_refused_key_is_told_without_the_key(hotel: Hotel) -> None:
    async with hotel.connector(api_key="cbat_secret_of_mine") as connector:
        with pytest.raises(AuthenticationError) as error:
            await connector.whoami()
    assert "mapstudio connect hotel" in str(error.value)
    assert "cbat_secret_of_mine" not in str(error.value)


async def test_a_key_of_another_property_stops_before_anything_is_read(hotel: Hotel) -> None:
    async with hotel.connector(property="111111") as connector:
        for attempt in (connector.whoami(), connector.current("guests", ["1"], {"guestEmail"})):
            with pytest.raises(PreconditionError, match="111111"):
                await attempt


async def test_rows_of_another_property_are_never_taken() -> None:
    row = {"guestID": "1", "reservationID": "2", "propertyID": "666", "dateModified": "2026-01-01 00:00:00"}

    def answer(method: str, request: Request) -> Any:
        return hotels() if method == "getHotels" else {"success": True, "data": [row], "count": 1, "total": 1}

    with server(answer) as connector:
        async with connector:
            with pytest.raises(PreconditionError, match="666"):
                async for _ in connector.read(ReadRequest("guests", paths=frozenset({"guestEmail"}))):
                    pass


async def test_a_user_who_left_is_an_authentication_error() -> None:
    message = "User who approved this connection is not active anymore"
    with server(lambda *_: {"success": False, "message": message}) as connector:
        async with connector:
            with pytest.raises(AuthenticationError, match="not active"):
                await connector.whoami()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "not in its own form"),
        ({"hello": "world"}, "not in its own form"),
        ({"success": False, "message": "The moon is in the wrong house"}, "The moon"),
        (JSONResponse({}, 500), "500"),
        (JSONResponse({"success": False, "message": "bad"}, 400), "bad"),
    ],
)
async def test_anything_else_is_a_failed_connection(given: object, told: str) -> None:
    with server(lambda *_: given) as connector:
        async with connector:
            with pytest.raises(ConnectionFailedError, match=told):
                await connector.whoami()


def listed(total: int, numbers: range) -> dict[str, Any]:
    rows = [
        {"guestID": str(number), "reservationID": f"r{number}", "dateModified": "2026-01-01 00:00:00"}
        for number in numbers
    ]
    return {"success": True, "data": rows, "count": len(rows), "total": total}


async def test_a_list_that_shrinks_while_it_is_read_loses_nobody() -> None:
    asked: list[int] = []

    def answer(method: str, request: Request) -> Any:
        if method == "getHotels":
            return hotels()
        page = int(request.query_params["pageNumber"])
        asked.append(page)
        # The first guest goes after the first page was read: everybody moves up by one.
        alive = range(len(asked) > 1, 250)
        return listed(len(alive), alive[(page - 1) * 100 : page * 100])

    with server(answer) as connector:
        async with connector:
            request = ReadRequest("guests", paths=frozenset({"guestEmail"}))
            found = [record.id async for page in connector.read(request) for record in page.records]
    assert set(found) == {str(number) for number in range(250)}
    assert len(found) == 250
    assert asked == [1, 2, 1, 2, 3]


async def test_a_list_that_ends_before_its_total_is_an_error() -> None:
    def answer(method: str, request: Request) -> Any:
        if method == "getHotels":
            return hotels()
        return listed(250, range(100) if request.query_params["pageNumber"] == "1" else range(0))

    with server(answer) as connector:
        async with connector:
            with pytest.raises(ConnectionFailedError, match="250"):
                async for _ in connector.read(ReadRequest("guests", paths=frozenset({"guestEmail"}))):
                    pass


async def test_a_hotel_without_a_time_zone_is_told() -> None:
    hotel = {**HOTEL, "propertyTimezone": "Mars/Olympus"}

    def answer(method: str, request: Request) -> Any:
        return {"success": True, "data": [hotel]} if method == "getHotels" else listed(1, range(1))

    with server(answer) as connector:
        async with connector:
            with pytest.raises(ConnectionFailedError, match="Mars/Olympus"):
                async for _ in connector.read(ReadRequest("guests", paths=frozenset({"guestEmail"}))):
                    pass


@pytest.mark.parametrize(
    "changed",
    [{"property": "casa palma"}, {"property": ""}, {"api_key": " "}, {"url": "ftp://x"}, {"url": "http://example.com"}],
)
def test_malformed_settings_are_usage_errors(changed: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="hotel"):
        CloudbedsConnector.open("hotel", {"property": "297652", "api_key": "x", **changed})
