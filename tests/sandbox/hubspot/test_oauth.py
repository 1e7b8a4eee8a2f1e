"""OAuth of the local HubSpot: agreeing, tokens for a code, tokens that expire, scopes, and the token that stays."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mapstudio.sandbox.hubspot.oauth import App, challenge_of
from tests.sandbox.hubspot.conftest import Start

APP = App()
BACK = "http://localhost:8123/callback?from=crm"
CONTACTS = "/crm/objects/2026-03/contacts"
CLIENT = {"client_id": APP.client_id, "client_secret": APP.client_secret}
TOKEN_PATHS = ["/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token", "/oauth/2026-09/token"]


@pytest.fixture(name="crm")
def _crm(start: Start) -> httpx.Client:
    """A sandbox that agrees at once."""
    return start(options={"hubspot-consent-at-once": "on"})


def ask(client: httpx.Client, **more: str) -> httpx.Response:
    query = {"client_id": APP.client_id, "redirect_uri": BACK, "scope": "crm.objects.contacts.read", "state": "s&1"}
    return client.get("/oauth/authorize", params={**query, **more})


def told(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == "http://localhost:8123/callback"
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def code(client: httpx.Client, **more: str) -> str:
    return told(ask(client, **more))["code"]


def exchange(client: httpx.Client, path: str = TOKEN_PATHS[2], **form: str) -> httpx.Response:
    return client.post(path, data={"grant_type": "authorization_code", "redirect_uri": BACK, **CLIENT, **form})


def refresh(client: httpx.Client, token: str, path: str = TOKEN_PATHS[2], **form: str) -> httpx.Response:
    return client.post(path, data={"grant_type": "refresh_token", "refresh_token": token, **CLIENT, **form})


def tokens(client: httpx.Client, **more: str) -> dict[str, Any]:
    answer = exchange(client, code=code(client, **more))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def call(client: httpx.Client, token: str, method: str = "GET", path: str = CONTACTS) -> httpx.Response:
    return client.request(
        method, path, headers={"Authorization": f"Bearer {token}"}, json={} if method != "GET" else None
    )


def advance(client: httpx.Client, seconds: float) -> None:
    assert client.put("/__sandbox__/clock", json={"advance": seconds}).status_code == 200


@pytest.mark.parametrize("path", TOKEN_PATHS)
def test_a_code_becomes_tokens_that_work_and_are_refreshed(crm: httpx.Client, path: str) -> None:
    answer = exchange(crm, path, code=code(crm)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 1800)
    assert answer["scopes"] == ["oauth", "crm.objects.contacts.read"]
    assert call(crm, answer["access_token"]).status_code == 200
    again = refresh(crm, answer["refresh_token"], path).json()
    assert again["refresh_token"] == answer["refresh_token"]
    assert again["access_token"] != answer["access_token"]
    assert call(crm, again["access_token"]).status_code == 200


def test_the_state_and_the_query_of_the_redirect_come_back(crm: httpx.Client) -> None:
    assert told(ask(crm)) | {"code": ""} == {"from": "crm", "state": "s&1", "code": ""}


def test_a_user_is_asked_and_may_say_no(start: Start) -> None:
    client = start()
    page = ask(client, state='"><script>')
    assert page.status_code == 200
    assert "crm.objects.contacts.read" in page.text
    assert "<script>" not in page.text
    form = {"client_id": APP.client_id, "redirect_uri": BACK, "scope": "crm.objects.contacts.read", "state": "x"}
    agreed = client.post("/oauth/authorize", data={**form, "agreed": "yes"})
    assert exchange(client, code=told(agreed)["code"]).status_code == 200
    refused = told(client.post("/oauth/authorize", data={**form, "agreed": "no"}))
    assert (refused["error"], refused["state"], "code" in refused) == ("access_denied", "x", False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "javascript://localhost/"},
        {"scope": ""},
        {"scope": "crm.objects.everything.read"},
        {"code_challenge_method": "plain"},
    ],
)
def test_nobody_is_sent_anywhere_when_the_request_is_wrong(crm: httpx.Client, wrong: dict[str, str]) -> None:
    answer = ask(crm, **wrong)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"client_secret": "guess"}, "BAD_CLIENT_SECRET"),
        ({"client_id": "guess"}, "BAD_CLIENT_ID"),
        ({"code": "guess"}, "BAD_AUTH_CODE"),
        ({"redirect_uri": "http://localhost:8123/other"}, "BAD_REDIRECT_URI"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
    ],
)
def test_a_wrong_request_for_tokens_is_refused_with_the_reason(
    crm: httpx.Client, form: dict[str, str], word: str
) -> None:
    answer = exchange(crm, **{"code": code(crm), **form})
    assert (answer.status_code, answer.json()["status"]) == (400, word)


def test_a_code_is_good_once_and_for_a_minute(crm: httpx.Client) -> None:
    used = code(crm)
    assert exchange(crm, code=used).status_code == 200
    assert exchange(crm, code=used).json()["status"] == "BAD_AUTH_CODE"
    late = code(crm)
    advance(crm, 61)
    assert exchange(crm, code=late).json()["status"] == "EXPIRED_AUTH_CODE"


def test_a_code_with_a_challenge_needs_its_verifier(crm: httpx.Client) -> None:
    challenge = challenge_of("a verifier of some length")
    assert exchange(crm, code=code(crm, code_challenge=challenge)).json()["status"] == "BAD_CODE_VERIFIER"
    kept = code(crm, code_challenge=challenge)
    assert exchange(crm, code=kept, code_verifier="a verifier of some length").status_code == 200


def test_the_dated_token_endpoints_take_nothing_from_the_query(crm: httpx.Client) -> None:
    token = tokens(crm)["refresh_token"]
    body = {"grant_type": "refresh_token", **CLIENT}
    statuses = [
        crm.post(path, params={"refresh_token": token}, data=body).status_code
        for path in ("/oauth/v1/token", "/oauth/2026-03/token")
    ]
    assert statuses == [200, 400]


def test_an_access_token_expires_on_the_sandboxs_clock_and_says_since_when(crm: httpx.Client) -> None:
    crm.put("/__sandbox__/clock", json={"freeze": True})
    token = tokens(crm)["access_token"]
    advance(crm, 1799)
    assert call(crm, token).status_code == 200
    advance(crm, 8)
    answer = call(crm, token)
    assert (answer.status_code, answer.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert answer.json()["message"] == "The OAuth token used to make this call expired 7 second(s) ago."
    assert crm.get(CONTACTS).status_code == 200  # the token of the private app beside it stays


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer guess", "Basic Z3Vlc3M="])
def test_without_a_token_nothing_is_told(crm: httpx.Client, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = httpx.get(f"{crm.base_url}{CONTACTS}", headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")
    assert "X-HubSpot-RateLimit-Max" not in answer.headers


def test_refresh_tokens_rotate_when_they_should(crm: httpx.Client) -> None:
    crm.put("/__sandbox__/options", json={"hubspot-rotate-refresh": "on"})
    first = tokens(crm)["refresh_token"]
    second = refresh(crm, first).json()["refresh_token"]
    assert second != first
    assert refresh(crm, first).json()["status"] == "BAD_REFRESH_TOKEN"
    assert refresh(crm, second).status_code == 200


def test_a_revoked_token_is_dead_and_introspection_says_so(crm: httpx.Client) -> None:
    given = tokens(crm)

    def seen(token: str) -> dict[str, Any]:
        body: dict[str, Any] = crm.post("/oauth/2026-03/token/introspect", data={**CLIENT, "token": token}).json()
        return body

    assert seen(given["access_token"])["active"] is True
    assert seen(given["access_token"])["scopes"] == given["scopes"]
    assert seen(given["refresh_token"])["token_use"] == "refresh_token"
    assert seen("guess") == {"active": False}
    assert crm.post("/oauth/2026-03/token/introspect", data={"token": given["access_token"]}).status_code == 400
    for kind in ("access_token", "refresh_token"):
        assert crm.post("/oauth/2026-03/token/revoke", data={**CLIENT, "token": given[kind]}).status_code == 200
        assert seen(given[kind])["active"] is False
    assert call(crm, given["access_token"]).json()["category"] == "INVALID_AUTHENTICATION"
    assert refresh(crm, given["refresh_token"]).status_code == 400


def test_the_first_version_tells_of_tokens_by_their_path(crm: httpx.Client) -> None:
    given = tokens(crm)
    access = crm.get(f"/oauth/v1/access-tokens/{given['access_token']}").json()
    assert (access["hub_id"], access["expires_in"] > 1790, access["token_type"]) == (given["hub_id"], True, "access")
    path = f"/oauth/v1/refresh-tokens/{given['refresh_token']}"
    assert crm.get(path).json()["client_id"] == APP.client_id
    assert crm.delete(path).status_code == 204
    assert [crm.get(path).status_code, crm.get("/oauth/v1/access-tokens/guess").status_code] == [404, 404]
    assert call(crm, given["access_token"]).status_code == 200  # only the refresh token was ended


@pytest.mark.parametrize(
    ("scope", "method", "path", "opens"),
    [
        ("crm.objects.contacts.read", "GET", CONTACTS, True),
        ("crm.objects.contacts.read", "POST", f"{CONTACTS}/search", True),
        ("crm.objects.contacts.read", "POST", f"{CONTACTS}/batch/read", True),
        ("crm.objects.contacts.read", "POST", f"{CONTACTS}/batch/create", False),
        ("crm.objects.contacts.read", "POST", "/crm/v3/objects/contact", False),
        ("crm.objects.contacts.write", "POST", "/crm/v3/objects/0-1", True),
        ("crm.objects.contacts.read", "GET", "/crm/v3/objects/companies", False),
        ("crm.objects.contacts.read", "GET", "/crm/properties/2026-03/contacts", True),
        ("crm.schemas.contacts.read", "GET", "/crm/v3/properties/contacts", True),
        ("crm.schemas.contacts.read", "GET", CONTACTS, False),
        ("crm.objects.deals.read", "GET", "/crm/pipelines/2026-09/deals", True),
        ("tickets", "GET", "/crm/v3/objects/tickets", True),
        ("tickets", "GET", "/crm/v3/pipelines/tickets", True),
        ("e-commerce", "GET", "/crm/v3/objects/line_items", True),
        ("e-commerce", "GET", "/crm/v3/objects/deals", False),
        ("crm.objects.contacts.read", "GET", "/crm/v3/objects/tasks", True),
        ("crm.objects.deals.read", "GET", "/crm/v3/properties/deal_splits", True),
        ("crm.objects.owners.read", "GET", "/crm/owners/2026-03", True),
        ("crm.objects.contacts.read", "GET", "/crm/v3/owners/", False),
        ("crm.objects.contacts.read", "GET", "/crm/v3/schemas", False),
        ("crm.schemas.custom.read", "GET", "/crm-object-schemas/2026-03/schemas", True),
        ("crm.objects.contacts.read", "GET", "/crm/v4/associations/contacts/companies/labels", True),
        ("crm.objects.contacts.read", "POST", "/crm/v4/associations/contacts/companies/batch/create", False),
        ("crm.objects.contacts.read", "GET", "/account-info/2026-03/details", True),
    ],
)
def test_each_call_needs_a_scope(crm: httpx.Client, scope: str, method: str, path: str, opens: bool) -> None:
    oauth = tokens(crm, scope=scope)["access_token"]
    private = crm.post("/__sandbox__/private-apps", json={"scopes": [scope]}).json()["token"]
    for token in (oauth, private):
        answer = call(crm, token, method, path)
        assert (answer.status_code != 403) == opens, answer.text
        if not opens:
            body = answer.json()
            assert body["category"] == "MISSING_SCOPES"
            assert body["errors"][0]["context"]["requiredGranularScopes"]
            assert scope not in body["errors"][0]["context"]["requiredGranularScopes"]
