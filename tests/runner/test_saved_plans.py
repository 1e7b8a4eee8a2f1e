"""A plan in a file: private, exact, and refused when anything that it rests on has moved."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mapstudio.connectors.declarations import Account, AccountKind
from mapstudio.model import ExitCode, Field, FieldType, PreconditionError, UsageError
from mapstudio.runner import Plan, Report, RunReader
from tests.runner.test_applying import apply
from tests.runner.world import CONTACT_FIELDS, MAPPING, World, guest, guests


@pytest.fixture
async def saved(world: World, tmp_path: Path) -> Path:
    """Return the file of a plan with a create, an update and a reject."""
    world.contacts["7"] = {"email": "ana@x.com", "firstname": "Old"}
    world.guests.records.update({"a": guest("ana@x.com", "Ana"), "b": guest("berta@x.com"), "c": guest(None)})
    path = tmp_path / "plan.json"
    async with world.runner() as runner:
        (await runner.plan()).save(path)
    return path


async def apply_file(world: World, path: Path, text: str | None = None) -> Report:
    """Apply a saved plan."""
    async with world.runner(text) as runner:
        return await runner.apply(Plan.load(path))


async def test_a_saved_plan_is_applied_as_it_was_shown(world: World, saved: Path) -> None:
    world.guests.records["d"] = guest("dora@x.com")
    report = await apply_file(world, saved)
    assert (report.counts["create"], report.counts["update"], report.counts["reject"]) == (1, 1, 1)
    assert RunReader(world.state).dead_letters()[0].source_id == "c"
    assert (await apply(world)).counts["create"] == 1


def test_a_saved_plan_is_private(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600


async def test_nothing_changes_between_saving_and_loading(world: World, tmp_path: Path) -> None:
    world.guests.records["a"] = guest(
        "ana@x.com", nights=12345678901234567890, rooms=[{"price": Decimal("0.1000000000000000000001")}]
    )
    async with world.runner() as runner:
        plan = await runner.plan()
    plan.save(tmp_path / "plan.json")
    assert Plan.load(tmp_path / "plan.json") == plan


async def test_it_cannot_be_applied_twice(world: World, saved: Path) -> None:
    await apply_file(world, saved)
    with pytest.raises(PreconditionError, match="Plan again") as caught:
        await apply_file(world, saved)
    assert caught.value.exit_code is ExitCode.PRECONDITION


async def test_a_changed_destination_value_refuses_it(world: World, saved: Path) -> None:
    world.contacts["7"]["firstname"] = "Someone else's"
    with pytest.raises(PreconditionError, match='firstname was "Old" and is now "Someone else'):
        await apply_file(world, saved)
    assert world.crm.ledger == []


async def test_a_field_that_the_plan_does_not_touch_may_change(world: World, saved: Path) -> None:
    world.contacts["7"]["stage"] = "lead"
    assert (await apply_file(world, saved)).counts["update"] == 1


async def test_a_record_that_is_gone_refuses_it(world: World, saved: Path) -> None:
    world.contacts.clear()
    with pytest.raises(PreconditionError, match=r"7.*gone"):
        await apply_file(world, saved)


async def test_a_record_that_came_since_refuses_it(world: World, saved: Path) -> None:
    world.contacts["8"] = {"email": "berta@x.com"}
    with pytest.raises(PreconditionError, match="exists now"):
        await apply_file(world, saved)


async def test_another_mapping_refuses_it(world: World, saved: Path) -> None:
    with pytest.raises(PreconditionError, match="another version"):
        await apply_file(world, saved, MAPPING + "  stage: status\n")


async def test_another_account_refuses_it(world: World, saved: Path) -> None:
    world.crm.account = Account("crm-2", "CRM Two", AccountKind.SANDBOX, "fake 1")
    with pytest.raises(PreconditionError, match="CRM Two"):
        await apply_file(world, saved)


async def test_another_schema_refuses_it(world: World, saved: Path) -> None:
    world.crm.objects["contacts"].fields = [replace(CONTACT_FIELDS[0], max_length=5), *CONTACT_FIELDS[1:]]
    with pytest.raises(PreconditionError, match="schema"):
        await apply_file(world, saved)


async def test_a_new_field_that_the_plan_does_not_touch_does_not_matter(world: World, saved: Path) -> None:
    world.crm.objects["contacts"].fields = [*CONTACT_FIELDS, Field("extra", type=FieldType.TEXT)]
    assert (await apply_file(world, saved)).counts["update"] == 1


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"mapstudio_plan": 99}', '{"mapstudio_plan": 1}', "\x00"])
async def test_a_file_that_is_no_plan_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=r"plan\.json"):
        Plan.load(path)
    with pytest.raises(UsageError, match="cannot be read"):
        Plan.load(tmp_path / "none.json")


async def test_a_plan_shown_first_is_checked_as_well(world: World) -> None:
    world.guests.records.update(guests(2))
    async with world.runner() as runner:
        plan = await runner.plan()
        await apply(world)
        with pytest.raises(PreconditionError, match="moved since"):
            await runner.apply(plan)
