"""Writing guests: ``putGuest`` changes what it is given and leaves the rest, so that sending it twice does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds import forms
from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.fields import top_level, written_names
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.values import form_text
from mapstudio.connectors.cloudbeds.writes import settled
from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.together import together
from mapstudio.model import MapstudioError, Reason, Record
from mapstudio.model.paths import join_path

_NO_CREATE = (
    "Cloudbeds keeps no guest without a reservation and has nothing that keeps a guest from being created twice, so "
    "that guests are only updated here"
)
_DOCUMENT = tuple(name for name in written_names() if name.startswith("guestDocument"))


@dataclass(frozen=True, slots=True)
class GuestWriter:
    """Writes guests of one session."""

    session: Session

    async def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Write side by side, one call for each.

        Raises:
            MapstudioError: Not one of them reached the system.
        """
        return settled(writes, await together(self._attempt(item) for item in writes), "guest")

    async def _attempt(self, item: Write) -> WriteOutcome | MapstudioError:
        if item.destination_id is None:
            return WriteOutcome(Written.REFUSED, reasons=(Reason("key", _NO_CREATE),))
        if wrong := forms.not_taken(item.values, written_names(), "Cloudbeds does not let this field be written"):
            return WriteOutcome(Written.REFUSED, item.destination_id, wrong)
        try:
            return await self._put(item, item.destination_id)
        except RefusedCallError as error:
            reason = Reason(refused_row(error.told, item.values), error.told or "refused without a reason")
            return WriteOutcome(Written.REFUSED, item.destination_id, (reason,))
        except MapstudioError as error:
            return error

    async def _put(self, item: Write, guest_id: str) -> WriteOutcome:
        """Write a guest; one that was merged into another is written there."""
        try:
            form = put_form(guest_id, await self._with_document(guest_id, item.values))
            await self.session.api.put("putGuest", form)
        except RefusedCallError as error:
            into = await self._merged_into(guest_id) if "merged" in error.told.lower() else None
            if into is None or into == guest_id:
                raise
            return await self._put(item, into)
        return WriteOutcome(Written.UPDATED, guest_id)

    async def _merged_into(self, guest_id: str) -> str | None:
        answer = await self.session.api.get("getGuest", {"guestID": guest_id})
        detail = answer.data if isinstance(answer.data, dict) else {}
        return str(detail.get("newGuestID") or "") or None

    async def _with_document(self, guest_id: str, values: Record) -> Record:
        """A document is taken as a whole only: what is not changed of it is sent again as it is."""
        if not any(name in values for name in _DOCUMENT):
            return values
        answer = await self.session.api.get("getGuest", {"guestID": guest_id})
        detail = answer.data if isinstance(answer.data, dict) else {}
        present = {name: detail.get(top_level("guests")[name].detailed or "") or None for name in _DOCUMENT}
        return {**present, **values}


def put_form(guest_id: str, values: Record) -> dict[str, str]:
    """Return the form of ``putGuest``, its lists written as PHP reads them."""
    form = {"guestID": guest_id}
    fields = written_names()
    for name, value in values.items():
        if name != "customFields":
            spec = fields[name]
            form[str(spec.written)] = form_text(spec, value)
    return form | forms.custom(values, "guestCustomFields")


def refused_row(told: str, values: Record) -> str:
    """Return the field that the sentence is about: the one it names, or the only one sent; ``""`` when not known."""
    names = {str(written_names()[name].written): name for name in values if name in written_names()}
    names |= {shortcode: join_path(("customFields", shortcode)) for shortcode in forms.custom_of(values)}
    named = [parameter for parameter in names if parameter.lower() in told.lower()]
    if named:
        return names[max(named, key=len)]
    return next(iter(names.values())) if len(names) == 1 else ""
