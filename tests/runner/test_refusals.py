"""What the destination refused is not sent again with the same values, until something changes or time has passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapstudio.connectors.exchange import Write
from mapstudio.model import ExitCode, Field, FieldType, Reason
from mapstudio.runner import Plan, Report, RunReader, StateStore
from mapstudio.runner.state import Scope
from tests.runner.world import CONTACT_FIELDS, MAPPING, World, guest, guests, make_world

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
BAD = "Guest 3"


class Hands:
    """A clock that is moved by hand."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(name="hands")
def _hands() -> Hands:
    return Hands()


@pytest.fixture(name="refusing")
def _refusing(tmp_path: Path, hands: Hands) -> Iterator[World]:
    """Return a world with five guests, one of whom the destination refuses."""
    world = make_world(tmp_path, guests(5))
    world.state.close()
    world.state = StateStore.open(tmp_path / "state", clock=hands)
    world.crm.refuse = refuse
    yield world
    world.state.close()


def refuse(write: Write) -> Reason | None:
    name = write.values.get("firstname")
    return Reason("firstname", "may not be a third guest", BAD) if name == BAD else None


async def apply(world: World, *, retry: bool = False, text: str = MAPPING) -> Report:
    """Plan and apply once."""
    async with world.runner(text) as runner:
        runner.acquire_lock()
        return await runner.apply(await runner.plan(retry=retry))


async def plan(world: World) -> Plan:
    async with world.runner() as runner:
        return await runner.plan()


async def test_the_second_apply_sends_nothing_though_a_record_is_bad(refusing: World) -> None:
    first = await apply(refusing)
    assert (first.counts["create"], first.counts["reject"]) == (4, 1)
    sent = len(refusing.crm.batches)

    second = await apply(refusing)

    assert len(refusing.crm.batches) == sent
    assert second.quiet
    assert (second.counts["unchanged"], second.counts["reject"], second.exit_code) == (4, 1, ExitCode.REJECTED)
    [rejection] = second.rejects
    [told] = rejection.reasons
    assert (rejection.source_id, told.row, told.value) == ("g3", "firstname", BAD)
    assert told.reason == (
        "refused at 2026-11-28 12:00 UTC with the same values: may not be a third guest; --retry sends it at once"
    )
    [letter] = RunReader(refusing.state).dead_letters()
    assert (letter.attempts, letter.reasons[0].row) == (2, "firstname")
    await apply(refusing)
    [letter] = RunReader(refusing.state).dead_letters()
    assert (letter.attempts, letter.reasons[0].reason) == (3, told.reason)


async def test_the_plan_says_it_before_anything_is_applied(refusing: World) -> None:
    await apply(refusing)
    again = await plan(refusing)
    assert again.quiet
    [held] = [record for record in again.records if record.verb == "reject"]
    assert (held.fields, held.values) == ((), {})
    assert "--retry" in str(held.reason)


async def test_retry_sends_it_at_once(refusing: World) -> None:
    await apply(refusing)
    refusing.crm.refuse = lambda _: None
    report = await apply(refusing, retry=True)
    assert (report.counts["create"], report.exit_code) == (1, ExitCode.DONE)
    assert RunReader(refusing.state).dead_letters() == []


async def test_a_retry_that_is_refused_again_counts_from_then_on(refusing: World, hands: Hands) -> None:
    await apply(refusing)
    hands.now = NOON + timedelta(hours=11)
    await apply(refusing, retry=True)
    hands.now = NOON + timedelta(hours=22)
    assert (await plan(refusing)).quiet


@pytest.mark.parametrize(("hours", "quiet"), [(11.9, True), (12.1, False)])
async def test_after_twelve_hours_it_is_tried_again(
    refusing: World, hands: Hands, hours: float, *, quiet: bool
) -> None:
    await apply(refusing)
    hands.now = NOON + timedelta(hours=hours)
    assert (await plan(refusing)).quiet is quiet


async def test_other_values_are_sent(refusing: World) -> None:
    await apply(refusing)
    refusing.guests.records["g3"]["nights"] = 99
    assert (await plan(refusing)).counts["create"] == 1


async def test_values_that_another_record_was_refused_with_are_sent(refusing: World) -> None:
    await apply(refusing)
    refusing.guests.records["g9"] = guest("guest3@x.com", BAD, nights=3)
    del refusing.guests.records["g3"]
    assert (await plan(refusing)).counts["create"] == 1


async def test_another_schema_is_asked(refusing: World) -> None:
    await apply(refusing)
    longer = [replace(item, max_length=60) if item.name == "firstname" else item for item in CONTACT_FIELDS]
    refusing.crm.objects["contacts"].fields = longer
    assert (await plan(refusing)).counts["create"] == 1


async def test_a_field_that_the_mapping_does_not_write_changes_nothing(refusing: World) -> None:
    await apply(refusing)
    refusing.crm.objects["contacts"].fields = [*CONTACT_FIELDS, Field("other", type=FieldType.TEXT)]
    assert (await plan(refusing)).quiet


async def test_what_has_passed_since_may_be_sent_with_the_same_values(refusing: World) -> None:
    await apply(refusing)
    refusing.crm.refuse = lambda _: None
    await apply(refusing, retry=True)
    refusing.contacts.clear()
    assert (await plan(refusing)).counts["create"] == 5


async def test_a_refused_update_is_held_back_too(refusing: World) -> None:
    refusing.guests.records["g3"]["name"] = "Ana"
    await apply(refusing)
    refusing.guests.records["g3"]["name"] = BAD
    first = await apply(refusing)
    assert (first.counts["update"], first.counts["reject"]) == (0, 1)
    sent = len(refusing.crm.batches)
    assert (await apply(refusing)).counts["reject"] == 1
    assert len(refusing.crm.batches) == sent
    # Somebody changed the record by hand: it is no longer the same update.
    contact = next(item for item in refusing.contacts.values() if item["email"] == "guest3@x.com")
    contact["nights_total"] = 77
    assert (await plan(refusing)).counts["update"] == 1


async def test_another_mapping_of_the_same_records_is_not_held_back(refusing: World) -> None:
    await apply(refusing)
    sent = len(refusing.crm.batches)
    report = await apply(refusing, text=MAPPING.replace("guests-to-contacts", "again"))
    assert len(refusing.crm.batches) == sent + 1
    assert [reason.reason for item in report.rejects for reason in item.reasons] == ["may not be a third guest"]


async def test_the_books_hold_no_value_for_longer_than_it_counts(refusing: World, hands: Hands) -> None:
    await apply(refusing)
    held = refusing.state.refusals.recent("guests-to-contacts", _scope(refusing), ["g3"])["g3"]
    assert BAD not in held.fingerprint
    assert "guest3" not in held.fingerprint
    hands.now = NOON + timedelta(hours=13)
    refusing.state.remove_old()
    hands.now = NOON
    assert refusing.state.refusals.recent("guests-to-contacts", _scope(refusing), ["g3"]) == {}


def _scope(world: World) -> Scope:
    return Scope(f"fake:{world.hotel.account.id}", "guests", f"fake:{world.crm.account.id}", "contacts")
