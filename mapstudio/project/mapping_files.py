"""Which files of a project are mappings, and how a person names one: by path, name, ``folder/name``, or folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mapstudio.model import UsageError
from mapstudio.model.suggest import did_you_mean

_MAPPING = re.compile(r"""^(?:mapstudio|"mapstudio"|'mapstudio')\s*:""", re.MULTILINE)
_NAME = re.compile(r"""^name\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*?))\s*(?:\s#.*)?$""", re.MULTILINE)
_SUFFIXES = (".yaml", ".yml")
_PASSED_OVER = frozenset({"node_modules", "venv", "__pycache__", "site-packages", "dist", "build"})
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MappingRef:
    """One mapping file of a project.

    Attributes:
        path: Absolute.
        name: The file's ``name``, or the file's own name when it says none. The file may be broken otherwise.
        folder: Its folder below the project's root with forward slashes, empty for the root itself.
    """

    path: Path
    name: str
    folder: str

    @property
    def reference(self) -> str:
        """Return ``folder/name``: what names this mapping within its project."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


def mappings_below(folder: Path, *, root: Path | None = None) -> list[MappingRef]:
    """Return the mappings in a folder and below it, sorted by path.

    Hidden folders, virtual environments, links to folders and other projects below this one are passed over.

    Args:
        folder: Where to look.
        root: What ``MappingRef.folder`` is relative to; the folder itself when not given.
    """
    base = root or folder
    found = (_mapping(path, base) for path in _yaml_files(folder))
    return sorted((item for item in found if item is not None), key=lambda item: item.path)


def resolve_references(references: Sequence[str], *, root: Path | None, folders: Sequence[Path] = ()) -> list[Path]:
    """Return the mapping files that the references name, in order, each once.

    Args:
        references: Each a path of a file or a folder (from the working folder or the project's root), a mapping's name,
            or ``folder/name``.
        root: The project's root; ``None`` without a project.
        folders: Where the project keeps its mappings; the root when empty.

    Raises:
        UsageError: A reference names nothing, an empty folder, or several mappings.
    """
    known: list[MappingRef] | None = None
    paths: list[Path] = []
    for reference in references:
        named = _by_path(reference, root)
        if named is None:
            if known is None:
                known = _known(root, folders)
            named = [_by_name(reference, known, root)]
        paths.extend(path for path in named if path not in paths)
    return paths


def _known(root: Path | None, folders: Sequence[Path]) -> list[MappingRef]:
    if root is None:
        return []
    return [item for folder in (folders or (root,)) for item in mappings_below(folder, root=root)]


def _by_path(reference: str, root: Path | None) -> list[Path] | None:
    for base in (Path.cwd(), root):
        path = (base / reference).resolve() if base is not None else None
        if path is None:
            continue
        if path.is_file():
            return [path]
        if path.is_dir():
            inside = [item.path for item in mappings_below(path)]
            if not inside:
                remedy = "A mapping is a YAML file that says mapstudio: 1."
                raise UsageError(f"No mapping is in the folder {reference}.", remedy=remedy)
            return inside
    return None


def _by_name(reference: str, known: Sequence[MappingRef], root: Path | None) -> Path:
    found = [item for item in known if reference in (item.name, item.reference, item.path.stem)]
    exact = [item for item in found if reference in (item.name, item.reference)] or found
    if len(exact) == 1:
        return exact[0].path
    if exact:
        choices = " or ".join(sorted(item.reference for item in exact))
        raise UsageError(f'Several mappings are named "{reference}".', remedy=f"Say {choices}, or give the path.")
    if root is None:
        raise UsageError(f"There is no file {reference}, and no project here that could hold a mapping of that name.")
    remedy = did_you_mean(reference, [item.name for item in known])
    if remedy:
        remedy = remedy[0].upper() + remedy[1:]
    elif known:
        remedy = f"This project has: {', '.join(item.reference for item in known)}."
    raise UsageError(f'There is no mapping "{reference}" in {root}.', remedy=remedy)


def _yaml_files(folder: Path) -> Iterator[Path]:
    for current, folders, files in os.walk(folder):
        if "mapstudio.toml" in files and Path(current) != folder:
            folders[:] = []  # a project of its own
            continue
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _PASSED_OVER]
        for name in files:
            if name.endswith(_SUFFIXES) and not name.startswith("."):
                yield Path(current, name)


def _mapping(path: Path, base: Path) -> MappingRef | None:
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return None
    if not _MAPPING.search(text):
        return None
    match = _NAME.search(text)
    name = next((group.strip() for group in match.groups() if group and group.strip()), "") if match else ""
    folder = path.parent.relative_to(base).as_posix()
    return MappingRef(path, name or path.stem, "" if folder == "." else folder)
