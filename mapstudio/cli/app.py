"""The group of all commands. A command's module is imported when the command is called, not before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

import click

from mapstudio import __version__
from mapstudio.cli.options import Theme, look_options, verbose_option
from mapstudio.model.suggest import did_you_mean

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Start": {
        "demo": "Try everything on local sandboxes and a sample project.",
        "init": "Start a project in a folder.",
        "studio": "Open the studio (the same as mapstudio alone).",
        "status": "Show the project's mappings and their state.",
    },
    "Systems": {
        "connect": "Set up a connection, or test one.",
        "connections": "List the project's connections.",
        "objects": "List what a connection offers.",
        "schema": "Show the fields of an object.",
        "records": "Read some records of an object.",
        "add-key": "Create the unique field that a mapping's key needs.",
        "sandbox": "Serve local sandboxes.",
    },
    "Mappings": {
        "check": "Find what is wrong with mappings.",
        "test": "Run the examples of mappings.",
        "eval": "Evaluate an expression.",
        "explain": "Show why a row gives what it gives on a record.",
        "functions": "List the functions of expressions, or show one.",
        "transform": "Map records from a file or a pipe.",
        "map": "Show or change the rows of a mapping.",
        "schema-of": "Print the JSON Schema of a format.",
    },
    "Runs": {
        "plan": "Show what an apply would do.",
        "apply": "Write what the plan says.",
        "listen": "Apply what a system tells by itself.",
        "undo": "Archive what a run created.",
        "runs": "List the runs, or show one.",
        "dead-letters": "List rejected records, or show one.",
        "review": "List the records that wait for a person, and say what they are.",
    },
    "Shell": {
        "completion": "Print the completion script of a shell.",
    },
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return [name for section in SECTIONS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, ``None`` when there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"mapstudio.cli.commands.{cmd_name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments begin with, or say which one may be meant."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            hint = did_you_mean(args[0], self.list_commands(ctx))
            sentence = f'There is no command "{args[0]}".'
            raise click.UsageError(f"{sentence} {hint[:1].upper()}{hint[1:]}".strip(), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands by what they are for, without importing them."""
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(_padded(commands))


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="mapstudio", message="%(prog)s %(version)s")
@look_options
@verbose_option
@click.pass_context
def app(context: click.Context, *, theme: Theme | None, ascii_only: bool) -> int | None:
    """Map one system's records onto another's: see both, try it on real records, run it headless.

    Without a command the studio opens on the project of this folder.

    \b
    Exit codes: 0 done, 1 some records rejected or an example failed, 2 usage, configuration or an invalid
    mapping, 3 connection or lock, 4 authentication, 5 precondition (stale plan, wrong account, unconfirmed
    production), 70 a mistake of mapstudio itself, 130 interrupted.
    """  # noqa: D301 - click wants the backspace itself
    if context.invoked_subcommand is not None:
        return None
    from mapstudio.cli.commands.studio_command import command

    look = ["--theme", theme] if theme else []
    if ascii_only:
        look.append("--ascii")
    with command.make_context("studio", look, parent=context) as inner:
        result: int | None = command.invoke(inner)
    return result


def _padded(commands: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    longest = max(len(name) for section in SECTIONS.values() for name in section)
    return [(name.ljust(longest), summary) for name, summary in commands.items()]
