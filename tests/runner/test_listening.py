"""Listening: one write however often it was told, nothing lost whatever goes wrong, and the ordinary rules of apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.connectors.declarations import Account, AccountKind
from mapstudio.connectors.exchange import Among, ReadRequest
from mapstudio.connectors.notices import Concern, Notice
from mapstudio.model import (
    ConnectionFailedError,
    ExitCode,
    LockedError,
    MapstudioError,
    PreconditionError,
    Reason,
    UsageError,
)
from mapstudio.runner import Environments
from mapstudio.runner.listening import Handled, Listener
from mapstudio.runner.lock import RunLock, lock_name
from mapstudio.runner.state import Taker
from tests.runner.fake import connected
from tests.runner.world import MAPPING, World, guest, guests

HOTEL = "fake:hotel-1"
LINKED = """\
mapstudio: 1
name: waiting
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
fields:
  email: email
  firstname: link('nothing', name)
"""


def listener(world: World, text: str = MAPPING, confirmed: str | None = None, **environments: str) -> Listener:
    path = world.root / "guests.yaml"
    path.write_text(text, encoding="utf-8")
    systems = connected({"hotel": world.hotel, "crm": world.crm})
    return Listener(
        world.project, [path], Environments(**environments), world.state, confirmed=confirmed, connect_to=systems
    )


def tell(world: World, listening: Listener, *concerns: Concern, identity: str | None = None) -> None:
    world.state.inbox.put(HOTEL, [Notice("guest/changed", concerns, identity)], listening.takers)


async def work(listening: Listener, *, early: bool = False) -> list[Handled]:
    return [handled async for handled in listening.work_off(HOTEL, early=early)]


def named(*ids: str) -> list[Concern]:
    return [Concern("guests", identity) for identity in ids]


async def test_five_deliveries_out_of_order_are_one_read_and_one_write(world: World) -> None:
    world.guests.records.update(guests(20))
    listening = listener(world)
    for identity in ("e2", "e1", "e1", "e2", "e1"):
        tell(world, listening, *named("g7"), identity=identity)
    [handled] = await work(listening)
    assert (handled.events, handled.left, handled.gone) == (2, 0, 0)
    assert world.crm.ledger == [("create", "1000")]
    assert [request.among for request in world.hotel.requests] == [Among(frozenset({"g7"}))]
    assert await work(listening, early=True) == []


async def test_a_whole_apply_afterwards_finds_nothing_to_do_for_them(world: World) -> None:
    world.guests.records.update(guests(3))
    world.guests.modified = dict.fromkeys(world.guests.records, "2026-11-22T10:00:00Z")
    listening = listener(world)
    tell(world, listening, *named("g1"))
    await work(listening)
    async with world.runner() as runner:
        plan = await runner.plan(since="last")
    # What was told of says nothing of the others: there is no checkpoint from it.
    assert (plan.counts["read"], plan.counts["create"], plan.counts["unchanged"]) == (3, 2, 1)


async def test_what_is_gone_is_taken_off_and_told(world: World) -> None:
    world.guests.records.update(guests(2))
    listening = listener(world)
    tell(world, listening, *named("g1", "g9"))
    [handled] = await work(listening)
    assert (handled.gone, handled.left) == (1, 0)
    assert await work(listening, early=True) == []


async def test_where_no_record_is_named_what_changed_is_read(world: World) -> None:
    world.guests.records.update(guests(3))
    world.guests.modified = dict.fromkeys(world.guests.records, "2026-11-22T10:00:00Z")
    listening = listener(world)
    tell(world, listening, Concern("guests"), *named("g1"))
    [handled] = await work(listening)
    everything, again = handled.reports
    assert (everything.counts["create"], again.counts["unchanged"]) == (3, 1)
    assert any("everything was read" in note for note in everything.notes)
    tell(world, listening, Concern("guests"))
    world.guests.modified["g2"] = "2026-11-22T11:00:00Z"
    [handled] = await work(listening)
    assert handled.reports[0].counts["read"] == 1


async def test_records_are_read_by_the_field_that_names_them(world: World) -> None:
    world.guests.records.update({**guests(3), "g8": guest("x@x.com", "Room 8")})
    listening = listener(world)
    tell(world, listening, Concern("guests", "Room 8", "name"), *named("g1"))
    [handled] = await work(listening)
    assert handled.reports[0].counts["create"] == 2
    assert {request.among for request in world.hotel.requests} == {
        Among(frozenset({"g1"})),
        Among(frozenset({"Room 8"}), "name"),
    }


async def test_a_rejected_record_is_a_dead_letter_and_done(world: World) -> None:
    world.guests.records.update({"g1": guest(None), "g2": guest("b@x.com")})
    listening = listener(world)
    tell(world, listening, *named("g1", "g2"))
    [handled] = await work(listening)
    assert (handled.reports[0].exit_code, handled.left) == (ExitCode.REJECTED, 0)
    assert [letter.source_id for letter in world.state.dead_letters.all()] == ["g1"]
    world.crm.refuse = lambda _: Reason("email", "no")
    tell(world, listening, *named("g2"))
    assert (await work(listening))[0].left == 0


async def test_what_waits_for_another_record_stays_to_be_read_again(world: World) -> None:
    world.guests.records.update({"g1": guest("a@x.com", "7"), "g2": guest("b@x.com", None)})
    listening = listener(world, LINKED)
    tell(world, listening, *named("g1"))
    [handled] = await work(listening)
    assert handled.left == 1
    assert await work(listening) == []
    [handled] = await work(listening, early=True)
    assert handled.left == 1


async def test_an_answer_that_is_lost_leaves_the_record_to_be_read_again(world: World) -> None:
    world.guests.records.update(guests(1))
    world.crm.lose_before, world.crm.late = 2, True
    listening = listener(world)
    tell(world, listening, *named("g0"))
    [handled] = await work(listening)
    assert handled.left == 1
    await work(listening, early=True)
    assert [entry for entry in world.crm.ledger if entry[0] == "create"] == [("create", "1000")]
    assert await work(listening, early=True) == []


@pytest.mark.parametrize("error", [ConnectionFailedError("It is down."), PreconditionError("Wrong account.")])
async def test_an_error_loses_nothing(world: World, error: MapstudioError) -> None:
    world.guests.records.update(guests(2))
    listening = listener(world)
    tell(world, listening, *named("g0", "g1"))
    world.crm.broken = error
    [handled] = await work(listening)
    assert (handled.error, handled.left) == (error, 2)
    assert await work(listening) == []
    world.crm.broken = None
    [handled] = await work(listening, early=True)
    assert handled.reports[0].counts["create"] == 2


async def test_another_run_that_holds_the_lock_is_waited_for(world: World) -> None:
    world.guests.records.update(guests(1))
    listening = listener(world)
    tell(world, listening, *named("g0"))
    with RunLock(world.state.folder, lock_name("guests-to-contacts", "crm", "sandbox")):
        [handled] = await work(listening)
    assert isinstance(handled.error, LockedError)
    assert (await work(listening, early=True))[0].left == 0


async def test_stopped_means_that_everything_stays(world: World) -> None:
    world.guests.records.update(guests(25))
    listening = listener(world)
    tell(world, listening, *named(*world.guests.records))
    world.crm.on_write = lambda _: listening.request_stop()
    [handled] = await work(listening)
    assert (handled.interrupted, handled.left) == (True, 25)
    assert listening.stopped
    assert await work(listening) == []
    world.crm.on_write = lambda _: None
    [handled] = await work(listener(world))
    assert handled.reports[0].counts["create"] == 15
    assert len(world.contacts) == 25


async def test_a_mapping_that_was_edited_is_taken_as_it_is_now(world: World) -> None:
    world.guests.records.update(guests(1))
    listening = listener(world)
    tell(world, listening, *named("g0"))
    path = world.root / "guests.yaml"
    path.write_text(MAPPING.replace("firstname: name", "firstname: upper(name)"), encoding="utf-8")
    await work(listening)
    assert world.contacts["1000"]["firstname"] == "GUEST 0"
    path.write_text(MAPPING.replace("name: guests-to-contacts", "name: else"), encoding="utf-8")
    tell(world, listening, *named("g0"))
    [handled] = await work(listening)
    assert isinstance(handled.error, UsageError)
    assert "Start it again" in str(handled.error)


async def test_production_is_confirmed_before_anything_comes(world: World) -> None:
    world.crm.account = Account("crm-1", "CRM One", AccountKind.PRODUCTION, "fake 1")
    with pytest.raises(PreconditionError, match="confirmation"):
        await listener(world, destination="production").check(HOTEL)
    await listener(world, confirmed="crm", destination="production").check(HOTEL)


async def test_the_account_that_told_is_the_one_that_is_read(world: World) -> None:
    listening = listener(world)
    await listening.check(HOTEL)
    with pytest.raises(PreconditionError, match="told by fake:another"):
        await listening.check("fake:another")


def test_mappings_take_what_they_read(world: World, tmp_path: Path) -> None:
    assert listener(world).takers == {"guests": [Taker("guests-to-contacts", "guests-to-contacts.crm.sandbox")]}
    assert tmp_path.exists()


async def test_reading_again_moves_no_checkpoint(world: World) -> None:
    world.guests.records.update(guests(2))
    world.guests.modified = dict.fromkeys(world.guests.records, "2026-11-22T10:00:00Z")
    async with world.runner() as runner:
        await runner.apply(await runner.plan())
        before = world.state.checkpoints.get("guests-to-contacts", runner.task.scope)
        plan = await runner.plan(among=[Among(frozenset({"g1"}))])
        assert plan.checkpoint is None
        await runner.apply(plan)
        assert world.state.checkpoints.get("guests-to-contacts", runner.task.scope) == before
    assert world.hotel.requests[-1] == ReadRequest(
        "guests", world.hotel.requests[-1].paths, among=Among(frozenset({"g1"}))
    )
