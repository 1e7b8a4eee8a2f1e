"""``mapstudio completion``: the script that makes a shell complete our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from mapstudio.cli import output
from mapstudio.cli.options import json_option

_SHELLS = ("bash", "fish", "zsh")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@json_option
@click.pass_context
def command(context: click.Context, shell: str, as_json: bool) -> None:
    """Print the completion script of a shell. Does not use the network.

    \b
    bash: add to ~/.bashrc   eval "$(mapstudio completion bash)"
    zsh:  add to ~/.zshrc    eval "$(mapstudio completion zsh)"
    fish: mapstudio completion fish > ~/.config/fish/completions/mapstudio.fish
    """  # noqa: D301 - click wants the backspace itself
    chosen = get_completion_class(shell)
    if chosen is None:
        raise click.UsageError(f"There is no completion for {shell}.", context)
    script = _script(chosen(context.find_root().command, {}, "mapstudio", "_MAPSTUDIO_COMPLETE"))
    if as_json:
        output.json_data({"shell": shell, "script": script})
    else:
        output.block(script)


def _script(completion: click.shell_completion.ShellComplete) -> str:
    # ``source()`` of bash would start a shell only to look at its version.
    return completion.source_template % completion.source_vars()
