"""Finds a local sandbox that runs on this machine, and speaks with its control endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapstudio.model.errors import ConnectionFailedError, UsageError

PORTS_LOOKED_AT = 20
_ANSWERS_WITHIN = 10.0
_LOOKS_WITHIN = 1.0


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox that answered.

    Attributes:
        url: Where, without a slash at the end.
    """

    name: str
    url: str

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what its control endpoint answers.

        Raises:
            UsageError: It refuses, with its sentence.
            ConnectionFailedError: It does not answer any more.
        """
        found = _ask(self.url, method, path, body, within=_ANSWERS_WITHIN)
        if found is None:
            remedy = f"Start it with mapstudio sandbox serve {self.name}."
            raise ConnectionFailedError(f"The local sandbox at {self.url} does not answer.", remedy=remedy)
        return found


def running_sandbox(name: str, url: str | None = None) -> RunningSandbox:
    """Return the sandbox of that name: at the address, else at one of the first ports that sandboxes take.

    Raises:
        UsageError: The address is no one of this machine's.
        ConnectionFailedError: It is not there.
    """
    from mapstudio.sandbox.loopback import is_local_url
    from mapstudio.sandbox.server import FIRST_PORT, HOST

    if url is not None and not is_local_url(url):
        raise UsageError(f"{url} is no address of this machine.", remedy="A local sandbox is at http://127.0.0.1:PORT.")
    ports = range(FIRST_PORT, FIRST_PORT + PORTS_LOOKED_AT)
    candidates = [url.rstrip("/")] if url is not None else [f"http://{HOST}:{port}" for port in ports]
    for candidate in candidates:
        told = _ask(candidate, "GET", "", None, within=_LOOKS_WITHIN)
        if told is not None and told.get("sandbox") == name:
            return RunningSandbox(name, candidate)
    where = f"at {url}" if url is not None else f"on the ports {ports[0]} to {ports[-1]} of this machine"
    raise ConnectionFailedError(
        f'No local sandbox "{name}" answers {where}.',
        remedy=f"Start it with mapstudio sandbox serve {name}, or give its address with --url.",
    )


def _ask(url: str, method: str, path: str, body: Mapping[str, Any] | None, *, within: float) -> dict[str, Any] | None:
    """Return the JSON object that is answered, ``None`` when nothing of a sandbox is there."""
    import httpx

    try:
        with httpx.Client(trust_env=False, timeout=within) as client:
            answer = client.request(method, f"{url}/__sandbox__{path}", json=body)
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    if not isinstance(told, dict):
        return None
    if answer.is_success:
        return told
    if "error" in told and "remedy" in told:
        raise UsageError(str(told["error"]), remedy=str(told["remedy"]))
    return None
