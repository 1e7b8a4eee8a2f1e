"""All that the connector can ask and send: each object in each way, each field that can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.exchange import Among, Origin, ReadRequest, Reference, Write, WriteOutcome, Written
from mapstudio.model import Field, FieldType, JsonScalar, JsonValue, Record

ADDRESS = "http://127.0.0.1:9/hook"
_SOME = 3
_STAY = "6643393704613"
_AGAIN: Mapping[str, Sequence[str | None]] = {
    **dict.fromkeys(("guest_notes", "reservations", "transactions"), (None,)),
    "guests": (None, "reservationID"),
    "reservation_notes": (None, "reservationID"),
}
"""By what webhooks name records that are read again; their own ids are ``None``."""
_ORIGIN = Origin("crm", "deals", "1")
_GIVEN: Record = {
    "guestEmail": "nadia@palma.example",
    "email": "nadia@palma.example",
    "estimatedArrivalTime": "15:30",
    "startDate": "2027-03-01",
    "endDate": "2027-03-04",
    "status": "confirmed",
    "sourceID": "s-1",
    "guestCountry": "ES",
    "country": "ES",
    "guestDocumentIssuingCountry": "ES",
    "saleDate": "2026-11-20 12:00:00",
    "rooms": [{"roomTypeID": "455010", "adults": 2, "children": 1}],
    "payments": [{"paymentType": "cash", "amount": 691}],
    "items": [
        {
            "appItemID": "t-1",
            "itemName": "Mole negro",
            "itemQuantity": 2,
            "itemPrice": 345.5,
            "itemSKU": "mole",
            "itemCategoryName": "Cocina",
            "itemNote": "sin chile",
            "itemTaxes": [{"taxName": "IVA", "taxValue": 16.5}],
        }
    ],
}
"""What fields need whose type does not say it."""


async def ask(connector: CloudbedsConnector) -> None:
    """Read all objects in each way."""
    await connector.whoami()
    for info in await connector.objects():
        if info.readable:
            await _read(connector, info.name)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    async for _ in connector.read(ReadRequest("guests", since=yesterday)):
        pass
    rows = await _ids(connector, ReadRequest("transactions", limit=1))
    [entry] = (await connector.current("transactions", rows, ["customerId", "internalTransactionCode"])).values()
    for name, value in {**entry.data, "parentId": entry.id, "reservationID": "1", "houseAccountID": "2"}.items():
        if name != "id" and isinstance(value, str):
            await connector.lookup("transactions", [name], [(value,)], ["id"])
    for name, by in (("rooms", "roomName"), ("guests", "guestEmail"), ("house_accounts", None)):
        await connector.resolve(Reference(name, by), ["nothing"])
    await connector.by_origin("reservations", [_ORIGIN])


async def _read(connector: CloudbedsConnector, name: str) -> None:
    """Read an object in each way, some records of each."""
    fields, able = (await connector.schema(name)).by_name, connector.capabilities(name)
    ids: list[str] = []
    for paths in (None, frozenset(field.replace("[]", "") for field in fields)):
        ids = await _ids(connector, ReadRequest(name, paths=paths, limit=_SOME))
    if able.incremental:
        await _ids(connector, ReadRequest(name, since="2026-06-01T00:00:00Z", limit=_SOME))
    for by in _AGAIN.get(name, ()):
        await _ids(connector, ReadRequest(name, among=Among(frozenset(ids if by is None else [_STAY]), by)))
    found = await connector.current(name, ids, [*fields])
    assert {*found} == {*ids}
    for key in dict.fromkeys((KINDS[name].id, *(part for parts in able.proposed_keys for part in parts))):
        values: list[tuple[JsonScalar]] = [(str(record.data.get(key)),) for record in found.values()]
        await connector.lookup(name, [key], [*values, ("999999999",)], [*fields][:_SOME])


async def _ids(connector: CloudbedsConnector, request: ReadRequest) -> list[str]:
    return [record.id async for page in connector.read(request) for record in page.records]


async def send(connector: CloudbedsConnector) -> None:
    """Create, change and archive everything that can be, with every field that it takes."""
    guest, stay = [(await _ids(connector, ReadRequest(name, limit=1)))[0] for name in ("guests", "reservations")]
    await _write(connector, "guests", guest, await values(connector, "guests", {"vip_note": "Aniversario"}))
    note: Record = {"guestID": guest, "guestNote": "Cuna", "reservationID": stay, "reservationNote": "Llega tarde"}
    for name in ("guest_notes", "reservation_notes"):
        said = {field.name: note[field.name] for field in await written(connector, name)}
        [made] = await _write(connector, name, None, said)
        text = next(field for field in said if field.endswith("Note"))
        await _write(connector, name, made.destination_id, {text: "Otra cosa"})
        assert await connector.archive(name, [str(made.destination_id)]) == [None]
    booking = await values(connector, "reservations", {"motivo": "Aniversario"})
    [booked] = await _write(connector, "reservations", None, {**booking, "status": None, "rooms": _GIVEN["rooms"]})
    change = ("estimatedArrivalTime", "status", "customFields", "endDate")
    await _write(connector, "reservations", booked.destination_id, {name: booking[name] for name in change})
    sale = await values(connector, "custom_items")
    for other, whose in (("houseAccountID", {"reservationID": stay, "guestID": guest}), ("reservationID", {})):
        ours = {name: value for name, value in {**sale, **whose}.items() if name != other}
        await _write(connector, "custom_items", None, {**ours, "referenceID": f"bill-{other}"})
    profile = await values(connector, "guest_profiles")
    [person] = await _write(connector, "guest_profiles", None, profile)
    await _write(connector, "guest_profiles", person.destination_id, {**profile, "isOptIn": False, "city": None})
    objects = [info.name for info in await connector.objects()]
    assert await connector.subscribe(ADDRESS, objects)
    assert await connector.unsubscribe(ADDRESS)


async def _write(
    connector: CloudbedsConnector, name: str, identity: str | None, record: Record
) -> Sequence[WriteOutcome]:
    values = {field: value for field, value in record.items() if value is not None or identity is not None}
    outcomes = await connector.write(name, [Write(_ORIGIN, values, identity)])
    wanted = Written.CREATED if identity is None else Written.UPDATED
    assert [outcome.result for outcome in outcomes] == [wanted], (name, outcomes[0].reasons)
    return outcomes


async def written(connector: CloudbedsConnector, name: str) -> list[Field]:
    """Return the fields of an object that can be written, those below others left out."""
    fields = (await connector.schema(name)).fields
    return [field for field in fields if not field.read_only and "." not in field.name]


async def values(connector: CloudbedsConnector, name: str, custom: Record | None = None) -> Record:
    """Return a value for each field of an object that can be written."""
    fields = await written(connector, name)
    return {**_made(fields), **({"customFields": custom} if custom else {})}


def _made(fields: Iterable[Field]) -> Record:
    return {field.name: _GIVEN.get(field.name, _value(field)) for field in fields}


def _value(field: Field) -> JsonValue:
    if field.options:
        return field.options[0].value
    match field.type:
        case FieldType.BOOLEAN:
            return True
        case FieldType.INTEGER:
            return 1
        case FieldType.DATE:
            return "1984-11-23"
        case FieldType.REFERENCE:
            return "60177"
        case _:
            return f"a {field.name}"[: field.max_length or 20]
