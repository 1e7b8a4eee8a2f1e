"""The control endpoint of every local sandbox: faults, clock, options and reset under ``/__sandbox__``, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from mapstudio.model import UsageError
from mapstudio.model.suggest import did_you_mean
from mapstudio.sandbox.contract import ControlAnswer, ControlHandler, ControlRoute, Sandbox, Service, Setup
from mapstudio.sandbox.faults import Faults, FaultSpec
from mapstudio.sandbox.loopback import is_loopback
from mapstudio.sandbox.striking import strike

PREFIX = "/__sandbox__"


class ClockChange(BaseModel):
    """What is done to the clock: freezing it comes first, letting it go on last.

    Attributes:
        set: A moment with an offset.
        advance: Seconds.
        freeze: ``True`` lets time stand still, ``False`` go on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: datetime | None = None
    advance: float = 0.0
    freeze: bool | None = None


def controlled(sandbox: Sandbox, setup: Setup) -> list[Service]:
    """Build a sandbox whose services can be controlled while they run.

    Args:
        sandbox: What to build.
        setup: Its clock belongs to this sandbox alone from now on.
    """
    host = _Host(sandbox, setup)
    return [replace(service, app=Control(host, service.name), close=host.close) for service in host.services.values()]


class _Host:
    """One sandbox with what its services share: the clock, the options, and that a reset begins them all anew."""

    def __init__(self, sandbox: Sandbox, setup: Setup) -> None:
        self.sandbox = sandbox
        self.setup = setup
        self.services: dict[str, Service] = {}
        self.faults: dict[str, Faults] = {}
        self.options: dict[str, str] = {}
        self.closing = asyncio.Event()
        self.reset()

    def reset(self) -> None:
        """Be as on the first day: contents, options, clock, and no faults."""
        self.close()
        self.closing = asyncio.Event()
        self.setup.clock.reset()
        self.services = {service.name: service for service in self.sandbox.build(self.setup)}
        self.faults = {name: Faults(self.setup.clock.elapsed) for name in self.services}
        names = {name for service in self.services.values() for name in service.switches}
        self.options = {name: self.setup.options[name] for name in sorted(names)}

    def close(self) -> None:
        """End what works in the background, and let go who hangs."""
        self.closing.set()
        for service in self.services.values():
            service.close()

    def switch(self, name: str, value: str) -> None:
        """Change an option of the running sandbox.

        Raises:
            UsageError: It cannot be changed, or not to this.
        """
        switches = [service.switches[name] for service in self.services.values() if name in service.switches]
        if not switches:
            hint = did_you_mean(name, self.options) or f"known: {', '.join(self.options) or 'none'}"
            raise UsageError(f'{self.sandbox.name} has no option "{name}" to change while it runs.', remedy=hint)
        for change in switches:
            change(value)
        self.options[name] = value


