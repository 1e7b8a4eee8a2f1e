"""The sample's notes for the front desk: one on each stay ahead, none the second time, and an undo takes them back."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mapstudio.cli.demo.sample import sample_folder
from mapstudio.connectors.cloudbeds import budget
from mapstudio.sandbox.server import sandboxes
from tests.cli.conftest import Call, write_project
from tests.sandbox.running import build, running

NOTES = "stay-notes-to-reservation-notes"
_KNOWN = ("vip_note", "stay_count", "room_preference")


@pytest.fixture(name="hotel")
def _hotel(folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a project whose guests are contacts and whose reservations are deals already."""
    monkeypatch.setattr(budget, "REQUESTS", 100_000)
    with running([service for sandbox in sandboxes().values() for service in build(sandbox)]) as access:
        write_project(folder, access, monkeypatch)
        shutil.copytree(sample_folder() / "hotel", folder / "hotel")
        toml = folder / "mapstudio.toml"
        owner = '[connections.crm.sandbox.bindings]\nguest-owner = "71100201"\n'
        toml.write_text(f"{toml.read_text(encoding='utf-8')}{owner}", encoding="utf-8")
        for name in ("guests-to-contacts", "reservations-to-deals"):
            assert call("apply", name).code in {0, 1}, name
        yield folder


def records(call: Call, connection: str, name: str, *fields: str) -> list[dict[str, Any]]:
    """Return the records of an object as the command prints them."""
    asked = [word for field in fields for word in ("--field", field)]
    done = call("records", connection, name, "--limit", "5000", "--json", *asked)
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


def ours(call: Call) -> Counter[str]:
    """Return how many notes of the CRM's each reservation has."""
    found = records(call, "hotel", "reservation_notes", "reservationID", "reservationNote")
    return Counter(note["reservationID"] for note in found if note["reservationNote"].startswith("[crm] "))


def ahead(call: Call) -> set[str]:
    """Return the reservations that are ahead of a guest of whom the CRM knows something."""
    paths = [f"associations.contacts[].{name}" for name in _KNOWN]
    deals = records(call, "crm", "deals", "dealstage", "cb_reservation_id", *paths)
    return {
        str(deal["cb_reservation_id"]).rpartition("-")[2]
        for deal in deals
        if deal["dealstage"] == "contractsent" and deal["cb_reservation_id"]
        for contact in deal["associations"]["contacts"][:1]
        if any(contact[name] for name in _KNOWN)
    }


@pytest.mark.usefixtures("hotel")
def test_each_stay_ahead_has_one_note_and_an_undo_takes_back_those(call: Call) -> None:
    wanted = ahead(call)
    assert len(wanted) > 10
    first = json.loads(call("apply", NOTES, "--json").out)
    assert first["create"] == len(wanted)
    assert ours(call) == dict.fromkeys(wanted, 1)

    second = json.loads(call("apply", NOTES, "--json").out)
    assert (second["create"], second["update"], second["unchanged"]) == (0, 0, len(wanted))
    assert ours(call) == dict.fromkeys(wanted, 1)

    told = json.loads(call("undo", first["run"], "--json").out)
    assert (told["archived"], told["refused"]) == (len(wanted), 0)
    assert not ours(call)
    again = json.loads(call("apply", NOTES, "--json").out)
    assert again["create"] == len(wanted)
    assert ours(call) == dict.fromkeys(wanted, 1)
