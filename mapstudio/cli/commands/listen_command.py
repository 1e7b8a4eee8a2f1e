"""``mapstudio listen``: takes what a system tells by itself, and applies the records that it names."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import environments_options, json_option, open_project, project_option, verbose_option
from mapstudio.cli.reaching import reached
from mapstudio.cli.running import wait_for
from mapstudio.cli.stopping import stopping
from mapstudio.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from mapstudio.cli.listening.address import SecretPath
    from mapstudio.cli.listening.telling import News
    from mapstudio.connectors.contract import Connector
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.project import Project
    from mapstudio.runner.listening import Listener

_GATHER = 0.5
"""Seconds in which what comes together is gathered to one run."""
_LOOK_AGAIN = 1.0


@dataclass(frozen=True)
class _Wish:
    """How it is wanted."""

    project: Project
    connection: str
    environment: str
    source_environment: str
    confirmed: str | None
    host: str
    port: int
    public_url: str
    subscribe: bool
    unsubscribe: bool
    drain: bool
    show_address: bool
    as_json: bool


@click.command("listen")
@click.argument("connection")
@click.argument("mappings", nargs=-1, metavar="[MAPPING]...")
@environments_options
@click.option("--port", type=click.IntRange(0, 65535), default=8790, show_default=True, help="0 for any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address of this machine to listen at.")
@click.option("--public-url", help="What senders call instead, up to the secret path: a proxy's address.")
@click.option("--subscribe", is_flag=True, help="Let the system tell the public address, where its API can.")
@click.option("--unsubscribe", is_flag=True, help="Let it tell that address nothing more, and end.")
@click.option("--drain", is_flag=True, help="Apply what waits in the inbox and end, without listening.")
@click.option(
    "--confirm", "confirmed", metavar="CONNECTION", help="Confirm writing to production, by the destination's name."
)
@click.option("--show-address", is_flag=True, help="Print the secret address even where no terminal is.")
@json_option
@project_option
@verbose_option
def command(
    *,
    connection: str,
    mappings: tuple[str, ...],
    environment: str,
    source_environment: str,
    port: int,
    host: str,
    public_url: str | None,
    subscribe: bool,
    unsubscribe: bool,
    drain: bool,
    confirmed: str | None,
    show_address: bool,
    project_folder: Path | None,
    as_json: bool,
) -> int:
    """Listen to the webhooks of CONNECTION and apply MAPPING (by default all that read from it). Uses the network.

    What comes in is stored before it is answered, and the records that it names are read again and applied as apply
    does, each once however often it was told. Whoever knows the address can send: keep it secret.
    """
    from mapstudio.cli.listening.choosing import chosen_mappings, confirmation

    project = open_project(project_folder)
    if (subscribe or unsubscribe) and not public_url:
        raise UsageError("--subscribe and --unsubscribe need --public-url: what the system is to call.")
    if subscribe + unsubscribe + drain > 1:
        raise UsageError("Give one of --subscribe, --unsubscribe and --drain.")
    chosen = chosen_mappings(project, connection, mappings)
    confirmed = None if unsubscribe else confirmation(chosen, environment, confirmed)
    wish = _Wish(
        project,
        connection,
        environment,
        source_environment,
        confirmed,
        host,
        port,
        _checked(public_url),
        subscribe=subscribe,
        unsubscribe=unsubscribe,
        drain=drain,
        show_address=show_address,
        as_json=as_json,
    )
    return wait_for(_listen(wish, chosen))


def _checked(url: str | None) -> str:
    from mapstudio.connectors.http import checked_url

    return checked_url("--public-url", url.strip()) if url else ""


async def _listen(wish: _Wish, chosen: Sequence[LoadedMapping]) -> int:
    from mapstudio.cli.listening.address import secret_path
    from mapstudio.cli.listening.serving import bound
    from mapstudio.project import state_folder
    from mapstudio.runner import Environments, StateStore
    from mapstudio.runner.listening import Listener

    path = secret_path(wish.project, wish.connection, wish.source_environment)
    with contextlib.ExitStack() as stack:
        listening = None if wish.drain or wish.unsubscribe else stack.enter_context(bound(wish.host, wish.port))
        async with reached(wish.project, wish.connection, wish.source_environment) as (connector, account):
            if wish.unsubscribe:
                return await _unsubscribe(connector, f"{wish.public_url}/{path.text}")
            kept = chosen if wish.drain else await _told(connector, chosen)
            state = stack.enter_context(StateStore.open(state_folder(wish.project)))
            environments = Environments(wish.source_environment, wish.environment)
            files = [Path(loaded.document.file) for loaded in kept]
            listener = Listener(wish.project, files, environments, state, confirmed=wish.confirmed)
            key = f"{connector.type}:{account.id}"
            if listening is None:
                return await _drain(wish, listener, key)
            await listener.check(key)
            return await _serve(wish, connector, listener, key, path, listening)


async def _told(connector: Connector, chosen: Sequence[LoadedMapping]) -> Sequence[LoadedMapping]:
    """Return the mappings of whose objects the system tells, which the connector knows from then on."""
    from mapstudio.cli.listening.choosing import told_mappings

    told = connector.told_objects([loaded.require().source.object for loaded in chosen])
    kept = told_mappings(chosen, told, connector.label)
    for name in sorted(told):
        await connector.schema(name, used=())
    return kept


async def _unsubscribe(connector: Connector, address: str) -> int:
    ended = await connector.unsubscribe(address)
    output.talk(f"Ended {len(ended)} subscriptions: {', '.join(ended)}." if ended else "There was no subscription.")
    return ExitCode.DONE


async def _drain(wish: _Wish, listener: Listener, account: str) -> int:
    from mapstudio.cli.listening.telling import teller

    tell, code, any_waited = teller(as_json=wish.as_json), int(ExitCode.DONE), False
    with stopping(listener.request_stop):
        async for handled in listener.work_off(account, early=True):
            code, any_waited = max(code, tell(handled)), True
    if not any_waited:
        output.talk("Nothing waits in the inbox.")
    return code


async def _serve(
    wish: _Wish, connector: Connector, listener: Listener, account: str, path: SecretPath, listening: socket.socket
) -> int:
    from mapstudio.cli.listening.keeping import keeping
    from mapstudio.cli.listening.receiver import Receiver
    from mapstudio.cli.listening.serving import serving
    from mapstudio.cli.listening.telling import News
    from mapstudio.project import state_folder
    from mapstudio.runner import stopping_on_signals

    news = News(asyncio.get_running_loop())
    own = _own_address(wish.host, listening.getsockname()[1])
    with keeping(state_folder(wish.project), account, listener.takers) as keeper:
        receiver = Receiver(
            path,
            wish.public_url,
            connector.notices,
            keeper.store,
            keeper.executor,
            stored=lambda stored: news.wake() if stored.taken else None,
            refused=news.refused,
        )

        def stop() -> bool:
            listener.request_stop()
            news.wake()
            return True

        with stopping_on_signals(stop), serving(receiver, [listening]):
            if wish.subscribe:
                new = await connector.subscribe(f"{wish.public_url}/{path.text}", listener.takers)
                output.talk(f"Subscribed to {', '.join(new)}." if new else "Every event is subscribed to already.")
            _say_listening(wish, listener, own, path)
            return await _work(wish, listener, account, news)


async def _work(wish: _Wish, listener: Listener, account: str, news: News) -> int:
    """Apply what comes until the person stops it; what waited before comes first."""
    from mapstudio.cli.listening.telling import teller

    tell, code = teller(as_json=wish.as_json), int(ExitCode.DONE)
    while not listener.stopped:
        async for handled in listener.work_off(account):
            code = tell(handled)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(news.came.wait(), _LOOK_AGAIN)
            if not listener.stopped:
                await asyncio.sleep(_GATHER)
        news.came.clear()
    output.talk("Stopped listening. What waits in the inbox is applied next time.")
    return ExitCode.INTERRUPTED if code == ExitCode.INTERRUPTED else ExitCode.DONE


def _say_listening(wish: _Wish, listener: Listener, own: str, path: SecretPath) -> None:
    address = f"{wish.public_url or own}/{path.text}"
    names = ", ".join(dict.fromkeys(taker.mapping for takers in listener.takers.values() for taker in takers))
    output.talk(f"Listening at {own} to {wish.connection} ({wish.source_environment}) for {names}.")
    if not (wish.show_address or sys.stdout.isatty()):
        output.talk("The address has a secret path: --show-address prints it.")
    elif wish.as_json:
        output.json_data({"address": address}, indent=0)
    else:
        output.data(address)
    output.flush()


def _own_address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
