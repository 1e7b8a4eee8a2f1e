"""The connector contract: all that the runner and the studio know of a system.

A connector translates between a vendor's wire and the plain records of the mapping format (section 2), declares what
the vendor can do, and never decides what to write. All methods raise only the errors of :mod:`mapstudio.model.errors`:
``ConnectionFailedError`` (down, timeout, not its protocol), ``AuthenticationError``, ``PreconditionError``,
``UsageError`` (unknown object or field). A record that is refused is an outcome, never an exception.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from types import TracebackType
from typing import ClassVar, Self

from mapstudio.connectors.canonical import canonical_value
from mapstudio.connectors.declarations import Account, Capabilities, ObjectInfo, Setting
from mapstudio.connectors.exchange import (
    Action,
    Association,
    KeyValues,
    Origin,
    Page,
    ReadRequest,
    Reference,
    Write,
    WriteOutcome,
)
from mapstudio.connectors.notices import Delivery, Notice
from mapstudio.connectors.oauth import OAuthApp, TokenVault
from mapstudio.model import Field, JsonScalar, JsonValue, Reason, Record, Schema, SourceRecord, UsageError


class Connector(ABC):
    """One open connection to a system. Use as an async context manager.

    Class attributes:
        type: The word in ``mapstudio.toml``.
        label: The product's name for people.
        settings: What a connection needs, in the order in which ``connect`` asks.
        unique_keys: Records are created through one field that the system keeps unique, or not at all: the key of a
            mapping must be such a field, and :meth:`add_key` makes one.
    """

    type: ClassVar[str]
    label: ClassVar[str]
    settings: ClassVar[Sequence[Setting]]
    unique_keys: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def open(cls, connection: str, settings: Mapping[str, str]) -> Self:
        """Return a connector; nothing is sent yet.

        Args:
            connection: The connection's name in the project.
            settings: Values by :attr:`Setting.name`, secrets resolved.

        Raises:
            UsageError: A setting is missing or malformed.
        """

    @classmethod
    def oauth_app(cls, settings: Mapping[str, str]) -> OAuthApp | None:  # noqa: ARG003 - for those that have one
        """Return the app that a person lets in by OAuth, as the settings describe it; ``None`` without OAuth."""
        return None

    def use_vault(self, vault: TokenVault) -> None:  # noqa: B027 - nothing to do without OAuth
        """Take and keep the tokens of OAuth there; called before the connector is entered."""

    @abstractmethod
    async def __aenter__(self) -> Self: ...

    @abstractmethod
    async def __aexit__(
        self, kind: builtins.type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @abstractmethod
    async def whoami(self) -> Account:
        """Return the account that the credentials reach; the cheapest authenticated call there is."""

    @abstractmethod
    async def objects(self) -> Sequence[ObjectInfo]:
        """Return the objects of this connection that mappings can use."""

    @abstractmethod
    def capabilities(self, object_name: str) -> Capabilities:
        """Return what the object can do."""

    @abstractmethod
    async def schema(self, object_name: str, used: Collection[str] | None = None) -> Schema:
        """Return the object's live schema.

        Args:
            object_name: The object.
            used: The paths that matter, where no others do: once all of them are known nothing more need be asked, and
                fields that only records tell of (:attr:`Field.guessed`) may be missing. ``None``: everything.
        """

    @abstractmethod
    def read(self, request: ReadRequest) -> AsyncIterator[Page]:
        """Yield the object's records, each once."""

    @abstractmethod
    async def lookup(
        self, object_name: str, key: Sequence[str], values: Collection[KeyValues], fields: Collection[str]
    ) -> Mapping[KeyValues, Sequence[SourceRecord]]:
        """Find records by key fields; never through an index that lags behind.

        Args:
            object_name: The object.
            key: The key's fields.
            values: What to look for, canonical; each in the order of ``key``.
            fields: The fields to read of what is found.

        Returns:
            For each of ``values`` that was found, all records that have it.
        """

    @abstractmethod
    async def current(
        self, object_name: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, SourceRecord]:
        """Return the present values of the records; an id that is gone is absent."""

    def record_id(self, object_name: str, named: str) -> str:  # noqa: ARG002 - for those with several names
        """Return the id under which a record is read and written that a mapping names by an id; asks nobody.

        Raises:
            UsageError: It may be the id of several records.
        """
        return named

    @abstractmethod
    async def resolve(self, reference: Reference, values: Collection[JsonScalar]) -> Mapping[JsonScalar, Sequence[str]]:
        """Return for each value the ids of all records that it names; a value that names none is absent."""

    async def by_origin(
        self,
        object_name: str,  # noqa: ARG002
        origins: Collection[Origin],  # noqa: ARG002
    ) -> Mapping[Origin, str]:
        """Return the ids of the records that were created from these origins, as the destination itself knows it.

        With ``Enforcement.EXTERNAL_ID`` this finds what a killed run created, and what a lost state store once knew,
        even when the key has changed since. Asked only for records that nothing else matches. The default knows of
        none.
        """
        return {}

    @abstractmethod
    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Write at most ``batch_size`` records, all creates or all updates.

        Where creates are not repeatable, an error means that nothing was carried out: what may have been is
        ``REVIEW`` (or ``UNKNOWN``, which the runner looks for), and what was not among others is ``UNSENT``.

        Returns:
            One outcome for each write, in order. A poison record never fails its neighbours.
        """

    async def add_key(self, object_name: str, name: str) -> Field:
        """Make a text field whose values the system keeps unique, and return it; one that is there is left as it is.

        Called only after a person has agreed.

        Raises:
            UsageError: The system needs none (see ``unique_keys``), or it cannot have that name.
            PreconditionError: There is a field of that name that will not do, or the system refuses one more.
        """
        raise UsageError(f"{self.label} needs no unique field {name} of {object_name}.")

    async def associate(
        self,
        object_name: str,
        associations: Sequence[Association],  # noqa: ARG002
    ) -> Sequence[Reason | None]:
        """Make or remove associations of records of an object; making one that is there already changes nothing.

        Asked only for those that the schema has as fields ``associations.<object>``, whose values :meth:`lookup` and
        :meth:`current` give as a list of ``id`` and ``labels`` when they are among the fields.

        Returns:
            For each, in order, why it was refused; ``None`` when it is done.
        """
        raise UsageError(f"{self.label} cannot associate {object_name} with other records.")

    @classmethod
    def actions(cls, object_name: str) -> Sequence[Action]:  # noqa: ARG003 - the default knows of none
        """Return the steps that a record of the object can take after it is written."""
        return ()

    def done(
        self,
        object_name: str,
        action: str,
        present: Record,  # noqa: ARG002
    ) -> bool:
        """Return whether the record has taken the step, from the fields that its :class:`Action` names.

        Raises:
            UsageError: There is no such step.
        """
        raise UsageError(f"{self.label} has no step {action} for {object_name}.")

    async def act(
        self,
        object_name: str,
        action: str,
        ids: Sequence[str],  # noqa: ARG002
    ) -> Sequence[Reason | None]:
        """Let records take a step; one that has taken it is left as it is.

        An answer that is lost is read back: what the system did all the same is done.

        Returns:
            For each, in order, why it was refused; ``None`` when it is done.

        Raises:
            UsageError: There is no such step.
        """
        raise UsageError(f"{self.label} has no step {action} for {object_name}.")

    async def archive(
        self,
        object_name: str,
        ids: Sequence[str],  # noqa: ARG002
    ) -> Sequence[Reason | None]:
        """Archive records; one that is archived or gone already is left as it is.

        Returns:
            For each, in order, why it was refused; ``None`` when it is done.

        Raises:
            UsageError: The object's records cannot be archived (see :attr:`Capabilities.archive`).
        """
        raise UsageError(f"{self.label} cannot archive {object_name}.")

    def told_objects(self, object_names: Collection[str]) -> frozenset[str]:  # noqa: ARG002 - the default knows none
        """Return those of the objects whose changes the system tells by itself; :meth:`notices` understands it then.

        Raises:
            AuthenticationError: A secret is missing without which nobody knows who tells.
        """
        return frozenset()

    def notices(self, delivery: Delivery) -> Sequence[Notice]:  # noqa: ARG002 - the default understands none
        """Return what a request tells; asked after :meth:`whoami`, and after the schemas of the objects that matter.

        It neither waits nor asks the system: the sender wants its answer at once.

        Raises:
            MalformedDeliveryError: It is nothing that the system sends.
            AuthenticationError: It does not prove that the system sent it, where the system can.
            PreconditionError: It is about another account.
        """
        raise UsageError(f"{self.label} tells of no changes by itself.", remedy="Apply with --since last instead.")

    async def subscribe(self, address: str, object_names: Collection[str]) -> Sequence[str]:  # noqa: ARG002
        """Let the system tell an address of changes of the objects; what it is told of already stays as it is.

        Returns:
            The events of which it was not told before.

        Raises:
            UsageError: The system takes no such wish by its API; the remedy says where a person makes it.
        """
        raise UsageError(f"{self.label} cannot be asked to tell of changes.")

    async def unsubscribe(self, address: str) -> Sequence[str]:  # noqa: ARG002 - the default knows of none
        """Let the system tell an address nothing more; return the events of which it was told. Raises as above."""
        raise UsageError(f"{self.label} cannot be asked to tell of changes.")

    def sole_labels(self, object_name: str, target: str) -> frozenset[str]:  # noqa: ARG002 - the default knows of none
        """Return the labels that only one of the records of ``target`` can have with which a record is associated.

        Where a mapping gives such a label to several, the first of them has it.
        """
        return frozenset()

    def keeps(
        self,
        item: Field,  # noqa: ARG002
        present: JsonValue,  # noqa: ARG002
        new: JsonValue,  # noqa: ARG002
    ) -> bool:
        """Return whether the system would take the new value without a word and keep the present one all the same.

        The plan sends no such value, and says so. The default knows of none.
        """
        return False

    def canonical(self, item: Field, value: JsonValue) -> JsonValue:
        """Return the value in the form in which two values of the field are equal exactly if the system thinks so.

        The default compares numbers by decimal value, sets without order, and takes an empty text for null.
        """
        return canonical_value(item, value)
