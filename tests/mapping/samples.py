"""Mapping files that several tests read."""

from __future__ import annotations

from mapstudio.mapping.definition import Mapping
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, Option, Schema

HEAD = """\
mapstudio: 1
name: guests-to-contacts
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
"""

GUESTS = """\
# guests of the hotel
mapstudio: 1
name: guests-to-contacts
description: every guest a contact
source: {connection: hotel, object: guests, where: guestEmail}
destination: {connection: crm, object: contacts, mode: upsert, key: email}

values:
  stay-stage:            # agreed with marketing
    confirmed: opportunity
    checked_out: customer

fields:
  # who
  email: lower(trim(guestEmail))
  firstname: guestFirstName   # as the guest typed it
  lifecyclestage: {from: status, values: stay-stage, default: lead}
  hs_language:
    constant: es-mx      # only Spanish for now
    note: ask again in spring
  date_of_birth: {question: "May we store birth dates?", owner: client}
  company: {ignore: "hotel guests have none"}
  address.city: |-
    guestCity
      || guestTown
  dealstage: {binding: won}

# left out
ignored: {guestGender: "not wanted by marketing"}
x-owner: Marta
examples:
  - name: confirmed guest
    given: {guestEmail: " Ana@Example.com ", guestFirstName: Ana, status: confirmed, guestTown: Toledo}
    expect: {email: ana@example.com, lifecyclestage: opportunity, address: {city: Toledo}}
  - name: no e-mail
    given: {guestEmail: "  "}
    expect: {email: null}
"""

CONTACTS = Schema(
    "crm",
    "contacts",
    (
        Field("email", "E-mail", FieldType.TEXT, required=True, unique=True),
        Field("firstname", "First name", FieldType.TEXT, max_length=10),
        Field(
            "lifecyclestage",
            "Stage",
            FieldType.OPTION,
            options=(Option("lead", "Lead"), Option("customer", "Customer")),
        ),
        Field("interests", "Interests", FieldType.OPTIONS, options=(Option("spa", "Spa"), Option("golf", "Golf"))),
        Field("country_id", "Country", FieldType.REFERENCE, reference="res.country"),
        Field("visits", "Visits", FieldType.INTEGER),
        Field("spent", "Spent", FieldType.NUMBER),
        Field("vip", "VIP", FieldType.BOOLEAN),
        Field("birthday", "Birthday", FieldType.DATE),
        Field("seen_at", "Seen", FieldType.DATETIME),
        Field("createdate", "Created", FieldType.DATETIME, read_only=True),
        Field("address", "Address", FieldType.OBJECT),
    ),
)
RESERVATIONS = Schema(
    "hotel",
    "guests",
    (
        Field("guestEmail", type=FieldType.TEXT),
        Field("guestCountry", type=FieldType.TEXT),
        Field("rooms", type=FieldType.LIST),
        Field("rooms[].roomID", type=FieldType.TEXT),
        Field("rooms[].price", type=FieldType.NUMBER),
        Field("deals", type=FieldType.LIST, reference="deals"),
        Field("deals[].id", type=FieldType.TEXT),
        Field("country", type=FieldType.REFERENCE, reference="countries"),
    ),
)


def mapping_of(fields: str, *, head: str = HEAD, rest: str = "") -> Mapping:
    """Return the mapping with these rows (written without indentation), which must be free of errors."""
    return parse_mapping(mapping_text(fields, head=head, rest=rest), "test.yaml").require()


def mapping_text(fields: str, *, head: str = HEAD, rest: str = "") -> str:
    """Return the text of a mapping with these rows."""
    rows = "".join(f"  {line}\n" if line else "\n" for line in fields.splitlines())
    return f"{head}fields:\n{rows}{rest}"
