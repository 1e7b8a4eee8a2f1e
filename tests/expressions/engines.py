"""One expression on one document by either engine: what the generated code gives, and what the interpreter does."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from mapstudio.expressions import Environment, EvaluationError, Expression, UnresolvedLinkError, ValueTable
from mapstudio.expressions.environment import Engine
from mapstudio.expressions.values import NumberRangeError
from mapstudio.model import JsonValue

_STAGES: dict[str, JsonValue] = {"confirmed": "opportunity", "1": "lead", "a": None, "12.5": [1, "x"], "true": True}
_CODES: dict[str, JsonValue] = {"Ana": {"code": "ANA"}, "ES": 34, "b": "", "-1": Decimal("19.90")}
TABLES = {"stages": ValueTable(_STAGES), "codes": ValueTable(_CODES)}


def links(object_name: str, source_id: str, to: str | None) -> str:
    """Know what the records of one object became."""
    if object_name != "companies":
        raise UnresolvedLinkError(f"{object_name} {source_id} has not been mapped yet", object_name, source_id)
    return f"{to or 'company'}-{source_id}"


def environment(engine: Engine) -> Environment:
    """Return what expressions may see, the same for both engines."""
    return Environment(tables=TABLES, today=lambda: date(2024, 5, 31), links=links, engine=engine)


@dataclass(frozen=True)
class Outcome:
    """A value, or why there is none."""

    value: JsonValue = None
    reason: str = ""
    fault: JsonValue = None

    def same_as(self, other: Outcome) -> bool:
        """Return whether both are the same: types, numbers by decimal value, the order of keys, reasons."""
        return self.reason == other.reason and same(self.value, other.value) and same(self.fault, other.fault)


def outcome(expression: Expression, document: JsonValue, engine: Engine) -> Outcome:
    """Evaluate as everybody does."""
    try:
        return Outcome(expression.search(document, environment(engine)))
    except EvaluationError as error:
        return Outcome(None, error.reason, error.value)


def of_program(expression: Expression, document: JsonValue) -> Outcome | None:
    """Return what the generated code alone gives; ``None`` when there is none, or it leaves the document."""
    if expression.program is None:
        return None
    try:
        return Outcome(expression.program.run(document, document, environment(Engine.COMPILED)))
    except (EvaluationError, NumberRangeError, InvalidOperation, RecursionError):
        return None


def same(left: JsonValue, right: JsonValue) -> bool:
    """Return whether two values are the same but for the form in which a number stands."""
    if is_number(left) and is_number(right):
        return decimal_of(left) == decimal_of(right)
    if type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def is_number(value: object) -> bool:
    """Return whether the value is a JSON number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def decimal_of(number: JsonValue) -> Decimal:
    """Return the decimal value that a number is written with."""
    assert isinstance(number, int | float | Decimal)
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def spoil(value: JsonValue) -> None:
    """Change whatever can be changed in a result."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending += item.values()
            item.clear()
            item["spoilt"] = True
        elif isinstance(item, list):
            pending += item
            item[:] = ["spoilt"]


def own_copy(document: JsonValue) -> JsonValue:
    """Return a document that shares nothing with the other one."""
    return copy.deepcopy(document)
