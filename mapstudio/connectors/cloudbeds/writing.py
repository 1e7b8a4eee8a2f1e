"""Writing guests: ``putGuest`` changes what it is given and leaves the rest, so that sending it twice does no harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.fields import top_level, written_names
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.values import form_text
from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.together import together
from mapstudio.model import ConnectionFailedError, JsonValue, MapstudioError, Reason, Record
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
        results = await together(self._attempt(item) for item in writes)
        failed = [result for result in results if isinstance(result, MapstudioError)]
        if failed and len(failed) == len(results):
            raise failed[0]
        return [_unknown(item, result) for item, result in zip(writes, results, strict=True)]

    async def _attempt(self, item: Write) -> WriteOutcome | MapstudioError:
        if item.destination_id is None:
            return WriteOutcome(Written.REFUSED, reasons=(Reason("key", _NO_CREATE),))
        wrong = _not_writable(item.values)
        if wrong:
            return WriteOutcome(Written.REFUSED, item.destination_id, tuple(wrong))
        try:
            form = put_form(item.destination_id, await self._with_document(item.destination_id, item.values))
            await self.session.api.put("putGuest", form)
        except RefusedCallError as error:
            reason = Reason(refused_row(error.told, item.values), error.told or "refused without a reason")
            return WriteOutcome(Written.REFUSED, item.destination_id, (reason,))
        except MapstudioError as error:
            return error
        return WriteOutcome(Written.UPDATED, item.destination_id)

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
    for index, (shortcode, value) in enumerate(_custom(values).items()):
        form[f"guestCustomFields[{index}][customFieldName]"] = shortcode
        form[f"guestCustomFields[{index}][customFieldValue]"] = "" if value is None else str(value)
    return form


def refused_row(told: str, values: Record) -> str:
    """Return the field that the sentence is about: the one it names, or the only one sent; ``""`` when not known."""
    names = {str(written_names()[name].written): name for name in values if name in written_names()}
    names |= {shortcode: join_path(("customFields", shortcode)) for shortcode in _custom(values)}
    named = [parameter for parameter in names if parameter.lower() in told.lower()]
    if named:
        return names[max(named, key=len)]
    return next(iter(names.values())) if len(names) == 1 else ""


def _not_writable(values: Record) -> list[Reason]:
    return [
        Reason(name, "Cloudbeds does not let this field be written", value)
        for name, value in values.items()
        if name not in written_names() and not (name == "customFields" and isinstance(value, dict))
    ]


def _custom(values: Record) -> Mapping[str, JsonValue]:
    custom = values.get("customFields")
    return custom if isinstance(custom, dict) else {}


def _unknown(item: Write, result: WriteOutcome | MapstudioError) -> WriteOutcome:
    if isinstance(result, WriteOutcome):
        return result
    reached = "may have been written" if isinstance(result, ConnectionFailedError) else "was not written"
    return WriteOutcome(Written.UNKNOWN, item.destination_id, (Reason("", f"{result.message} The guest {reached}."),))
