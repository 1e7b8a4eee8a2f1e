"""Whom records belong to: planned beside their values, sent after them, quiet the second time, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.connectors.exchange import Association
from mapstudio.mapping.associations import RowAssociation
from mapstudio.model import ExitCode, Field, FieldChange, FieldType, JsonValue, Reason, Verb
from mapstudio.model.paths import get_path
from mapstudio.runner import Plan, PlannedRecord, Report, RunReader, RunStatus
from mapstudio.runner.associations import links_of, planned_associations, wanted_links
from tests.runner.world import CONTACT_FIELDS, World, guest

HEAD = """\
mapstudio: 1
name: guests-to-contacts
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email%s}
fields:
  email: email
  firstname: name
"""
BY_CODE = "  associations.countries: {from: country, by: code}\n"
BY_ID = "  associations.countries: {from: rooms, label: lives in}\n"
COUNTRIES = "associations.countries"


def mapping(rows: str, mode: str = "") -> str:
    return HEAD % (f", mode: {mode}" if mode else "") + rows


@pytest.fixture(name="world")
def _associating(world: World) -> World:
    """Return a world whose contacts can be associated with countries."""
    linked = Field(COUNTRIES, type=FieldType.LIST, reference="countries")
    world.crm.objects["contacts"].fields = (*CONTACT_FIELDS, linked)
    world.guests.records["g1"] = guest("a@x.com", country="ES", rooms=["34"])
    return world


async def plan(world: World, text: str) -> Plan:
    async with world.runner(text) as runner:
        return await runner.plan()


async def apply(world: World, text: str, *, retry: bool = False) -> Report:
    async with world.runner(text) as runner:
        return await runner.apply(await runner.plan(retry=retry))


def links(world: World) -> dict[str, Any]:
    """Return the associations of each contact by its address."""
    return {str(record["email"]): get_path(record, COUNTRIES) for record in world.contacts.values()}


async def test_a_record_is_created_with_whom_it_belongs_to_and_the_second_apply_is_quiet(world: World) -> None:
    planned = await plan(world, mapping(BY_ID))
    [change] = [change for change in planned.records[0].fields if change.name == COUNTRIES]
    assert (change.old, change.new) == (None, [{"id": "34", "labels": ["lives in"]}])

    report = await apply(world, mapping(BY_ID))

    assert (report.counts["create"], report.associated, report.to_json()["associations"]) == (1, 1, 1)
    assert links(world) == {"a@x.com": [{"id": "34", "labels": ["lives in"]}]}
    assert (await apply(world, mapping(BY_ID))).quiet
    assert world.crm.ledger == [("create", "1000"), ("associate", "1000-34")]


async def test_a_value_is_looked_up_and_none_or_several_reject(world: World) -> None:
    world.guests.records["g2"] = guest("b@x.com", country="MX")
    world.guests.records["g3"] = guest("c@x.com", country="FR")
    world.guests.records["g4"] = guest("d@x.com")

    report = await apply(world, mapping(BY_CODE))

    assert (report.counts["create"], report.counts["reject"]) == (2, 2)
    assert {item.source_id: item.reasons[0].row for item in report.rejects} == {"g2": COUNTRIES, "g3": COUNTRIES}
    assert {item.reasons[0].reason.split(" have")[0] for item in report.rejects} >= {"2 records of countries"}
    assert links(world) == {"a@x.com": [{"id": "34", "labels": []}], "d@x.com": None}
    lenient = mapping(BY_CODE.replace("by: code", "by: code, on_error: skip"))
    assert (await apply(world, lenient)).counts["create"] == 2
    assert links(world)["b@x.com"] is None


async def test_others_are_kept_and_only_what_is_missing_is_sent(world: World) -> None:
    world.contacts["7"] = {"email": "a@x.com", "firstname": "Ana", "associations": {"countries": [entry("52", "born")]}}
    planned = await plan(world, mapping(BY_ID))
    [record] = planned.records
    assert record.verb is Verb.UPDATE
    assert record.values == {}
    assert [(change.old, change.new) for change in record.fields] == [
        ([entry("52", "born")], [entry("52", "born"), entry("34", "lives in")])
    ]

    report = await apply(world, mapping(BY_ID))

    assert (report.counts["update"], report.associated) == (1, 1)
    assert world.crm.batches == []
    assert links(world)["a@x.com"] == [entry("52", "born"), entry("34", "lives in")]


async def test_an_association_without_a_label_asks_for_no_more_than_the_two(world: World) -> None:
    world.contacts["7"] = {"email": "a@x.com", "firstname": "Ana", "associations": {"countries": [entry("34", "born")]}}
    assert (await plan(world, mapping("  associations.countries: rooms\n"))).quiet
    assert not (await plan(world, mapping(BY_ID))).quiet


async def test_replace_takes_away_what_the_row_does_not_give(world: World) -> None:
    present: list[JsonValue] = [entry("34", "born"), entry("52")]
    world.contacts["7"] = {"email": "a@x.com", "firstname": "Ana", "associations": {"countries": present}}
    text = mapping(BY_CODE.replace("by: code", "by: code, replace: true, on_null: clear"))

    await apply(world, text)
    assert links(world)["a@x.com"] == [entry("34", "born")]
    assert (await apply(world, text)).quiet
    world.guests.records["g1"]["country"] = None
    await apply(world, text)
    assert links(world)["a@x.com"] == []
    assert (await apply(world, text)).quiet


async def test_a_refused_association_leaves_the_record_written_and_a_dead_letter(world: World) -> None:
    world.guests.records["g1"]["rooms"] = ["34", "99"]
    world.crm.refuse_link = lambda item: (
        Reason(COUNTRIES, f"there is no {item.other_id}") if item.other_id == "99" else None
    )

    for mode in ("", "insert"):
        report = await apply(world, mapping(BY_ID, mode))
        assert report.exit_code is ExitCode.REJECTED
        [letter] = RunReader(world.state).dead_letters()
        [told] = letter.reasons
        assert (told.row, told.reason.split(": ")[-1].split(";")[0]) == (COUNTRIES, "there is no 99")
        assert links(world)["a@x.com"] == [entry("34", "lives in")]
    runs = RunReader(world.state).runs()
    assert [(run.counts["create"], run.counts["reject"]) for run in runs] == [(0, 1), (1, 0)]

    world.crm.refuse_link = lambda _: None
    assert (await apply(world, mapping(BY_ID, "insert"), retry=True)).counts["update"] == 1
    assert RunReader(world.state).dead_letters() == []
    assert (await apply(world, mapping(BY_ID))).quiet


async def test_a_lost_answer_is_sent_again_and_nothing_is_doubled(world: World) -> None:
    world.crm.lose_links = 1
    report = await apply(world, mapping(BY_ID))
    assert (report.counts["create"], report.exit_code) == (1, ExitCode.DONE)
    assert links(world)["a@x.com"] == [entry("34", "lives in")]


@pytest.mark.parametrize("mode", ["", "insert"])
async def test_what_stays_without_an_answer_is_made_by_the_next_run(world: World, mode: str) -> None:
    real = world.crm.link

    def nothing(name: str, item: Association) -> Reason | None:
        return None

    world.crm.link = nothing  # type: ignore[method-assign]
    world.crm.lose_links = 2
    report = await apply(world, mapping(BY_ID, mode))
    assert (report.status, report.unknown, report.exit_code) == (RunStatus.STOPPED, ("g1",), ExitCode.CONNECTION)

    world.crm.link = real  # type: ignore[method-assign]
    report = await apply(world, mapping(BY_ID, mode))
    assert (report.counts["create"], report.counts["update"]) == (0, 1)
    assert links(world)["a@x.com"] == [entry("34", "lives in")]
    assert [run.counts["create"] for run in RunReader(world.state).runs()] == [0, 1]
    assert [operation for operation, _ in world.crm.ledger] == ["create", "associate"]


async def test_a_saved_plan_holds_whom_records_belong_to(world: World, tmp_path: Any) -> None:
    (await plan(world, mapping(BY_ID))).save(tmp_path / "plan.json")
    async with world.runner(mapping(BY_ID)) as runner:
        report = await runner.apply(Plan.load(tmp_path / "plan.json"))
    assert report.associated == 1
    assert links(world)["a@x.com"] == [entry("34", "lives in")]


async def test_a_link_that_is_not_there_yet_makes_the_record_wait(world: World) -> None:
    text = mapping("  associations.countries: \"link('lands', country)\"\n")
    report = await apply(world, text)
    assert (report.counts["wait"], report.counts["create"]) == (1, 0)


def entry(identity: str, *labels: str) -> dict[str, JsonValue]:
    return {"id": identity, "labels": [*labels]}


ENTRIES = st.lists(
    st.builds(
        lambda identity, labels: entry(identity, *labels),
        st.sampled_from("abc"),
        st.lists(st.sampled_from(["x", "y", "z"]), unique=True, max_size=3),
    ),
    max_size=4,
)


@given(ENTRIES, ENTRIES, st.booleans())
def test_what_is_sent_makes_of_what_is_there_what_is_wanted(
    present: list[JsonValue], given_: list[JsonValue], replace: bool
) -> None:
    row = RowAssociation(COUNTRIES, "countries", None, replace)
    after = wanted_links(row, present, given_)
    planned = PlannedRecord("1", Verb.UPDATE, fields=(FieldChange(COUNTRIES, present, after),))

    there = {other: {*labels} for other, labels in links_of(present).items()}
    for item in planned_associations(planned, "7"):
        if item.remove:
            del there[item.other_id]
        else:
            assert item.other_id not in there or {*item.labels} - there[item.other_id]
            there.setdefault(item.other_id, set()).update(item.labels)

    wanted = links_of(given_)
    assert there == {other: {*labels} for other, labels in links_of(after).items()}
    assert all(labels <= there[other] for other, labels in wanted.items())
    assert there.keys() == wanted.keys() if replace else there.keys() == wanted.keys() | links_of(present).keys()
    assert links_of(wanted_links(row, after, given_)) == links_of(after)


async def test_a_label_that_only_one_can_have_goes_to_the_first_and_the_second_apply_is_quiet(world: World) -> None:
    world.guests.records["g1"]["rooms"] = ["34", "52", "53"]
    world.crm.sole = frozenset({"lives in"})

    report = await apply(world, mapping(BY_ID))

    assert report.exit_code is ExitCode.DONE
    assert links(world)["a@x.com"] == [entry("34", "lives in"), entry("52"), entry("53")]
    assert (await apply(world, mapping(BY_ID))).quiet
    world.guests.records["g1"]["rooms"] = ["52", "34"]
    async with world.runner(mapping(BY_ID)) as runner:
        [record] = (await runner.plan()).records
    assert [change.new for change in record.fields] == [
        [entry("34", "lives in"), entry("52", "lives in"), entry("53")],
    ]
