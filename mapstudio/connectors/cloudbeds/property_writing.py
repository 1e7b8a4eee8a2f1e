"""Writing over several properties: each record goes to its own, and no id of one property reaches another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from mapstudio.connectors.cloudbeds.kinds import KINDS
from mapstudio.connectors.cloudbeds.properties import Properties
from mapstudio.connectors.cloudbeds.property_names import ORGANISATION, PROPERTY, OtherPropertyError
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.writes import refused, settled
from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.together import together
from mapstudio.model import MapstudioError

WriteIn = Callable[[Session, str, Sequence[Write]], Awaitable[Sequence[WriteOutcome]]]
"""Writes records of one object in one property."""


@dataclass(frozen=True, slots=True)
class PropertyWriter:
    """Writes in all open properties."""

    properties: Properties
    write_in: WriteIn

    async def write(self, object_name: str, writes: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Write in all properties side by side.

        Raises:
            MapstudioError: Not one of the records reached its system.
        """
        if not self.properties.names.several or object_name in ORGANISATION:
            return await self.write_in(self.properties.shared, object_name, writes)
        sorted_out = [self._sorted_out(object_name, item) for item in writes]
        by_property: dict[str, list[int]] = {}
        for place, found in enumerate(sorted_out):
            if not isinstance(found, WriteOutcome):
                by_property.setdefault(found[0], []).append(place)

        async def attempt(property_id: str, places: Sequence[int]) -> Mapping[int, WriteOutcome | MapstudioError]:
            items = [found[1] for place in places if not isinstance(found := sorted_out[place], WriteOutcome)]
            try:
                outcomes = await self.write_in(self.properties.sessions[property_id], object_name, items)
            except MapstudioError as error:
                # What another property has taken is told all the same.
                return dict.fromkeys(places, error)
            named = [self._named(property_id, outcome) for outcome in outcomes]
            return dict(zip(places, named, strict=True))

        ended: dict[int, WriteOutcome | MapstudioError] = {
            place: found for place, found in enumerate(sorted_out) if isinstance(found, WriteOutcome)
        }
        for results in await together(attempt(*pair) for pair in by_property.items()):
            ended.update(results)
        # An error of a property's writer says that a booking was not carried out: it tells of the others itself.
        booking = not KINDS[object_name].able.repeatable and any(item.destination_id is None for item in writes)
        failed_as = Written.UNSENT if booking else Written.UNKNOWN
        return settled(writes, [ended[place] for place in range(len(writes))], "record", failed_as=failed_as)

    def _sorted_out(self, object_name: str, item: Write) -> tuple[str, Write] | WriteOutcome:
        """Return the property that a record is to be written in, and the write as that one knows it."""
        names = self.properties.names
        told = names.property_of(object_name, item.values)
        property_id, own = (told, None) if item.destination_id is None else names.parts(item.destination_id)
        if not property_id or property_id not in names.ids:
            why = "several properties are open, and this has to name one of them"
            return refused(item, PROPERTY, f"{why}: {', '.join(names.ids)}", property_id or None)
        if item.values.get(PROPERTY, property_id) not in {property_id, None, ""}:
            return refused(item, PROPERTY, f"it belongs to property {property_id}, and cannot move", told)
        try:
            values = names.bare(object_name, property_id, item.values)
        except OtherPropertyError as error:
            return refused(item, PROPERTY, error.message)
        others = frozenset(names.parts(other)[1] for other in item.others if names.parts(other)[0] == property_id)
        return property_id, replace(item, values=values, destination_id=own, others=others)

    def _named(self, property_id: str, outcome: WriteOutcome) -> WriteOutcome:
        """Return an outcome with the ids of records as they are read here."""
        full, own = self.properties.names.full, outcome.destination_id
        found = tuple(replace(item, id=full(property_id, item.id)) for item in outcome.found)
        return replace(outcome, destination_id=None if own is None else full(property_id, own), found=found)
