"""Runs a command and turns however it ends into an exit code and at most one sentence: never a traceback."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import click

from mapstudio.cli import output
from mapstudio.model.errors import ExitCode, MapstudioError

INTERNAL = 70
"""Our own mistake: EX_SOFTWARE of sysexits.h."""
PIPE_CLOSED = 141
"""What a shell reports of a program whose reader went away: 128 + SIGPIPE."""

T = TypeVar("T")


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; everything to be said was said."""
    output.prepare()
    try:
        code = _run(arguments)
        output.flush()
    except output.PipeClosedError:
        _discard_output()
        return PIPE_CLOSED
    except output.OutputError as error:
        _discard_output()
        output.error(f"Standard output cannot be written: {error}.", "What was printed until then is not complete.")
        return ExitCode.USAGE
    return code


def _discard_output() -> None:
    # The interpreter flushes standard output once more when it ends; let that go nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Run asynchronous work to its end; the errors of a task group come out one by one, the first of them here."""
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        raise first_of(group) from group


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error of a group that says most: one of ours, else the first."""
    leaves: list[BaseException] = []
    pending: list[BaseException] = [group]
    while pending:
        error = pending.pop(0)
        if isinstance(error, BaseExceptionGroup):
            pending = [*error.exceptions, *pending]
        else:
            leaves.append(error)
    return next((error for error in leaves if isinstance(error, MapstudioError)), leaves[0])


def _run(arguments: Sequence[str]) -> int:
    try:
        from mapstudio.cli.app import app

        result = app.main(list(arguments), prog_name="mapstudio", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        output.talk(error.format_message())
        return error.exit_code
    except click.ClickException as error:
        output.error(_sentence(error), _usage_remedy(error))
        return error.exit_code if isinstance(error, click.UsageError) else ExitCode.USAGE
    except MapstudioError as error:
        output.error(error.message, error.remedy)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort, asyncio.CancelledError):
        output.talk("")
        output.error("Interrupted.")
        return ExitCode.INTERRUPTED
    except (output.PipeClosedError, output.OutputError):
        raise
    except Exception as error:  # noqa: BLE001 - the last line of defence: our own mistakes end here, with a log
        return _internal(error)
    return result if isinstance(result, int) else ExitCode.DONE


def _sentence(error: click.ClickException) -> str:
    message = error.format_message()
    return message if message.endswith((".", "?", "!")) else f"{message}."


def _usage_remedy(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"See {context.command_path} --help." if context is not None else ""


def _internal(error: Exception) -> int:
    from mapstudio.cli.log import log_failure

    where = log_failure(error)
    remedy = f"The details are in {where}; please report them." if where else "No log could be written."
    output.error(f"mapstudio made a mistake of its own ({type(error).__name__}).", remedy)
    return INTERNAL
