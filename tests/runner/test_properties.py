"""Whatever the guests and the contacts are: no record is doubled or lost, and the second apply is quiet."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mapstudio.model import Record, Verb
from mapstudio.runner import Plan
from tests.runner.world import BY_ORIGIN, UPSERT, World, guest, make_world

EMAILS = st.sampled_from(["a@x.com", "A@x.com", "b@x.com", "c@x.com", " ", None])
GUESTS = st.lists(
    st.builds(
        guest,
        EMAILS,
        st.sampled_from(["Ana", "Berta", None, "A name of more than twenty characters"]),
        nights=st.sampled_from([None, 0, 3]),
    ),
    max_size=8,
)
CONTACTS = st.lists(st.sampled_from(["a@x.com", "b@x.com", "d@x.com"]), unique=True, max_size=3)
ROUNDS = st.lists(GUESTS, min_size=1, max_size=3)
ABLE = st.sampled_from([UPSERT, BY_ORIGIN])


async def apply(world: World) -> Plan:
    """Plan and apply; what was planned is what happened."""
    async with world.runner() as runner:
        runner.acquire_lock()
        plan = await runner.plan()
        report = await runner.apply(plan)
    assert report.counts == plan.counts
    assert sum(plan.counts[verb] for verb in Verb) == plan.counts["read"]
    return plan


def emails(records: list[Record]) -> Counter[str]:
    """Return how often each address stands there, as the destination compares them."""
    return Counter(str(record["email"]).lower() for record in records)


async def rounds(folder: Path, contacts: list[str], changing: list[list[Record]], able: Any) -> None:
    """Apply several times while the guests change under their ids."""
    world = make_world(folder, able=able)
    with world.state:
        world.contacts.update({str(number): {"email": email} for number, email in enumerate(contacts)})
        for guests in changing:
            world.guests.records = {f"g{number}": record for number, record in enumerate(guests)}
            before = len(world.contacts)
            plan = await apply(world)
            assert len(world.contacts) == before + plan.counts["create"]
            assert all(count == 1 for count in emails(list(world.contacts.values())).values())
            # A key that moved from one guest to another may need one more run to arrive.
            for _ in range(len(guests) + 1):
                last = await apply(world)
            assert last.quiet
            for record in last.records:
                if record.verb is Verb.UNCHANGED:
                    assert str(world.contacts[str(record.destination_id)]["email"]).lower() == record.canonical_key[0]


@settings(max_examples=60)
@given(CONTACTS, ROUNDS, ABLE)
def test_nothing_is_doubled_and_the_end_is_quiet(contacts: list[str], changing: list[list[Record]], able: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(rounds(Path(folder), contacts, changing, able))
