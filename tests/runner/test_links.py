"""Records that link to records mapped before: they wait until these are there, and none is lost meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.connectors.declarations import Account, AccountKind, Capabilities
from mapstudio.model import ExitCode, Field, FieldType, SourceRecord
from mapstudio.runner import Plan, PlannedRecord, Report
from mapstudio.runner.state import Scope, StateStore
from tests.runner.fake import FakeObject
from tests.runner.world import BY_ORIGIN, CONTACT_FIELDS, UPSERT, World, guest

FIRMS = """\
mapstudio: 1
name: companies-to-firms
source: {connection: hotel, object: companies}
destination: {connection: crm, object: firms, key: name}
fields:
  name: title
"""
CONTACTS = """\
mapstudio: 1
name: guests-to-contacts
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
fields:
  email: email
  firstname: name
  firm_id: link('companies', status)
"""
OTHERS = FIRMS.replace("name: companies-to-firms", "name: companies-to-others").replace(
    "object: firms", "object: others"
)


@pytest.fixture
def linked(world: World) -> World:
    """Return a world whose guests name their company in ``status``, and whose contacts refer to a firm."""
    companies = (Field("title", type=FieldType.TEXT), Field("parent", type=FieldType.TEXT))
    world.hotel.objects["companies"] = FakeObject(companies, Capabilities(incremental=True))
    contacts = (*CONTACT_FIELDS, Field("firm_id", type=FieldType.REFERENCE, reference="firms"))
    world.crm.objects["contacts"] = FakeObject(contacts, UPSERT)
    firms = (Field("name", type=FieldType.TEXT), Field("parent_id", type=FieldType.REFERENCE, reference="firms"))
    world.crm.objects["firms"] = FakeObject(firms, BY_ORIGIN)
    world.crm.objects["others"] = FakeObject(firms, BY_ORIGIN)
    return world


def add_company(world: World, name: str, title: str, parent: str | None = None) -> None:
    """Add a company of the source."""
    world.hotel.objects["companies"].records[name] = {"title": title, "parent": parent}


async def apply(world: World, text: str = CONTACTS) -> Report:
    """Plan a mapping and apply it."""
    async with world.runner(text) as runner:
        runner.acquire_lock()
        return await runner.apply(await runner.plan())


async def since_last(world: World, text: str = CONTACTS) -> tuple[Plan, Report]:
    """Plan and apply from the last checkpoint on."""
    async with world.runner(text) as runner:
        runner.acquire_lock()
        plan = await runner.plan(since="last")
        return plan, await runner.apply(plan)


async def planned(world: World, text: str = CONTACTS) -> dict[str, PlannedRecord]:
    """Return the plan of a mapping, by source id."""
    async with world.runner(text) as runner:
        return {record.source_id: record for record in (await runner.plan()).records}


class TestResolving:
    async def test_a_record_that_was_mapped_before_is_referred_to_by_its_destination_id(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        await apply(linked, FIRMS)
        [firm] = linked.crm.objects["firms"].records

        record = (await planned(linked))["g1"]
        assert str(record.verb) == "create"
        assert record.output["firm_id"] == int(firm)
        assert (await apply(linked)).counts["create"] == 1
        assert (await apply(linked)).quiet

    async def test_what_stands_for_another_is_found_for_it_too(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        add_company(linked, "c2", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        linked.guests.records["g2"] = guest("b@x.com", status="c2")
        await apply(linked, FIRMS)
        assert len(linked.crm.objects["firms"].records) == 1
        outputs = [record.output["firm_id"] for record in (await planned(linked)).values()]
        assert outputs == [1000, 1000]

    async def test_the_field_decides_which_of_several_objects_is_meant(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        await apply(linked, OTHERS)
        waiting = (await planned(linked))["g1"]
        assert waiting.reason == 'companies "c1" has not been mapped to firms yet; it became others "1000"'
        await apply(linked, FIRMS)
        assert (await planned(linked))["g1"].output["firm_id"] == 1001

    async def test_a_field_that_refers_to_nothing_needs_to_be_told_which(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        text = CONTACTS.replace("firm_id: link('companies', status)", "firstname: link('companies', status)").replace(
            "  firstname: name\n", ""
        )
        await apply(linked, FIRMS)
        assert (await planned(linked, text))["g1"].output["firstname"] == "1000"
        await apply(linked, OTHERS)
        record = (await planned(linked, text))["g1"]
        assert str(record.verb) == "reject"
        assert "mapped to firms and others: say which" in (record.reason or "")
        text = text.replace("link('companies', status)", "link('companies', status, 'others')")
        assert (await planned(linked, text))["g1"].output["firstname"] == "1001"

    async def test_links_of_another_account_are_none(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        await apply(linked, FIRMS)
        crm = linked.crm.account
        for side in (linked.crm, linked.hotel):
            before = side.account
            side.account = Account("another", "Another", AccountKind.SANDBOX, "fake 1")
            assert str((await planned(linked))["g1"].verb) == "wait"
            side.account = before
        assert linked.crm.account == crm
        assert str((await planned(linked))["g1"].verb) == "create"

    async def test_without_an_id_there_is_no_link_to_wait_for(self, linked: World) -> None:
        linked.guests.records["g1"] = guest("a@x.com", status=None)
        record = (await planned(linked))["g1"]
        assert (str(record.verb), record.output) == ("create", {"email": "a@x.com", "firstname": "Ana"})

    async def test_an_object_may_link_to_itself(self, linked: World) -> None:
        add_company(linked, "c2", "Acme Spain", parent="c1")
        add_company(linked, "c1", "Acme")
        text = f"{FIRMS}  parent_id: link('companies', parent)\n"
        first = await apply(linked, text)
        assert (first.counts["create"], first.counts["wait"]) == (1, 1)
        second = await apply(linked, text)
        assert (second.counts["create"], second.counts["wait"]) == (1, 0)
        assert linked.crm.objects["firms"].records["1001"] == {"name": "Acme Spain", "parent_id": 1000}


class TestWaiting:
    async def test_it_is_told_counted_and_not_sent(self, linked: World) -> None:
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        linked.guests.records["g2"] = guest("b@x.com")

        async with linked.runner(CONTACTS) as runner:
            plan = await runner.plan()
            report = await runner.apply(plan)

        assert (plan.counts["read"], plan.counts["wait"], plan.counts["create"]) == (2, 1, 1)
        assert plan.to_json()["records"][0] == {
            "source_id": "g1",
            "key": "a@x.com",
            "verb": "wait",
            "destination_id": None,
            "fields": [],
            "reason": 'companies "c1" has not been mapped yet, nor any other',
            "row": "firm_id",
        }
        assert (report.counts["read"], report.counts["wait"], report.counts["create"]) == (2, 1, 1)
        assert report.exit_code is ExitCode.DONE
        assert report.rejects == ()
        assert linked.state.dead_letters.all() == []
        assert [record["email"] for record in linked.contacts.values()] == ["b@x.com"]
        [entry] = [item for item in linked.state.runs.entries(report.run) if item.source_id == "g1"]
        assert entry.verb == "wait"

    async def test_it_goes_on_as_soon_as_the_other_is_there(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        assert (await apply(linked)).counts["wait"] == 1
        await apply(linked, FIRMS)
        assert (await apply(linked)).counts["create"] == 1
        assert linked.contacts["1001"]["firm_id"] == 1000

    async def test_an_incremental_run_tries_again_what_waited(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records.update({"g1": guest("a@x.com"), "g2": guest("b@x.com", status="c1")})
        linked.guests.modified.update(g1="2026-01-01T00:00:00Z", g2="2026-01-02T00:00:00Z")
        _, report = await since_last(linked)
        assert (report.counts["create"], report.counts["wait"]) == (1, 1)
        assert any("checkpoint stays" in note for note in report.notes)

        plan, report = await since_last(linked)
        assert (plan.counts["wait"], plan.counts["unchanged"]) == (1, 1)

        await apply(linked, FIRMS)
        _, report = await since_last(linked)
        assert report.counts["create"] == 1
        assert not any("checkpoint stays" in note for note in report.notes)
        plan, _ = await since_last(linked)
        assert plan.counts["read"] == 0

    async def test_a_linked_record_that_starts_to_wait_keeps_what_it_has(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        await apply(linked, FIRMS)
        await apply(linked)
        linked.guests.records["g1"] = guest("a@x.com", "Anita", status="c9")
        assert (await apply(linked)).counts["wait"] == 1
        assert [record["firstname"] for record in linked.contacts.values()] == ["Ana"]

    async def test_one_that_is_wrong_in_another_row_is_rejected(self, linked: World) -> None:
        linked.guests.records["g1"] = guest("a@x.com", "A name of many characters", status="c1")
        linked.guests.records["g2"] = guest(None, status="c1")
        text = CONTACTS.replace("firm_id:", "country_id: {from: country, by: code}\n  firm_id:")
        linked.guests.records["g3"] = guest("c@x.com", country="XX", status="c1")
        found = {name: (str(item.verb), item.to_json()["row"]) for name, item in (await planned(linked, text)).items()}
        assert found == {
            "g1": ("reject", "firstname"),
            "g2": ("reject", "key"),
            "g3": ("reject", "country_id"),
        }

    async def test_what_is_older_than_one_that_waits_is_not_sent_in_its_place(self, linked: World) -> None:
        linked.guests.records.update({"old": guest("a@x.com", "Old"), "new": guest("A@x.com", "New", status="c1")})
        linked.guests.modified.update(old="2026-01-01T00:00:00Z", new="2026-01-02T00:00:00Z")
        found = await planned(linked)
        assert {name: str(item.verb) for name, item in found.items()} == {"old": "duplicate", "new": "wait"}
        assert found["old"].reason == "has the same key as new, which stands for it and waits"
        report = await apply(linked)
        assert (report.counts["duplicate"], report.counts["wait"], linked.contacts) == (1, 1, {})

    async def test_a_key_may_wait(self, linked: World) -> None:
        add_company(linked, "c1", "Acme")
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        text = CONTACTS.replace("email: email", "email: concat(link('companies', status), '@x.com')")
        assert str((await planned(linked, text))["g1"].verb) == "wait"
        await apply(linked, FIRMS)
        assert (await planned(linked, text))["g1"].key == ("1000@x.com",)

    async def test_the_plan_of_one_record_says_the_same(self, linked: World) -> None:
        async with linked.runner(CONTACTS) as runner:
            record = await runner.plan_record(SourceRecord("g1", guest("a@x.com", status="c1")))
        assert (str(record.verb), record.reasons[0].row) == ("wait", "firm_id")

    async def test_a_saved_plan_keeps_it(self, linked: World, tmp_path: Path) -> None:
        linked.guests.records["g1"] = guest("a@x.com", status="c1")
        linked.guests.records["g2"] = guest("b@x.com")
        async with linked.runner(CONTACTS) as runner:
            plan = await runner.plan()
        plan.save(tmp_path / "plan.json")
        loaded = Plan.load(tmp_path / "plan.json")
        assert loaded.records == plan.records
        async with linked.runner(CONTACTS) as runner:
            report = await runner.apply(loaded)
        assert (report.counts["wait"], report.counts["create"]) == (1, 1)


def test_links_are_found_over_all_objects_that_records_became(tmp_path: Path) -> None:
    with StateStore.open(tmp_path) as state:
        for name in ("a", "b", "c"):
            state.links.save(Scope("hotel:1", "guests", "crm:1", name), [("g1", f"{name}1")], "run")
        state.links.save(Scope("hotel:1", "guests", "crm:2", "d"), [("g1", "d1")], "run")
        state.links.save(Scope("hotel:1", "rooms", "crm:1", "e"), [("g1", "e1")], "run")
        state.links.drop(Scope("hotel:1", "guests", "crm:1", "b"), ["g1"])
        state.links.save(Scope("hotel:1", "guests", "crm:1", "b"), [("g2", "b2")], "run")
        assert state.links.became("hotel:1", "guests", "crm:1", "g1") == {"a": "a1", "b": None, "c": "c1"}
        assert state.links.became("hotel:1", "guests", "crm:9", "g1") == {}
