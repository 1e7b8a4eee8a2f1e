"""OAuth and webhooks of the sandbox by the vendor's own documents, and its signatures by the vendor's own client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from hubspot.utils.signature import Signature
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.hubspot.signature import is_signed
from mapstudio.sandbox.hubspot.oauth import App
from mapstudio.sandbox.hubspot.signing import signed_headers
from tests.judges.conftest import Portal
from tests.sandbox.hubspot.receiver import receiving
from tests.sandbox.running import plain_client

APP = App()
BACK = "http://localhost:8123/callback"
CLIENT = {"client_id": APP.client_id, "client_secret": APP.client_secret}


@pytest.fixture(name="client")
def _client(portal: Portal) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {portal.token}"}
    with plain_client(portal.url, headers=headers) as client:
        yield client


def code(client: httpx.Client) -> str:
    form = {"client_id": APP.client_id, "redirect_uri": BACK, "scope": "crm.objects.contacts.read", "agreed": "yes"}
    back = httpx.URL(client.post("/oauth/authorize", data=form).headers["location"])
    found: str = back.params["code"]
    return found


@pytest.mark.parametrize("version", ["v1", "v3", "2026-03", "2026-09"])
def test_tokens_are_given_shown_and_ended(client: httpx.Client, version: str) -> None:
    at = f"/oauth/{version}/token"
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code": code(client), **CLIENT}
    given = client.post(at, data=form)
    assert given.status_code == 200
    assert client.post(at, data=form).status_code == 400
    refresh, access = given.json()["refresh_token"], given.json()["access_token"]
    again = {"grant_type": "refresh_token", "refresh_token": refresh, **CLIENT}
    assert client.post(at, data=again).status_code == 200
    if version == "v1":
        statuses = [
            client.request(method, f"/oauth/v1/{path}").status_code
            for method, path in (
                ("GET", f"access-tokens/{access}"),
                ("GET", f"refresh-tokens/{refresh}"),
                ("DELETE", f"refresh-tokens/{refresh}"),
                ("GET", f"refresh-tokens/{refresh}"),
            )
        ]
        assert statuses == [200, 200, 204, 404]
        return
    for token in (access, refresh):
        assert client.post(f"{at}/introspect", data={**CLIENT, "token": token}).json()["active"] is True
    assert client.post(f"{at}/revoke", data={**CLIENT, "token": refresh}).status_code == 200
    assert client.post(f"{at}/introspect", data={**CLIENT, "token": refresh}).json()["active"] is False
    assert client.post(f"{at}/introspect", data={"token": access}).status_code == 400


@pytest.mark.parametrize("root", ["/webhooks/v3", "/webhooks/2026-03", "/app-webhooks/2026-09"])
def test_subscriptions_are_made_changed_and_ended(client: httpx.Client, root: str) -> None:
    settings, own = f"{root}/{APP.id}/settings", f"{root}/{APP.id}/subscriptions"
    assert client.get(settings).status_code == 404
    body = {"targetUrl": "http://127.0.0.1:9/hook", "throttling": {"maxConcurrentRequests": 3}}
    assert [client.put(settings, json=body).status_code, client.get(settings).status_code] == [200, 200]
    new = {"eventType": "contact.creation", "active": True}
    changed = {"eventType": "object.propertyChange", "objectTypeId": "0-1", "propertyName": "email", "active": True}
    made = [client.post(own, json=subscription) for subscription in (new, changed)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert client.post(own, json={**new, "propertyName": "email"}).status_code == 400
    one = f"{own}/{made[0].json()['id']}"
    assert client.patch(one, json={"active": False}).status_code == 200
    inputs = [{"id": int(answer.json()["id"]), "active": True} for answer in made]
    assert client.post(f"{own}/batch/update", json={"inputs": inputs}).status_code == 200
    assert client.post(f"{own}/batch/update", json={"inputs": [*inputs, {"id": 1, "active": True}]}).status_code == 207
    assert [client.get(own).status_code, client.get(one).status_code] == [200, 200]
    assert [client.delete(one).status_code, client.get(one).status_code] == [204, 404]
    assert client.delete(settings).status_code == 204


@pytest.mark.parametrize("portal", ["alone"], indirect=True)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_webhook_is_signed_as_the_vendors_client_wants_it(client: httpx.Client, version: str) -> None:
    with receiving() as receiver:
        wanted = [{"eventType": "contact.propertyChange", "propertyName": "firstname"}]
        body = {"target": receiver.url, "subscriptions": wanted, "signature": version}
        assert client.put("/__sandbox__/webhooks", json=body).status_code == 200
        values = {"email": "inigo@palma.example", "firstname": "Íñigo"}
        assert client.post("/crm/v3/objects/contacts", json={"properties": values}).status_code == 201
        got = receiver.requests(1)[0]
    text, uri = got.body.decode(), receiver.url.replace("%3A", ":")
    stamp, third = got.headers["x-hubspot-request-timestamp"], got.headers["x-hubspot-signature-v3"]
    assert Signature.is_valid(third, APP.client_secret, text, uri, signature_version="v3", timestamp=stamp)
    older = got.headers["x-hubspot-signature"]
    assert Signature.is_valid(older, APP.client_secret, text, uri, signature_version=version)
    assert is_signed(APP.client_secret, third, body=got.body, method="POST", uri=receiver.url, timestamp=stamp)


PLAIN = st.text("abcz09-_.~/?=&", max_size=30)
ESCAPED = st.lists(st.sampled_from(["a", "%3A", "%2f", "%20", "%C3%AD", "%25", "=", "&"]), max_size=20).map("".join)


@given(st.text(min_size=1), st.text(), PLAIN, st.sampled_from(["v1", "v2"]))
def test_whatever_is_sent_is_signed_as_the_vendors_client_signs(
    secret: str, body: str, path: str, version: str
) -> None:
    uri = f"http://127.0.0.1:8765/{path}"
    headers = signed_headers(secret, uri, body.encode(), datetime.now(UTC), version=version)
    stamp = headers["X-HubSpot-Request-Timestamp"]
    assert headers["X-HubSpot-Signature-v3"] == Signature.get_signature(secret, body, "v3", uri, "POST", stamp)
    assert headers["X-HubSpot-Signature"] == Signature.get_signature(secret, body, version, uri)


@given(ESCAPED)
def test_addresses_with_escapes_are_signed_as_our_check_reads_them(path: str) -> None:
    uri = f"http://127.0.0.1:8765/hook?x={path}"
    headers = signed_headers("secret", uri, b"[]", datetime.now(UTC), version="v1")
    stamp, third = headers["X-HubSpot-Request-Timestamp"], headers["X-HubSpot-Signature-v3"]
    assert is_signed("secret", third, body=b"[]", method="POST", uri=uri, timestamp=stamp)
