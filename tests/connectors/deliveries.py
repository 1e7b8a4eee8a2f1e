"""Requests as a receiver takes them, for the connectors' tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mapstudio.connectors.notices import Delivery

URI = "http://127.0.0.1:8790/secret-path-of-a-receiver"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def delivery(body: Any, headers: Mapping[str, str] | None = None) -> Delivery:
    """Return a POST of a JSON value, or of bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery("POST", URI, dict(headers or {}), content, NOW)
