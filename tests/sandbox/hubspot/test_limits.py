"""The budgets: each tier's burst and day, apps of OAuth, search, midnight in the portal's zone, and what is told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mapstudio.sandbox.hubspot import limits
from tests.sandbox.hubspot.conftest import Start
from tests.sandbox.hubspot.test_oauth import tokens

PREFIX = "X-HubSpot-RateLimit-"
DETAILS = "/account-info/2026-03/details"
USAGE = "/account-info/2026-03/api-usage/daily/private-apps"
SEARCH = "/crm/objects/2026-03/contacts/search"


def freeze(client: httpx.Client) -> None:
    """Let time stand still, so that nothing depends on how fast this machine is."""
    client.put("/__sandbox__/clock", json={"freeze": True})


def usage(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(USAGE).json()["results"][0]
    return found


def until_refused(client: httpx.Client, **request: Any) -> tuple[int, httpx.Response]:
    for passed in range(1000):
        answer = client.get(DETAILS, **request)
        if answer.status_code != 200:
            return passed, answer
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize("tier", limits.TIERS)
def test_each_tier_has_its_burst_and_its_day(start: Start, tier: str) -> None:
    client = start(limits=True, options={"hubspot-tier": tier})
    freeze(client)
    answer = client.get(DETAILS)
    expected = limits.TIERS[tier]
    assert answer.headers[f"{PREFIX}Max"] == str(expected.burst)
    assert answer.headers[f"{PREFIX}Daily"] == str(expected.daily)
    assert usage(client)["usageLimit"] == expected.daily
    passed, refused = until_refused(client)
    assert passed == expected.burst - 2
    assert refused.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert refused.headers[f"{PREFIX}Remaining"] == "0"
    assert "retry-after" not in refused.headers


def test_a_burst_is_over_after_ten_seconds_and_another_app_has_its_own(start: Start) -> None:
    client = start(limits=True)
    freeze(client)
    until_refused(client)
    other = client.post("/__sandbox__/private-apps", json={}).json()["token"]
    assert client.get(DETAILS, headers={"Authorization": f"Bearer {other}"}).status_code == 200
    client.put("/__sandbox__/clock", json={"advance": 10})
    assert client.get(DETAILS).status_code == 200


def test_a_tier_changes_while_it_runs(start: Start) -> None:
    client = start(limits=True)
    assert client.get(DETAILS).headers[f"{PREFIX}Max"] == "100"
    client.put("/__sandbox__/options", json={"hubspot-tier": "professional"})
    answer = client.get(DETAILS)
    assert (answer.headers[f"{PREFIX}Max"], answer.headers[f"{PREFIX}Remaining"]) == ("190", "188")
    refused = client.put("/__sandbox__/options", json={"hubspot-tier": "gold"})
    assert refused.status_code == 400
    assert "enterprise" in refused.json()["remedy"]


def test_an_app_of_oauth_has_a_burst_of_its_own_and_is_told_nothing_of_the_day(start: Start) -> None:
    client = start(limits=True, options={"hubspot-consent-at-once": "on"})
    freeze(client)
    headers = {"Authorization": f"Bearer {tokens(client)['access_token']}"}
    spent = usage(client)["currentUsage"]
    answer = client.get(DETAILS, headers=headers)
    assert answer.headers[f"{PREFIX}Max"] == "110"
    assert f"{PREFIX}Daily" not in answer.headers
    passed, _ = until_refused(client, headers=headers)
    assert passed == 109
    assert usage(client)["currentUsage"] == spent + 1


def test_the_day_ends_at_midnight_in_the_portals_zone(start: Start) -> None:
    client = start(limits=True)
    # Mexico City is six hours behind UTC all year.
    client.put("/__sandbox__/clock", json={"set": "2027-03-10T05:59:00Z", "freeze": True})
    client.put("/__sandbox__/usage", json={"calls": 249_998})
    answer = client.get(DETAILS)
    assert answer.headers[f"{PREFIX}Daily-Remaining"] == "1"
    told = usage(client)
    assert (told["currentUsage"], told["resetsAt"]) == (250_000, "2027-03-10T06:00:00.000Z")
    refused = client.get(DETAILS)
    assert refused.status_code == 429
    body = refused.json()
    assert (body["policyName"], body["message"]) == ("DAILY", "You have reached your daily limit.")
    assert {"correlationId", "requestId", "errorType"} <= body.keys()
    client.put("/__sandbox__/clock", json={"advance": 60})
    assert client.get(DETAILS).status_code == 200
    assert usage(client)["currentUsage"] == 2


def test_searches_count_for_the_day_but_not_for_the_burst_and_five_fit_in_a_second(start: Start) -> None:
    client = start(limits=True)
    freeze(client)
    answers = [client.post(SEARCH, json={}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[5].json()["policyName"] == "SECONDLY"
    assert not any(name.lower().startswith(PREFIX.lower()) for answer in answers for name in answer.headers)
    assert usage(client)["currentUsage"] == 6
    assert client.get(DETAILS).headers[f"{PREFIX}Remaining"] == "98"


def test_without_limits_nothing_is_refused_and_the_usage_is_still_true(start: Start) -> None:
    client = start()
    assert {client.get(DETAILS).status_code for _ in range(120)} == {200}
    assert usage(client)["currentUsage"] == 121
