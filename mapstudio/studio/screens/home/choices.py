"""What a new mapping can be made of: the objects that the connections offer, asked of the live systems."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mapstudio.connectors.declarations import Capabilities, Enforcement, ObjectInfo
from mapstudio.connectors.opening import guard
from mapstudio.mapping.fresh import new_mapping
from mapstudio.model import FieldType, MapstudioError, Schema, UsageError
from mapstudio.model.atomic import write_atomic
from mapstudio.project import Project
from mapstudio.runner.sides import Connect
from mapstudio.studio.overview import Overview
from mapstudio.studio.session.shell import quoted

_NO_KEY = frozenset({FieldType.OPTIONS, FieldType.REFERENCES, FieldType.LIST, FieldType.OBJECT})


@dataclass(frozen=True, slots=True)
class Offer:
    """One object that a connection offers."""

    connection: str
    type: str
    environment: str
    info: ObjectInfo
    capabilities: Capabilities

    @property
    def name(self) -> str:
        """Connection and object, as the list shows it."""
        return f"{self.connection} {self.info.name}"

    @property
    def can_be_written(self) -> bool:
        """Whether the object can be a destination at all."""
        able = self.capabilities
        return self.info.writable and (able.update or able.create is not Enforcement.NONE)


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """What can find records of the destination.

    Attributes:
        fields: One field, or several that do it together.
        label: What people read of it; empty for several.
        why: Why it is offered; empty where nothing speaks for it.
    """

    fields: tuple[str, ...]
    label: str
    why: str

    @property
    def name(self) -> str:
        """The key as the list shows it."""
        return " + ".join(self.fields)


def ask_offers(
    project: Project,
    environments: Sequence[tuple[str, str]],
    connect: Connect,
    found: Callable[[list[Offer]], object],
    failed: Callable[[str, MapstudioError], object],
) -> None:
    """Ask connections side by side for their objects; to be called beside the screen's loop.

    Args:
        project: The project.
        environments: Connection and environment of each that is asked.
        connect: Gives the connectors.
        found: Told what a connection offers, as it answers.
        failed: Told the connection and why it does not answer.
    """

    async def one(name: str, environment: str) -> None:
        try:
            async with connect(project, name, environment) as connector:
                await guard(connector, project, name, environment)
                offers = [
                    Offer(name, connector.type, environment, info, connector.capabilities(info.name))
                    for info in await connector.objects()
                ]
        except MapstudioError as error:
            failed(name, error)
        else:
            found(offers)

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            for name, environment in environments:
                group.create_task(one(name, environment))

    asyncio.run(work())


async def read_keys(project: Project, offer: Offer, connect: Connect) -> list[KeyChoice]:
    """Return the fields that can be the key of a new mapping, the best first.

    Raises:
        MapstudioError: The destination cannot be asked for its schema.
    """
    async with connect(project, offer.connection, offer.environment) as connector:
        await guard(connector, project, offer.connection, offer.environment)
        # A guess is no key: nobody says that it can be written.
        schema = await connector.schema(offer.info.name, used=())
        return key_choices(schema, connector.capabilities(offer.info.name))


def key_choices(schema: Schema, able: Capabilities) -> list[KeyChoice]:
    """Return what can be the key, the best first: a mapping finds by what it writes, so that no field is read-only."""
    enforced = able.create is Enforcement.UNIQUE_FIELD
    usable = {
        field.name: field
        for field in schema.fields
        if field.type not in _NO_KEY and not field.read_only and (not enforced or field.name in able.upsert_fields)
    }
    proposed = [key for key in able.proposed_keys if usable.keys() >= {*key}]
    suggested = [KeyChoice(key, usable[key[0]].label if len(key) == 1 else "", "suggested") for key in proposed]
    others = [
        KeyChoice((name,), field.label, "unique" if field.unique else "")
        for name, field in usable.items()
        if (name,) not in proposed
    ]
    return [*suggested, *others]


def suggest_name(source: Offer, destination: Offer) -> str:
    """Return a name for the mapping: ``guests-to-contacts``."""
    return f"{_word(source.info.name)}-to-{_word(destination.info.name)}"


def suggest_folder(source: Offer, destination: Offer, overviews: Sequence[Overview]) -> str:
    """Return the folder of the mapping that is most like the new one; empty for the project's root."""
    sides = {source.connection, destination.connection}
    best, folder = 0, ""
    for item in overviews:
        if item.mapping is not None:
            shared = len(sides & {item.mapping.source.connection, item.mapping.destination.connection})
            if shared > best:
                best, folder = shared, item.folder
    return folder


def begin(project: Project, where: str, source: Offer, destination: Offer, key: Sequence[str]) -> Path:
    """Write the new mapping's file, as ``mapstudio map new`` does, and return its path.

    Args:
        project: The project.
        where: ``folder/name``, or the name alone.
        source: What is read.
        destination: What is written.
        key: The destination fields that find records; empty for none yet.

    Raises:
        UsageError: The name is not in kebab-case, the file is there already, or it cannot be written.
    """
    folder, _, name = where.strip().strip("/").rpartition("/")
    text = new_mapping(
        name,
        source=(source.connection, source.info.name),
        destination=(destination.connection, destination.info.name),
        key=key,
    )
    path = (project.root / folder / f"{name}.yaml").resolve()
    if not path.is_relative_to(project.root.resolve()):
        raise UsageError(f"{where} is outside of the project.", remedy="Name a folder inside of it.")
    if path.exists():
        raise UsageError(f"{where}.yaml is there already.", remedy="Take another name.")
    if any(item.name == name for item in project.mappings()):
        raise UsageError(f'The project has a mapping "{name}" already.', remedy="Take another name.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def command_of(where: str, source: Offer, destination: Offer, key: Sequence[str]) -> str:
    """Return the shell command that does the same."""
    folder, _, name = where.rpartition("/")
    command = (
        f"mapstudio map new {quoted(name)} --source {quoted(f'{source.connection}.{source.info.name}')} "
        f"--destination {quoted(f'{destination.connection}.{destination.info.name}')}"
    )
    command += "".join(f" --key {quoted(name)}" for name in key)
    return f"{command} --folder {quoted(folder)}" if folder else command


def _word(object_name: str) -> str:
    """Return an object's name in kebab-case: ``res.partner`` is ``partners``."""
    word = object_name.rpartition(".")[2] or object_name
    plain = re.sub(r"[^a-z0-9]+", "-", re.sub(r"([a-z])([A-Z])", r"\1-\2", word).lower()).strip("-") or "records"
    return plain if plain.endswith("s") or "." not in object_name else f"{plain}s"
