"""The conformance suite against the hotel: each object that can be written, guests in both dialects of the API."""

from __future__ import annotations

from dataclasses import replace

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.exchange import Reference
from mapstudio.model import Record
from mapstudio.sandbox.cloudbeds import SANDBOX
from tests.connectors.conformance import ConformanceCase, ConnectorConformance

_ALL = {
    "guests": 532,
    "guest_profiles": 326,
    "reservations": 520,
    "guest_notes": 46,
    "transactions": 4812,
    "house_accounts": 3,
    "rooms": 18,
    "room_types": 4,
    "items": 11,
    "hotels": 1,
    "webhooks": 0,
}
_GUESTS = ConformanceCase(
    connector=CloudbedsConnector,
    sandbox=SANDBOX,
    service="cloudbeds",
    settings=lambda access: {name: str(access[name]) for name in ("url", "api_key", "property")},
    wrong={"api_key": "cbat_of_somebody_else"},
    counts=_ALL,
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


def _profile(index: int) -> Record:
    return {"firstName": "Nadia", "lastName": f"Nueva {index}", "email": f"nadia.{index}@example.org", "country": "ES"}


class TestWire(ConnectorConformance):
    case = _GUESTS


class TestSpecification(ConnectorConformance):
    case = replace(_GUESTS, options={"dialect": "spec"})


class TestGrown(ConnectorConformance):
    """With fields that no document names."""

    case = replace(
        _GUESTS,
        counts={name: _ALL[name] for name in ("guests", "reservations")},
        paths=frozenset({"guestEmail", "loyaltyTier", "stayPreferences", "loyaltySince"}),
        options={"cloudbeds-additions": "some"},
    )


class TestProfiles(ConnectorConformance):
    case = replace(
        _GUESTS,
        counts={"guest_profiles": _ALL["guest_profiles"]},
        object="guest_profiles",
        key="email",
        paths=frozenset({"email", "firstName", "city", "stats[].nights", "reservations[].checkInAt"}),
        new=_profile,
        change=("city", "Puerto Escondido"),
        clear="cellPhone",
        poison=("country", "Mexico"),
        several=None,
        reference=(Reference("guest_profiles"), "550000156"),
    )


class TestReservations(ConnectorConformance):
    case = replace(
        _GUESTS,
        counts={"reservations": _ALL["reservations"]},
        object="reservations",
        key="reservationID",
        paths=frozenset({"reservationID", "status", "guestFirstName", "total", "customFields.motivo"}),
        change=("customFields.motivo", "Luna de miel"),
        clear="customFields.motivo",
        poison=("status", "lost"),
        several=None,
        reference=(Reference("reservations"), "6643393704613"),
    )


class TestGuestNotes(ConnectorConformance):
    case = replace(
        _GUESTS,
        counts={"guest_notes": _ALL["guest_notes"]},
        object="guest_notes",
        key="guestNoteID",
        paths=frozenset({"guestNoteID", "guestNote", "guestID", "userName"}),
        new=lambda index: {"guestID": "84510005", "guestNote": f"Llega con {index + 2} maletas"},
        change=("guestNote", "Prefiere la terraza"),
        clear=None,
        poison=("guestNote", "4111 1111 1111 1111"),
        gone="84510005-1",
        several=None,
        reference=None,
        shows_archived=False,
    )


class TestReservationNotes(ConnectorConformance):
    case = replace(
        _GUESTS,
        counts={"reservation_notes": 75},
        object="reservation_notes",
        key="reservationNoteID",
        paths=frozenset({"reservationNoteID", "reservationNote", "reservationID", "userName"}),
        new=lambda index: {"reservationID": "6643393704613", "reservationNote": f"Cuna {index + 1}"},
        change=("reservationNote", "Habitación con cuna"),
        clear=None,
        poison=("reservationNote", "4111 1111 1111 1111"),
        gone="6643393704613-1",
        several=None,
        reference=None,
        shows_archived=False,
    )
