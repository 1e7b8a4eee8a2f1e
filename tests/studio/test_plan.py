"""The plan screen: its numbers are the plan's, and nothing is written before it was wanted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mapstudio.connectors.exchange import Write
from mapstudio.project import state_folder
from mapstudio.runner import Plan, RunStatus, StateStore
from mapstudio.studio.screens.plan.panes import Stage
from mapstudio.studio.screens.plan.screen import PlanScreen
from tests.runner.world import MAPPING, UPSERT, guests
from tests.studio.desk import Desk, at_desk, golden, house


def screen_of(desk: Desk) -> PlanScreen:
    """Return the plan screen."""
    screen = desk.app.screen
    assert isinstance(screen, PlanScreen)
    return screen


async def planned(desk: Desk) -> PlanScreen:
    """Open the plan and wait for it."""
    desk.app.go_to("plan")
    await desk.until(lambda: isinstance(desk.app.screen, PlanScreen), "the screen")
    screen = screen_of(desk)
    await desk.until(lambda: screen.stage is Stage.READY, "the plan")
    await desk.pilot.pause()
    return screen


@pytest.mark.parametrize(
    ("name", "size", "ascii_only"),
    [("plan-120x36", (120, 36), False), ("plan-160x48", (160, 48), False), ("plan-80x24-ascii", (80, 24), True)],
)
async def test_it_shows_what_the_plan_says(tmp_path: Path, name: str, size: tuple[int, int], ascii_only: bool) -> None:
    variables = {"NO_COLOR": "1"} if ascii_only else None
    async with at_desk(house(tmp_path), size=size, ascii_only=ascii_only, variables=variables) as desk:
        await planned(desk)
        await desk.sees("1 contact", "firstname", "CRM One")
        assert desk.text == golden(name, desk.text)


async def test_the_counts_filter_the_records(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path)) as desk:
        screen = await planned(desk)
        assert screen.proposal is not None
        assert {verb: count for verb, count in screen.proposal.plan.counts.items() if count} == {
            "read": 5,
            "create": 1,
            "update": 1,
            "unchanged": 1,
            "reject": 2,
        }
        seen = [screen._verb]
        for _ in range(3):
            await desk.press("right")
            seen.append(screen._verb)
        assert [str(verb) for verb in seen] == ["update", "unchanged", "reject", "create"]
        await desk.press("left")
        await desk.sees('the key "email" is empty')


async def test_how_it_is_undone_is_said_before_anything_is_written(tmp_path: Path) -> None:
    here = house(tmp_path)
    here.crm.objects["contacts"].able = replace(UPSERT, archive=True)
    async with at_desk(here) as desk:
        await planned(desk)
        await desk.sees("mapstudio undo archives creates; the log keeps old values 90 days")


async def test_ctrl_c_ends_no_plan_and_says_what_leaves(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path)) as desk:
        await planned(desk)
        await desk.press("ctrl+c")
        await desk.sees("ctrl+q leaves; unsaved edits are kept", "1 contact")
        # No toast covers the keys.
        assert "Do you want" not in desk.text


async def test_personal_data_are_masked_until_someone_shows_them(tmp_path: Path) -> None:
    async with at_desk(house(tmp_path)) as desk:
        await planned(desk)
        assert "ana.souza@example.com" not in desk.text
        assert "a••@••••.com" in desk.text
        desk.app.action_toggle_masking()
        await desk.pilot.pause()
        await desk.sees("ana.souza@example.com")


async def test_one_question_and_it_is_written(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here) as desk:
        screen = await planned(desk)
        await desk.press("a")
        await desk.sees("This writes 2 contacts to crm sandbox")
        assert not here.crm.ledger
        await desk.press("enter")
        await desk.until(lambda: screen.stage is Stage.DONE, "the run")
        assert here.contacts["900"]["firstname"] == "Ana"
        assert len(here.crm.ledger) == 2
        await desk.sees("2 contacts were written", "2 rejected records", "mapstudio runs show")
        await desk.press("p")
        await desk.until(lambda: screen.stage is Stage.READY, "the second plan")
        assert screen.proposal is not None
        assert screen.proposal.plan.quiet
        await desk.sees("Nothing changes.")
        assert not desk.can_press("a")


async def test_what_only_a_person_can_tell_is_counted_and_says_what_to_do(tmp_path: Path) -> None:
    here = house(tmp_path)
    here.contacts["902"] = dict(here.contacts["900"])
    async with at_desk(here) as desk:
        screen = await planned(desk)
        assert screen.proposal is not None
        assert screen.proposal.plan.counts["review"] == 1
        await desk.sees("1 needs your eye")
        await desk.press("a")
        await desk.sees("This writes")
        await desk.press("enter")
        await desk.until(lambda: screen.stage is Stage.DONE, "the run")
        await desk.sees("1 record is not sent until you say what it is", "mapstudio review list")


async def test_leaving_the_question_writes_nothing(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here) as desk:
        screen = await planned(desk)
        await desk.press("exclamation_mark")
        await desk.sees("This writes 2 contacts")
        await desk.press("escape", "enter")
        assert screen.stage is Stage.READY
        assert not here.crm.ledger


async def test_production_wants_its_name_and_enter_waits_for_it(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here, production=True) as desk:
        screen = await planned(desk)
        assert "Plan for PRODUCTION" in desk.text
        await desk.press("a")
        await desk.sees("enter waits for crm", "--env production --confirm crm")
        await desk.type("cr")
        assert "enter write" not in desk.text
        await desk.press("enter")
        assert screen.stage is Stage.ASKING
        assert not here.crm.ledger
        await desk.type("m")
        await desk.sees("enter writes to PRODUCTION")
        await desk.press("enter")
        await desk.until(lambda: screen.stage is Stage.DONE, "the run")
        assert len(here.crm.ledger) == 2


async def test_a_plan_that_no_longer_holds_is_refused_in_plain_words(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here) as desk:
        screen = await planned(desk)
        here.contacts["900"]["firstname"] = "Someone else's word"
        await desk.press("a", "enter")
        await desk.until(lambda: screen.error is not None, "the refusal")
        await desk.sees("The destination moved since the plan", "Nothing was written")
        assert not here.crm.ledger


async def test_an_edit_of_the_file_makes_another_plan_when_the_screen_comes_back(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here) as desk:
        screen = await planned(desk)
        desk.app.go_to("runs")
        await desk.pilot.pause()
        here.file.write_text(MAPPING.replace("firstname: name", "firstname: upper(name)"))
        first = screen.proposal
        desk.app.go_to("plan")
        await desk.until(lambda: screen.proposal is not first, "another plan")
        assert screen.proposal is not None
        assert screen.proposal.plan.counts["update"] == 2


async def test_a_run_can_be_stopped_and_says_what_is_safe(tmp_path: Path) -> None:
    here = house(tmp_path, records=guests(40))
    first_batch, go_on = threading.Event(), threading.Event()

    def wait(_: Sequence[Write]) -> None:
        first_batch.set()
        go_on.wait(10)

    here.crm.on_write = wait
    async with at_desk(here) as desk:
        screen = await planned(desk)
        await desk.press("a", "enter")
        await desk.until(first_batch.is_set, "the first batch")
        await desk.press("s")
        await desk.sees("stopping after this batch")
        go_on.set()
        await desk.until(lambda: screen.stage is Stage.DONE, "the end")
        assert len(here.crm.ledger) == 10
        await desk.sees("stopped", "10 written and noted, 30 not sent", "running again sends those, and nothing twice")


async def test_leaving_the_studio_in_the_middle_notes_what_was_written(tmp_path: Path) -> None:
    here = house(tmp_path, records=guests(40))
    first_batch, go_on = threading.Event(), threading.Event()

    def wait(_: Sequence[Write]) -> None:
        first_batch.set()
        go_on.wait(10)

    here.crm.on_write = wait
    async with at_desk(here) as desk:
        await planned(desk)
        await desk.press("a", "enter")
        await desk.until(first_batch.is_set, "the first batch")
        desk.app.exit()
        threading.Timer(0.3, go_on.set).start()
    for _ in range(200):
        with StateStore.open(state_folder(here.project)) as state:
            run = state.runs.newest()[0]
        if run.status is not RunStatus.RUNNING:
            break
        await asyncio.sleep(0.05)
    assert run.status is RunStatus.STOPPED
    assert run.counts["create"] == len(here.crm.ledger) == 10


async def test_the_plan_is_kept_in_a_file_that_apply_takes(tmp_path: Path) -> None:
    here = house(tmp_path)
    async with at_desk(here) as desk:
        screen = await planned(desk)
        await desk.press("ctrl+s")
        await desk.sees("mapstudio apply --plan guests-to-contacts.plan.json")
        path = here.root / "guests-to-contacts.plan.json"
        assert screen.proposal is not None
        assert Plan.load(path).to_json() == screen.proposal.plan.to_json()
        assert path.stat().st_mode & 0o077 == 0


async def test_a_broken_mapping_is_told_row_by_row_and_nothing_is_read(tmp_path: Path) -> None:
    here = house(tmp_path, MAPPING.replace("firstname: name", "firstname: upper(name"))
    async with at_desk(here) as desk:
        desk.app.go_to("plan")
        await desk.sees("The mapping has 1 problem; nothing was read or written.", "firstname")
        assert all(request.limit is not None for request in here.hotel.requests)  # the sample of the map alone
        assert not desk.can_press("a")


async def test_bytes_of_a_client_do_not_act_on_the_terminal(tmp_path: Path) -> None:
    here = house(tmp_path)
    here.hotel.objects["guests"].records["g2"]["name"] = "\x1b[31m[bold]red\u202e"
    async with at_desk(here) as desk:
        await planned(desk)
        await desk.press("down")
        assert "\x1b" not in desk.text
        assert "\u202e" not in desk.text
        await desk.sees("[bold]red")
