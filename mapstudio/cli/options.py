"""Options that several commands share; each means the same wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, get_args

import click

if TYPE_CHECKING:
    from mapstudio.project import Project

F = TypeVar("F", bound=Callable[..., Any])
Theme: TypeAlias = Literal["dark", "light", "ansi"]


def verbose_option(function: F) -> F:
    """Add ``-v``: write what happens to the log file."""
    return click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        is_eager=True,
        callback=_start_log,
        help="Write what happens to the log file in the state folder; -vv writes everything.",
    )(function)


def json_option(function: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def project_option(function: F) -> F:
    """Add ``--project``: where the project is."""
    return click.option(
        "--project",
        "project_folder",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="MAPSTUDIO_PROJECT",
        help="The project's folder; by default the nearest mapstudio.toml from here up.",
    )(function)


def engine_option(function: F) -> F:
    """Add ``--engine``: what evaluates expressions."""
    return click.option(
        "--engine",
        type=click.Choice(("compiled", "interpreted")),
        default="compiled",
        show_default=True,
        help="What evaluates expressions: interpreted is slow and there to compare with.",
    )(function)


def env_option(function: F) -> F:
    """Add ``--env`` of one connection."""
    return click.option(
        "--env", "environment", default="sandbox", show_default=True, help="The connection's environment."
    )(function)


def environments_options(function: F) -> F:
    """Add ``--env`` and ``--source-env`` of a mapping's two sides."""
    source = click.option(
        "--source-env", "source_environment", default="sandbox", show_default=True, help="The source's environment."
    )
    destination = click.option(
        "--env", "environment", default="sandbox", show_default=True, help="The destination's environment."
    )
    return destination(source(function))


def look_options(function: F) -> F:
    """Add ``--theme`` and ``--ascii``: how the studio is drawn."""
    theme = click.option(
        "--theme", type=click.Choice(get_args(Theme)), help="The studio's colours; by default the terminal's."
    )
    plain = click.option("--ascii", "ascii_only", is_flag=True, help="Draw the studio with ASCII only.")
    return theme(plain(function))


def reading_options(function: F) -> F:
    """Add ``--limit`` and ``--since``: how much of the source is read."""
    limit = click.option("--limit", type=click.IntRange(min=1), help="Only the first so many source records.")
    since = click.option("--since", type=click.Choice(["last"]), help="Only what changed since the last complete run.")
    return limit(since(function))


def retry_option(function: F) -> F:
    """Add ``--retry``: what was refused a short time ago is sent again."""
    return click.option(
        "--retry", is_flag=True, help="Send again what the destination refused within the last 12 hours."
    )(function)


def open_project(folder: Path | None) -> Project:
    """Return the project of the folder (or of here, and up).

    Raises:
        UsageError: There is none, or its file is wrong.
    """
    from mapstudio.project import find_project

    return find_project(folder)


def project_if_any(folder: Path | None, *, start: Path | None = None) -> Project | None:
    """Return the project when there is one; a folder that was named must have one, and a broken file is told.

    Args:
        folder: As ``--project`` names it.
        start: Where to look when it does not, by default here.
    """
    from mapstudio.project import FILE_NAME, find_project

    if folder is not None:
        return find_project(folder)
    here = (start or Path.cwd()).resolve()
    return find_project(here) if any((item / FILE_NAME).is_file() for item in (here, *here.parents)) else None


def _start_log(context: click.Context, parameter: click.Parameter, value: int) -> int:  # noqa: ARG001 - click's own
    if value and not context.resilient_parsing:
        from mapstudio.cli.log import start_log

        start_log(value)
    return value
