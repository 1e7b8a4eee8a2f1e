"""The sample's mappings over two properties of one hotel: each record goes where it belongs, nothing is sent twice."""

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

PALMA, MAR = "297652", "297653"
NOTES = "stay-notes-to-reservation-notes"


@pytest.fixture(name="hotels")
def _hotels(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the sample's project with both properties in its connection to the hotel."""
    monkeypatch.setattr(budget, "REQUESTS", 100_000)
    services = [service for sandbox in sandboxes().values() for service in build(sandbox)]
    with running(services) as access:
        write_project(folder, access, monkeypatch)
        shutil.copytree(sample_folder() / "hotel", folder / "hotel")
        toml = folder / "mapstudio.toml"
        both = toml.read_text(encoding="utf-8").replace(f'property = "{PALMA}"', f'property = "{MAR}, {PALMA}"')
        owner = '[connections.crm.sandbox.bindings]\nguest-owner = "71100201"\n'
        toml.write_text(f"{both}{owner}", encoding="utf-8")
        monkeypatch.setenv("MAPSTUDIO_HOTEL_SANDBOX_API_KEY", access["cloudbeds"]["group_api_key"])
        yield folder


def apply(call: Call, name: str, *options: str) -> dict[str, Any]:
    """Apply a mapping of the sample; return the run."""
    done = call("apply", f"hotel/{name}", "--json", *options)
    assert done.code in {0, 1}, done.err
    told: dict[str, Any] = json.loads(done.out)
    return told


def noted(call: Call) -> Counter[str]:
    """Return how many notes of the CRM's the reservations of each property have."""
    fields = [word for name in ("propertyID", "reservationNote") for word in ("--field", name)]
    done = call("records", "hotel", "reservation_notes", "--limit", "5000", "--json", *fields)
    return Counter(note["propertyID"] for note in json.loads(done.out) if note["reservationNote"].startswith("[crm] "))


@pytest.mark.slow
@pytest.mark.usefixtures("hotels")
def test_guests_stays_and_notes_of_two_properties(call: Call) -> None:
    guests = apply(call, "guests-to-contacts")
    assert guests["create"] > 50
    stays = apply(call, "reservations-to-deals")
    # Only the stays of guests who were rejected wait.
    assert 0 < stays["wait"] < 2 * guests["reject"]
    assert stays["associations"] > 200

    first = apply(call, NOTES)
    assert (first["create"] > 10, first["reject"]) == (True, 0)
    assert noted(call).keys() == {PALMA, MAR}
    assert noted(call).total() == first["create"]
    for name in ("guests-to-contacts", "reservations-to-deals", NOTES):
        for options in ((), ("--since", "last")):
            again = apply(call, name, *options)
            # A note on a reservation changes when it was modified, which says whose stays are the newest.
            assert (again["create"], again["update"] <= (name == "guests-to-contacts")) == (0, True), (name, options)

    undone = json.loads(call("undo", first["run"], "--json").out)
    assert (undone["archived"], undone["refused"]) == (first["create"], 0)
    assert not noted(call)


@pytest.mark.usefixtures("hotels")
def test_an_id_that_names_no_property_is_refused_while_it_is_planned(folder: Path, call: Call) -> None:
    bare = folder / "hotel" / "reservations-to-deals.yaml"
    text = bare.read_text(encoding="utf-8").replace(
        "link('guests', concat(propertyID, '-', guestID))", "link('guests', guestID)"
    )
    bare.write_text(text, encoding="utf-8")
    done = call("plan", "hotel/reservations-to-deals", "--limit", "5", "--json")
    records = json.loads(done.out)["records"]
    [reason] = {record["reason"].split('"')[0] for record in records if record["verb"] == "reject"}
    assert reason == "several properties are open, and "
