"""What is to be done: the compiled mapping between two open, guarded sides."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import cached_property

from mapstudio.connectors.contract import Connector
from mapstudio.connectors.declarations import Account, Capabilities
from mapstudio.connectors.exchange import Action, Origin, Reference
from mapstudio.mapping.associations import RowAssociation
from mapstudio.mapping.compiled import CompiledMapping
from mapstudio.mapping.definition import Mapping, inner_parts
from mapstudio.mapping.lines import CompiledLines
from mapstudio.mapping.paths_read import EVERYTHING
from mapstudio.mapping.schema_fields import find_field
from mapstudio.model import Field, JsonValue, Schema
from mapstudio.model.exact_json import dumps
from mapstudio.runner.state import Scope, SideInfo


@dataclass(frozen=True)
class Side:
    """One end: an object of an account that was reached and may be.

    Attributes:
        connection: The connection's name in the project.
        environment: Its environment.
        object: The object.
        connector: Open.
        account: Whom it reaches.
        schema: The object's live schema.
        capabilities: What the object can do.
    """

    connection: str
    environment: str
    object: str
    connector: Connector
    account: Account
    schema: Schema
    capabilities: Capabilities

    @property
    def account_key(self) -> str:
        """The account among all accounts of all systems."""
        return f"{self.connector.type}:{self.account.id}"

    @property
    def info(self) -> SideInfo:
        """The side for people."""
        return SideInfo(self.connection, self.environment, self.object, self.account.name)

    def field(self, name: str) -> Field:
        """Return the field of that name; one that the schema does not know compares as it is."""
        return find_field(self.schema, name) or Field(name)

    def canonical(self, name: str, value: JsonValue) -> JsonValue:
        """Return a field's value in the system's canonical form."""
        return self.connector.canonical(self.field(name), value)


@dataclass(frozen=True)
class Task:
    """A mapping with both of its sides.

    Attributes:
        mapping: As the file says it.
        digest: Of the file's text; tells whether a saved plan or a checkpoint belongs to this very mapping.
        source: Where records are read.
        destination: Where they are written.
        compiled: The mapping as one callable.
    """

    mapping: Mapping
    digest: str
    source: Side
    destination: Side
    compiled: CompiledMapping

    @property
    def key(self) -> tuple[str, ...]:
        """The fields by which a destination record is found."""
        return self.mapping.destination.key

    @cached_property
    def scope(self) -> Scope:
        """Where its links hold."""
        return Scope(self.source.account_key, self.source.object, self.destination.account_key, self.destination.object)

    @cached_property
    def read_fields(self) -> tuple[str, ...]:
        """The destination's fields whose present values are needed."""
        sent = [name for name in self.compiled.destination_fields if name not in self.lines]
        fields = (self.destination.schema.get(name) for name in sent)
        deciding = [item.options_by for item in fields if item is not None and item.options_by]
        inner = [row.row.field for item in self.lines.values() for row in item.inner if not row.row.silent]
        told = [name for action in self.actions.values() for name in sorted(action.fields)]
        return tuple(dict.fromkeys((*self.key, *sent, *deciding, *inner, *told)))

    @cached_property
    def references(self) -> MappingOf[str, Reference]:
        """How the values of reference rows name a record, by destination field."""
        return {
            name: Reference(item.object, item.by)
            for name, item in self.compiled.references.items()
            if item.object is not None
        }

    @property
    def lines(self) -> MappingOf[str, CompiledLines]:
        """The rows with lines, by destination field."""
        return self.compiled.lines

    @cached_property
    def line_references(self) -> MappingOf[str, MappingOf[str, Reference]]:
        """How the values of inner reference rows name a record: by list field, and by the path in a line."""
        return {
            name: {
                inner_parts(field)[1]: Reference(item.object, item.by)
                for field, item in found.items()
                if item.object is not None
            }
            for name, found in self.compiled.line_references.items()
        }

    @cached_property
    def actions(self) -> MappingOf[str, Action]:
        """The steps that records take once they are written, in the order of the file; those that are known."""
        known = {item.name: item for item in self.destination.connector.actions(self.destination.object)}
        wanted = [item.action for item in self.mapping.destination.after]
        return {name: known[name] for name in wanted if name in known}

    @property
    def associations(self) -> MappingOf[str, RowAssociation]:
        """The rows that associate records with others, by destination field."""
        return self.compiled.associations

    @cached_property
    def source_paths(self) -> frozenset[str] | None:
        """What to fetch; ``None`` when an expression uses the whole record."""
        paths = self.compiled.source_paths
        return None if EVERYTHING in paths else paths

    @cached_property
    def schema_digest(self) -> str:
        """Of what a plan depends on in the destination's schema: the fields written and those needed to create."""
        written = set(self.read_fields)
        fields: list[JsonValue] = [
            item.to_json()
            for item in sorted(self.destination.schema.fields, key=lambda item: item.name)
            if item.required or item.name in written
        ]
        return digest_of(dumps(fields))

    def origin(self, source_id: str) -> Origin:
        """Return where a record to be written came from."""
        return Origin(self.source.connection, self.source.object, source_id)


def digest_of(text: str) -> str:
    """Return the text's SHA-256, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
