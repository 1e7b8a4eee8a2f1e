"""The runs screen: what the books say, grouped by cause, and tried with the mapping as it is now."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.runner import Runner
from mapstudio.studio.widgets.mapping_table import MappingTable
from tests.runner.fake import connected
from tests.runner.world import MAPPING, guest, guests
from tests.studio.desk import Desk, House, at_desk, golden, house


async def applied(here: House) -> None:
    """Run the mapping once, as the command does."""
    connect = connected({"hotel": here.hotel, "crm": here.crm})
    async with Runner(here.project, here.file, connect_to=connect) as runner:
        runner.acquire_lock()
        await runner.apply(await runner.plan())


@pytest.fixture(autouse=True)
def run_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run have the same name, so that screens can be compared."""
    monkeypatch.setattr("mapstudio.runner.state.runs.run_name", lambda *_: "calm-heron-27")


async def opened(desk: Desk) -> None:
    """Open the runs and wait for them, once the map has read the schemas."""
    session = desk.app.workspace.session
    assert session is not None
    await desk.until(lambda: session.destination.live, "the schema")
    desk.app.go_to("runs")
    await desk.sees("Runs")


@pytest.mark.parametrize(
    ("name", "size", "ascii_only"), [("runs-120x36", (120, 36), False), ("runs-80x24-ascii", (80, 24), True)]
)
async def test_it_shows_counts_causes_and_records(
    tmp_path: Path, name: str, size: tuple[int, int], ascii_only: bool
) -> None:
    here = house(tmp_path)
    await applied(here)
    variables = {"NO_COLOR": "1"} if ascii_only else None
    async with at_desk(here, size=size, ascii_only=ascii_only, variables=variables) as desk:
        await opened(desk)
        await desk.sees("fails as before", "2 rejected, waiting")
        text = "\n".join(line for line in desk.text.split("\n") if " ms" not in line and " 0 s" not in line)
        assert text == golden(name, text)


async def test_records_are_tried_with_the_mapping_as_it_is_now(tmp_path: Path) -> None:
    here = house(tmp_path)
    await applied(here)
    here.file.write_text(MAPPING.replace("firstname: name", "firstname: name[:5]"))
    async with at_desk(here) as desk:
        await opened(desk)
        await desk.sees("1 pass now")
        await desk.press("enter")
        for _ in range(2):
            if "1 of 1 record" in desk.text:
                break
            await desk.press("down")
        await desk.sees("1 of 1 record", "passes with the mapping as it is now")


async def test_the_same_failure_is_one_cause_whatever_the_record_holds(tmp_path: Path) -> None:
    text = MAPPING + "  stage: status\n"
    records = {f"g{number}": guest(f"g{number}@x.com", status=f"odd {number}") for number in range(5)}
    here = house(tmp_path, text, records)
    await applied(here)
    async with at_desk(here) as desk:
        await opened(desk)
        await desk.sees("5 records", "stage")


async def test_a_stopped_run_says_why_and_that_running_again_goes_on(tmp_path: Path) -> None:
    here = house(tmp_path, records=guests(30))
    here.crm.down_after = 1
    await applied(here)
    here.crm.down_after = here.crm.broken = None
    async with at_desk(here) as desk:
        await opened(desk)
        await desk.sees("stopped", "10 records without an answer", "10 records not sent; running again sends")


async def test_there_is_no_run_yet(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path)) as desk:
        await opened(desk)
        await desk.sees("There is no run yet.", "writes nothing")


async def test_values_of_records_are_masked(tmp_path: Path) -> None:
    text = MAPPING.replace("nights_total: nights", "nights_total: email")
    here = house(tmp_path, text)
    await applied(here)
    async with at_desk(here) as desk:
        await opened(desk)
        await desk.sees("nights_total")
        assert "ana.souza" not in desk.text
        assert "ben.moor" not in desk.text
        assert "a••@••••.com" in desk.text


async def test_a_cause_leads_to_its_row_in_the_map(tmp_path: Path) -> None:
    here = house(tmp_path)
    await applied(here)
    async with at_desk(here) as desk:
        await opened(desk)
        await desk.sees("firstname", "fails as before")
        await desk.press("enter", "o")
        table = desk.app.screen.query_one(MappingTable)
        await desk.until(lambda: table.current is not None and table.current.field == "firstname", "the row")
