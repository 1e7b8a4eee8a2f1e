"""The project as the rest of mapstudio sees it: connections, environments, mappings. No secret is ever part of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mapstudio.model import JsonScalar, UsageError
from mapstudio.model.suggest import did_you_mean
from mapstudio.project.mapping_files import MappingRef, mappings_below, resolve_references

FILE_NAME = "mapstudio.toml"
SANDBOX = "sandbox"
"""The environment that a command uses when none is named."""
PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment's entry of a connection.

    Attributes:
        name: ``sandbox``, ``production`` or another.
        settings: What stands in the file: url, database, login, pinned account; never a secret.
        bindings: Ids that differ per environment, by the name that mappings use.
        secret_command: Programs that print a secret: by the secret's name, or under ``""`` the only one there is.
    """

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    bindings: Mapping[str, JsonScalar] = field(default_factory=dict)
    secret_command: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """A named use of a connector.

    Attributes:
        name: What mappings call it.
        type: The connector's type.
        environments: Its entries, by name.
    """

    name: str
    type: str
    environments: Mapping[str, Environment] = field(default_factory=dict)

    def environment(self, name: str) -> Environment:
        """Return the entry of that environment; there is no fallback to another one.

        Raises:
            UsageError: The connection has none.
        """
        if name in self.environments:
            return self.environments[name]
        known = ", ".join(self.environments) or "none"
        table = f"[connections.{self.name}.{name}]"
        raise UsageError(
            f'The connection "{self.name}" has no environment "{name}" (it has: {known}).',
            remedy=f"Run mapstudio connect {self.name} --env {name}, or add {table} to {FILE_NAME}.",
        )


@dataclass(frozen=True)
class Project:
    """A client's folder with its ``mapstudio.toml``.

    Attributes:
        root: The folder, absolute.
        name: Kebab-case.
        connections: By name, in the file's order.
        folders: Where mappings are looked for; empty means everywhere below the root.
    """

    root: Path
    name: str
    connections: Mapping[str, Connection] = field(default_factory=dict)
    folders: Sequence[str] = ()

    @property
    def file(self) -> Path:
        """The project's ``mapstudio.toml``."""
        return self.root / FILE_NAME

    @property
    def id(self) -> str:
        """Name and a hash of the root: what state and stored secrets belong to; a copy of the folder is another one."""
        digest = hashlib.sha256(str(self.root).encode("utf-8", "surrogateescape")).hexdigest()
        return f"{self.name}-{digest[:12]}"

    def connection(self, name: str) -> Connection:
        """Return the connection of that name.

        Raises:
            UsageError: There is none.
        """
        if name in self.connections:
            return self.connections[name]
        hint = did_you_mean(name, self.connections)
        remedy = hint[0].upper() + hint[1:] if hint else f"It has: {', '.join(self.connections) or 'none yet'}."
        raise UsageError(f'The project "{self.name}" has no connection "{name}".', remedy=remedy)

    def mappings(self) -> list[MappingRef]:
        """Return all mapping files, also broken ones, sorted by path."""
        found = {item.path: item for folder in self._folders() for item in mappings_below(folder, root=self.root)}
        return [found[path] for path in sorted(found)]

    def mapping_paths(self, *references: str) -> list[Path]:
        """Return the files that the references name: a path, a name, ``folder/name``, or a folder for all of it.

        Raises:
            UsageError: A reference names nothing, or a name several files.
        """
        return resolve_references(references, root=self.root, folders=self._folders())

    def mapping_path(self, reference: str) -> Path:
        """Return the one file that the reference names.

        Raises:
            UsageError: It names nothing, or several files.
        """
        paths = self.mapping_paths(reference)
        if len(paths) > 1:
            names = ", ".join(path.stem for path in paths)
            raise UsageError(f"{reference} holds {len(paths)} mappings: {names}.", remedy="Name one of them.")
        return paths[0]

    def _folders(self) -> list[Path]:
        return [self.root / folder for folder in self.folders] or [self.root]


def variable_name(connection: str, environment: str, setting: str) -> str:
    """Return ``MAPSTUDIO_<CONNECTION>_<ENV>_<FIELD>``: upper case, everything but letters and digits becomes ``_``."""
    parts = (re.sub(r"[^A-Z0-9]", "_", part.upper()) for part in (connection, environment, setting))
    return "_".join(("MAPSTUDIO", *parts))