class Control:
    """The application in front of a service: its control endpoint, and the faults on the way to it."""

    def __init__(self, host: _Host, name: str) -> None:
        self._host = host
        self._name = name
        self._built: tuple[Service, Starlette] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        if scope["type"] == "http" and (path == PREFIX or path.startswith(f"{PREFIX}/")):
            await self._controls()(scope, receive, send)
            return
        service = self._service
        fault = self._faults.strike(scope["method"], path) if scope["type"] == "http" else None
        if fault is None:
            await service.app(scope, receive, send)
        else:
            await strike(fault, service.refusal, service.app, self._host.closing, scope, receive, send)

    @property
    def _service(self) -> Service:
        return self._host.services[self._name]

    @property
    def _faults(self) -> Faults:
        return self._host.faults[self._name]

    def _controls(self) -> Starlette:
        """Return the application of the control endpoint; a reset service brings other routes."""
        if self._built is None or self._built[0] is not self._service:
            self._built = (self._service, self._application())
        return self._built[1]

    def _application(self) -> Starlette:
        table: Sequence[ControlRoute] = (
            ("GET", "", self._overview),
            ("GET", "/", self._overview),
            ("GET", "/faults", self._list_faults),
            ("POST", "/faults", self._add_fault),
            ("DELETE", "/faults", self._clear_faults),
            ("DELETE", "/faults/{number:int}", self._clear_fault),
            ("GET", "/clock", self._clock),
            ("PUT", "/clock", self._change_clock),
            ("GET", "/options", self._options),
            ("PUT", "/options", self._change_options),
            ("POST", "/reset", self._reset),
        )
        routes = [
            Route(PREFIX + path, _endpoint(handler), methods=[method])
            for method, path, handler in (*table, *self._service.control)
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _told})

    async def _overview(self, request: Request) -> ControlAnswer:
        return {
            "sandbox": self._name,
            "clock": await self._clock(request),
            "options": self._host.options,
            "faults": self._faults.to_json(),
        }

    async def _list_faults(self, request: Request) -> ControlAnswer:  # noqa: ARG002 - the shape of all handlers
        return {"faults": self._faults.to_json()}

    async def _add_fault(self, request: Request) -> ControlAnswer:
        return self._faults.add(FaultSpec.model_validate_json(await request.body())).to_json()

    async def _clear_faults(self, request: Request) -> ControlAnswer:
        self._faults.clear()
        return await self._list_faults(request)

    async def _clear_fault(self, request: Request) -> ControlAnswer:
        number = request.path_params["number"]
        if not self._faults.clear(number):
            raise UsageError(f"There is no fault {number}.")
        return await self._list_faults(request)

    async def _clock(self, request: Request) -> ControlAnswer:  # noqa: ARG002 - the shape of all handlers
        clock = self._host.setup.clock
        return {"now": clock.now().astimezone(UTC).isoformat().replace("+00:00", "Z"), "frozen": clock.frozen}

    async def _change_clock(self, request: Request) -> ControlAnswer:
        change = ClockChange.model_validate_json(await request.body())
        clock = self._host.setup.clock
        if change.freeze:
            clock.freeze()
        if change.set is not None:
            if change.set.tzinfo is None:
                raise UsageError(f"{change.set.isoformat()} has no offset.", remedy="Write Z or +hh:mm behind it.")
            clock.set(change.set.astimezone(UTC))
        try:
            clock.advance(timedelta(seconds=change.advance))
        except OverflowError as error:
            raise UsageError(f"No calendar goes {change.advance} seconds further.") from error
        if change.freeze is False:
            clock.thaw()
        return await self._clock(request)

    async def _options(self, request: Request) -> ControlAnswer:  # noqa: ARG002 - the shape of all handlers
        return {"options": self._host.options}

    async def _change_options(self, request: Request) -> ControlAnswer:
        for name, value in _Texts.model_validate_json(await request.body()).model_dump().items():
            self._host.switch(name, value)
        return await self._options(request)

    async def _reset(self, request: Request) -> ControlAnswer:
        self._host.reset()
        return await self._overview(request)


class _Texts(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, str]


def _endpoint(handler: ControlHandler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            _refuse_strangers(request)
            return JSONResponse(await handler(request))
        except UsageError as error:
            return _refusal(400, error.message, error.remedy)
        except ValidationError as error:
            return _refusal(400, _sentence(error))

    return answer


def _refuse_strangers(request: Request) -> None:
    """Refuse what is no tool of this machine: another host, a web page, a name that was bent to point here."""
    client = request.client.host if request.client else ""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if not (is_loopback(client) and is_loopback(name)) or "origin" in request.headers:
        raise UsageError("The control endpoint is for programs on this machine only.")


def _sentence(error: ValidationError) -> str:
    problems = (
        f"{'.'.join(str(part) for part in problem['loc']) or 'the body'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
    return f"{'; '.join(problems)}."


def _refusal(status: int, message: str, remedy: str = "") -> JSONResponse:
    return JSONResponse({"error": message, "remedy": remedy}, status)


async def _told(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _refusal(status, f"{request.method} {request.url.path} is nothing that this sandbox can do.")
