"""A private file for secrets, for machines without a keyring; made only when a user asks for it by an explicit flag."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mapstudio.model import UsageError
from mapstudio.model.atomic import write_private
from mapstudio.model.exact_json import JsonError, dumps, loads
from mapstudio.project.model import Project
from mapstudio.project.state import state_folder

FILE_NAME = "secrets.json"


def read_file_secret(project: Project, connection: str, environment: str, setting: str) -> str | None:
    """Return the secret in the project's secrets file, ``None`` when there is none.

    Raises:
        UsageError: The file is readable by others, or no such file.
    """
    path = secrets_path(project)
    return _load(path).get(_key(connection, environment, setting)) if path.exists() else None


def store_file_secret(project: Project, connection: str, environment: str, setting: str, secret: str) -> Path:
    """Add the secret to the project's secrets file (made with mode 0600) and return its path.

    Raises:
        UsageError: As :func:`read_file_secret`.
    """
    path = secrets_path(project)
    held = _load(path) if path.exists() else {}
    held[_key(connection, environment, setting)] = secret
    write_private(path, dumps({**held}, indent=2) + "\n")
    return path


def secrets_path(project: Project) -> Path:
    """Return where the secrets file of the project would stand: in its state folder, never in the project."""
    return state_folder(project) / FILE_NAME


def _load(path: Path) -> dict[str, str]:
    about = path.stat()
    if os.name == "posix" and (stat.S_IMODE(about.st_mode) & 0o077 or about.st_uid != os.getuid()):
        remedy = f"Run chmod 600 {path}, and change the secrets in it."
        raise UsageError(f"{path} can be read by others.", remedy=remedy)
    try:
        data = loads(path.read_bytes())
    except JsonError as error:
        raise UsageError(f"{path} is no secrets file: {error}.", remedy="Remove it and connect again.") from error
    if not isinstance(data, dict):
        raise UsageError(f"{path} is no secrets file.", remedy="Remove it and connect again.")
    return {key: value for key, value in data.items() if isinstance(value, str)}


def _key(connection: str, environment: str, setting: str) -> str:
    return f"{connection}/{environment}/{setting}"
