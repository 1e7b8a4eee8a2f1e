"""Where a request carries its key."""

from __future__ import annotations

from starlette.requests import Request


def token_of(request: Request) -> str:
    """Return the API key or the access token, from either header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
