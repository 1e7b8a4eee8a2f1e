"""Steps of Odoo's own that a record takes after it is written: confirm, invoice, post, won, lost.

Each is asked for only where it is due, one record at a time, and its answer is never trusted alone: a method that
returns nothing, an answer that was lost and a step that somebody else took meanwhile all look like failures. What
counts is the state of the record afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from mapstudio.connectors.exchange import Action
from mapstudio.connectors.http import LostAnswerError
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import NO_FIELD, Fault, sentence
from mapstudio.connectors.odoo.loading import CONTEXT
from mapstudio.connectors.odoo.reading import Reader, Wanted
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.model import JsonValue, Reason, Record, UsageError
from mapstudio.model.suggest import did_you_mean

_LOOKS = (0.0, 0.5, 2.0)
"""Seconds before each look at what a lost step has done; Odoo may still be at work on it."""

Run = Callable[[Rpc, int], Awaitable[JsonValue]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a model.

    Attributes:
        action: What the runner knows of it.
        done: Whether a record has taken it, from the fields that the action names.
        run: Lets Odoo take it with one record.
        again: Sending it twice does no harm, so it is sent again where a lost answer was no success.
    """

    action: Action
    done: Callable[[Record], bool]
    run: Run
    again: bool = True


def _method(model: str, name: str) -> Run:
    async def run(rpc: Rpc, record: int) -> JsonValue:
        return await rpc.call(model, name, [[record]], {"context": CONTEXT}, repeatable=False)

    return run


async def _invoice(rpc: Rpc, order: int) -> JsonValue:
    """Invoice what can be invoiced of an order; the method itself is private, its wizard is not."""
    context = {**CONTEXT, "active_model": "sale.order", "active_ids": [order], "active_id": order}
    values = {"advance_payment_method": "delivered", "sale_order_ids": [[6, 0, [order]]]}
    made = await rpc.call("sale.advance.payment.inv", "create", [[values]], {"context": context}, repeatable=False)
    return await rpc.call("sale.advance.payment.inv", "create_invoices", [made], {"context": context}, repeatable=False)


async def _pay(rpc: Rpc, move: int) -> JsonValue:
    """Register a payment of all that is open, with the journal that Odoo proposes."""
    context = {**CONTEXT, "active_model": "account.move", "active_ids": [move]}
    made = await rpc.call("account.payment.register", "create", [[{}]], {"context": context}, repeatable=False)
    return await rpc.call(
        "account.payment.register", "action_create_payments", [made], {"context": context}, repeatable=False
    )


def _in(name: str, *states: str) -> Callable[[Record], bool]:
    return lambda present: present.get(name) in states


def _invoiced(present: Record) -> bool:
    return bool(present.get("invoice_ids")) or present.get("invoice_status") == "invoiced"


def _won(present: Record) -> bool:
    return present.get("active") is not False and _probability(present) == 100


def _lost(present: Record) -> bool:
    return present.get("active") is False and _probability(present) == 0


def _probability(present: Record) -> float:
    return float(str(present.get("probability") or 0))


def _step(
    model: str, name: str, label: str, fields: Sequence[str], done: Callable[[Record], bool], method: str
) -> tuple[str, Step]:
    return name, Step(Action(name, label, frozenset(fields)), done, _method(model, method))


_OUTCOME = ("active", "probability")
_INVOICE = Action("invoice", "Create the invoice of what can be invoiced", frozenset({"invoice_ids", "invoice_status"}))
_PAYMENT = Action("pay", "Register a payment of all that is open", frozenset({"payment_state"}))

