"""``since last``: what is read again, and when the checkpoint moves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapstudio.connectors.declarations import Capabilities
from mapstudio.model import UsageError
from mapstudio.runner import Plan, Report
from tests.runner.world import MAPPING, World, guest


def add(world: World, name: str, day: str) -> None:
    """Add a guest modified on a day."""
    world.guests.records[name] = guest(f"{name}@x.com")
    world.guests.modified[name] = f"2026-01-{day}T00:00:00Z"


async def since_last(world: World, text: str | None = None, limit: int | None = None) -> tuple[Plan, Report]:
    """Plan and apply from the last checkpoint on."""
    async with world.runner(text) as runner:
        runner.acquire_lock()
        plan = await runner.plan(limit=limit, since="last")
        return plan, await runner.apply(plan)


async def test_the_second_read_goes_on_where_the_first_ended(world: World) -> None:
    add(world, "a", "01")
    add(world, "b", "02")
    plan, _ = await since_last(world)
    assert (plan.counts["read"], plan.notes) == (2, ("everything was read: there is no checkpoint yet",))
    add(world, "c", "03")
    plan, report = await since_last(world)
    assert [record.source_id for record in plan.records] == ["c"]
    assert report.counts["create"] == 1
    plan, _ = await since_last(world)
    assert plan.counts["read"] == 0


async def test_a_limited_or_stopped_run_does_not_move_it(world: World) -> None:
    add(world, "a", "01")
    add(world, "b", "02")
    await since_last(world, limit=1)
    world.crm.lose_before = 9
    await since_last(world)
    world.crm.lose_before = 0
    plan, _ = await since_last(world)
    assert plan.counts["read"] == 2


async def test_what_a_person_must_decide_is_read_again(world: World) -> None:
    add(world, "a", "01")
    world.contacts.update({"7": {"email": "a@x.com"}, "8": {"email": "a@x.com"}})
    await since_last(world)
    plan, _ = await since_last(world)
    assert [str(record.verb) for record in plan.records] == ["review"]


async def test_a_rejected_record_is_safe_in_dead_letters(world: World) -> None:
    add(world, "a", "01")
    world.guests.records["a"]["email"] = None
    await since_last(world)
    plan, _ = await since_last(world)
    assert plan.counts["read"] == 0
    assert world.state.dead_letters.all()[0].source_id == "a"


async def test_a_changed_mapping_reads_everything_again(world: World) -> None:
    add(world, "a", "01")
    await since_last(world)
    plan, _ = await since_last(world, MAPPING.replace("nights_total: nights", "stage: {constant: lead}"))
    assert plan.counts["update"] == 1
    assert plan.notes == ("everything was read: the mapping has changed since the checkpoint",)


async def test_a_source_that_cannot_is_told(world: World) -> None:
    world.hotel.objects["guests"] = replace(world.guests, able=Capabilities())
    with pytest.raises(UsageError, match="--since"):
        await since_last(world)


async def test_a_full_read_moves_it_too(world: World) -> None:
    add(world, "a", "01")
    async with world.runner() as runner:
        await runner.apply(await runner.plan())
    plan, _ = await since_last(world)
    assert plan.counts["read"] == 0
