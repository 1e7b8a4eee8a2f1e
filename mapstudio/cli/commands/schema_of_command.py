"""``mapstudio schema-of``: the JSON Schema of a format, for editors and other tools."""

from __future__ import annotations

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, verbose_option


@click.command("schema-of")
@click.argument("format_name", metavar="FORMAT", type=click.Choice(["mapping"]))
@json_option
@verbose_option
def command(*, format_name: str, as_json: bool) -> None:  # noqa: ARG001 - there is one format, and it is JSON anyway
    """Print the JSON Schema of a FORMAT: mapping. Does not use the network."""
    from mapstudio.mapping.json_schema import json_schema

    output.json_data(json_schema())
