"""One plan and apply against the fake systems, in a process that may be killed: ``fake_run.py FOLDER MODE KILL``.

``KILL`` is ``store:N`` (the destination has stored N records of this process), ``commit:N`` (before the N-th commit of
the state file) or ``committed:N`` (right after it).
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from mapstudio.model import Field, FieldType, JsonValue
from mapstudio.runner import Report
from mapstudio.runner.state.database import Database
from tests.runner.orders import BY_KEY as ORDERS_BY_KEY
from tests.runner.orders import BY_ORIGIN as ORDERS_BY_ORIGIN
from tests.runner.orders import ORDERS, item, with_orders
from tests.runner.world import BY_ORIGIN, MAPPING, UPSERT, World, guests, make_world

COUNT = 23


def kill() -> None:
    """End like a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at_commit(number: int, *, after: bool) -> None:
    """Let the process die at a commit of the state file."""
    execute = Database.execute
    seen = 0

    def counted(self: Database, statement: str, values: object = ()) -> object:
        nonlocal seen
        if statement == "COMMIT":
            seen += 1
            if seen == number and not after:
                kill()
        result = execute(self, statement, values)  # type: ignore[arg-type]
        if statement == "COMMIT" and seen == number and after:
            kill()
        return result

    Database.execute = counted  # type: ignore[method-assign, assignment]


async def run_once(folder: Path, mode: str, when: str = "") -> Report:
    """Plan and apply once, as a process that has just begun."""
    able = {"origin": BY_ORIGIN, "blind": replace(BY_ORIGIN, repeatable=False)}
    world = make_world(folder, guests(COUNT), able=able.get(mode.partition("-")[0], UPSERT))
    ordered = _with_lines(world, mode) if mode.startswith("ordered") else ""
    _remember(world, mode)
    point, _, number = when.partition(":")
    if point == "store":
        world.crm.kill_after = len(world.crm.ledger) + int(number)
    elif point:
        kill_at_commit(int(number), after=point == "committed")
    text = MAPPING.replace("key: email", "key: email, mode: insert") if mode.endswith("insert") else MAPPING
    text = ordered or text
    if mode.startswith("linked"):
        contacts = world.crm.objects["contacts"]
        contacts.fields = (
            *contacts.fields,
            Field("associations.countries", type=FieldType.LIST, reference="countries"),
        )
        text += "  associations.countries: {constant: ['34', '52'], label: visits}\n"
    with world.state:
        async with world.runner(text) as runner:
            runner.acquire_lock()
            return await runner.apply(await runner.plan())


def _remember(world: World, mode: str) -> None:
    """Take over what earlier processes stored; ``blind-10`` shows only the first ten of it."""
    journal = world.root / "crm.jsonl"
    _, blind, shown = mode.partition("blind-")
    if blind:
        seen = world.root / "seen.jsonl"
        seen.write_text("".join(journal.read_text().splitlines(keepends=True)[: int(shown)]))
        world.crm.journal = seen
        world.crm.replay()
        # What is not shown has ids all the same.
        world.crm._ids = itertools.count(5000)
    world.crm.journal = journal
    if not blind:
        world.crm.replay()


def _with_lines(world: World, mode: str) -> str:
    """Let every guest have ordered something, at first less than later, and confirm the orders."""
    with_orders(world, ORDERS_BY_ORIGIN if "origin" in mode else ORDERS_BY_KEY)
    for number, record in enumerate(world.guests.records.values()):
        first: list[JsonValue] = [item("A", number + 1)]
        record["rooms"] = first if mode.endswith("first") else [item("A", number + 2), item("B", 1)]
    after = "" if mode.endswith("first") else ", after: confirm"
    return ORDERS.replace("key: ref", f"key: ref{', mode: insert' if mode.endswith('insert') else ''}{after}")


if __name__ == "__main__":
    asyncio.run(run_once(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
