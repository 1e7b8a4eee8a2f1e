"""Home: every mapping with its state, what comes next, and how a new mapping is begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.connectors.cloudbeds.fields import specs
from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.declarations import Capabilities, ObjectInfo
from mapstudio.mapping.reading import read_mapping
from mapstudio.model import ConnectionFailedError, Schema
from mapstudio.runner import Runner
from mapstudio.studio.screens.home.choices import Offer, key_choices, suggest_folder, suggest_name
from mapstudio.studio.screens.home.mappings import MappingList
from tests.runner.fake import FakeConnector, connected
from tests.runner.world import CONTACT_FIELDS, MAPPING, UPSERT
from tests.studio.desk import House, at_desk, golden, house, mapping_files

QUESTIONS = (
    MAPPING
    + """\
  stage: {question: "Which stage?", owner: Marta}
examples:
  - {name: a guest, given: {email: a@x.com, name: Ana, nights: 2}, expect: {firstname: Ana}}
  - {name: wrong, given: {email: a@x.com, name: Ana}, expect: {firstname: Ben}}
"""
)


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the project's connections be of a type that is known, and runs have one name."""
    monkeypatch.setattr("mapstudio.connectors.opening.connector_class", lambda _: FakeConnector)
    monkeypatch.setattr("mapstudio.runner.state.runs.run_name", lambda *_: "calm-heron-27")
    monkeypatch.setattr("mapstudio.studio.screens.home.side.duration", lambda _: "12 ms")


def two_mappings(root: Path) -> House:
    """Return a house with a second mapping in another folder."""
    here = house(root, QUESTIONS)
    (root / "erp").mkdir()
    text = MAPPING.replace("guests-to-contacts", "broken-one").replace("firstname: name", "firstname: upper(name")
    (root / "erp" / "broken-one.yaml").write_text(text)
    return here


@pytest.mark.parametrize(
    ("name", "size", "ascii_only"),
    [("home-120x36", (120, 36), False), ("home-160x48", (160, 48), False), ("home-80x24-ascii", (80, 24), True)],
)
async def test_it_shows_every_mapping_and_what_comes_next(
    tmp_path: Path, name: str, size: tuple[int, int], ascii_only: bool
) -> None:
    here = two_mappings(tmp_path)
    connect = connected({"hotel": here.hotel, "crm": here.crm})
    async with Runner(here.project, here.file, connect_to=connect) as runner:
        await runner.apply(await runner.plan())
    variables = {"NO_COLOR": "1"} if ascii_only else None
    async with at_desk(here, mapping=False, size=size, ascii_only=ascii_only, variables=variables) as desk:
        await desk.until(lambda: len(desk.app.workspace.probes) == 4, "the connections")
        await desk.sees("broken-one", "guests-to-contacts", "last run", "Marta")
        assert desk.text == golden(name, desk.text)


async def test_enter_opens_the_mapping_under_the_cursor(tmp_path: Path) -> None:
    here = two_mappings(tmp_path)
    async with at_desk(here, mapping=False) as desk:
        await desk.sees("guests-to-contacts")
        await desk.press("down", "r")
        await desk.until(lambda: desk.app.workspace.mapping == here.file.resolve(), "the mapping")
        await desk.sees("There is no run yet.")


async def test_a_file_that_is_gone_is_told_and_ends_nothing(tmp_path: Path) -> None:
    here = two_mappings(tmp_path)
    async with at_desk(here, mapping=False) as desk:
        await desk.sees("guests-to-contacts")
        await desk.press("down")
        here.file.unlink()
        await desk.press("enter")
        await desk.until(lambda: len(desk.app.screen.query_one(MappingList)._overviews) == 1, "the list")
        await desk.sees("broken-one")


async def test_records_that_wait_for_a_person_are_counted(tmp_path: Path) -> None:
    here = house(tmp_path)
    here.contacts["902"] = dict(here.contacts["900"])
    connect = connected({"hotel": here.hotel, "crm": here.crm})
    async with Runner(here.project, here.file, connect_to=connect) as runner:
        await runner.apply(await runner.plan())
    async with at_desk(here, mapping=False) as desk:
        await desk.sees("1 record waits for a person: mapstudio review list", "review       1 record waiting")


async def test_examples_are_tested_on_a_key(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path, QUESTIONS), mapping=False) as desk:
        await desk.sees("guests-to-contacts", "t tests them")
        await desk.press("t")
        await desk.sees("1 of 2 fail", "wrong", "mapstudio test hotel/guests-to-contacts")


