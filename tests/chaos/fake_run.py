"""One plan and apply against the fake systems, in a process that may be killed: ``fake_run.py FOLDER MODE KILL``.

``KILL`` is ``store:N`` (the destination has stored N records of this process), ``commit:N`` (before the N-th commit of
the state file) or ``committed:N`` (right after it).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from mapstudio.model import Field, FieldType
from mapstudio.runner import Report
from mapstudio.runner.state.database import Database
from tests.runner.world import BY_ORIGIN, MAPPING, UPSERT, guests, make_world

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
    world = make_world(folder, guests(COUNT), able=BY_ORIGIN if mode == "origin" else UPSERT)
    world.crm.journal = folder / "crm.jsonl"
    world.crm.replay()
    point, _, number = when.partition(":")
    if point == "store":
        world.crm.kill_after = len(world.crm.ledger) + int(number)
    elif point:
        kill_at_commit(int(number), after=point == "committed")
    text = MAPPING.replace("key: email", "key: email, mode: insert") if mode.endswith("insert") else MAPPING
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


if __name__ == "__main__":
    asyncio.run(run_once(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
