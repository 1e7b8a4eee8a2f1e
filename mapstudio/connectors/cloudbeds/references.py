"""A reference of our own for what is created: the API keeps none unique, but it shows and finds the ones we give."""

from __future__ import annotations

import hashlib

from mapstudio.connectors.exchange import Origin


def reference_of(origin: Origin) -> str:
    """Return the reference of a source record, the same one each time."""
    source = f"{origin.connection}\x1f{origin.object}\x1f{origin.source_id}"
    return f"ms-{hashlib.sha256(source.encode()).hexdigest()[:24]}"
