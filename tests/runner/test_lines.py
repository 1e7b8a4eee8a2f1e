"""Lines of a record: planned by their keys, sent as what changes, never doubled, quiet the second time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapstudio.connectors.exchange import Child
from mapstudio.model import PreconditionError, Reason, Record, Verb
from mapstudio.runner import Plan, Report, RunReader
from tests.runner.orders import BY_ORIGIN, ORDERS, item, lines, order, with_orders
from tests.runner.world import World, make_world


@pytest.fixture(name="world", params=["key", "origin"])
def _orders(world: World, request: pytest.FixtureRequest) -> World:
    """Return a world with orders: created through a unique key, or by the system's own external id."""
    made = with_orders(world, BY_ORIGIN) if request.param == "origin" else with_orders(world)
    made.guests.records["g1"] = order("a@x.com", item("A", 2), item("B", "1.50", "big"))
    return made


async def plan(world: World, text: str = ORDERS) -> Plan:
    async with world.runner(text) as runner:
        return await runner.plan()


async def apply(world: World, text: str = ORDERS, *, retry: bool = False) -> Report:
    async with world.runner(text) as runner:
        return await runner.apply(await runner.plan(retry=retry))


def told(planned: Plan) -> dict[str, tuple[Any, Any]]:
    """Return the changes of the only record."""
    (record,) = planned.records
    return {change.name: (change.old, change.new) for change in record.fields}


def sent(world: World) -> Sequence[Child]:
    """Return the lines of the last write."""
    return world.crm.batches[-1][-1].children.get("lines", ())


async def test_a_record_is_created_with_its_lines_and_the_second_apply_is_quiet(world: World) -> None:
    planned = await plan(world)
    assert told(planned)["lines[A]"] == (None, {"product": "71", "quantity": 2})
    assert "lines" not in planned.records[0].values

    report = await apply(world)

    assert report.counts["create"] == 1
    assert lines(world) == [("71", 2, None), ("72", Decimal("1.50"), "big")]
    assert [child.key for child in sent(world)] == ["A", "B"]
    assert (await apply(world)).quiet
    assert world.crm.ledger == [("create", "1000")]


async def test_only_what_changes_is_planned_and_sent(world: World) -> None:
    await apply(world)
    world.guests.records["g1"] = order("a@x.com", item("A", 3), item("B", 1.5))

    changed = told(await plan(world))
    assert changed["lines[A].quantity"] == (2, 3)
    assert changed["lines[B].text"] == ("big", None)
    assert len(changed) == 2
    await apply(world)

    assert {(child.key, tuple(child.values), child.remove) for child in sent(world)} == {
        ("A", ("quantity",), False),
        ("B", ("text",), False),
    }
    assert all(child.id for child in sent(world))
    assert world.crm.batches[-1][0].values == {}
    assert (await apply(world)).quiet


async def test_lines_are_added_and_taken_away(world: World) -> None:
    await apply(world)
    world.crm.objects["products"].records["75"] = {"code": "D", "name": "Delta"}
    world.guests.records["g1"] = order("a@x.com", item("D", 7), item("A", 2))

    changed = told(await plan(world))
    assert changed["lines[D]"] == (None, {"product": "75", "quantity": 7})
    assert changed["lines[72]"][1] is None
    assert changed["lines[72]"][0]["text"] == "big"
    await apply(world)

    assert sorted(lines(world)) == [("71", 2, None), ("75", 7, None)]
    assert (await apply(world)).quiet


async def test_null_touches_no_line_and_an_empty_list_removes_all(world: World) -> None:
    await apply(world)
    world.guests.records["g1"]["rooms"] = None
    assert (await plan(world)).quiet
    world.guests.records["g1"]["rooms"] = []
    assert set(told(await plan(world))) == {"lines[71]", "lines[72]"}
    await apply(world)
    assert lines(world) == []
    assert (await apply(world)).quiet


async def test_order_means_nothing(world: World) -> None:
    await apply(world)
    world.guests.records["g1"] = order("a@x.com", item("B", "1.5", "big"), item("A", "2.0"))
    assert (await plan(world)).quiet


