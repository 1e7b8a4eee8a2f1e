"""Whether a webhook was really sent by the vendor: the signatures that its requests carry.

Version 3 is the one to ask for. It covers the method, the address, the body and the time, so that a request can neither
be changed nor, after five minutes, be sent again by somebody else. Versions 1 and 2 know no time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote

MAX_AGE = timedelta(minutes=5)
_DECODED = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
"""The escapes that the vendor writes out before it signs an address (its documentation lists them)."""


class SignatureVersion(StrEnum):
    """How a request is signed; each has a header of its own."""

    V1 = "v1"
    V2 = "v2"
    V3 = "v3"


def signature_of(
    version: SignatureVersion, secret: str, *, body: bytes, method: str = "POST", uri: str = "", timestamp: str = ""
) -> str:
    """Return the signature that a request must carry.

    Args:
        version: How it is signed.
        secret: The client secret of the app.
        body: The body as it came, not decoded and written anew.
        method: The HTTP method.
        uri: The whole address that was called, query and all.
        timestamp: What the request says of its time, milliseconds; of version 3 only.
    """
    key, address = secret.encode(), method.encode() + _decoded(uri).encode()
    match version:
        case SignatureVersion.V1:
            return hashlib.sha256(key + body).hexdigest()
        case SignatureVersion.V2:
            return hashlib.sha256(key + address + body).hexdigest()
        case SignatureVersion.V3:
            digest = hmac.new(key, address + body + timestamp.encode(), hashlib.sha256).digest()
            return base64.b64encode(digest).decode()


def is_signed(
    secret: str,
    signature: str,
    *,
    body: bytes,
    method: str,
    uri: str,
    timestamp: str,
    now: datetime | None = None,
) -> bool:
    """Whether a request carries the signature of version 3 and is younger than five minutes.

    Args:
        secret: The client secret of the app.
        signature: The header ``X-HubSpot-Signature-v3``.
        body: The body as it came.
        method: The HTTP method.
        uri: The whole address as the vendor called it: behind a proxy that is the outer one.
        timestamp: The header ``X-HubSpot-Request-Timestamp``.
        now: The time; the present one when it is not given.
    """
    expected = signature_of(SignatureVersion.V3, secret, body=body, method=method, uri=uri, timestamp=timestamp)
    # Both are always worked out, so that the time it takes tells nothing.
    same = hmac.compare_digest(expected.encode(), signature.encode())
    return same and _is_fresh(timestamp, now or datetime.now(UTC))


def _decoded(uri: str) -> str:
    return _DECODED.sub(lambda escape: unquote(escape[0]), uri)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    try:
        # Whole seconds, as the vendor's own clients count.
        sent = datetime.fromtimestamp(float(timestamp) // 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return now - sent < MAX_AGE
