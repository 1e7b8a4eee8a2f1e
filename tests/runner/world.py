"""A hotel and a CRM for the runner's tests, and the mapping between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapstudio.connectors.declarations import Account, AccountKind, Capabilities, Enforcement
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, Option, Record
from mapstudio.project import Project
from mapstudio.runner import Environments, Runner, StateStore
from tests.runner.fake import FakeObject, FakeSystem, connected, project

GUEST_FIELDS = (
    Field("email", type=FieldType.TEXT),
    Field("name", type=FieldType.TEXT),
    Field("country", type=FieldType.TEXT),
    Field("nights", type=FieldType.INTEGER),
    Field("status", type=FieldType.TEXT),
    Field("rooms", type=FieldType.LIST),
)
CONTACT_FIELDS = (
    Field("email", type=FieldType.TEXT, unique=True),
    Field("firstname", type=FieldType.TEXT, max_length=20),
    Field("nights_total", type=FieldType.NUMBER),
    Field("stage", type=FieldType.OPTION, options=(Option("lead", "Lead"), Option("customer", "Customer"))),
    Field("country_id", type=FieldType.REFERENCE, reference="countries"),
    Field("created", type=FieldType.DATETIME, read_only=True),
)
COUNTRY_FIELDS = (Field("code", type=FieldType.TEXT),)
UPSERT = Capabilities(
    create=Enforcement.UNIQUE_FIELD,
    upsert_fields=frozenset({"email"}),
    update=True,
    batch_size=10,
    incremental=True,
    proposed_keys=(("email",),),
)
BY_ORIGIN = Capabilities(create=Enforcement.EXTERNAL_ID, update=True, batch_size=10)
READ_ONLY = Capabilities()

MAPPING = """\
mapstudio: 1
name: guests-to-contacts
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
fields:
  email: email
  firstname: name
  nights_total: nights
"""


def guest(email: str | None, name: str | None = "Ana", **more: Any) -> Record:
    """Return one guest; what is not given is null, as a connector reads it."""
    return {"email": email, "name": name, "country": None, "nights": None, "status": None, "rooms": None, **more}


def guests(count: int) -> dict[str, Record]:
    """Return so many guests, none of them twice."""
    return {f"g{number}": guest(f"guest{number}@x.com", f"Guest {number}", nights=number) for number in range(count)}


@dataclass
class World:
    """Both systems, a project and its state."""

    root: Path
    hotel: FakeSystem
    crm: FakeSystem
    state: StateStore
    text: str = MAPPING
    project: Project = field(init=False)

    def __post_init__(self) -> None:
        self.project = project(self.root)

    @property
    def contacts(self) -> dict[str, Record]:
        """What stands in the destination."""
        return self.crm.objects["contacts"].records

    @property
    def guests(self) -> FakeObject:
        """The source."""
        return self.hotel.objects["guests"]

    def runner(self, text: str | None = None, environments: Environments | None = None) -> Runner:
        """Return a runner of a mapping, the world's own by default."""
        loaded = parse_mapping(text or self.text, "guests.yaml")
        systems: Mapping[str, FakeSystem] = {"hotel": self.hotel, "crm": self.crm}
        return Runner(self.project, loaded, environments, self.state, connect_to=connected(systems))


def make_world(root: Path, records: Mapping[str, Record] | None = None, *, able: Capabilities = UPSERT) -> World:
    """Return a world with these guests and an empty CRM."""
    hotel = FakeSystem(
        {"guests": FakeObject(GUEST_FIELDS, Capabilities(incremental=True), dict(records or {}))},
        Account("hotel-1", "Hotel One", AccountKind.SANDBOX, "fake 1"),
    )
    countries: dict[str, Record] = {"34": {"code": "ES"}, "52": {"code": "MX"}, "53": {"code": "MX"}}
    crm = FakeSystem(
        {
            "contacts": FakeObject(CONTACT_FIELDS, able),
            "countries": FakeObject(COUNTRY_FIELDS, READ_ONLY, countries),
        },
        Account("crm-1", "CRM One", AccountKind.SANDBOX, "fake 1"),
    )
    return World(root, hotel, crm, StateStore.open(root / "state"))
