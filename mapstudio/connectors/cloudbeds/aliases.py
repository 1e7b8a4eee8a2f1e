"""Addresses that an agency lends to one booking: mail reaches the guest for a while, but it is no key of a person."""

from __future__ import annotations

import re

from mapstudio.model import JsonValue

_ALIAS = re.compile(
    r"@(?:guest\.booking\.com|(?:m\.)?expediapartnercentral\.com|guest\.airbnb\.com|reply\.airbnb\.com"
    r"|agoda-messaging\.com|guest\.trip\.com|messaging\.despegar\.com|guest\.hostelworld\.com)$",
    re.IGNORECASE,
)


def is_alias(address: JsonValue) -> bool | None:
    """Return whether an address is such a one; ``None`` without an address."""
    if not isinstance(address, str) or not address.strip():
        return None
    return _ALIAS.search(address.strip()) is not None
