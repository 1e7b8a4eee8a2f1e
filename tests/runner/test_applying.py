"""Plan and apply between two systems: what is sent, what is counted, what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mapstudio.connectors.declarations import Account, AccountKind
from mapstudio.connectors.exchange import Write
from mapstudio.model import AuthenticationError, ExitCode, PreconditionError, Reason, Verb
from mapstudio.runner import Environments, Report, RunReader, RunStatus
from tests.runner.world import World, guest, guests


async def apply(world: World, text: str | None = None, *, retry: bool = False) -> Report:
    """Plan and apply once."""
    async with world.runner(text) as runner:
        runner.acquire_lock()
        return await runner.apply(await runner.plan(retry=retry))


async def test_first_apply_creates_and_the_second_sends_nothing(world: World) -> None:
    world.guests.records.update(guests(25))

    first = await apply(world)
    second = await apply(world)

    assert (first.counts["create"], first.counts["read"], first.exit_code) == (25, 25, ExitCode.DONE)
    assert (second.counts["create"], second.counts["update"], second.counts["unchanged"]) == (0, 0, 25)
    assert second.quiet
    assert not first.quiet
    assert len(world.crm.ledger) == 25
    assert [len(batch) for batch in world.crm.batches] == [10, 10, 5]


async def test_only_changed_fields_are_sent(world: World) -> None:
    world.guests.records["g1"] = guest("ana@x.com", "Ana", nights=3)
    await apply(world)
    world.guests.records["g1"]["nights"] = 4

    async with world.runner() as runner:
        plan = await runner.plan()

    assert plan.counts["update"] == 1
    [record] = plan.records
    assert record.to_json()["fields"] == [{"name": "nights_total", "old": 3, "new": 4}]
    await apply(world)
    assert world.crm.batches[-1][0].values == {"nights_total": 4}


async def test_a_record_found_by_key_is_updated_and_linked(world: World) -> None:
    world.contacts["7"] = {"email": "Ana@X.com", "firstname": "Old"}
    world.guests.records["g1"] = guest("ana@x.com", "Ana")

    report = await apply(world)

    assert (report.counts["update"], report.counts["create"]) == (1, 0)
    assert world.crm.batches == [
        [Write(world.crm.batches[0][0].origin, {"firstname": "Ana"}, "7", same={"email": "ana@x.com"})]
    ]
    world.guests.records["g1"]["email"] = "new@x.com"
    report = await apply(world)
    assert report.counts["update"] == 1
    assert world.contacts == {"7": {"email": "new@x.com", "firstname": "Ana"}}


async def test_a_poison_record_goes_to_dead_letters_and_its_neighbours_are_written(world: World) -> None:
    world.guests.records.update(guests(12))
    world.crm.refuse = lambda write: (
        Reason("firstname", "may not be Guest 3", "Guest 3") if write.values.get("firstname") == "Guest 3" else None
    )

    report = await apply(world)

    assert (report.counts["create"], report.counts["reject"], report.exit_code) == (11, 1, ExitCode.REJECTED)
    [letter] = RunReader(world.state).dead_letters()
    assert (letter.source_id, letter.attempts) == ("g3", 1)
    assert letter.reasons == (Reason("firstname", "may not be Guest 3", "Guest 3"),)
    assert letter.record == world.guests.records["g3"]
    assert letter.output == {"email": "guest3@x.com", "firstname": "Guest 3", "nights_total": 3}

    await apply(world)
    assert RunReader(world.state).dead_letters()[0].attempts == 2
    world.crm.refuse = lambda _: None
    report = await apply(world, retry=True)
    assert (report.counts["create"], report.exit_code) == (1, ExitCode.DONE)
    assert RunReader(world.state).dead_letters() == []
    assert RunReader(world.state).dead_letters(closed=True)[0].closed_at


async def test_rejects_of_the_mapping_are_dead_letters_with_row_and_value(world: World) -> None:
    world.guests.records["long"] = guest("a@x.com", "A name of more than twenty characters")
    world.guests.records["blank"] = guest("  ")

    report = await apply(world)

    assert (report.counts["reject"], report.counts["create"], report.exit_code) == (2, 0, ExitCode.REJECTED)
    rows = {letter.source_id: letter.reasons[0].row for letter in RunReader(world.state).dead_letters()}
    assert rows == {"long": "firstname", "blank": "key"}
    assert {item.source_id for item in report.rejects} == {"long", "blank"}


async def test_counts_always_add_up_to_what_was_read(world: World) -> None:
    world.guests.records.update(guests(8))
    world.guests.records["twin"] = guest("GUEST1@x.com")
    world.guests.records["none"] = guest(None)
    world.crm.refuse = lambda write: Reason("email", "no", None) if write.values["email"] == "guest2@x.com" else None

    report = await apply(world)

    assert sum(report.counts[verb] for verb in Verb) == report.counts["read"] == 10
    assert {verb: count for verb, count in report.counts.items() if count} == {
        "read": 10,
        "create": 7,
        "reject": 2,
        "duplicate": 1,
    }


@pytest.mark.parametrize("switch", ["lose_before", "lose_after"])
async def test_a_lost_answer_is_looked_up_and_nothing_is_doubled(world: World, switch: str) -> None:
    world.guests.records.update(guests(15))
    setattr(world.crm, switch, 1)

    report = await apply(world)

    assert (report.counts["create"], report.exit_code) == (15, ExitCode.DONE)
    assert [operation for operation, _ in world.crm.ledger] == ["create"] * 15
    assert (await apply(world)).quiet


@pytest.mark.parametrize(("switch", "value"), [("lose_within", 1), ("late", True)])
async def test_a_create_that_was_sent_twice_is_counted_as_the_create_that_it_was(
    world: World, switch: str, value: int
) -> None:
    """The second of the two calls itself an update: the destination's own book has one create for each record."""
    world.guests.records.update(guests(5))
    setattr(world.crm, switch, value)

    report = await apply(world)

    assert (report.counts["create"], report.counts["update"]) == (5, 0)
    assert [operation for operation, _ in world.crm.ledger].count("create") == 5
    assert {entry.verb for entry in RunReader(world.state).entries(RunReader(world.state).run("last"))} == {"create"}


