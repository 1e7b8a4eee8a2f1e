"""The sample project: shipped with the package, copied into a folder of the user's, never edited in its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from mapstudio.model.errors import UsageError
from mapstudio.project import FILE_NAME, Project, read_project

FOLDER = "mapstudio-demo"
"""What the working folder is called, in the folder where the demo is started."""
_NOT_COPIED = frozenset({"__pycache__", "schemas"})


def working_copy(folder: Path | None) -> tuple[Project, bool]:
    """Return the demo's project, copied from the sample unless the folder holds a project already.

    Args:
        folder: Where; by default :data:`FOLDER` in the working folder.

    Returns:
        The project, and whether it was copied just now.

    Raises:
        UsageError: The folder holds something else, or cannot be written.
    """
    target = (folder or Path(FOLDER)).resolve()
    if (target / FILE_NAME).is_file():
        return read_project(target), False
    if target.is_dir() and any(target.iterdir()):
        raise UsageError(
            f"{target} holds something that is no project.", remedy="Name an empty or a new folder with --project."
        )
    try:
        for source, relative in _sample_files(sample_folder()):
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / relative)
    except OSError as error:
        remedy = "Name a folder that you may write to with --project."
        raise UsageError(f"{target} cannot be written: {error.strerror or error}.", remedy=remedy) from error
    return read_project(target), True


def sample_folder() -> Path:
    """Return where the sample project is shipped: in the package, or in the repository beside it.

    Raises:
        UsageError: It is in neither place.
    """
    package = Path(str(files("mapstudio.project")))
    for folder in (package / "sample", package.parent.parent / "mappings"):
        if (folder / FILE_NAME).is_file():
            return folder
    raise UsageError("The sample project is missing from this installation.", remedy="Install mapstudio again.")


def _sample_files(folder: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not _NOT_COPIED.intersection(relative.parts):
            yield path, relative
