"""The signatures of webhooks: versions 1 and 2 as a hash of secret and request, version 3 with the time in it."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

_WRITTEN_OUT = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
"""The escapes of an address that stand as characters in what is signed."""


def signed_headers(secret: str, url: str, body: bytes, moment: datetime, *, version: str) -> Mapping[str, str]:
    """Return the headers of a POST: the third version's, and an older one's beside.

    Args:
        secret: The app's.
        url: The whole address.
        body: As it is sent.
        moment: When.
        version: Of the older signature: ``v1`` or ``v2``.
    """
    address = b"POST" + _WRITTEN_OUT.sub(lambda match: unquote(match.group()), url).encode()
    timestamp = str(int(moment.timestamp() * 1000))
    older = secret.encode() + (address if version == "v2" else b"") + body
    third = hmac.new(secret.encode(), address + body + timestamp.encode(), hashlib.sha256).digest()
    return {
        "X-HubSpot-Signature": hashlib.sha256(older).hexdigest(),
        "X-HubSpot-Signature-Version": version,
        "X-HubSpot-Signature-v3": b64encode(third).decode(),
        "X-HubSpot-Request-Timestamp": timestamp,
    }