async def test_a_system_that_does_not_answer_comes_first(tmp_path: Path) -> None:
    here = house(tmp_path, QUESTIONS)
    here.crm.broken = ConnectionFailedError("crm does not answer.", remedy="Is it running?")
    async with at_desk(here, mapping=False) as desk:
        await desk.sees("crm does not answer.", "Which stage?")
        await desk.until(lambda: len(desk.app.workspace.probes) == 4, "the connections")
        lines = desk.text.split("\n")
        first = next(index for index, line in enumerate(lines) if "─ Next" in line) + 1
        assert any("crm does not answer." in line for line in lines[first : first + 3])
        assert "Which stage?" in lines[first + 3]


async def test_find_puts_the_cursor_on_a_mapping(tmp_path: Path) -> None:
    async with at_desk(two_mappings(tmp_path), mapping=False) as desk:
        await desk.sees("guests-to-contacts")
        await desk.press("slash")
        await desk.type("gue")
        await desk.press("enter")
        overview = desk.app.screen.query_one(MappingList).overview
        assert overview is not None
        assert overview.name == "guests-to-contacts"


async def test_a_project_without_a_mapping_says_how_to_begin(tmp_path: Path) -> None:
    here = house(tmp_path)
    here.file.unlink()
    async with at_desk(here, mapping=False) as desk:
        await desk.sees("There is no mapping yet.", "begin a mapping")


async def test_a_new_mapping_is_begun_by_picking_both_sides_and_a_key(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here, mapping=False) as desk:
        await desk.sees("guests-to-contacts")
        await desk.press("n")
        await desk.sees("hotel guests", "crm contacts")
        await desk.type("hotel gue")
        await desk.press("enter")
        await desk.sees("Write to")
        await desk.type("contacts")
        await desk.press("enter")
        await desk.sees("Find records by", "email", "suggested")
        await desk.press("enter")
        await desk.sees("Call it", "hotel/guests-to-contacts")
        await desk.press("enter")
        await desk.sees("is there already")
        await desk.type("-2")
        await desk.press("enter")
        new = here.root / "hotel" / "guests-to-contacts-2.yaml"
        await desk.until(new.exists, "the file")
        mapping = read_mapping(new).require()
        assert (mapping.source.connection, mapping.source.object) == ("hotel", "guests")
        assert (mapping.destination.connection, mapping.destination.object) == ("crm", "contacts")
        assert mapping.destination.key == ("email",)
        await desk.until(lambda: desk.app.workspace.mapping == new.resolve(), "the map")


async def test_escape_goes_back_choice_by_choice_and_writes_nothing(tmp_path: Path) -> None:
    here = house(tmp_path)
    before = mapping_files(here)
    async with at_desk(here, mapping=False) as desk:
        await desk.sees("guests-to-contacts")
        await desk.press("n")
        await desk.sees("hotel guests")
        await desk.press("enter")
        await desk.sees("Write to")
        await desk.press("escape")
        await desk.sees("Read from")
        await desk.press("escape")
        await desk.sees("Mappings")
    assert mapping_files(here) == before


def test_only_fields_that_the_destination_keeps_unique_are_offered_as_its_key() -> None:
    keys = key_choices(Schema("crm", "contacts", CONTACT_FIELDS), UPSERT)
    assert [(item.fields, item.why) for item in keys] == [(("email",), "suggested")]


def test_no_key_is_offered_that_a_mapping_cannot_write() -> None:
    """Of guests, their notes and reservations: ``check`` refuses a mapping whose key is read-only."""
    found = {name: key_choices(fields_of(name), kind.able) for name, kind in KINDS.items() if kind.writable}
    suggested = {name: [item.name for item in keys if item.why == "suggested"] for name, keys in found.items()}
    assert suggested == {
        "guests": ["guestEmail"],
        "guest_profiles": ["email"],
        "reservations": ["thirdPartyIdentifier"],
        "guest_notes": ["guestID + guestNote"],
        "reservation_notes": ["reservationID + reservationNote"],
        "custom_items": ["referenceID"],
    }
    for name, keys in found.items():
        offered = {field for item in keys for field in item.fields}
        assert not any(fields_of(name).by_name[field].read_only for field in offered), name


def fields_of(name: str) -> Schema:
    """Return what is known of an object of a hotel without asking it."""
    return Schema("hotel", name, tuple(spec.field for spec in specs(name)))


def test_names_and_folders_are_suggested() -> None:
    deals = Offer("crm", "fake", "sandbox", ObjectInfo("deals", "Deals"), Capabilities())
    orders = Offer("erp", "fake", "sandbox", ObjectInfo("sale.order", "Orders"), Capabilities())
    assert suggest_name(deals, orders) == "deals-to-orders"
    assert suggest_folder(deals, orders, ()) == ""
