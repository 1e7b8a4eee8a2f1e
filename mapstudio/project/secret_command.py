"""Runs the program that a connection names to get a secret: no shell, a time limit, its output never logged."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from mapstudio.model import UsageError

TIMEOUT = 60.0
"""Seconds; a password manager may have to ask its owner first."""
_MOST_CHARACTERS = 64 * 1024


def run_secret_command(arguments: Sequence[str], *, folder: Path, place: str, timeout: float = TIMEOUT) -> str:
    """Return what the program prints, without white space around it.

    Args:
        arguments: The program and its arguments, as they are.
        folder: Where it runs.
        place: The key in ``mapstudio.toml``, for messages.
        timeout: Seconds.

    Raises:
        UsageError: It does not start, fails, takes too long or prints nothing. What it printed is never told.
    """
    program = arguments[0]
    try:
        done = subprocess.run(  # noqa: S603 - the point of the setting; no shell reads the arguments
            arguments, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
        )
    except FileNotFoundError as error:
        remedy = "Install it, or correct the key."
        raise UsageError(f'{place}: there is no program "{program}".', remedy=remedy) from error
    except subprocess.TimeoutExpired:
        raise UsageError(f'{place}: "{program}" did not answer within {timeout:.0f} seconds.') from None
    except OSError as error:
        raise UsageError(f'{place}: "{program}" cannot be run: {error.strerror or error}.') from error
    if done.returncode:
        remedy = "Run it in a terminal to see why."
        raise UsageError(f'{place}: "{program}" ended with status {done.returncode}.', remedy=remedy)
    secret = done.stdout[:_MOST_CHARACTERS].decode("utf-8", "replace").strip()
    if not secret:
        remedy = "It must print the secret on standard output."
        raise UsageError(f'{place}: "{program}" printed nothing.', remedy=remedy)
    return secret