@pytest.mark.parametrize("switch", ["lose_before", "lose_after"])
async def test_a_lost_answer_to_an_update_is_settled_by_reading_again(world: World, switch: str) -> None:
    world.guests.records.update(guests(3))
    await apply(world)
    for record in world.guests.records.values():
        record["name"] = "Renamed"
    setattr(world.crm, switch, 1)

    report = await apply(world)

    assert (report.counts["update"], report.counts["create"]) == (3, 0)
    assert len(world.crm.ledger) == 6


async def test_answers_that_stay_away_stop_the_run_and_the_next_goes_on(world: World) -> None:
    world.guests.records.update(guests(15))
    world.crm.lose_before = 2

    report = await apply(world)

    assert (report.status, report.exit_code) == (RunStatus.STOPPED, ExitCode.CONNECTION)
    assert len(report.unknown) == 10
    assert (report.counts["create"], report.not_done) == (0, 5)
    report = await apply(world)
    assert (report.counts["create"], report.exit_code) == (15, ExitCode.DONE)


async def test_a_connection_lost_midway_leaves_a_true_report(world: World) -> None:
    world.guests.records.update(guests(25))
    world.crm.down_after = 2

    report = await apply(world)

    assert (report.status, report.exit_code) == (RunStatus.STOPPED, ExitCode.CONNECTION)
    assert (report.counts["create"], report.counts["read"], report.not_done) == (20, 25, 0)
    assert len(report.unknown) == 5
    assert "does not answer" in report.to_json()["error"]
    [run] = RunReader(world.state).runs()
    assert (run.status, run.counts["create"]) == (RunStatus.STOPPED, 20)

    world.crm.broken = world.crm.down_after = None
    report = await apply(world)
    assert (report.counts["create"], report.counts["unchanged"]) == (5, 20)
    assert len(world.crm.ledger) == 25