@pytest.mark.parametrize(
    ("items", "row", "why"),
    [
        ([item("A"), item("X")], "lines[X].product", 'no record of products has code "X"'),
        ([item("C")], "lines[C].product", "2 records of products"),
        ([item("A", "much")], "lines[A].quantity", "no plain decimal number"),
        ([item("A", None)], "lines[A].quantity", "required to add a line"),
        ([item("A"), item("A")], "lines", 'two elements have the product "A"'),
    ],
)
async def test_a_line_that_fails_rejects_its_record(world: World, items: Any, row: str, why: str) -> None:
    world.guests.records["g1"] = order("a@x.com", *items)
    world.guests.records["g2"] = order("b@x.com", item("B"))

    report = await apply(world)

    assert (report.counts["create"], report.counts["reject"]) == (1, 1)
    (reason,) = report.rejects[0].reasons
    assert reason.row == row
    assert why in reason.reason


async def test_every_line_that_names_nothing_is_told(world: World) -> None:
    world.guests.records["g1"] = order("a@x.com", item("X"), item("Y"))
    (record,) = (await plan(world)).records
    assert [reason.row for reason in record.reasons] == ["lines[X].product", "lines[Y].product"]


async def test_two_keys_of_one_record_reject(world: World) -> None:
    world.crm.objects["products"].records["71"]["name"] = "Alpha"
    text = ORDERS.replace("{from: sku, by: code}", "sku")
    world.guests.records["g1"] = order("a@x.com", item("71"), item("071"))
    (record,) = (await plan(world, text)).records
    assert record.verb is Verb.REJECT


async def test_two_present_lines_of_one_key_are_for_a_person(world: World) -> None:
    await apply(world)
    (stored,) = world.crm.objects["orders"].records.values()
    stored["lines"].append({"id": "x9", "product": "71", "quantity": 1})  # type: ignore[union-attr]
    (record,) = (await plan(world)).records
    assert record.verb is Verb.REVIEW
    assert "several lines A" in str(record.reason)
    world.guests.records["g1"] = order("a@x.com", item("B", "1.50", "big"))
    await apply(world)
    assert [line[0] for line in lines(world)] == ["72"]


async def test_a_required_field_of_a_line_is_not_cleared(world: World) -> None:
    await apply(world)
    text = ORDERS.replace("quantity: qty", "quantity: {from: qty, on_null: clear}")
    world.guests.records["g1"] = order("a@x.com", item("A", None), item("B", "1.50", "big"))
    (record,) = (await plan(world, text)).records
    assert (record.verb, record.reasons[0].row) == (Verb.REJECT, "lines[A].quantity")


async def test_a_refused_line_is_a_dead_letter_and_not_sent_again_at_once(world: World) -> None:
    world.crm.refuse = lambda write: Reason("lines[A].quantity", "too many", 2) if write.children else None
    report = await apply(world)
    assert report.counts["reject"] == 1
    (letter,) = RunReader(world.state).dead_letters()
    assert letter.reasons[0].row == "lines[A].quantity"
    before = len(world.crm.batches)
    assert (await apply(world)).counts["reject"] == 1
    assert len(world.crm.batches) == before
    world.crm.refuse = lambda _: None
    assert (await apply(world, retry=True)).counts["create"] == 1


@pytest.mark.parametrize("fault", ["lose_before", "lose_after", "lose_within", "late"])
async def test_a_lost_answer_doubles_no_line(world: World, fault: str) -> None:
    setattr(world.crm, fault, True if fault == "late" else 1)
    await apply(world)
    assert sorted(line[0] for line in lines(world)) == ["71", "72"]
    assert (await apply(world)).quiet


@pytest.mark.parametrize("fault", ["lose_before", "lose_after"])
async def test_a_lost_answer_of_an_update_doubles_no_line(world: World, fault: str) -> None:
    world.guests.records["g1"] = order("a@x.com", item("A", 2))
    await apply(world)
    world.guests.records["g1"] = order("a@x.com", item("A", 3), item("B", 4))
    setattr(world.crm, fault, 1)
    report = await apply(world)
    assert report.counts["update"] == 1
    assert sorted(lines(world)) == [("71", 3, None), ("72", 4, None)]
    assert (await apply(world)).quiet


