"""Selling items that another system made up, such as a restaurant's bill: each reference is sold once, whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mapstudio.connectors.cloudbeds import forms
from mapstudio.connectors.cloudbeds.api import RefusedCallError
from mapstudio.connectors.cloudbeds.fields import FieldSpec, top_level
from mapstudio.connectors.cloudbeds.needs import Needs
from mapstudio.connectors.cloudbeds.references import reference_of
from mapstudio.connectors.cloudbeds.session import Session
from mapstudio.connectors.cloudbeds.transactions import Transactions
from mapstudio.connectors.cloudbeds.values import rows_of
from mapstudio.connectors.cloudbeds.writes import refused, settled
from mapstudio.connectors.exchange import Write, WriteOutcome, Written
from mapstudio.connectors.together import together
from mapstudio.model import MapstudioError, Record, SourceRecord

OBJECT = "custom_items"
_LINES = ("items", "payments")


@dataclass(frozen=True, slots=True)
class CustomItems:
    """The sales of one session; the API shows them as transactions only."""

    session: Session

    async def by_ids(self, ids: Collection[str]) -> Mapping[str, SourceRecord]:
        """Return which of these sales are in the ledger."""
        rows = await Transactions(self.session).find("id", ids, Needs.of(()))
        return {row.id: SourceRecord(row.id, {"transactionID": row.id, **_shown(row.data)}) for row in rows}

    async def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        """Sell side by side, one call for each.

        Raises:
            MapstudioError: Not one of them reached the system.
        """
        return settled(writes, await together(self._attempt(item) for item in writes), "sale")

    async def _attempt(self, item: Write) -> WriteOutcome | MapstudioError:
        if item.destination_id is not None:
            return refused(item, "", "what was sold cannot be changed; use mode: insert")
        if wrong := forms.not_taken(item.values, _fields(), "Cloudbeds does not take this field for a sale"):
            return WriteOutcome(Written.REFUSED, None, wrong)
        reference = str(item.values.get("referenceID") or "").strip() or reference_of(item.origin)
        form = sale_form({**item.values, "referenceID": reference})
        try:
            # The reference keeps it from being sold twice, so that it may be sent twice.
            answer = await self.session.api.post("postCustomItem", form, repeatable=True)
        except RefusedCallError as error:
            named = [name for name in item.values if name.lower() in error.told.lower()]
            return refused(item, max(named, key=len, default=""), error.told or "refused without a reason")
        except MapstudioError as error:
            return error
        told = answer.data if isinstance(answer.data, dict) else answer.body
        identity = str(told.get("transactionID") or "") or None
        again = bool(told.get("notice"))
        return WriteOutcome(Written.UPDATED if again else Written.CREATED, identity, repeated=again)


def sale_form(values: Record) -> dict[str, str]:
    """Return the form of ``postCustomItem``."""
    form = forms.plain({name: pair for name, pair in _fields().items() if name not in _LINES}, values)
    for name in _LINES:
        form |= forms.entries(name, rows_of(values.get(name)))
    return form


def _fields() -> dict[str, tuple[str, FieldSpec]]:
    return {name: (spec.created, spec) for name, spec in top_level(OBJECT).items() if spec.created}


def _shown(data: Record) -> Record:
    return {name: data.get(name) for name in ("reservationID", "houseAccountID")}