async def test_credentials_that_end_midway_stop_the_run(world: World) -> None:
    world.guests.records.update(guests(25))

    def expire(_: Sequence[Write]) -> None:
        if world.crm.batches:
            world.crm.broken = AuthenticationError("crm refused the token.")

    world.crm.on_write = expire
    report = await apply(world)
    assert (report.exit_code, report.counts["create"], len(report.unknown)) == (ExitCode.AUTHENTICATION, 20, 5)


async def test_a_connector_that_tells_too_little_is_read_again(world: World) -> None:
    world.guests.records.update(guests(3))
    world.crm.forgetful = True
    report = await apply(world)
    assert (report.counts["create"], len(world.crm.ledger)) == (3, 3)


async def test_production_is_not_written_without_its_name(world: World) -> None:
    world.guests.records.update(guests(1))
    world.hotel.account = replace(world.hotel.account, kind=AccountKind.PRODUCTION)
    world.crm.account = replace(world.crm.account, kind=AccountKind.PRODUCTION)
    async with world.runner(environments=Environments("production", "production")) as runner:
        plan = await runner.plan()
        for confirmed in (None, "hotel"):
            with pytest.raises(PreconditionError, match="crm"):
                await runner.apply(plan, confirmed=confirmed)
        assert world.crm.ledger == []
        assert (await runner.apply(plan, confirmed="crm")).counts["create"] == 1


async def test_production_and_sandbox_do_not_share_links(world: World) -> None:
    world.guests.records.update(guests(1))
    await apply(world)
    world.crm.account = Account("crm-2", "CRM Two", AccountKind.PRODUCTION, "fake 1")
    world.contacts.clear()
    async with world.runner(environments=Environments("sandbox", "production")) as runner:
        [record] = (await runner.plan()).records
    assert (str(record.verb), record.reason) == ("create", None)


async def test_an_interrupt_finishes_the_batch_in_flight(world: World) -> None:
    world.guests.records.update(guests(25))
    async with world.runner() as runner:
        plan = await runner.plan()
        world.crm.on_write = lambda _: runner.request_stop()
        report = await runner.apply(plan)

    assert (report.status, report.exit_code) == (RunStatus.STOPPED, ExitCode.INTERRUPTED)
    assert (report.counts["create"], report.not_done, len(world.crm.ledger)) == (10, 15, 10)
    world.crm.on_write = lambda _: None
    assert (await apply(world)).counts["create"] == 15


async def test_an_interrupt_in_the_last_batch_is_heeded_too(world: World) -> None:
    world.guests.records.update(guests(5))
    async with world.runner() as runner:
        plan = await runner.plan()
        world.crm.on_write = lambda _: runner.request_stop()
        report = await runner.apply(plan)

    # All is written, and the caller goes on to no other mapping.
    assert (report.exit_code, report.counts["create"], report.not_done) == (ExitCode.INTERRUPTED, 5, 0)


async def test_a_cancelled_apply_notes_the_batch_in_flight(world: World) -> None:
    world.guests.records.update(guests(25))
    async with world.runner() as runner:
        plan = await runner.plan()
        task = asyncio.create_task(runner.apply(plan))

        def cancel(_: Sequence[Write]) -> None:
            task.cancel()

        world.crm.on_write = cancel
        with pytest.raises(asyncio.CancelledError):
            await task

    [run] = RunReader(world.state).runs()
    assert (run.status, run.counts["create"], len(world.crm.ledger)) == (RunStatus.STOPPED, 10, 10)


async def test_a_limit_takes_the_first_records_only(world: World) -> None:
    world.guests.records.update(guests(120))
    async with world.runner() as runner:
        plan = await runner.plan(limit=3)

    assert [record.source_id for record in plan.records] == ["g0", "g1", "g2"]
    assert world.hotel.requests[-1].limit == 3


async def test_only_used_paths_are_asked_for(world: World) -> None:
    async with world.runner() as runner:
        await runner.plan()

    assert world.hotel.requests[-1].paths == frozenset({"email", "name", "nights"})


async def test_client_data_is_private(world: World, tmp_path: Path) -> None:
    world.guests.records["g"] = guest(None)
    await apply(world)

    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
