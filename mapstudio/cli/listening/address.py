"""The secret path of a receiver: where nobody signs what is sent, knowing the address is all that lets anybody in."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mapstudio.model.atomic import write_private
from mapstudio.model.errors import UsageError

if TYPE_CHECKING:
    from mapstudio.project import Project

_FIELD = "webhook_path"
_BYTES = 32
_PATH = re.compile(r"[A-Za-z0-9_-]{16,200}")
_FORM = "at least 16 letters, digits, - and _"


@dataclass(frozen=True, slots=True)
class SecretPath:
    """The path of a receiver, without a slash.

    Attributes:
        text: The path.
    """

    text: str = field(repr=False)

    def is_meant_by(self, path: str) -> bool:
        """Return whether a request is for this path, in a time that tells nothing of it."""
        given, own = (hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest() for part in (path, self.text))
        return hmac.compare_digest(given, own)


def secret_path(project: Project, connection: str, environment: str) -> SecretPath:
    """Return the path of a connection's receiver: from its variable, else from the state folder, where it is made once.

    Raises:
        UsageError: It is too short or no path, or the file cannot be read or written.
    """
    from mapstudio.project import variable_name
    from mapstudio.project.redaction import remember

    variable = variable_name(connection, environment, _FIELD)
    text = _given(variable)
    if text is None:
        text, origin = _kept(project, connection, environment), "its file in the state folder"
    else:
        origin = variable
    if not _PATH.fullmatch(text):
        raise UsageError(f"The secret path of {origin} will not do.", remedy=f"It needs {_FORM}.")
    remember(text)
    return SecretPath(text)


def _given(variable: str) -> str | None:
    if value := os.environ.get(variable):
        return value.strip()
    if file := os.environ.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{variable}_FILE names {file}, which cannot be read: {error}.") from error
    return None


def _kept(project: Project, connection: str, environment: str) -> str:
    from mapstudio.project import state_folder

    name = hashlib.sha256(f"{connection}\0{environment}".encode()).hexdigest()[:16]
    path = state_folder(project) / "receivers" / f"{name}.path"
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.exists():
            return path.read_text(encoding="utf-8").strip()
        write_private(path, secrets.token_urlsafe(_BYTES))
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The secret path in {path} cannot be used: {error}.") from error
