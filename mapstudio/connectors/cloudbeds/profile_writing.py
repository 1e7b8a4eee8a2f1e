"""Writing guest profiles: a PATCH changes what it is given; a POST makes one more person each time.

So before a profile is created one that has all of its values is looked for, and again when the answer is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds import forms
from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.fields import written_names
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.profiles import OBJECT, Profiles
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.writes import refused, settled
from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.http import LostAnswerError
from mapstudio.connectors.together import together
from mapstudio.model import JsonValue, MapstudioError, Record, SourceRecord

_NOT_WRITTEN = "Cloudbeds does not let this field of a profile be written"


@dataclass(frozen=True, slots=True)
class ProfileWriter:
    """Writes guest profiles."""

    session: Session

    async def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write side by side, one call for each.

        Raises:
            MapstudioError: Not one of them reached the system.
        """
        creates = any(item.destination_id is None for item in writes)
        present = await self._all() if creates else []
        return settled(writes, await together(self._attempt(item, present) for item in writes), "profile")

    async def _all(self) -> list[SourceRecord]:
        return await Profiles(self.session).find("", (), Needs.of(written_names(OBJECT)))

    async def _attempt(self, item: Write, present: list[SourceRecord]) -> WriteOutcome | MapstudioError:
        if wrong := forms.not_taken(item.values, written_names(OBJECT), _NOT_WRITTEN):
            return WriteOutcome(Written.REFUSED, item.destination_id, wrong)
        if "customFields" in item.values:
            return refused(item, "customFields", _NOT_WRITTEN)
        try:
            if item.destination_id is None:
                return await self._create(item, present)
            return await self._change(item, item.destination_id)
        except RefusedCallError as error:
            return refused(item, _row(error.told, item.values), error.told or "refused without a reason")
        except MapstudioError as error:
            return error

    async def _create(self, item: Write, present: list[SourceRecord]) -> WriteOutcome:
        if (known := _same(item.values, present)) is not None:
            return WriteOutcome(Written.UPDATED, known)
        api = await self.session.profiles()
        try:
            answer = await api.create("/profiles", body_of(item.values))
        except LostAnswerError:
            known = _same(item.values, await self._all())
            if known is None:
                # Sending it again looks for it first.
                raise
            return WriteOutcome(Written.CREATED, known)
        return WriteOutcome(Written.CREATED, str(answer.record.get("id") or "") or None)

    async def _change(self, item: Write, identity: str) -> WriteOutcome:
        api = await self.session.profiles()
        present = (await api.get(f"/profiles/{identity}")).record
        # A profile that was merged is another one now, and that is the one to change.
        into = str(present.get("parentId") or "0")
        identity = identity if into == "0" else into
        await api.change(f"/profiles/{identity}", body_of(item.values))
        return WriteOutcome(Written.UPDATED, identity)


def body_of(values: Record) -> Record:
    """Return the body of a write: texts, with an empty one for null, but for the consent."""
    fields = written_names(OBJECT)
    return {str(fields[name].written): _written(name, value) for name, value in values.items()}


def _written(name: str, value: JsonValue) -> JsonValue:
    if isinstance(value, bool):
        return value
    if value is None:
        return False if name == "isOptIn" else written_names(OBJECT)[name].absent or ""
    return str(value)


def _same(values: Record, present: Sequence[SourceRecord]) -> str | None:
    """Return the profile that has all of the values, if there is but one."""
    told = {name: value for name, value in values.items() if value not in (None, "")}
    same = [
        one.id for one in present if told and all(_equal(one.data.get(name), value) for name, value in told.items())
    ]
    return same[0] if len(same) == 1 else None


def _equal(present: JsonValue, value: JsonValue) -> bool:
    return str(present).strip().casefold() == str(value).strip().casefold()


def _row(told: str, values: Record) -> str:
    """Return the field that a sentence names, or the only one sent."""
    named = [name for name in values if name.lower() in told.lower()]
    return max(named, key=len) if named else next(iter(values)) if len(values) == 1 else ""
