"""Our check of a webhook's signature against the one in the vendor's own client: both say the same of anything."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from hubspot.exceptions import InvalidSignatureTimestampError
from hubspot.utils.signature import Signature
from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.connectors.hubspot.signature import SignatureVersion, is_signed, signature_of

SECRET = "0f3c8e21-7a4b-4b61-9f43-5a2be7d0a911"
URI = "https://hooks.palma.example/crm?hotel=palma&lang=es"
BODY = '[{"eventId":1,"objectId":123,"propertyName":"firstname","propertyValue":"Íñigo"}]'
DOCUMENTED = (
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":'
    '"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]'
)


def signed(**changes: str) -> dict[str, str]:
    """Return a request as the vendor's client would sign it now, then changed."""
    timestamp = str(int(time.time() * 1000))
    signature = Signature.get_signature(SECRET, BODY, "v3", URI, "POST", timestamp)
    whole = {"body": BODY, "uri": URI, "method": "POST", "timestamp": timestamp, "signature": signature}
    return {**whole, "secret": SECRET, **changes}


def official(request: dict[str, str]) -> bool:
    """What the vendor's client says of it."""
    try:
        return bool(
            Signature.is_valid(
                request["signature"],
                request["secret"],
                request["body"],
                request["uri"],
                request["method"],
                "v3",
                request["timestamp"],
            )
        )
    except (InvalidSignatureTimestampError, TypeError):
        return False  # it raises for a time that is too old, and for a signature that is not ASCII


def ours(request: dict[str, str]) -> bool:
    """What we say of it."""
    return is_signed(
        request["secret"],
        request["signature"],
        body=request["body"].encode(),
        method=request["method"],
        uri=request["uri"],
        timestamp=request["timestamp"],
    )


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="%"), max_size=12)
AGE = st.one_of(st.integers(-600_000, 600_000), st.integers(-(10**18), 10**18))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, str]:
    """A signed request in which something may have been changed, cut, repeated or signed anew."""
    request = signed()
    for _ in range(draw(st.integers(0, 2))):
        part = draw(st.sampled_from(sorted(request)))
        request[part] = draw(_changes(part, request[part]))
    if draw(st.booleans()):  # what is wrong by its time alone must be told as well
        request["signature"] = Signature.get_signature(
            request["secret"], request["body"], "v3", request["uri"], request["method"], request["timestamp"]
        )
    return request


def _changes(part: str, text: str) -> Any:
    if part == "timestamp":
        moments = AGE.map(lambda age: str(int(time.time() * 1000) - age))
        return st.one_of(moments, st.sampled_from(["", "nan", "inf", "-inf", "1e12", "soon", f" {text} ", f"{text}.5"]))
    place = st.integers(0, max(len(text) - 1, 0))
    inserted = st.tuples(place, PLAIN if part == "uri" else TEXT).map(
        lambda change: text[: change[0]] + change[1] + text[change[0] :]
    )
    return st.one_of(inserted, place.map(lambda at: text[:at] + text[at + 1 :]), st.just(text.swapcase()), st.just(""))


@settings(max_examples=1000)
@given(mutated())
def test_it_accepts_what_the_official_check_accepts_and_nothing_else(request: dict[str, str]) -> None:
    assert ours(request) is official(request)


def test_a_genuine_request_is_accepted_and_a_late_one_is_not() -> None:
    assert ours(signed())
    request = signed()
    late = datetime.now(UTC) + timedelta(minutes=5)
    kept = {name: request[name] for name in ("method", "uri", "timestamp")}
    assert not is_signed(SECRET, request["signature"], body=BODY.encode(), now=late, **kept)


@pytest.mark.parametrize("uri", ["https://a.example/x%3Fy%3Db%2fc", "https://a.example/%40%21%24%27%28%29%2A%2C%3B%3a"])
def test_some_escapes_of_the_address_are_written_out_before_it_is_signed(uri: str) -> None:
    decoded = uri.replace("%3D", "%253D")  # the equals sign is none of them
    request = signed(uri=unquote(decoded))
    request["signature"] = Signature.get_signature(SECRET, BODY, "v3", request["uri"], "POST", request["timestamp"])
    assert ours({**request, "uri": uri})


def test_the_older_versions() -> None:
    documented = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"
    secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
    assert signature_of(SignatureVersion.V1, secret, body=DOCUMENTED.encode()) == documented
    expected = Signature.get_signature(SECRET, BODY, "v2", URI, "POST")
    assert signature_of(SignatureVersion.V2, SECRET, body=BODY.encode(), uri=URI) == expected
