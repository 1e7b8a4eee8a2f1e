"""Letting a connection in by OAuth: a page in a browser, whose answer comes to a listener on this machine."""

from __future__ import annotations

import asyncio
import webbrowser
from dataclasses import dataclass
from hmac import compare_digest
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from mapstudio.cli import asking, output
from mapstudio.model.errors import AuthenticationError, UsageError

if TYPE_CHECKING:
    from mapstudio.connectors.oauth import Consent, OAuthApp, Tokens

PORT = 8799
WAIT_SECONDS = 300.0
_HOST = "127.0.0.1"
_PATH = "/callback"
_LONGEST_LINE = 8192
_PAGE = "<!doctype html><meta charset=utf-8><title>mapstudio</title><p>{}</p>"


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the browser brought back."""

    code: str = ""
    error: str = ""


def redirect_address(port: int) -> str:
    """Return the address that the app must be registered with."""
    return f"http://localhost:{port}{_PATH}"


async def let_in(app: OAuthApp, system: str, port: int, *, browser: bool = True, wait: float = WAIT_SECONDS) -> Tokens:
    """Ask a person to let the app in and return the tokens.

    Args:
        app: Who asks.
        system: What messages call the system.
        port: Where to listen; the app's redirect address names it.
        browser: Open the page, not only print its address.
        wait: Seconds that the person has.

    Raises:
        UsageError: The port is taken.
        AuthenticationError: The person said no, or nothing.
    """
    from mapstudio.connectors.oauth import Consent, exchange_code

    consent = Consent(app, redirect_address(port))
    code = await _code(consent, system, port, browser=browser, wait=wait)
    return await exchange_code(consent, code, system)


async def _code(consent: Consent, system: str, port: int, *, browser: bool, wait: float) -> str:
    heard: asyncio.Future[_Heard] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer(consent, reader, writer, heard)
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(answer, _HOST, port, limit=_LONGEST_LINE)
    except OSError as error:
        raise UsageError(
            f"Port {port} on this machine cannot be listened to: {error.strerror or error}.",
            remedy="Give another with --port; the app's redirect address must name it as well.",
        ) from error
    async with server:
        _show(consent.address, browser=browser)
        try:
            found = await asyncio.wait_for(heard, wait)
        except TimeoutError as error:
            raise AuthenticationError(
                f"Nobody let {system} in within {wait:.0f} seconds.", remedy="Run it again when someone can."
            ) from error
    if found.error:
        raise AuthenticationError(f"{system} was not let in: {found.error[:200]}.")
    return found.code


def _show(address: str, *, browser: bool) -> None:
    output.talk("Open this page and let the app in:")
    output.talk(address)
    if browser and asking.interactive():
        webbrowser.open(address)


async def _answer(
    consent: Consent, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: asyncio.Future[_Heard]
) -> None:
    try:
        line = (await reader.readline()).decode("ascii", "replace")
    except ValueError:
        line = ""  # longer than any address of ours
    words = line.split(" ")
    parts = urlsplit(words[1]) if len(words) == 3 and words[0] == "GET" else None
    if parts is None or parts.path != _PATH:
        await _say(writer, "404 Not Found", "There is nothing here.")
        return
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    # Anyone can send a browser here: only who was asked knows the state.
    if not compare_digest(query.get("state", "").encode(), consent.state.encode()):
        await _say(writer, "400 Bad Request", "This is no answer to the page that mapstudio opened.")
        return
    error = query.get("error_description") or query.get("error") or ("" if query.get("code") else "there was no code")
    await _say(writer, "200 OK", f"Not let in: {error}." if error else "Done. You can close this page.")
    if not heard.done():
        heard.set_result(_Heard(query.get("code", ""), error))


async def _say(writer: asyncio.StreamWriter, status: str, words: str) -> None:
    page = _PAGE.format(escape(words)).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + page)
    await writer.drain()
