"""Settings, the account behind the token, and what the token may not do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mapstudio.connectors.declarations import AccountKind
from mapstudio.connectors.exchange import ReadRequest
from mapstudio.connectors.hubspot import HubSpotConnector
from mapstudio.connectors.oauth import Consent
from mapstudio.model import AuthenticationError, ConnectionFailedError, PreconditionError, UsageError
from tests.connectors.conformance import read_all
from tests.connectors.hubspot.conftest import Connect, Script


@pytest.mark.parametrize(
    ("account_type", "kind"),
    [
        ("STANDARD", AccountKind.PRODUCTION),
        ("SANDBOX", AccountKind.SANDBOX),
        ("DEVELOPER_TEST", AccountKind.SANDBOX),
        ("APP_DEVELOPER", AccountKind.SANDBOX),
    ],
)
async def test_the_account_type_decides_what_may_be_written(
    connect: Connect, account_type: str, kind: AccountKind
) -> None:
    connector = await connect(serve={"options": {"hubspot-account-type": account_type}})
    account = await connector.whoami()
    assert account.kind is kind
    assert account.id == "4412911"
    assert account.time_zone == "America/Mexico_City"


async def test_an_account_type_of_tomorrow_is_never_taken_for_a_sandbox(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        return 200, {"portalId": 7, "accountType": "SOMETHING_NEW"}

    async with scripted(script) as connector:
        assert (await connector.whoami()).kind is AccountKind.UNKNOWN


async def test_another_portal_than_the_pinned_one_stops(connect: Connect) -> None:
    connector = await connect(portal="297652")
    with pytest.raises(PreconditionError, match=r"4412911.*297652"):
        await connector.whoami()
    assert (await (await connect(portal="4412911")).whoami()).id == "4412911"


@pytest.mark.parametrize("version", ["2026-03", "2026-09", "v3"])
async def test_each_version_reaches_everything(connect: Connect, version: str) -> None:
    connector = await connect(api_version=version)
    assert (await connector.whoami()).id
    assert "deals" in [info.name for info in await connector.objects()]
    stages = (await connector.schema("deals")).by_name["dealstage"].options
    assert "closedwon" in [option.value for option in stages]
    request = ReadRequest("deals", paths=frozenset({"dealname", "associations.line_items[].price"}), limit=3)
    async for page in connector.read(request):
        assert all(record.data["associations"] for record in page.records)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"token": "two words"}, "token"),
        ({"token": "line\nbreak"}, "token"),
        ({"token": "x", "api_version": "2026-3"}, 'did you mean "2026-03"'),
        ({"token": "x", "url": "http://api.hubapi.example"}, "clear"),
    ],
)
def test_a_malformed_setting_is_named(settings: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told) as error:
        HubSpotConnector.open("crm", settings)
    assert "two words" not in str(error.value)


async def test_a_missing_scope_is_told_with_its_path(scripted: Callable[[Script], HubSpotConnector]) -> None:
    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if "owners" in path:
            return 403, {"status": "error", "category": "MISSING_SCOPES", "message": "required scopes are missing"}
        if "products" in path:
            return 403, {"status": "error", "category": "MISSING_SCOPES", "message": "required scopes are missing"}
        return 200, {"results": [{"name": "name", "label": "Name", "type": "string", "fieldType": "text"}]}

    async with scripted(script) as connector:
        with pytest.raises(AuthenticationError, match=r"products.*scopes"):
            await connector.schema("products")
        assert (await connector.schema("companies")).by_name["name"].label == "Name"


async def test_a_day_that_is_spent_stops_at_once_and_says_until_when(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    asked: list[str] = []

    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        asked.append(path)
        if path.endswith("/details"):
            return 200, {"portalId": 7, "accountType": "SANDBOX", "timeZone": "Pacific/Kiritimati"}
        if path.endswith("/private-apps") and len(asked) == 2:
            return 404, {"status": "error", "message": "resource not found"}
        return 429, {"status": "error", "message": "You have reached your daily limit.", "policyName": "DAILY"}

    async with scripted(script) as connector:
        await connector.whoami()
        with pytest.raises(ConnectionFailedError, match=r"00:00 \(Pacific/Kiritimati\), in \d+ h \d\d min"):
            await connector.schema("companies")
    assert len(asked) == 3


async def test_a_day_that_is_spent_already_stops_before_anything_is_read(
    scripted: Callable[[Script], HubSpotConnector],
) -> None:
    def script(method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.endswith("/details"):
            return 200, {"portalId": 7, "accountType": "SANDBOX", "timeZone": "Europe/Madrid"}
        return 429, {"status": "error", "message": "You have reached your daily limit.", "policyName": "DAILY"}

    async with scripted(script) as connector:
        with pytest.raises(ConnectionFailedError, match=r"all calls of this day.*\(Europe/Madrid\)"):
            await connector.whoami()


async def test_the_account_s_own_report_says_how_much_is_spent_and_until_when(connect: Connect) -> None:
    connector = await connect(serve={"limits": True})
    await connector.whoami()
    await connector.whoami()
    api = connector._api
    sandbox = {"Authorization": f"Bearer {await api.credentials.access()}"}
    async with httpx.AsyncClient(base_url=api.url, headers=sandbox) as admin:
        usage = (await admin.get(api.paths.usage)).json()["results"][0]
        # Twice who it is, once how much is left, and this.
        assert usage["currentUsage"] == 4
        await admin.put("/__sandbox__/usage", json={"calls": 250_000})
    with pytest.raises(ConnectionFailedError, match=r"its 250,000 calls.*00:00 \(America/Mexico_City\), in \d+ h"):
        await connector.schema("companies")


async def test_two_connections_with_one_token_share_what_is_allowed(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "mapstudio.connectors.http")
    first = await connect(serve={"limits": True})
    second = HubSpotConnector.open("other", {"url": first._api.url, "token": first._api.credentials.whose()})
    async with second:
        request = ReadRequest("line_items", paths=frozenset({"name"}), since="2020-01-01T00:00:00Z")
        reads = await asyncio.gather(*(read_all(connector, request) for connector in (first, second)))
    assert len(reads[0]) == len(reads[1]) > 700
    assert caplog.text.count("/search -> 200") >= 8
    assert "429" not in caplog.text


def test_scopes_that_an_account_may_lack_are_asked_for_as_optional_ones() -> None:
    settings = {"url": "https://api.hubapi.com", "client_id": "app", "client_secret": "hush"}
    app = HubSpotConnector.oauth_app(settings)
    assert app is not None
    address = Consent(app, "http://localhost:1/callback").address
    assert address.startswith("https://app.hubspot.com/oauth/authorize?")
    asked = {name: values[0].split() for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["scope"] == ["oauth"]
    assert {"crm.objects.custom.write", "tickets", "crm.objects.owners.read"} <= {*asked["optional_scope"]}
    own = HubSpotConnector.oauth_app({**settings, "scopes": "oauth crm.objects.contacts.read"})
    assert own is not None
    assert own.scopes == ("oauth", "crm.objects.contacts.read")
    assert "optional_scope" not in Consent(own, "http://localhost:1/callback").address