async def test_a_part_that_got_through_is_not_added_again(world: World) -> None:
    world.guests.records["g1"] = order("a@x.com", item("A", 2))
    await apply(world)
    world.guests.records["g1"] = order("a@x.com", item("A", 3), item("B", 4))
    world.crm.lose_before = 1

    def add(_: object) -> None:
        (stored,) = world.crm.objects["orders"].records.values()
        if len(stored["lines"]) == 1:  # type: ignore[arg-type]
            stored["lines"].append({"id": "x9", "product": "72", "quantity": 1})  # type: ignore[union-attr]

    world.crm.on_write = add
    await apply(world)
    assert sorted(lines(world)) == [("71", 3, None), ("72", 4, None)]


class TestSavedPlans:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"quantity": 9}, "lines[A].quantity was 2 and is now 9"),
            ("remove", "the line lines[A] is gone"),
            ("add", "there is a line lines[B] now"),
        ],
    )
    async def test_a_plan_does_not_hold_when_its_lines_moved(
        self, world: World, tmp_path: Path, change: Any, words: str
    ) -> None:
        world.guests.records["g1"] = order("a@x.com", item("A", 2))
        await apply(world)
        world.guests.records["g1"] = order("a@x.com", item("A", 3), item("B"))
        (await plan(world)).save(tmp_path / "p.json")
        (stored,) = world.crm.objects["orders"].records.values()
        known: Any = stored["lines"]
        if change == "remove":
            known.clear()
        elif change == "add":
            known.append({"id": "x9", "product": "72", "quantity": 1})
        else:
            known[0].update(change)
        async with world.runner() as runner:
            with pytest.raises(PreconditionError) as caught:
                await runner.apply(Plan.load(tmp_path / "p.json"))
        assert words in str(caught.value)

    async def test_a_plan_in_a_file_writes_the_same(self, world: World, tmp_path: Path) -> None:
        await apply(world)
        world.guests.records["g1"] = order("a@x.com", item("A", 3))
        planned = await plan(world)
        planned.save(tmp_path / "p.json")
        loaded = Plan.load(tmp_path / "p.json")
        assert loaded.records == planned.records
        async with world.runner() as runner:
            await runner.apply(loaded)
        assert lines(world) == [("71", 3, None)]


async def test_an_inner_link_that_is_open_lets_the_record_wait(world: World) -> None:
    text = ORDERS.replace("{from: sku, by: code}", "link('products', sku)")
    (record,) = (await plan(world, text)).records
    assert record.verb is Verb.WAIT
    assert record.reasons[0].row == "lines[].product"


async def test_insert_leaves_the_lines_of_a_known_record(world: World) -> None:
    text = ORDERS.replace("key: ref", "key: ref, mode: insert")
    await apply(world, text)
    world.guests.records["g1"] = order("a@x.com", item("A", 9))
    assert (await plan(world, text)).quiet


_ORDER = st.one_of(
    st.none(),
    st.dictionaries(st.sampled_from("AB"), st.tuples(st.integers(1, 3), st.sampled_from([None, "x"])), max_size=2),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_ORDER, after=_ORDER)
async def test_whatever_was_there_becomes_what_is_given_and_stays_quiet(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    world = with_orders(make_world(tmp_path_factory.mktemp("world")))
    with world.state:
        for given_lines in (before, after):
            items: list[Record] | None = (
                None if given_lines is None else [item(sku, qty, text) for sku, (qty, text) in given_lines.items()]
            )
            world.guests.records["g1"] = {**order("a@x.com"), "rooms": items}  # type: ignore[dict-item]
            await apply(world)
            assert (await apply(world)).quiet
        expected = after if after is not None else before or {}
        ids = {"A": "71", "B": "72"}
        assert sorted(map(str, lines(world))) == sorted(str((ids[sku], *of)) for sku, of in expected.items())
