"""``mapstudio`` and ``mapstudio studio``: opens the studio."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mapstudio.cli.options import (
    Theme,
    environments_options,
    look_options,
    open_project,
    project_option,
    verbose_option,
)
from mapstudio.model.errors import UsageError


@click.command("studio")
@click.argument("mapping", required=False)
@environments_options
@look_options
@project_option
@verbose_option
def command(
    *,
    mapping: str | None,
    environment: str,
    source_environment: str,
    theme: Theme | None,
    ascii_only: bool,
    project_folder: Path | None,
) -> None:
    """Open the studio on the project of this folder, or on one MAPPING of it. Uses the network."""
    project = open_project(project_folder)
    path = project.mapping_path(mapping) if mapping else None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        remedy = "Run it in one, or use the commands: mapstudio --help lists them."
        raise UsageError("The studio needs a terminal.", remedy=remedy)
    from mapstudio.studio.app import run_studio

    run_studio(project, path, environment, source_environment, theme, ascii_only)
