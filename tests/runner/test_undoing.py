"""What a run created can be taken back: that and nothing else, once or twice, also after a kill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mapstudio.connectors.declarations import Account, AccountKind
from mapstudio.model import ConnectionFailedError, ExitCode, LockedError, PreconditionError, Reason, UsageError
from mapstudio.runner import Progress, Report, RunReader, Undo, UndoReport
from mapstudio.runner.lock import RunLock
from mapstudio.runner.state import Intent, Scope, SideInfo
from tests.runner.fake import FakeConnector
from tests.runner.world import MAPPING, UPSERT, World, guest, guests, make_world


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[World]:
    """Return 25 guests and a CRM that archives."""
    world = make_world(tmp_path, guests(25), able=replace(UPSERT, archive=True))
    yield world
    world.state.close()


async def apply(world: World, text: str = MAPPING) -> Report:
    """Plan and apply once."""
    async with world.runner(text) as runner:
        runner.acquire_lock()
        return await runner.apply(await runner.plan())


def undo_of(world: World, run: str, account: Account | None = None) -> Undo:
    """Return the way back of a run."""
    row = RunReader(world.state).run(run)
    return Undo(world.state, row, FakeConnector(world.crm), account or world.crm.account)


async def undone(world: World, run: str) -> UndoReport:
    return await undo_of(world, run).execute()


async def test_what_the_run_created_is_archived_and_nothing_else(world: World) -> None:
    world.contacts["7"] = {"email": "guest3@x.com", "firstname": "Old"}
    first = await apply(world)
    assert (first.counts["create"], first.counts["update"]) == (24, 1)

    report = await undone(world, first.run)

    assert (len(report.archived), report.refused, report.exit_code) == (24, [], ExitCode.DONE)
    assert {*world.contacts} == {"7"}
    assert "g3" not in {entry.source_id for entry in report.archived}


async def test_an_apply_after_it_creates_everything_anew(world: World) -> None:
    first = await apply(world)
    await undone(world, first.run)
    again = await apply(world)
    assert (again.counts["create"], again.counts["unchanged"]) == (25, 0)
    assert (await apply(world)).quiet


async def test_an_incremental_run_after_it_reads_everything(world: World) -> None:
    world.guests.modified.update(dict.fromkeys(world.guests.records, "2026-11-01T00:00:00Z"))
    first = await apply(world)
    await undone(world, first.run)
    async with world.runner() as runner:
        plan = await runner.plan(since="last")
    assert plan.counts["create"] == 25


async def test_a_second_time_nothing_is_left_to_do(world: World) -> None:
    first = await apply(world)
    await undone(world, first.run)
    sent = len(world.crm.ledger)
    report = await undone(world, first.run)
    assert (report.archived, report.exit_code, len(world.crm.ledger)) == ([], ExitCode.DONE, sent)


async def test_a_later_run_that_only_updated_takes_nothing_back(world: World) -> None:
    await apply(world)
    world.guests.records["g1"]["nights"] = 99
    second = await apply(world)
    report = await undone(world, second.run)
    assert report.archived == []
    assert len(world.contacts) == 25


async def test_all_links_to_what_is_archived_are_dropped_those_of_duplicates_too(world: World) -> None:
    world.guests.records["twin"] = guest("guest1@x.com", "Guest 1", nights=1)
    first = await apply(world)
    assert first.counts["duplicate"] == 1
    await undone(world, first.run)
    scope = Scope("fake:hotel-1", "guests", "fake:crm-1", "contacts")
    assert world.state.links.find(scope, [*world.guests.records]) == {}


async def test_what_may_not_be_archived_is_told_and_stays_linked(world: World) -> None:
    first = await apply(world)
    kept = next(entry for entry in RunReader(world.state).entries(undo_of(world, first.run).run)).destination_id
    world.crm.refuse_archive = lambda item: Reason("id", "it is locked", item) if item == kept else None
    report = await undone(world, first.run)
    assert (len(report.archived), report.exit_code) == (24, ExitCode.REJECTED)
    [(entry, reason)] = report.refused
    assert (entry.destination_id, reason.reason) == (kept, "it is locked")
    assert (await apply(world)).counts["unchanged"] == 1
    world.crm.refuse_archive = lambda _: None
    again = await undone(world, first.run)
    assert [item.destination_id for item in again.archived] == [kept]


async def test_a_lost_answer_is_asked_for_again(world: World) -> None:
    first = await apply(world)
    world.crm.lose_after = 1
    report = await undone(world, first.run)
    assert (len(report.archived), report.error) == (25, None)


async def test_it_stops_where_the_destination_is_away_and_goes_on_later(world: World) -> None:
    first = await apply(world)
    world.crm.broken = ConnectionFailedError("crm does not answer.")
    undo = undo_of(world, first.run)
    report = await undo.execute()
    assert (len(report.archived), report.not_done, report.exit_code) == (0, 25, ExitCode.CONNECTION)
    world.crm.broken = None
    assert len((await undone(world, first.run)).archived) == 25


async def test_it_stops_between_two_batches_when_asked_to(world: World) -> None:
    first = await apply(world)
    undo = undo_of(world, first.run)

    def stop(_: Progress) -> None:
        assert undo.request_stop()

    report = await undo.execute(stop)
    assert (len(report.archived), report.not_done, report.exit_code) == (10, 15, ExitCode.INTERRUPTED)
    assert len((await undone(world, first.run)).archived) == 15


async def test_the_run_s_log_says_what_was_taken_back(world: World) -> None:
    first = await apply(world)
    await undone(world, first.run)
    reader = RunReader(world.state)
    assert all("undone" in entry.entry for entry in reader.entries(reader.run(first.run)))


async def test_what_a_killed_run_created_without_a_word_is_taken_back_too(world: World) -> None:
    async with world.runner() as runner:
        lock, scope = runner._lock.name, runner.task.scope
    killed = world.state.runs.start(
        mapping="guests-to-contacts",
        lock=lock,
        source=runner_side("hotel", "guests"),
        destination=runner_side("crm", "contacts"),
        counts={"read": 1},
    )
    world.state.intents.note(killed, lock, scope, [Intent("g1", None, ("guest1@x.com",))])
    world.contacts["55"] = {"email": "guest1@x.com", "firstname": "Guest 1", "nights_total": 1}
    second = await apply(world)
    assert second.counts["create"] == 24
    report = await undone(world, killed)
    assert [(entry.source_id, entry.destination_id) for entry in report.archived] == [("g1", "55")]
    assert len(world.contacts) == 24


async def test_another_account_is_never_touched(world: World) -> None:
    first = await apply(world)
    other = Account("crm-2", "CRM One", AccountKind.SANDBOX, "fake 1")
    with pytest.raises(PreconditionError, match="wrote to CRM One"):
        await undo_of(world, first.run, other).execute()
    assert len(world.contacts) == 25


async def test_production_needs_its_name(world: World) -> None:
    first = await apply(world)
    production = replace(world.crm.account, kind=AccountKind.PRODUCTION)
    for wrong in (None, "erp"):
        with pytest.raises(PreconditionError, match="crm"):
            await undo_of(world, first.run, production).execute(confirmed=wrong)
    assert len(world.contacts) == 25
    assert len((await undo_of(world, first.run, production).execute(confirmed="crm")).archived) == 25


async def test_it_waits_for_a_run_of_the_same_mapping(world: World) -> None:
    first = await apply(world)
    with RunLock(world.state.folder, RunReader(world.state).run(first.run).lock), pytest.raises(LockedError):
        await undone(world, first.run)


async def test_a_destination_that_cannot_archive_is_told_as_such(world: World) -> None:
    first = await apply(world)
    world.crm.objects["contacts"].able = UPSERT
    with pytest.raises(UsageError, match=f"Fake cannot archive contacts: what {first.run} created stays there"):
        await undone(world, first.run)


def runner_side(connection: str, name: str) -> SideInfo:
    return SideInfo(connection, "sandbox", name, "One")
