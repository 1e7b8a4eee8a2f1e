"""What a run that was killed left behind: records that were about to be written, and may have been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapstudio.connectors.contract import Enforcement
from mapstudio.connectors.exchange import KeyValues
from mapstudio.runner.state import Intent, StateStore
from mapstudio.runner.task import Task


@dataclass(frozen=True)
class Recovered:
    """What became of the intents that were left.

    Attributes:
        intents: All that were left.
        links: The destination id of each record that was created after all, by source id.
    """

    intents: Sequence[Intent] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def created(self) -> Mapping[str, int]:
        """How many records each earlier run created without having counted them."""
        counts: dict[str, int] = {}
        for intent in self.intents:
            if intent.source_id in self.links:
                counts[intent.run] = counts.get(intent.run, 0) + 1
        return counts


async def find_recovered(task: Task, state: StateStore, lock: str) -> Recovered:
    """Look in the destination for what earlier runs may have created; nothing is written, here or there.

    An update needs no looking: comparing with the present values, which every plan does, says it all.
    """
    intents = state.intents.left(lock, task.scope)
    creates = [intent for intent in intents if intent.destination_id is None]
    links = await find_created(task, {intent.source_id: intent.key for intent in creates}) if creates else {}
    return Recovered(intents, links)


async def find_created(task: Task, keys: Mapping[str, KeyValues]) -> dict[str, str]:
    """Return the destination id of those of our creates that happened, by source id.

    Args:
        task: What is to be done.
        keys: The canonical key of each record, by source id. No record had it before it was sent.
    """
    destination = task.destination
    found: dict[str, str] = {}
    if destination.capabilities.create is Enforcement.EXTERNAL_ID:
        origins = {task.origin(source_id): source_id for source_id in keys}
        known = await destination.connector.by_origin(destination.object, origins)
        found.update((origins[origin], identifier) for origin, identifier in known.items())
    asked = {source_id: key for source_id, key in keys.items() if source_id not in found and len(key) == len(task.key)}
    if asked:
        hits = await destination.connector.lookup(destination.object, task.key, set(asked.values()), task.key)
        for source_id, key in asked.items():
            records = hits.get(key, ())
            if len(records) == 1:
                found[source_id] = records[0].id
    return found
