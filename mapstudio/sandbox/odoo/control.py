"""What the control endpoint of a local Odoo can do beside the shared: conflicts, and the end of sessions."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from mapstudio.sandbox.contract import ControlAnswer, ControlRoute
from mapstudio.sandbox.odoo.conflicts import ConflictSpec
from mapstudio.sandbox.odoo.dispatch import Server
from mapstudio.sandbox.odoo.sessions import Sessions

_REASONS = {429: "Too Many Requests", 500: "Internal Server Error"}


def control_routes(server: Server, sessions: Sessions) -> Sequence[ControlRoute]:
    """Return the routes of one server."""

    async def conflicts(request: Request) -> ControlAnswer:  # noqa: ARG001 - the shape of all handlers
        return server.conflicts.to_json()

    async def ask(request: Request) -> ControlAnswer:
        server.conflicts.ask(ConflictSpec.model_validate_json(await request.body()))
        return server.conflicts.to_json()

    async def expire(request: Request) -> ControlAnswer:  # noqa: ARG001 - the shape of all handlers
        return {"expired": sessions.expire()}

    return [("GET", "/conflicts", conflicts), ("PUT", "/conflicts", ask), ("DELETE", "/sessions", expire)]


def refusal(status: int) -> Response:
    """Return the page of the proxy in front of the server: Odoo itself has no answer of these."""
    title = f"{status} {_REASONS.get(status, 'Error')}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    return HTMLResponse(f"{page}</body>\r\n</html>\r\n", status)
