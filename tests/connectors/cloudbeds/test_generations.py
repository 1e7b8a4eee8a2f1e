"""The newer generations beside the classic one, and being let in by OAuth: one connection, one budget."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.model import AuthenticationError, SourceRecord
from mapstudio.sandbox.cloudbeds import SANDBOX
from tests.connectors.cloudbeds.conftest import Hotel
from tests.connectors.cloudbeds.letting_in import Drawer, let_in
from tests.sandbox.running import build, running


async def read(connector: CloudbedsConnector, name: str, *paths: str, since: str | None = None) -> list[SourceRecord]:
    request = ReadRequest(name, paths=frozenset(paths), since=since)
    return [record async for page in connector.read(request) for record in page.records]


async def test_the_ledger_is_read_whole_with_its_voids_and_found_by_reservation(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        rows = await read(connector, "transactions", "id", "amount")
        owing = [record for record in await read(connector, "reservations", "balance") if record.data["balance"]]
        account = owing[0]
        mine = await connector.lookup("transactions", ["reservationID"], [(account.id,)], {"amount"})
    assert any(str(row.data["internalTransactionCode"]).endswith("V") for row in rows)
    assert any(row.data["parentId"] for row in rows), "taxes are rows of their own"
    assert len({row.id for row in rows}) == len(rows)
    assert {row.id for row in mine[(account.id,)]} == {
        row.id for row in rows if row.data["reservationID"] == account.id
    }
    assert all(isinstance(row.data["amount"], (int, float, Decimal)) for row in rows)


async def test_the_ledger_is_read_on_from_where_it_was(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        pages = [page async for page in connector.read(ReadRequest("transactions", paths=frozenset({"id"})))]
        assert [page.checkpoint is not None for page in pages] == [False] * (len(pages) - 1) + [True]
        known = {record.id: record.modified for page in pages for record in page.records}
        middle = sorted(str(modified) for modified in known.values())[len(known) // 2]
        recent = {record.id for record in await read(connector, "transactions", "id", since=middle)}
    assert {identity for identity, modified in known.items() if str(modified) >= middle} <= recent
    assert len(recent) < len(known)


async def test_a_profile_has_statistics_and_stays_only_where_they_are_used(hotel: Hotel) -> None:
    async with hotel.connector() as connector:
        plain = await read(connector, "guest_profiles", "email", "emailIsAlias")
        assert hotel.recorder.count("stats") == 0
        [rich] = (
            await connector.lookup(
                "guest_profiles", ["id"], [("550000156",)], {"stats", "reservations", "customFields"}
            )
        ).values()
    [record] = rich
    assert record.data["emailIsAlias"] is True
    assert sum(one["nights"] for one in record.data["stats"]) == 6  # type: ignore[union-attr, index, call-overload, misc]
    assert {one["reservationStatus"] for one in record.data["reservations"]} == {"checked_out", "canceled"}  # type: ignore[union-attr, index, call-overload]
    assert record.data["customFields"]["dietary"] == "Vegana"  # type: ignore[index, call-overload]
    assert not any("*" in str(value) for one in plain for value in one.data.values())


async def test_an_app_that_was_let_in_reaches_all_generations_and_its_token_is_renewed_ahead_of_its_end() -> None:
    options = {"cloudbeds-consent": "yes", "cloudbeds-token-life": "2"}
    with running(build(SANDBOX, options=options)) as sandboxes:
        drawer = Drawer()
        async with await let_in(sandboxes["cloudbeds"], drawer) as connector:
            assert (await connector.whoami()).id == "297652"
            first = drawer.text
            url = f"{sandboxes['cloudbeds']['url']}/__sandbox__/clock"
            async with httpx.AsyncClient() as client:
                await client.put(url, json={"advance": 60})
            # The server's clock has gone on and ours has not: what it refuses is sent again with a new token.
            assert await read(connector, "guest_profiles", "id")
            assert drawer.text != first
            assert await read(connector, "house_accounts", "accountID")


async def test_an_app_that_was_not_let_in_says_how(hotel: Hotel) -> None:
    connector = hotel.connector(client_id="app", client_secret="x")
    with pytest.raises(AuthenticationError, match="connect hotel --oauth"):
        await connector.__aenter__()


@pytest.mark.usefixtures("paced")
async def test_all_generations_share_the_budget(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "mapstudio.connectors.http")
    with running(build(SANDBOX, limits=True)) as sandboxes:
        settings = {name: str(sandboxes["cloudbeds"][name]) for name in ("url", "property", "api_key")}
        async with CloudbedsConnector.open("hotel", settings) as connector:
            await connector.whoami()
            request = ReadRequest("guest_profiles", paths=frozenset({"stats"}), limit=12)
            assert [page async for page in connector.read(request)]
            await read(connector, "transactions", "id")
    answers = [record for record in caplog.records if "->" in record.getMessage()]
    assert len(answers) >= 18
    assert "429" not in caplog.text
