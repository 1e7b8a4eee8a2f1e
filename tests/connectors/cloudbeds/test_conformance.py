"""The conformance suite against the hotel, in both dialects of its API."""

from __future__ import annotations

from dataclasses import replace

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import Reference
from mapstudio.sandbox.cloudbeds import SANDBOX
from tests.connectors.conformance import ConformanceCase, ConnectorConformance

_CASE = ConformanceCase(
    connector=CloudbedsConnector,
    sandbox=SANDBOX,
    service="cloudbeds",
    settings=lambda access: {name: str(access[name]) for name in ("url", "api_key", "property")},
    wrong={"api_key": "cbat_of_somebody_else"},
    counts={"guests": 541, "reservations": 520, "guest_notes": 46},
    object="guests",
    key="guestEmail",
    paths=frozenset(
        {
            "guestEmail",
            "guestFirstName",
            "guestCellPhone",
            "guestCountry",
            "status",
            "customFields.dietary",
            "reservations[].status",
            "reservations[].startDate",
        }
    ),
    new=None,
    change=("guestCity", "Puerto Escondido"),
    clear="guestCellPhone",
    poison=("guestCountry", "Mexico"),
    gone="1",
    several=("guests", "guestEmail", "laura.byrne@example.net"),
    reference=(Reference("guests"), "84510005"),
)


class TestWire(ConnectorConformance):
    case = _CASE


class TestSpecification(ConnectorConformance):
    case = replace(_CASE, options={"dialect": "spec"})
