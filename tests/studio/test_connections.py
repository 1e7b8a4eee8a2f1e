"""The connections screen: whom each environment reaches and what it lacks; a secret is never on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from mapstudio.connectors.declarations import Setting
from mapstudio.model import AuthenticationError, ConnectionFailedError
from mapstudio.studio.screens.connections.screen import ConnectionsScreen
from tests.runner.fake import FakeConnector
from tests.studio.desk import Desk, at_desk, house

SECRET = "pat-very-secret-0001"


class WithToken(FakeConnector):
    """A connector that needs an address and a token."""

    settings: ClassVar[Sequence[Setting]] = (
        Setting("url", "Address", required=False, default="http://127.0.0.1:1"),
        Setting("token", "Token", secret=True),
    )


@pytest.fixture(autouse=True)
def needs_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection need a token; those of the sandboxes are set."""
    monkeypatch.setattr("mapstudio.connectors.opening.connector_class", lambda _: WithToken)
    for name in ("HOTEL", "CRM"):
        monkeypatch.setenv(f"MAPSTUDIO_{name}_SANDBOX_TOKEN", SECRET)


async def opened(desk: Desk) -> ConnectionsScreen:
    """Open the screen and wait until every environment was tried."""
    desk.app.go_to("connections")
    await desk.until(lambda: isinstance(desk.app.screen, ConnectionsScreen), "the screen")
    await desk.until(lambda: len(desk.app.workspace.probes) == 4, "the answers")
    screen = desk.app.screen
    assert isinstance(screen, ConnectionsScreen)
    return screen


async def test_it_says_whom_each_environment_reaches(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path), mapping=False) as desk:
        await opened(desk)
        await desk.sees("Hotel One", "CRM One", "fake 1", "answered in", "from its variable")
        assert SECRET not in desk.text


async def test_a_missing_secret_is_named_with_what_sets_it(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here, mapping=False) as desk:
        await opened(desk)
        here.crm.broken = AuthenticationError('The connection "crm" (production) has no token.')
        await desk.press("down", "down", "down", "t")
        await desk.sees("crm PRODUCTION", "no secret yet", "mapstudio connect crm --env production")
        await desk.sees("MAPSTUDIO_CRM_PRODUCTION_TOKEN", "asks for the name crm")


async def test_the_wrong_account_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path), mapping=False) as desk:
        await opened(desk)
        await desk.press("down")
        await desk.sees("hotel PRODUCTION", "refused here")


async def test_a_test_on_a_key_asks_again(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here, mapping=False) as desk:
        await opened(desk)
        here.hotel.broken = ConnectionFailedError("hotel does not answer.", remedy="Is it running?")
        await desk.press("t")
        await desk.sees("hotel does not answer.", "Is it running?", "mapstudio connect hotel --env sandbox --test")


async def test_adding_one_is_a_command(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path), mapping=False) as desk:
        await opened(desk)
        await desk.press("n")
        await desk.sees("Add a connection")
        await desk.type("hub")
        await desk.press("enter")
        await desk.sees("mapstudio connect NAME --type hubspot --env sandbox")


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_it_fits(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_desk(house(tmp_path), mapping=False, size=size, ascii_only=True) as desk:
        await opened(desk)
        await desk.sees("Hotel One", "PRODUCTION")
        assert desk.text.isascii()
