"""Where mapstudio keeps what is no part of a project: links, runs, samples, autosaves, logs. Outside of it, private."""

from __future__ import annotations

import os
from pathlib import Path

from mapstudio.model import UsageError
from mapstudio.project.model import Project

VARIABLE = "MAPSTUDIO_STATE"
_PRIVATE_FOLDER = 0o700


def state_root() -> Path:
    """Return the user's state folder of mapstudio; it is made when first needed.

    ``MAPSTUDIO_STATE`` wins, then ``XDG_STATE_HOME``, then the system's own place.

    Raises:
        UsageError: It cannot be made.
    """
    return _made(_root())


def state_folder(project: Project) -> Path:
    """Return the project's own folder in it, readable by the user alone; it is made when first needed.

    Raises:
        UsageError: It cannot be made, or belongs to someone else.
    """
    return _made(state_root() / project.id)


def _root() -> Path:
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).expanduser().absolute()
    home = os.environ.get("XDG_STATE_HOME", "")
    if home and Path(home).is_absolute():  # the XDG specification: a relative path is to be ignored
        return Path(home) / "mapstudio"
    import platformdirs  # noqa: PLC0415 - not needed by those who set one of the variables

    return platformdirs.user_state_path("mapstudio", appauthor=False)


def _made(folder: Path) -> Path:
    try:
        new = not folder.exists()
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        # A folder that the user named may be shared on purpose; those that we name below it are ours alone.
        if new or folder != _root():
            folder.chmod(_PRIVATE_FOLDER)
    except OSError as error:
        message = f"The state folder {folder} cannot be used: {error.strerror or error}."
        raise UsageError(message, remedy=f"Set {VARIABLE} to a folder of your own.") from error
    return folder
