"""What nobody but a person can tell is asked, once, and is never sent again by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapstudio.connectors.declarations import Capabilities
from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.model import ConnectionFailedError, Lookalike, PreconditionError, Reason, UsageError, Verb
from mapstudio.runner import Plan, Report, StateStore
from mapstudio.runner.reviewing import create_anew, find_reviews, leave_out, link_to
from mapstudio.runner.state import Review
from tests.runner.fake import FakeConnector
from tests.runner.world import BY_ORIGIN, MAPPING, UPSERT, World, guest, guests, make_world

BLIND = replace(BY_ORIGIN, repeatable=False, batch_size=2)
INSERT = MAPPING.replace("key: email", "key: email, mode: insert")


@pytest.fixture(name="blind")
def _blind(tmp_path: Path) -> Iterator[World]:
    """Return three guests, and a destination that would take any of them twice."""
    world = make_world(tmp_path, guests(3), able=BLIND)
    world.guests.able = Capabilities(incremental=True)
    world.guests.modified = {name: f"2026-11-28T10:0{number}:00Z" for number, name in enumerate(world.guests.records)}
    yield world
    world.state.close()


async def apply(world: World, text: str = MAPPING, *, retry: bool = False, last: bool = False) -> Report:
    """Plan and apply once."""
    async with world.runner(text) as runner:
        runner.acquire_lock()
        return await runner.apply(await runner.plan(retry=retry, since="last" if last else None))


async def plan(world: World, text: str = MAPPING) -> Plan:
    async with world.runner(text) as runner:
        return await runner.plan()


async def lose(world: World, text: str = MAPPING) -> Report:
    """Let the answer to the first batch be lost; nothing of it was written."""
    world.crm.lose_before = 1
    return await apply(world, text)


def asked(world: World) -> list[Review]:
    return world.state.reviews.all()


async def test_an_unknown_create_goes_to_a_person_and_the_run_goes_on(blind: World) -> None:
    report = await lose(blind)

    assert [len(batch) for batch in blind.crm.batches] == [2, 1], "it is not sent once more"
    assert (report.counts["review"], report.counts["create"], report.counts["reject"]) == (2, 1, 0)
    assert report.counts["read"] == sum(count for verb, count in report.counts.items() if verb != "read")
    assert [record.source_id for record in report.reviews] == ["g0", "g1"]
    assert report.exit_code == 0
    assert {review.source_id for review in asked(blind)} == {"g0", "g1"}
    assert all(review.doubt.sent and review.doubt.record and review.run == report.run for review in asked(blind))
    assert blind.state.dead_letters.all() == []


@pytest.mark.parametrize("retry", [False, True])
async def test_it_is_never_sent_again_by_itself(blind: World, retry: bool) -> None:
    await lose(blind)
    planned = {record.source_id: record for record in (await plan(blind)).records}
    assert planned["g0"].verb is Verb.REVIEW
    assert "answer was lost" in (planned["g0"].reason or "")

    blind.guests.records["g0"] = guest("guest0@x.com", "Changed")
    report = await apply(blind, retry=retry)

    assert (report.counts["review"], report.quiet) == (2, True)
    assert len(blind.crm.batches) == 2
    assert len(asked(blind)) == 2


async def test_the_checkpoint_stays_while_a_person_is_asked(blind: World) -> None:
    report = await lose(blind)
    assert any("checkpoint stays" in note for note in report.notes)
    again = await apply(blind, last=True)
    assert again.counts["review"] == 2, "it is read again"
    for review in asked(blind):
        create_anew(blind.state, review)
    assert (await apply(blind, last=True)).counts["create"] == 2
    assert (await apply(blind, last=True)).counts["read"] == 0


async def test_a_person_says_that_it_is_not_there(blind: World) -> None:
    await lose(blind)
    [review] = find_reviews(blind.state, ["g0"])
    assert create_anew(blind.state, review).decision == "create"

    report = await apply(blind)
    assert (report.counts["create"], report.counts["review"]) == (1, 1)
    assert [item.source_id for item in asked(blind)] == ["g1"]
    quiet = await apply(blind)
    assert (quiet.quiet, quiet.counts["review"]) == (True, 1)
    assert sum(record["email"] == "guest0@x.com" for record in blind.contacts.values()) == 1


async def test_a_second_lost_answer_asks_again(blind: World) -> None:
    await lose(blind)
    create_anew(blind.state, find_reviews(blind.state, ["g0"])[0])
    blind.crm.lose_before = 1
    await apply(blind)
    assert {item.source_id for item in asked(blind)} == {"g0", "g1"}
    assert (await apply(blind)).counts["create"] == 0


async def test_a_person_says_which_one_it_is(blind: World) -> None:
    await lose(blind)
    blind.contacts["77"] = {"email": "other@x.com", "firstname": "Old", "nights_total": 0}
    link_to(blind.state, find_reviews(blind.state, ["g0"])[0], "77")

    report = await apply(blind)
    assert (report.counts["update"], report.counts["create"], report.counts["review"]) == (1, 0, 1)
    assert blind.contacts["77"]["email"] == "guest0@x.com"
    assert (await apply(blind)).quiet


async def test_an_id_that_is_not_there_is_asked_again_and_creates_nothing(blind: World) -> None:
    await lose(blind)
    link_to(blind.state, find_reviews(blind.state, ["g0"])[0], "4711")
    report = await apply(blind)
    assert report.counts["create"] == 0
    [review] = find_reviews(blind.state, ["g0"])
    assert review.asks
    assert "4711" in review.doubt.reasons[0].reason


async def test_a_person_leaves_it_out(blind: World) -> None:
    await lose(blind)
    leave_out(blind.state, find_reviews(blind.state, ["g0"])[0])
    report = await apply(blind)
    assert (report.counts["skipped"], report.counts["review"], report.counts["create"]) == (1, 1, 0)
    assert (await apply(blind)).counts["skipped"] == 1
    create_anew(blind.state, find_reviews(blind.state, ["g0"])[0])
    assert (await apply(blind)).counts["create"] == 1


@pytest.mark.parametrize("text", [MAPPING, INSERT])
async def test_what_shows_up_later_needs_nobody(blind: World, text: str) -> None:
    await lose(blind, text)
    for write in blind.crm.batches[0]:
        blind.crm.store("contacts", write)
    report = await apply(blind, text)
    assert (report.counts["unchanged"], report.counts["review"], report.counts["create"]) == (3, 0, 0)
    assert asked(blind) == []


async def test_a_stranger_with_its_key_is_not_taken_for_it_by_insert(blind: World) -> None:
    await lose(blind, INSERT)
    blind.contacts["9"] = {"email": "guest0@x.com"}
    planned = {record.source_id: record for record in (await plan(blind, INSERT)).records}
    assert planned["g0"].verb is Verb.REVIEW
    assert [item.id for item in planned["g0"].found] == ["9"]


async def test_another_record_with_its_key_is_held_too(blind: World) -> None:
    await lose(blind)
    blind.guests.records["g9"] = guest("guest0@x.com", "Twin")
    blind.guests.modified["g9"] = "2026-11-29T10:00:00Z"
    report = await apply(blind)
    assert (report.counts["create"], report.counts["review"], report.counts["duplicate"]) == (0, 2, 1)
    [review] = find_reviews(blind.state, ["g9"])
    assert "same key as g0" in review.doubt.reasons[0].reason
    create_anew(blind.state, review)
    assert (await apply(blind)).counts["create"] == 1
    assert {item.source_id for item in asked(blind)} == {"g1"}


async def test_what_a_condition_leaves_out_stays_asked(blind: World) -> None:
    await lose(blind)
    without = MAPPING.replace("object: guests}", "object: guests, where: \"name != 'Guest 0'\"}")
    await apply(blind, without)
    assert {item.source_id for item in asked(blind)} == {"g0", "g1"}
    assert (await apply(blind)).counts["create"] == 0


async def test_the_connector_says_so_itself_with_what_it_found(blind: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Lookalike("55", "same guest, same day"),)
    doubt = WriteOutcome(Written.REVIEW, reasons=(Reason("", "who knows"),), found=found)
    seen: list[Write] = []

    async def write(_: FakeConnector, name: str, writes: list[Write]) -> list[WriteOutcome]:
        seen.extend(writes)
        return [doubt if not item.others else blind.crm.store(name, item) for item in writes]

    monkeypatch.setattr(FakeConnector, "write", write)
    await apply(blind)
    assert [item.doubt.found for item in asked(blind)] == [found] * 3
    create_anew(blind.state, find_reviews(blind.state, ["g0"])[0])
    assert (await apply(blind)).counts["create"] == 1
    assert seen[-1].others == {"55"}, "the connector knows which one it is not"


async def test_what_was_certainly_not_sent_is_sent_again(blind: World, monkeypatch: pytest.MonkeyPatch) -> None:
    original = FakeConnector.write
    calls = 0

    async def write(self: FakeConnector, name: str, writes: list[Write]) -> list[WriteOutcome]:
        nonlocal calls
        calls += 1
        if calls == 1:
            return [await_unsent(), *await original(self, name, writes[1:])]
        return [*await original(self, name, writes)]

    def await_unsent() -> WriteOutcome:
        return WriteOutcome(Written.UNSENT, reasons=(Reason("", "it could not be asked"),))

    monkeypatch.setattr(FakeConnector, "write", write)
    report = await apply(blind)
    assert (report.counts["create"], report.counts["review"]) == (3, 0)
    assert len(blind.contacts) == 3


async def test_an_error_of_a_batch_sends_nothing_to_a_person(blind: World) -> None:
    blind.crm.down_after = 1
    report = await apply(blind)
    assert isinstance(report.error, ConnectionFailedError)
    assert (report.counts["create"], report.not_done, report.unknown) == (2, 1, ())
    blind.crm.broken = blind.crm.down_after = None
    again = await apply(blind)
    assert (again.counts["create"], again.counts["review"]) == (1, 0)


async def test_a_plan_that_is_older_than_the_doubt_is_not_applied(blind: World, tmp_path: Path) -> None:
    async with blind.runner() as runner:
        (await runner.plan()).save(tmp_path / "plan.json")
    await lose(blind)
    async with blind.runner() as runner:
        with pytest.raises(PreconditionError, match="g0 must not be created"):
            await runner.apply(Plan.load(tmp_path / "plan.json"))
    assert len(blind.crm.batches) == 2


async def test_a_saved_plan_keeps_what_is_asked_and_said(blind: World, tmp_path: Path) -> None:
    await lose(blind)
    [review] = find_reviews(blind.state, ["g0"])
    blind.contacts["9"] = {"email": "guest0@x.com"}
    blind.contacts["8"] = {"email": "guest0@x.com"}
    async with blind.runner() as runner:
        planned = await runner.plan()
        planned.save(tmp_path / "plan.json")
        assert Plan.load(tmp_path / "plan.json") == planned
        await runner.apply(planned)
    create_anew(blind.state, find_reviews(blind.state, [review.name])[0])
    async with blind.runner() as runner:
        (await runner.plan()).save(tmp_path / "second.json")
        report = await runner.apply(Plan.load(tmp_path / "second.json"))
    assert report.counts["create"] == 1
    assert (await apply(blind)).quiet


async def test_several_with_one_key_are_the_same_list(tmp_path: Path) -> None:
    world = make_world(tmp_path, guests(1), able=BY_ORIGIN)
    for name in ("7", "8"):
        world.contacts[name] = {"email": "guest0@x.com"}
    report = await apply(world)
    [review] = asked(world)
    assert report.counts["review"] == 1
    assert [item.id for item in review.doubt.found] == ["7", "8"]
    assert not review.doubt.sent

    link_to(world.state, review, "8")
    assert (await apply(world)).counts["update"] == 1
    assert asked(world) == []
    assert (await apply(world)).quiet

    create_anew(world.state, find_reviews(world.state, ["g0"])[0])
    assert (await apply(world)).counts["create"] == 1
    assert (await apply(world)).quiet
    world.state.close()


async def test_a_key_and_a_link_that_disagree_are_settled_for_good(tmp_path: Path) -> None:
    world = make_world(tmp_path, guests(1), able=UPSERT)
    await apply(world)
    [linked] = world.contacts
    world.guests.records["g0"] = guest("new@x.com", "Guest 0", nights=0)
    world.contacts["9"] = {"email": "new@x.com"}
    assert (await apply(world)).counts["review"] == 1
    [review] = asked(world)
    assert {item.id for item in review.doubt.found} == {linked, "9"}

    create_anew(world.state, review)
    report = await apply(world)
    assert (report.counts["create"], report.counts["review"]) == (0, 1), "an upsert would come out at 9"
    link_to(world.state, find_reviews(world.state, ["g0"])[0], "9")
    assert (await apply(world)).counts["update"] == 1
    assert (await apply(world)).quiet
    world.state.close()


async def test_an_answer_that_came_after_the_plan_is_kept(tmp_path: Path) -> None:
    world = make_world(tmp_path, guests(1), able=BY_ORIGIN)
    for name in ("7", "8"):
        world.contacts[name] = {"email": "guest0@x.com"}
    await apply(world)
    async with world.runner() as runner:
        planned = await runner.plan()
        link_to(world.state, asked(world)[0], "7")
        await runner.apply(planned)
    assert asked(world) == []
    assert (await apply(world)).counts["update"] == 1
    world.state.close()


async def test_names_and_json_of_a_review(blind: World) -> None:
    await lose(blind)
    [review] = find_reviews(blind.state, ["g1"])
    assert find_reviews(blind.state, [review.name]) == [review]
    told = json.loads(json.dumps(review.to_json(), default=str))
    assert (told["id"], told["source"], told["sent"], told["decision"]) == (review.name, "g1", True, None)
    assert told["record"]["email"] == "guest1@x.com"
    with pytest.raises(UsageError, match='no review "r99"'):
        find_reviews(blind.state, ["r99"])
    with pytest.raises(UsageError, match="is empty"):
        link_to(blind.state, review, " ")


async def test_what_stands_there_is_not_created_anew(blind: World) -> None:
    await lose(blind)
    for write in blind.crm.batches[0]:
        blind.crm.store("contacts", write)
    await apply(blind)
    with pytest.raises(UsageError, match="stands in the destination"):
        create_anew(blind.state, find_reviews(blind.state, ["g0"])[0])


async def test_old_reviews_hold_no_data_and_hold_on(tmp_path: Path) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    world = make_world(tmp_path, guests(1), able=BLIND)
    world.state.close()
    world.state = StateStore.open(tmp_path / "state", clock=lambda: now)
    world.crm.lose_before = 1
    await apply(world)
    now += timedelta(days=100)
    world.state.remove_old()
    [review] = asked(world)
    assert (review.doubt.record, review.doubt.output) == (None, None)
    assert (await apply(world)).counts["create"] == 0
    world.state.close()
