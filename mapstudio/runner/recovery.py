"""What a run that was killed left behind: records that were about to be written, and may have been."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from mapstudio.connectors.declarations import Enforcement
from mapstudio.connectors.exchange import KeyValues
from mapstudio.runner.state import Intent, StateStore
from mapstudio.runner.task import Task


@dataclass(frozen=True)
class Recovered:
    """What became of the intents that were left.

    Attributes:
        intents: All that were left.
        links: The destination id of each record that was created after all, by source id.
        lost: Creates that were not found and must not be sent again by themselves, by source id.
    """

    intents: Sequence[Intent] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, Intent] = field(default_factory=dict)

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
    if not creates:
        return Recovered(intents)
    declined = {review.source_id: review.declined for review in state.reviews.of_scope(task.scope)}
    links = await find_created(task, {intent.source_id: intent.key for intent in creates}, declined)
    if task.destination.capabilities.repeatable:
        return Recovered(intents, links)
    return Recovered(intents, links, {item.source_id: item for item in creates if item.source_id not in links})


async def find_created(
    task: Task, keys: Mapping[str, KeyValues], others: Mapping[str, Collection[str]] | None = None
) -> dict[str, str]:
    """Return the destination id of those of our creates that happened, by source id.

    Args:
        task: What is to be done.
        keys: The canonical key of each record, by source id. No record had it before it was sent, but for ``others``.
        others: Records of which a person said that they are none of ours, by source id.
    """
    destination = task.destination
    others = others or {}
    found: dict[str, str] = {}
    if destination.capabilities.create is Enforcement.EXTERNAL_ID:
        origins = {task.origin(source_id): source_id for source_id in keys}
        known = await destination.connector.by_origin(destination.object, origins)
        for origin, identifier in known.items():
            if identifier not in others.get(origins[origin], ()):
                found[origins[origin]] = identifier
    asked = {source_id: key for source_id, key in keys.items() if source_id not in found and len(key) == len(task.key)}
    if asked:
        hits = await destination.connector.lookup(destination.object, task.key, set(asked.values()), task.key)
        for source_id, key in asked.items():
            records = [hit for hit in hits.get(key, ()) if hit.id not in others.get(source_id, ())]
            if len(records) == 1:
                found[source_id] = records[0].id
    return found
