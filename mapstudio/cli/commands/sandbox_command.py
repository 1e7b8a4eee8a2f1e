"""``mapstudio sandbox serve``: local servers that speak a vendor's protocol over a seeded world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapstudio.cli import output
from mapstudio.cli.options import verbose_option
from mapstudio.cli.running import wait_for
from mapstudio.model.errors import UsageError
from mapstudio.model.suggest import did_you_mean

if TYPE_CHECKING:
    from mapstudio.sandbox.contract import Sandbox
    from mapstudio.sandbox.ledger import Ledger


@click.group("sandbox")
@verbose_option
def command() -> None:
    """Local sandboxes: servers that speak a vendor's protocol. Uses the network of this machine only."""


class _Serve(click.Command):
    """The command with the options that the sandboxes themselves declare."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        from mapstudio.sandbox.server import sandboxes

        own = [
            click.Option([f"--{option.name}"], default=option.default, show_default=True, help=option.help)
            for sandbox in sandboxes().values()
            for option in sandbox.options
        ]
        help_option = super().get_params(ctx)
        return [*help_option[:-1], *own, help_option[-1]]


@command.command("serve", cls=_Serve)
@click.argument("names", nargs=-1)
@click.option(
    "--port-base",
    type=click.IntRange(0, 65535),
    default=8710,
    show_default=True,
    help="The first port; 0 for any free ones.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed gives another world.")
@click.option(
    "--ledger", type=click.Path(path_type=Path, dir_okay=False), help="Append a JSON line for each record written."
)
@click.option("--no-limits", is_flag=True, help="Serve without the vendors' rate limits.")
@click.option("--until-stdin-ends", is_flag=True, help="Also stop when standard input ends.")
@click.option("--json", "as_json", is_flag=True, help="The ready line is JSON anyway.")
@verbose_option
def serve_command(
    names: tuple[str, ...],
    port_base: int,
    seed: int,
    ledger: Path | None,
    no_limits: bool,
    until_stdin_ends: bool,
    as_json: bool,  # noqa: ARG001 - every command takes --json
    **own: str,
) -> None:
    """Serve local sandboxes in the foreground: the ones named, by default all. Uses the network of this machine only.

    Prints one JSON line when all of them answer: {"sandboxes": {NAME: {"url": ..., and what a client needs}}}.
    """
    from mapstudio.sandbox.clock import Clock
    from mapstudio.sandbox.contract import Setup
    from mapstudio.sandbox.control import controlled
    from mapstudio.sandbox.server import sandboxes, serve
    from mapstudio.sandbox.world import World

    chosen = _chosen(names, sandboxes())
    options = {name.replace("_", "-"): value for name, value in own.items()}
    world = World(seed)
    with _opened(ledger) as book:
        services = [
            service
            for sandbox in chosen
            for service in controlled(sandbox, Setup(world, book, not no_limits, options, Clock()))
        ]
        wait_for(serve(services, first_port=port_base, ready=_ready, until_parent_ends=until_stdin_ends))


def _chosen(names: Sequence[str], known: Mapping[str, Sandbox]) -> list[Sandbox]:
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            remedy = hint[0].upper() + hint[1:] if hint else f"Known: {', '.join(known)}."
            raise UsageError(f'There is no sandbox "{name}".', remedy=remedy)
    return [sandbox for name, sandbox in known.items() if not names or name in names]


def _opened(path: Path | None) -> Ledger:
    from mapstudio.sandbox.ledger import Ledger

    try:
        return Ledger(path)
    except OSError as error:
        raise UsageError(f"The ledger {path} cannot be written: {error.strerror or error}.") from error


def _ready(line: dict[str, Any]) -> None:
    output.json_data(line, indent=0)
    output.flush()
