"""``mapstudio sandbox``: local servers that speak a vendor's protocol, and what is done to them while they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, verbose_option
from mapstudio.cli.running import wait_for
from mapstudio.cli.running_sandbox import running_sandbox
from mapstudio.model.errors import UsageError
from mapstudio.model.suggest import did_you_mean
from mapstudio.sandbox.fault_kinds import KINDS

if TYPE_CHECKING:
    from mapstudio.sandbox.contract import Sandbox
    from mapstudio.sandbox.ledger import Ledger

F = TypeVar("F", bound=Callable[..., Any])
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


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


def _running_options(function: F) -> F:
    """Add NAME, ``--url``, ``--json`` and ``-v``: of the commands that speak with a running sandbox."""
    name = click.argument("name")
    url = click.option("--url", help="Its address; by default it is looked for on the ports from 8710 up.")
    return name(url(json_option(verbose_option(function))))


@command.group("faults")
def faults_group() -> None:
    """Let requests to a running sandbox go wrong. Uses the network of this machine only."""


@faults_group.command("list")
@_running_options
def list_faults_command(*, name: str, url: str | None, as_json: bool) -> None:
    """List the faults of a running sandbox. Uses the network of this machine only."""
    _show_faults(running_sandbox(name, url).ask("GET", "/faults"), as_json=as_json)


class _Add(click.Command):
    """The command whose help tells what each kind of fault is."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's own
        with formatter.section("Kinds"):
            formatter.write_dl([*KINDS.items()])


@faults_group.command("add", cls=_Add)
@click.argument("name")
@click.argument("kind", type=click.Choice([*KINDS]))
@click.option("--url", help="Its address; by default it is looked for on the ports from 8710 up.")
@click.option("--count", type=click.IntRange(min=1), help="So many requests; by default all.")
@click.option("--skip", type=click.IntRange(min=0), default=0, help="So many fitting requests pass first.")
@click.option("--share", type=click.FloatRange(0, 1, min_open=True), default=1.0, help="Of the fitting requests.")
@click.option("--seed", type=int, default=1, show_default=True, help="What the share is drawn from.")
@click.option("--method", help="Such as POST; by default all.")
@click.option("--path", default="*", help="A pattern for the whole path, such as '*/batch/upsert'.")
@click.option("--retry-after", type=click.IntRange(min=0), help="Seconds in the header Retry-After; by default none.")
@click.option("--seconds", type=click.FloatRange(min=0), default=1.0, show_default=True, help="How late slow is.")
@click.option("--lasts", metavar="DURATION", help="Over after this time of the sandbox's clock, such as 60s.")
@json_option
@verbose_option
def add_fault_command(*, name: str, url: str | None, as_json: bool, lasts: str | None, **asked: Any) -> None:  # noqa: ANN401 - click's values
    """Let requests go wrong from now on, until it was often enough. Uses the network of this machine only."""
    body = {**asked, "lasts": None if lasts is None else _seconds(lasts)}
    sandbox = running_sandbox(name, url)
    added = sandbox.ask("POST", "/faults", body)
    if as_json:
        output.json_data(added)
    else:
        output.data(f"{sandbox.name}: fault {added['id']}, {added['kind']}")


@faults_group.command("clear")
@click.argument("name")
@click.argument("number", required=False, type=click.IntRange(min=1))
@click.option("--url", help="Its address; by default it is looked for on the ports from 8710 up.")
@json_option
@verbose_option
def clear_faults_command(*, name: str, number: int | None, url: str | None, as_json: bool) -> None:
    """Take away one fault, or all of them. Uses the network of this machine only."""
    path = "/faults" if number is None else f"/faults/{number}"
    _show_faults(running_sandbox(name, url).ask("DELETE", path), as_json=as_json)


@command.command("clock")
@_running_options
@click.option("--set", "moment", metavar="TIME", help="Jump to a moment with an offset, such as 2027-01-31T09:00:00Z.")
@click.option("--advance", metavar="DURATION", help="Jump ahead, such as 90s, 30m, 12h or 2d.")
@click.option("--freeze/--thaw", "freeze", default=None, help="Let time stand still, or go on.")
def clock_command(
    *, name: str, url: str | None, moment: str | None, advance: str | None, freeze: bool | None, as_json: bool
) -> None:
    """Show or move the time of a running sandbox. Uses the network of this machine only.

    Tokens expire by it, days end by it, and records are changed at it.
    """
    asked = {"set": moment, "advance": None if advance is None else _seconds(advance), "freeze": freeze}
    change = {key: value for key, value in asked.items() if value is not None}
    sandbox = running_sandbox(name, url)
    told = sandbox.ask("PUT", "/clock", change) if change else sandbox.ask("GET", "/clock")
    if as_json:
        output.json_data(told)
    else:
        output.data(f"{sandbox.name}: {told['now']}{', frozen' if told['frozen'] else ''}")


@command.command("options")
@_running_options
@click.argument("changes", nargs=-1, metavar="[OPTION=VALUE]...")
def options_command(*, name: str, url: str | None, changes: tuple[str, ...], as_json: bool) -> None:
    """Show or change the options of a running sandbox. Uses the network of this machine only."""
    pairs = dict(change.partition("=")[::2] for change in changes)
    wrong = [change for change in changes if "=" not in change]
    if wrong:
        raise UsageError(f'"{wrong[0]}" is no OPTION=VALUE.')
    sandbox = running_sandbox(name, url)
    told = sandbox.ask("PUT", "/options", pairs) if pairs else sandbox.ask("GET", "/options")
    if as_json:
        output.json_data(told)
    else:
        output.table(("OPTION", "VALUE"), [[*pair] for pair in told["options"].items()])


@command.command("reset")
@_running_options
def reset_command(*, name: str, url: str | None, as_json: bool) -> None:
    """Bring a running sandbox back to its first day. Uses the network of this machine only.

    Contents, options and clock are again what they were, and there are no faults.
    """
    sandbox = running_sandbox(name, url)
    told = sandbox.ask("POST", "/reset")
    if as_json:
        output.json_data(told)
    else:
        output.data(f"{sandbox.name}: as on its first day")


def _show_faults(told: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.json_data(told)
    elif told["faults"]:
        rows = [
            (
                str(fault["id"]),
                fault["kind"],
                fault["method"] or "*",
                fault["path"],
                _amount(fault),
                str(fault["struck"]),
            )
            for fault in told["faults"]
        ]
        output.table(("ID", "FAULT", "METHOD", "PATH", "HOW MANY", "UNTIL NOW"), rows, right=(0, 5))
    else:
        output.talk("No faults: requests are answered as they should be.")


def _amount(fault: Mapping[str, Any]) -> str:
    words = ["all" if fault["count"] is None else str(fault["count"])]
    if fault["share"] < 1:
        words.append(f"{fault['share']:.0%} of them")
    if fault["lasts"] is not None:
        words.append(f"for {fault['lasts']:g} s")
    return ", ".join(words)


def _seconds(text: str) -> float:
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise UsageError(f'"{text}" is no duration.', remedy="Write it such as 90s, 30m, 12h or 2d.")
    return float(found[1]) * _SECONDS[found[2]]


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
