from __future__ import annotations

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.sandbox.cloudbeds import SANDBOX
from tests.sandbox.running import build, running


@pytest.mark.usefixtures("paced")
async def test_two_connections_to_one_hotel_share_a_budget_that_is_never_exceeded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "mapstudio.connectors.http")
    with running(build(SANDBOX, limits=True)) as sandboxes:
        access = sandboxes["cloudbeds"]
        settings = {name: str(access[name]) for name in ("url", "property", "api_key")}
        async with (
            CloudbedsConnector.open("hotel", settings) as first,
            CloudbedsConnector.open("hotel", settings) as second,
        ):
            for connector in (first, second):
                async for _ in connector.read(ReadRequest("guests", paths=frozenset({"guestEmail"}))):
                    pass
    assert caplog.text.count("getGuestList") == 14
    assert "-> 429" not in caplog.text
