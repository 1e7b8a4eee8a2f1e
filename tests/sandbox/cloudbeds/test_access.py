from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.cloudbeds.conftest import Client

BACK = "http://localhost:9/callback"
KEY_GRANT = "urn:ietf:params:oauth:grant-type:api-key"


def code(client: Client, **changed: str) -> str:
    """Agree on the page, and return the code that comes back with the state."""
    asked = {
        "client_id": client.access["oauth"]["client_id"],
        "redirect_uri": BACK,
        "response_type": "code",
        "state": "s1",
    }
    page = client.http.get("oauth", params={**asked, **changed})
    assert page.status_code == 200
    assert "Casa Palma Mar" in page.text
    answer = client.http.post("oauth", data={**asked, **changed, "agreed": "yes"})
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


def token(client: Client, **form: str) -> tuple[int, dict[str, Any]]:
    app = {"client_id": client.access["oauth"]["client_id"], "client_secret": client.access["oauth"]["client_secret"]}
    answer = client.http.post("access_token", data={**app, "redirect_uri": BACK, **form})
    return answer.status_code, answer.json()


def reads(client: Client, key: str, **parameters: str) -> int:
    headers = {"Authorization": f"Bearer {key}", "x-api-key": ""}
    return client.http.get("getGuestList", params=parameters, headers=headers).status_code


def test_a_code_becomes_tokens_that_say_how_long_they_live(client: Client) -> None:
    once = code(client)
    status, told = token(client, grant_type="authorization_code", code=once)
    assert status == 200
    assert told["resources"] == [{"type": "property", "id": "297652"}]
    assert told["expires_in"] == 28_800
    assert reads(client, told["access_token"]) == 200
    client.control("PUT", "/clock", {"advance": 28_801})
    assert reads(client, told["access_token"]) == 401
    _, renewed = token(client, grant_type="refresh_token", refresh_token=told["refresh_token"])
    assert reads(client, renewed["access_token"]) == 200
    assert token(client, grant_type="authorization_code", code=once) == (
        401,
        {"error": "server_error", "error_description": "The authorization code is invalid or has expired."},
    )


def test_the_life_of_a_token_is_an_option(client: Client) -> None:
    client.control("PUT", "/options", {"cloudbeds-token-life": "3600", "cloudbeds-consent": "yes"})
    asked = {"client_id": client.access["oauth"]["client_id"], "redirect_uri": BACK}
    answer = client.http.get("oauth", params=asked)
    given = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    assert token(client, grant_type="authorization_code", code=given)[1]["expires_in"] == 3600


def test_a_code_dies_after_ten_minutes_and_is_bound_to_its_address(client: Client) -> None:
    late = code(client)
    client.control("PUT", "/clock", {"advance": 601})
    assert token(client, grant_type="authorization_code", code=late)[0] == 401
    elsewhere = {"redirect_uri": "http://localhost:10/x"}
    assert token(client, grant_type="authorization_code", code=code(client), **elsewhere)[0] == 401


def test_a_code_becomes_an_api_key_that_dies_of_thirty_idle_days(client: Client) -> None:
    _, told = token(client, grant_type=KEY_GRANT, code=code(client))
    assert told.keys() == {"access_token"}
    key = told["access_token"]
    assert key.startswith("cbat_")
    client.control("PUT", "/clock", {"advance": 29 * 86_400})
    assert reads(client, key) == 200
    client.control("PUT", "/clock", {"advance": 29 * 86_400})
    assert reads(client, key) == 200
    client.control("PUT", "/clock", {"advance": 31 * 86_400})
    assert reads(client, key) == 401


def test_who_lets_an_app_into_all_properties_gives_an_association(client: Client) -> None:
    _, told = token(client, grant_type="authorization_code", code=code(client, property="all"))
    assert told["resources"] == [{"type": "association", "id": "118204"}]
    assert reads(client, told["access_token"], propertyID="297653") == 200


def test_scopes_bind_all_generations(client: Client) -> None:
    _, told = token(client, grant_type="authorization_code", code=code(client, scope="read:reservation"))
    key = told["access_token"]
    headers = {"Authorization": f"Bearer {key}", "x-api-key": ""}
    assert client.http.get("getReservations", headers=headers).status_code == 200
    assert reads(client, key) == 401
    money = client.http.post(
        f"{client.root}/accounting/v1.0/transactions", json={}, headers={**headers, "X-Property-ID": "297652"}
    )
    assert (money.status_code, money.json()["errorCode"]) == (403, "ACCESS_DENIED")
    people = f"{client.root}/guest-profiles/v1/profiles"
    assert client.http.get(people, headers={**headers, "X-Organization-Id": "118204"}).json()["code"] == "403"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "client_secret": "x"}, 401, "invalid_client"),
    ],
)
def test_the_token_endpoint_says_what_is_wrong(client: Client, form: dict[str, str], status: int, error: str) -> None:
    answered, told = token(client, **form)
    assert (answered, told["error"]) == (status, error)


@pytest.mark.parametrize(
    "changed", [{"client_id": "x"}, {"redirect_uri": "https://evil.example/x"}, {"scope": "read:minds"}]
)
def test_a_wrong_request_sends_the_user_nowhere(client: Client, changed: dict[str, str]) -> None:
    asked = {"client_id": client.access["oauth"]["client_id"], "redirect_uri": BACK, **changed}
    answer = client.http.get("oauth", params=asked)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize("client", [{"limits": True}], indirect=True)
def test_the_generations_share_one_limit_of_a_property(client: Client) -> None:
    client.control("PUT", "/clock", {"freeze": True})
    answers = []
    for _ in range(3):
        answers.append(client.http.get("getHotels").status_code)
        answers.append(client.transactions({})["status"])
    assert answers[:5] == [200, 400, 200, 400, 200]
    assert answers[5] == 429
    client.control("PUT", "/clock", {"advance": 1.1})
    assert client.http.get("getHotels").status_code == 200


def test_an_app_is_shut_out_when_its_user_leaves(client: Client) -> None:
    client.control("PUT", "/user", {"active": False})
    told = {"success": False, "message": "User who approved this connection is not active anymore"}
    assert client.get("getHotels") == told
    client.control("PUT", "/user", {"active": True})
    assert client.get("getHotels")["success"] is True
