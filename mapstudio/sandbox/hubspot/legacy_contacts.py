"""The contacts of a company under old paths: their ids alone, or what version 2 tells of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request

from mapstudio.sandbox.hubspot.errors import bad_request
from mapstudio.sandbox.hubspot.legacy_records import MAX_RECENT, number_of, old_form
from mapstudio.sandbox.hubspot.merging import MERGED
from mapstudio.sandbox.hubspot.portal import PORTAL_ID, Portal
from mapstudio.sandbox.hubspot.store import ALSO, Stored, Table, record_id
from mapstudio.sandbox.hubspot.values import milliseconds
from mapstudio.sandbox.hubspot.wire import Answer, Handler

_TOLD = ("firstname", "lastname", "lastmodifieddate")
_COMPANY = "/companies/v2/companies/{id}"


def company_contact_paths() -> list[tuple[str, str, Handler]]:
    """Return the paths under a company."""
    return [("GET", _COMPANY + "/vids", list_vids), ("GET", _COMPANY + "/contacts", list_contacts)]


async def list_vids(portal: Portal, request: Request) -> Answer:
    """GET the ids of a company's contacts."""
    page, rest = _page(portal, request, default=100)
    return 200, {"vids": page, **rest}


async def list_contacts(portal: Portal, request: Request) -> Answer:
    """GET a company's contacts: who they are, and the addresses by which each is known."""
    page, rest = _page(portal, request, default=20)
    contacts = portal.tables["contacts"]
    return 200, {"contacts": [_contact(contacts, contacts.records[vid]) for vid in page], **rest}


def _page(portal: Portal, request: Request, *, default: int) -> tuple[list[int], dict[str, Any]]:
    """Return the ids that come after the offset, and what the answer says of the page."""
    company = portal.tables["companies"].require(request.path_params["id"])
    start, count = number_of(request, "vidOffset"), number_of(request, "count", default)
    if not 1 <= count <= MAX_RECENT:
        raise bad_request(f"count must be between 1 and {MAX_RECENT}, not {count}.")
    found = [vid for vid in sorted(portal.associations.of("companies", company.id, "contacts")) if vid > start]
    page = found[:count]
    return page, {"vidOffset": page[-1] if page else start, "hasMore": len(found) > count}


def _contact(table: Table, contact: Stored) -> dict[str, Any]:
    merged = [*_merged(table, contact)]
    return {
        "identities": [_identities(record) for record in (contact, *merged)],
        "properties": [
            {"name": name, "value": old_form(table.properties[name], contact.values[name]), "sourceVid": []}
            for name in _TOLD
            if name in contact.values
        ],
        "formSubmissions": [],
        "listMembership": [],
        "vid": contact.id,
        "portalId": PORTAL_ID,
        "isContact": True,
        "vids": [],
        "imports": [],
        "canonicalVid": contact.id,
        "mergeAudit": [_audit(contact, other) for other in merged],
        "mergedVids": [record.id for record in (contact, *merged)] if merged else [],
    }


def _merged(table: Table, contact: Stored) -> Iterator[Stored]:
    for word in contact.values.get(MERGED, "").split(";"):
        if (other := table.records.get(record_id(word))) is not None:
            yield other


def _identities(contact: Stored) -> dict[str, Any]:
    made = milliseconds(contact.created)
    # The addresses of merged contacts stay with the ids that they came from.
    addresses = [contact.values["email"]] if "email" in contact.values else []
    if MERGED not in contact.values:
        addresses += [address for address in contact.values.get(ALSO, "").split(";") if address]
    found = [{"type": "EMAIL", "value": address, "timestamp": made} for address in addresses]
    found.append({"type": "LEAD_GUID", "value": str(uuid5(NAMESPACE_URL, f"contact:{contact.id}")), "timestamp": made})
    return {"vid": contact.id, "identity": found, "linkedVid": []}


def _audit(kept: Stored, other: Stored) -> dict[str, Any]:
    return {
        "canonicalVid": kept.id,
        "vidToMerge": other.id,
        "timestamp": milliseconds(other.archived or other.modified),
        "entityId": "",
        "email": other.values.get("email", ""),
        "firstName": other.values.get("firstname", ""),
        "lastName": other.values.get("lastname", ""),
    }
