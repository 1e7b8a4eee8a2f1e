"""Steps after writing: planned, taken once everything is written, refused without harm, quiet the second time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mapstudio.mapping.problems import MappingError
from mapstudio.model import ConnectionFailedError, ExitCode, Field, FieldType, PreconditionError, Reason, Verb
from mapstudio.runner import Plan, Report, RunReader, RunStatus
from tests.runner.orders import ORDER_FIELDS, ORDERS, item, order, with_orders
from tests.runner.world import World

CONFIRM = ORDERS.replace("key: ref", "key: ref, after: confirm")
WHEN = ORDERS.replace("key: ref", "key: ref, after: {confirm: \"status == 'won'\"}")


@pytest.fixture(name="world")
def _orders(world: World) -> World:
    """Return a world with one order."""
    made = with_orders(world)
    made.guests.records["g1"] = order("a@x.com", item("A", 2))
    return made


async def plan(world: World, text: str = CONFIRM) -> Plan:
    async with world.runner(text) as runner:
        return await runner.plan()


async def apply(world: World, text: str = CONFIRM, *, retry: bool = False) -> Report:
    async with world.runner(text) as runner:
        return await runner.apply(await runner.plan(retry=retry))


def states(world: World) -> dict[str, Any]:
    """Return the state of each order."""
    return {str(one["ref"]): one.get("state") for one in world.crm.objects["orders"].records.values()}


def steps(planned: Plan) -> list[tuple[str, Any, Any]]:
    """Return the steps of the first record."""
    changes = planned.records[0].fields
    return [(one.name, one.old, one.new) for one in changes if one.name.startswith("after.")]


async def test_a_step_is_planned_and_taken_once(world: World) -> None:
    assert steps(await plan(world)) == [("after.confirm", False, True)]

    report = await apply(world)

    assert (report.counts["create"], report.steps, report.to_json()["steps"]) == (1, 1, 1)
    assert states(world) == {"a@x.com": "confirm"}
    assert (await apply(world)).quiet
    assert world.crm.ledger == [("create", "1000"), ("confirm", "1000")]


async def test_a_record_that_lacks_its_step_alone_is_an_update_that_writes_nothing(world: World) -> None:
    await apply(world, ORDERS)
    planned = await plan(world)
    assert planned.records[0].verb is Verb.UPDATE
    assert [change.name for change in planned.records[0].fields] == ["after.confirm"]
    report = await apply(world)
    assert (report.counts["update"], report.steps, len(world.crm.batches)) == (1, 1, 1)
    assert (await apply(world)).quiet


async def test_a_condition_decides_for_each_record(world: World) -> None:
    world.guests.records["g2"] = order("b@x.com", item("A"), status="won")
    report = await apply(world, WHEN)
    assert (report.counts["create"], report.steps) == (2, 1)
    assert states(world) == {"a@x.com": None, "b@x.com": "confirm"}
    world.guests.records["g2"] = order("b@x.com", item("A"), status="lost")
    assert (await apply(world, WHEN)).quiet
    assert states(world)["b@x.com"] == "confirm"


async def test_a_condition_that_fails_rejects(world: World) -> None:
    text = ORDERS.replace("key: ref", 'key: ref, after: {confirm: "lower(rooms)"}')
    report = await apply(world, text)
    assert [reason.row for reason in report.rejects[0].reasons] == ["after.confirm"]
    assert states(world) == {}


async def test_a_rejected_or_waiting_record_takes_no_step(world: World) -> None:
    world.guests.records["g1"] = order("a@x.com", item("X"))
    world.guests.records["g2"] = order("b@x.com", item("A"))
    text = CONFIRM.replace("note: name", "note: \"email == 'b@x.com' ? link('rooms', name) : name\"")
    report = await apply(world, text)
    assert (report.counts["reject"], report.counts["wait"], report.steps) == (1, 1, 0)
    assert world.crm.ledger == []


async def test_a_refused_step_leaves_the_record_written_and_says_so(world: World) -> None:
    world.crm.refuse_step = lambda _: Reason("state", "the order has no customer", None)
    report = await apply(world)
    assert (report.counts["create"], report.counts["reject"], report.exit_code) == (1, 0, ExitCode.REJECTED)
    (letter,) = RunReader(world.state).dead_letters()
    assert [(reason.row, reason.reason) for reason in letter.reasons] == [
        ("after.confirm", "the order has no customer")
    ]
    assert states(world) == {"a@x.com": None}

    held = await apply(world)
    assert (held.counts["reject"], len(world.crm.batches)) == (1, 1)
    again = await apply(world, retry=True)
    assert (again.counts["update"], again.counts["reject"], again.steps) == (0, 1, 0)
    world.crm.refuse_step = lambda _: None
    done = await apply(world, retry=True)
    assert (done.counts["update"], done.steps) == (1, 1)
    assert RunReader(world.state).dead_letters() == []
    assert (await apply(world)).quiet


async def test_a_refused_record_takes_no_step(world: World) -> None:
    world.crm.refuse = lambda _: Reason("note", "no", None)
    report = await apply(world)
    assert (report.counts["reject"], report.steps, world.crm.ledger) == (1, 0, [])


async def test_a_record_of_which_a_part_was_refused_takes_none(world: World) -> None:
    linked = Field("associations.countries", type=FieldType.LIST, reference="countries")
    world.crm.objects["orders"].fields = (*ORDER_FIELDS, linked)
    text = CONFIRM + "  associations.countries: {constant: '34'}\n"
    world.crm.refuse_link = lambda _: Reason("associations.countries", "no", None)
    report = await apply(world, text)
    assert [reason.row for reason in report.rejects[0].reasons] == ["associations.countries", "after.confirm"]
    assert states(world) == {"a@x.com": None}
    world.crm.refuse_link = lambda _: None
    assert (await apply(world, text, retry=True)).steps == 1


async def test_an_answer_that_is_lost_is_asked_for_again(world: World) -> None:
    world.crm.lose_steps = 1
    report = await apply(world)
    assert (report.status, report.steps) == (RunStatus.DONE, 1)
    assert world.crm.ledger.count(("confirm", "1000")) == 1


@pytest.mark.parametrize("mode", ["", ", mode: insert"])
async def test_a_step_that_nobody_answers_for_is_taken_by_the_next_run(world: World, mode: str) -> None:
    text = CONFIRM.replace("key: ref", f"key: ref{mode}")
    world.crm.lose_steps = 2
    report = await apply(world, text)
    assert report.status is RunStatus.STOPPED
    assert isinstance(report.error, ConnectionFailedError)
    assert report.unknown == ("g1",)
    world.crm.objects["orders"].records["1000"]["state"] = None
    after = await apply(world, text)
    assert (after.status, after.steps) == (RunStatus.DONE, 1)
    assert (await apply(world, text)).quiet


async def test_insert_takes_no_step_of_a_record_that_was_finished(world: World) -> None:
    text = CONFIRM.replace("key: ref", "key: ref, mode: insert")
    await apply(world, text)
    world.crm.objects["orders"].records["1000"]["state"] = None
    assert (await apply(world, text)).quiet


@pytest.mark.parametrize(
    ("after", "destination", "words"),
    [
        ("confrm", "orders", 'did you mean "confirm"?'),
        ("[confirm, ship]", "orders", "know no step ship; there is confirm"),
        ("confirm", "contacts", "take no steps"),
    ],
)
async def test_a_step_that_is_not_known_is_refused_before_anything_is_read(
    world: World, after: str, destination: str, words: str
) -> None:
    text = ORDERS.split("  lines:", maxsplit=1)[0].replace("key: ref", f"key: ref, after: {after}")
    if destination == "contacts":
        text = text.replace("orders", "contacts").replace("ref", "email").replace("note: name", "firstname: name")
    with pytest.raises(MappingError) as caught:
        await plan(world, text)
    assert words in str(caught.value)
    assert world.hotel.requests == []


async def test_a_plan_does_not_hold_when_the_step_was_taken_since(world: World, tmp_path: Path) -> None:
    await apply(world, ORDERS)
    (await plan(world)).save(tmp_path / "p.json")
    world.crm.objects["orders"].records["1000"]["state"] = "confirm"
    async with world.runner(CONFIRM) as runner:
        with pytest.raises(PreconditionError, match="has taken the step confirm"):
            await runner.apply(Plan.load(tmp_path / "p.json"))


@pytest.mark.parametrize("archived", [True, False])
async def test_archived_records_are_asked_for_when_the_mapping_says_so(world: World, archived: bool) -> None:
    text = ORDERS.replace("object: guests", "object: guests, archived: true") if archived else ORDERS
    async with world.runner(text) as runner:
        await runner.plan()
        await runner.sample(1)
    assert [request.archived for request in world.hotel.requests] == [archived, archived]