STEPS: Mapping[str, Mapping[str, Step]] = {
    "sale.order": dict(
        (
            # 16 has a state for orders that are done and locked; later versions keep them in "sale".
            _step("sale.order", "confirm", "Confirm", ["state"], _in("state", "sale", "done"), "action_confirm"),
            _step("sale.order", "cancel", "Cancel", ["state"], _in("state", "cancel"), "action_cancel"),
            _step(
                "sale.order",
                "draft",
                "Make a quotation again",
                ["state"],
                _in("state", "draft", "sent"),
                "action_draft",
            ),
            ("invoice", Step(_INVOICE, _invoiced, _invoice, again=False)),
        )
    ),
    "account.move": dict(
        (
            _step("account.move", "post", "Post", ["state"], _in("state", "posted"), "action_post"),
            _step("account.move", "cancel", "Cancel", ["state"], _in("state", "cancel"), "button_cancel"),
            _step("account.move", "draft", "Reset to draft", ["state"], _in("state", "draft"), "button_draft"),
            ("pay", Step(_PAYMENT, _in("payment_state", "paid", "in_payment", "reversed"), _pay, again=False)),
        )
    ),
    "crm.lead": dict(
        (
            _step("crm.lead", "won", "Mark as won", _OUTCOME, _won, "action_set_won"),
            _step("crm.lead", "lost", "Mark as lost", _OUTCOME, _lost, "action_set_lost"),
        )
    ),
}


def steps(model: str) -> Sequence[Action]:
    """Return the steps that records of a model can take."""
    return [step.action for step in STEPS.get(model, {}).values()]


def step_of(model: str, action: str) -> Step:
    """Return one step.

    Raises:
        UsageError: There is none of that name.
    """
    known = STEPS.get(model, {})
    if action not in known:
        remedy = did_you_mean(action, known) or f"It has: {', '.join(known) or 'none'}."
        raise UsageError(f"Odoo has no step {action} for {model}.", remedy=remedy)
    return known[action]


@dataclass
class Actor:
    """Lets records of one connection take steps."""

    catalogue: Catalogue
    reader: Reader

    async def act(self, model: str, action: str, ids: Sequence[str]) -> list[Reason | None]:
        """Let each record take the step unless it has, and return why not, in order."""
        step = step_of(model, action)
        present = await self._present(model, step, ids)
        told: list[Reason | None] = []
        for identifier in ids:
            record = present.get(identifier)
            if record is None:
                told.append(Reason(NO_FIELD, f"{model} {identifier} does not exist any more"))
            else:
                told.append(None if step.done(record) else await self._take(model, step, identifier))
        return told

    async def _take(self, model: str, step: Step, identifier: str) -> Reason | None:
        for attempt in range(2):
            try:
                await step.run(self.catalogue.rpc, int(identifier))
            except Fault as fault:
                if fault.stops_everything:
                    self.catalogue.refuse(fault, f"let {model} take the step {step.action.name}")
                if await self._done(model, step, identifier):
                    return None
                return Reason(NO_FIELD, sentence(fault.message) or fault.name)
            except LostAnswerError:
                if await self._done_meanwhile(model, step, identifier):
                    return None
                if not step.again or attempt:
                    return Reason(NO_FIELD, "the answer was lost, and it is not done so far; the next run looks again")
                continue
            return None if await self._done(model, step, identifier) else self._not_taken(step)
        raise AssertionError("unreachable: the second try returns")

    def _not_taken(self, step: Step) -> Reason:
        return Reason(NO_FIELD, f"Odoo took the step {step.action.name} without a word, and nothing changed")

    async def _done_meanwhile(self, model: str, step: Step, identifier: str) -> bool:
        for seconds in _LOOKS:
            await asyncio.sleep(seconds)
            if await self._done(model, step, identifier):
                return True
        return False

    async def _done(self, model: str, step: Step, identifier: str) -> bool:
        record = (await self._present(model, step, [identifier])).get(identifier)
        return record is not None and step.done(record)

    async def _present(self, model: str, step: Step, ids: Sequence[str]) -> dict[str, Record]:
        numbers = sorted({int(one) for one in ids if one.isdigit()})
        found = await self.reader.by_ids(model, numbers, Wanted.of(step.action.fields)) if numbers else []
        return {record.id: record.data for record in found}
