from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from mapstudio.connectors.cloudbeds.fields import Source, specs, written_names
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.values import typed, utc_text
from mapstudio.model import JsonValue

MEXICO = ZoneInfo("America/Mexico_City")


def spec(name: str, object_name: str = "guests") -> object:
    return next(item for item in specs(object_name) if item.field.name == name)


@pytest.mark.parametrize(
    ("object_name", "name", "wire", "value"),
    [
        ("guests", "guestEmail", "", None),
        ("guests", "guestEmail", " A@x.MX ", " A@x.MX "),
        ("guests", "guestGender", "N/A", None),
        ("guests", "guestDocumentType", "na", None),
        ("guests", "guestBirthdate", "0000-00-00", None),
        ("guests", "guestBirthdate", "1984-11-23 00:00:00", "1984-11-23"),
        ("guests", "guestBirthdate", "23.11.1984", "23.11.1984"),
        ("guests", "dateModified", "2026-11-21 15:08:44", "2026-11-21T15:08:44-06:00"),
        ("guests", "dateModified", "0000-00-00 00:00:00", None),
        ("guests", "isMainGuest", "1", True),
        ("guests", "isMainGuest", False, False),
        ("guests", "isMainGuest", "", None),
        ("guests", "guestID", 84510021, "84510021"),
        ("reservations", "adults", "2", 2),
        ("reservations", "adults", "two", "two"),
        ("reservations", "balance", "7134.00", 7134.0),
        ("reservations", "balance", "0.10000000000000000001", Decimal("0.10000000000000000001")),
        ("reservations", "balance", Decimal("0.1"), Decimal("0.1")),
        ("reservations", "total", 14268, 14268),
    ],
)
def test_texts_of_the_wire_become_values(object_name: str, name: str, wire: JsonValue, value: JsonValue) -> None:
    found = typed(spec(name, object_name), wire, MEXICO)  # type: ignore[arg-type]
    assert found == value
    assert type(found) is type(value)


def test_local_times_know_summer_and_winter() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    assert utc_text("2026-01-15 12:00:00", madrid) == "2026-01-15T11:00:00Z"
    assert utc_text("2026-07-15 12:00:00", madrid) == "2026-07-15T10:00:00Z"
    assert utc_text("", madrid) is None


@pytest.mark.parametrize(
    ("paths", "stays", "custom", "detail"),
    [
        ({"guestEmail"}, False, False, False),
        ({"reservations[].status"}, False, False, False),
        ({"reservations[].startDate"}, True, False, False),
        ({"reservations[0].endDate"}, True, False, False),
        ({"reservations[?status=='x'].endDate"}, True, False, False),
        ({"reservations"}, True, False, False),
        ({"profileID"}, True, False, False),
        ({'customFields."vip.note"'}, False, True, False),
        ({"specialRequests"}, False, False, True),
        ({"@"}, True, True, True),
        (None, True, True, False),
        (set(), False, False, False),
    ],
)
def test_paths_say_what_is_needed(paths: set[str] | None, *, stays: bool, custom: bool, detail: bool) -> None:
    needs = Needs.of(paths)
    assert needs.source("guests", Source.STAYS) is stays
    assert needs.uses("customFields") is custom
    assert needs.source("guests", Source.DETAIL) is detail


def test_every_field_that_can_be_written_can_be_read_back_from_one_guest() -> None:
    assert written_names()
    assert all(item.detailed for item in written_names().values())
