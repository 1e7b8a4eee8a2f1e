"""Verbs: which destination record is meant, what would be set, and what is refused and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapstudio.connectors.declarations import Capabilities, Enforcement
from mapstudio.mapping.problems import MappingError
from mapstudio.model import Field, FieldType, Record, SourceRecord, UsageError, Verb
from mapstudio.runner import Plan, PlannedRecord
from mapstudio.runner.state import Scope
from tests.runner.test_applying import apply
from tests.runner.world import BY_ORIGIN, CONTACT_FIELDS, MAPPING, World, guest, guests


async def planned(world: World, text: str | None = None) -> Plan:
    """Return the plan of a mapping."""
    async with world.runner(text) as runner:
        return await runner.plan()


async def only(world: World, text: str | None = None) -> PlannedRecord:
    """Return the plan of the only record."""
    [record] = (await planned(world, text)).records
    return record


def with_mode(mode: str) -> str:
    """Return the mapping with a mode."""
    return MAPPING.replace("key: email", f"key: email, mode: {mode}")


def with_row(row: str) -> str:
    """Return the mapping with one more row."""
    return f"{MAPPING}  {row}\n"


async def test_the_plan_in_json_is_that_of_the_format(world: World) -> None:
    world.guests.records["g1"] = guest("ana@x.com", "Ana")
    world.guests.records["g2"] = guest(None)

    told = (await planned(world)).to_json()

    assert told == {
        "read": 2, "create": 1, "update": 0, "unchanged": 0, "reject": 1, "review": 0, "wait": 0, "skipped": 0,
        "duplicate": 0,
        "records": [
            {
                "source_id": "g1", "key": "ana@x.com", "verb": "create", "destination_id": None,
                "fields": [
                    {"name": "email", "old": None, "new": "ana@x.com"},
                    {"name": "firstname", "old": None, "new": "Ana"},
                ],
                "reason": None, "row": None,
            },
            {
                "source_id": "g2", "key": None, "verb": "reject", "destination_id": None, "fields": [],
                "reason": 'the key "email" is empty', "row": "key",
            },
        ],
    }  # fmt: skip


async def test_planning_writes_nothing_anywhere(world: World) -> None:
    world.guests.records.update(guests(3))
    world.guests.records["bad"] = guest(None)
    await planned(world)
    assert world.crm.ledger == []
    assert world.state.dead_letters.all() == []
    assert world.state.runs.newest() == []


async def test_where_skips_and_says_so(world: World) -> None:
    world.guests.records.update({"g1": guest("a@x.com", status="in"), "g2": guest("b@x.com")})
    text = MAPPING.replace("object: guests}", "object: guests, where: status}")
    plan = await planned(world, text)
    assert [str(record.verb) for record in plan.records] == ["create", "skipped"]


async def test_each_gives_one_record_for_each_element(world: World) -> None:
    rooms = [{"no": 1, "mail": "a@x.com"}, {"no": 2, "mail": "b@x.com"}]
    world.guests.records["g1"] = guest("x@x.com", rooms=rooms)
    world.guests.records["g2"] = guest("y@x.com", rooms=[])
    text = MAPPING.replace("object: guests}", "object: guests, each: {items: rooms, id: no}}")
    text = text.replace("email: email", "email: mail").replace("  firstname: name\n  nights_total: nights\n", "")

    plan = await planned(world, text)

    verbs = {record.source_id: str(record.verb) for record in plan.records}
    assert verbs == {"g1#1": "create", "g1#2": "create", "g2": "skipped"}
    assert plan.counts["read"] == 3


async def test_one_key_twice_is_collapsed_to_the_last_modified(world: World) -> None:
    world.guests.records.update(
        {
            "old": guest("Ana@x.com", "Old"),
            "new": guest("ana@X.com", "New"),
            "older": guest("ana@x.com", "Older"),
        }
    )
    world.guests.modified.update(
        old="2026-01-02T00:00:00Z", new="2026-01-02T03:00:00+02:00", older="2026-01-01T00:00:00Z"
    )

    plan = await planned(world)

    assert {record.source_id: str(record.verb) for record in plan.records} == {
        "old": "duplicate",
        "new": "create",
        "older": "duplicate",
    }
    await apply(world)
    assert [record["firstname"] for record in world.contacts.values()] == ["New"]
    links = world.state.links.find((await _scope(world)), ["old", "new", "older"])
    assert len(links) == 3
    assert len(set(links.values())) == 1
    assert (await apply(world)).quiet


async def test_without_a_modified_time_the_last_read_wins(world: World) -> None:
    world.guests.records.update({"a": guest("ana@x.com", "First"), "b": guest("ana@x.com", "Last")})
    plan = await planned(world)
    assert [str(record.verb) for record in plan.records] == ["duplicate", "create"]
    assert plan.records[0].to_json()["reason"] == "has the same key as b, which stands for it"


async def test_a_rejected_twin_does_not_stand_for_a_good_one(world: World) -> None:
    world.guests.records.update({"good": guest("ana@x.com"), "bad": guest("ana@x.com", "x" * 21)})
    plan = await planned(world)
    assert [str(record.verb) for record in plan.records] == ["create", "reject"]


async def test_a_twin_that_gets_a_key_of_its_own_does_not_overwrite_the_other(world: World) -> None:
    world.guests.records.update({"a": guest("ana@x.com", "Ana"), "b": guest("ana@x.com", "Ana")})
    await apply(world)
    world.guests.records["b"]["email"] = "berta@x.com"

    plan = await planned(world)

    assert [str(record.verb) for record in plan.records] == ["unchanged", "review"]
    assert "a" in (plan.records[1].reason or "")
    world.guests.records["a"]["email"] = "berta@x.com"
    plan = await planned(world)
    assert [str(record.verb) for record in plan.records] == ["duplicate", "update"]


async def test_a_record_that_takes_over_a_key_waits_for_the_one_that_had_it(world: World) -> None:
    world.guests.records["a"] = guest("info@x.com", "Ana")
    await apply(world)
    world.guests.records["a"]["email"] = "ana@x.com"
    world.guests.records["b"] = guest("info@x.com", "Berta")

    first = await apply(world)
    second = await apply(world)

    assert (first.counts["update"], first.counts["review"]) == (1, 1)
    assert (second.counts["unchanged"], second.counts["create"]) == (1, 1)
    assert sorted(str(record["email"]) for record in world.contacts.values()) == ["ana@x.com", "info@x.com"]


async def test_link_and_key_that_disagree_are_for_a_person(world: World) -> None:
    world.guests.records["a"] = guest("ana@x.com")
    await apply(world)
    world.contacts["7"] = {"email": "berta@x.com"}
    world.guests.records["a"]["email"] = "berta@x.com"
    record = await only(world)
    assert str(record.verb) == "review"
    assert record.to_json()["row"] == "key"
    assert record.reason == "linked to 1000, but the key finds 7"


async def test_several_hits_of_one_key_are_for_a_person(world: World) -> None:
    world.contacts.update({"7": {"email": "ana@x.com"}, "8": {"email": "ANA@x.com"}})
    world.guests.records["a"] = guest("ana@x.com")
    record = await only(world)
    assert (str(record.verb), record.reason) == ("review", "the key finds 2 records: 7, 8")


async def test_a_link_settles_several_hits(world: World) -> None:
    world.guests.records["a"] = guest("ana@x.com")
    await apply(world)
    world.contacts["7"] = {"email": "ana@x.com"}
    assert str((await only(world)).verb) == "unchanged"


async def test_a_linked_record_that_is_gone_is_matched_by_key_and_said(world: World) -> None:
    world.guests.records["a"] = guest("ana@x.com", "Ana")
    await apply(world)
    world.contacts.clear()

    record = await only(world)

    assert str(record.verb) == "create"
    assert record.reason == "the record 1000 that it was linked to is gone; matched by key"
    assert (await apply(world)).counts["create"] == 1
    assert (await only(world)).reason is None


@pytest.mark.parametrize(
    ("mode", "verbs"),
    [("insert", ["reject", "create"]), ("update", ["update", "reject"]), ("upsert", ["update", "create"])],
)
async def test_modes(world: World, mode: str, verbs: list[str]) -> None:
    world.contacts["7"] = {"email": "ana@x.com", "firstname": "Old"}
    world.guests.records.update({"a": guest("ana@x.com"), "b": guest("berta@x.com")})
    plan = await planned(world, with_mode(mode))
    assert [str(record.verb) for record in plan.records] == verbs
    assert {record.to_json()["row"] for record in plan.records if str(record.verb) == "reject"} <= {"key"}


async def test_insert_leaves_linked_records_alone(world: World) -> None:
    world.guests.records["a"] = guest("ana@x.com", "Ana")
    await apply(world, with_mode("insert"))
    world.guests.records["a"]["name"] = "Changed"
    assert str((await only(world, with_mode("insert"))).verb) == "unchanged"


async def test_mirror_can_be_planned_but_not_applied(world: World) -> None:
    world.guests.records["a"] = guest("ana@x.com")
    async with world.runner(with_mode("mirror")) as runner:
        plan = await runner.plan()
        with pytest.raises(UsageError, match="mirror"):
            await runner.apply(plan)
    assert world.crm.ledger == []


async def test_clear_empties_and_skip_does_not_compare(world: World) -> None:
    world.contacts["7"] = {"email": "ana@x.com", "firstname": "Ana", "nights_total": 3}
    world.guests.records["a"] = guest("ana@x.com", None)
    text = MAPPING.replace("firstname: name", "firstname: {from: name, on_null: clear}")
    record = await only(world, text)
    assert record.to_json()["fields"] == [{"name": "firstname", "old": "Ana", "new": None}]


async def test_equal_by_type_is_not_sent(world: World) -> None:
    world.contacts["7"] = {"email": "ANA@x.com", "firstname": "Ana", "nights_total": "10.00"}
    world.guests.records["a"] = guest("ana@x.com", "Ana", nights=10)
    assert str((await only(world)).verb) == "unchanged"


def require(world: World, name: str) -> None:
    """Make a field required."""
    world.crm.objects["contacts"].fields = [
        replace(item, required=item.required or item.name == name) for item in CONTACT_FIELDS
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("", "no row feeds it"),
        ('stage: {question: "Which?", owner: client}', "its row is an open question"),
        ('stage: {ignore: "not used"}', "its row is ignored"),
        ("stage: {from: status, draft: true}", "its row is a draft"),
        ("stage: status", "it is empty"),
    ],
)
async def test_a_required_field_without_a_value_blocks_creates_only(world: World, row: str, reason: str) -> None:
    require(world, "stage")
    world.contacts["7"] = {"email": "ana@x.com", "stage": "lead"}
    world.guests.records.update({"a": guest("ana@x.com"), "b": guest("berta@x.com")})

    plan = await planned(world, with_row(row))

    assert [str(record.verb) for record in plan.records] == ["update", "reject"]
    assert plan.records[1].to_json()["row"] == "stage"
    assert reason in (plan.records[1].reason or "")


async def test_an_update_may_not_clear_a_required_field(world: World) -> None:
    require(world, "firstname")
    world.contacts["7"] = {"email": "ana@x.com", "firstname": "Ana"}
    world.guests.records["a"] = guest("ana@x.com", None)
    record = await only(world, MAPPING.replace("firstname: name", "firstname: {from: name, on_null: clear}"))
    assert (str(record.verb), record.to_json()["row"]) == ("reject", "firstname")


async def test_references_are_resolved_or_rejected(world: World) -> None:
    world.guests.records.update(
        {
            "es": guest("a@x.com", country="ES"),
            "mx": guest("b@x.com", country="MX"),
            "fr": guest("c@x.com", country="FR"),
        }
    )
    plan = await planned(world, with_row("country_id: {from: country, by: code}"))

    by_id = {record.source_id: record for record in plan.records}
    assert by_id["es"].values["country_id"] == "34"
    assert by_id["fr"].to_json()["row"] == "country_id"
    assert by_id["fr"].reason == 'no record of countries has code "FR"'
    assert by_id["mx"].reason == '2 records of countries have code "MX": 52, 53'


async def test_an_integer_is_an_id_already(world: World) -> None:
    world.guests.records["a"] = guest("a@x.com")
    record = await only(world, with_row("country_id: {constant: 34}"))
    assert record.values["country_id"] == 34


async def test_an_unresolved_reference_may_be_left_out(world: World) -> None:
    world.guests.records["fr"] = guest("c@x.com", country="FR")
    record = await only(world, with_row("country_id: {from: country, by: code, on_error: skip}"))
    assert str(record.verb) == "create"
    assert "country_id" not in record.values
    assert "country_id" not in record.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MAPPING.replace("firstname: name", "frstname: name"), "firstname"),
        (MAPPING.replace("firstname: name", "created: name"), "read-only"),
        (MAPPING.replace(", key: email", ""), "key"),
        (MAPPING.replace("key: email", "key: stage"), "stage"),
        (MAPPING.replace("key: email", "key: firstname"), "does not keep firstname unique"),
        (MAPPING.replace("key: email", "key: [email, firstname]"), "does not keep email and firstname unique"),
        (MAPPING.replace("firstname: name", "firstname: nmae"), "name"),
    ],
)
async def test_what_could_never_be_applied_is_refused_before_reading(world: World, text: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        await planned(world, text)
    assert world.hotel.requests == []


async def test_a_destination_that_enforces_nothing_takes_updates_only(world: World) -> None:
    world.crm.objects["contacts"].able = Capabilities(create=Enforcement.NONE, update=True, batch_size=1)
    world.guests.records["a"] = guest("ana@x.com")
    with pytest.raises(MappingError, match="mode: update"):
        await planned(world)
    assert str((await only(world, with_mode("update"))).verb) == "reject"


async def test_an_external_id_finds_what_the_key_no_longer_does(world: World) -> None:
    world.crm.objects["contacts"].able = BY_ORIGIN
    text = MAPPING.replace("key: email", "key: firstname")
    world.guests.records["a"] = guest("ana@x.com", "Ana")
    await apply(world, text)
    world.state.links.drop(await _scope(world), ["a"])
    world.contacts["1000"]["firstname"] = "Anna"

    record = await only(world, text)

    assert (str(record.verb), record.destination_id) == ("update", "1000")


async def test_one_record_is_planned_as_in_the_whole(world: World) -> None:
    world.contacts["7"] = {"email": "ana@x.com", "firstname": "Old"}
    world.guests.records["a"] = guest("ana@x.com", "Ana")
    async with world.runner() as runner:
        alone = await runner.plan_record(SourceRecord("a", world.guests.records["a"]))
        assert [alone] == list((await runner.plan()).records)
        assert [record.id for record in await runner.sample(5)] == ["a"]


async def test_a_record_met_twice_while_paging_is_planned_once(world: World) -> None:
    world.guests.records.update(guests(60))
    world.hotel.twice = "g3"
    plan = await planned(world)
    assert plan.counts["create"] == 60
    assert plan.counts["read"] == 60


async def test_custom_paths_with_dots_build_nested_values(world: World) -> None:
    world.crm.objects["contacts"].fields = [*CONTACT_FIELDS, Field("address.city", type=FieldType.TEXT)]
    world.guests.records["a"] = guest("ana@x.com", country="ES")
    record = await only(world, with_row("address.city: country"))
    assert record.values["address"] == {"city": "ES"}
    await apply(world, with_row("address.city: country"))
    assert str((await only(world, with_row("address.city: country"))).verb) == "unchanged"


async def _scope(world: World) -> Scope:
    async with world.runner() as runner:
        return runner.task.scope


async def test_values_of_client_data_are_exact(world: World) -> None:
    record: Record = guest("ana@x.com", nights=12345678901234567890)
    world.guests.records["a"] = record
    assert (await only(world)).values["nights_total"] == 12345678901234567890


async def test_what_the_destination_would_keep_is_said_and_not_sent(world: World) -> None:
    world.crm.growing = frozenset({"firstname"})
    world.contacts["7"] = {"email": "a@x.com", "firstname": "Zoe", "nights_total": 1}
    world.contacts["8"] = {"email": "b@x.com", "firstname": "Zoe", "nights_total": 1}
    world.guests.records["g1"] = guest("a@x.com", "Ana", nights=1)
    world.guests.records["g2"] = guest("b@x.com", "Ana", nights=2)
    world.guests.records["g3"] = guest("c@x.com", "Ana")

    made = await planned(world)

    assert [record.verb for record in made.records] == [Verb.UNCHANGED, Verb.UPDATE, Verb.CREATE]
    assert made.records[1].values == {"nights_total": 2}
    assert made.records[0].reason == 'firstname stays "Zoe": the destination would not go back to "Ana"'
    assert made.notes == (
        "2 records keep their firstname: the destination would not go back to what the mapping gives",
    )
