"""The shell command that does what was just done: the footer shows it, ``y`` copies it."""

from __future__ import annotations

import re
import shlex

from mapstudio.model import JsonValue
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.project import SANDBOX
from mapstudio.runner import Environments

_BARE = re.compile(r"^[\w@%+=:,./-]+$", re.ASCII)
_NOT_IN_DOUBLE = re.compile(r'["$`\\!\n]')


def quoted(text: str) -> str:
    """Return a text as one word of a POSIX shell; in double quotes where safe, since expressions hold single ones."""
    if _BARE.match(text):
        return text
    return shlex.quote(text) if _NOT_IN_DOUBLE.search(text) else f'"{text}"'


def map_set(mapping: str, field: str, option: str, value: JsonValue) -> str:
    """Return ``mapstudio map set MAPPING FIELD --OPTION VALUE``."""
    if isinstance(value, str) and option == "constant":
        text = dumps(value) if _reads_as_json(value) else value
    else:
        text = value if isinstance(value, str) else dumps(value)
    return f"mapstudio map set {quoted(mapping)} {quoted(field)} --{option} {quoted(text)}"


def map_flag(mapping: str, field: str, flag: str) -> str:
    """Return ``mapstudio map set MAPPING FIELD --FLAG``."""
    return f"mapstudio map set {quoted(mapping)} {quoted(field)} --{flag}"


def map_remove(mapping: str, field: str) -> str:
    """Return ``mapstudio map rm MAPPING FIELD``."""
    return f"mapstudio map rm {quoted(mapping)} {quoted(field)}"


def map_ignore(mapping: str, source_field: str, reason: str) -> str:
    """Return ``mapstudio map ignore MAPPING SOURCE_FIELD REASON``."""
    return f"mapstudio map ignore {quoted(mapping)} {quoted(source_field)} {quoted(reason)}"


def with_environments(command: str, environments: Environments) -> str:
    """Return the command with ``--env`` and ``--source-env`` where they are not the sandbox."""
    if environments.destination != SANDBOX:
        command += f" --env {quoted(environments.destination)}"
    if environments.source != SANDBOX:
        command += f" --source-env {quoted(environments.source)}"
    return command


def _reads_as_json(text: str) -> bool:
    """Whether the command line would take the text for another JSON value."""
    try:
        loads(text)
    except JsonError:
        return False
    return True
