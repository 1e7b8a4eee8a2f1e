"""One cell of a ``load`` as the value that a write takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mapstudio.sandbox.odoo import reading
from mapstudio.sandbox.odoo.definitions import X2MANY, FieldDefinition, Value
from mapstudio.sandbox.odoo.environment import Environment
from mapstudio.sandbox.odoo.errors import python_error
from mapstudio.sandbox.odoo.values import DATE, DATETIME

_YES = frozenset({"1", "true", "yes"})
_NO = frozenset({"0", "false", "no", ""})


class BadCellError(Exception):
    """A cell that the field does not take; ``more`` is the answer's ``moreinfo``."""

    def __init__(self, message: str, more: Value = None) -> None:
        super().__init__(message)
        self.message = message
        self.more = more


@dataclass(frozen=True, slots=True)
class Converter:
    """Converts the cells of one model's rows."""

    env: Environment
    model: str
    above: str = ""
    """Where the model's rows are lines: the label of the field that holds them, with a slash."""

    def __call__(self, name: str, kind: str, cell: Value) -> Value:
        """Return the value of a cell; ``kind`` is what the column says after the slash (``id``, ``.id`` or nothing).

        Raises:
            BadCellError: The cell does not fit.
        """
        definition = self.env.models[self.model][name]
        definition = replace(definition, string=f"{self.above}{definition.string}")
        if cell is None or cell is False or cell == "":
            return [[5]] if definition.type in X2MANY else False
        if definition.type == "many2one":
            return self._target(definition, kind, cell)
        if definition.type in X2MANY:
            targets = [self._target(definition, kind, part.strip()) for part in str(cell).split(",")]
            return [[6, 0, targets]]
        convert = _CONVERSIONS.get(definition.type)
        return cell if convert is None else convert(self.env, definition, cell)

    def _target(self, definition: FieldDefinition, kind: str, cell: Value) -> int:
        env, comodel = self.env, definition.relation
        if kind == ".id":
            return self._by_number(definition, cell)
        if kind == "id":
            module, dot, name = str(cell).partition(".")
            known = env.database.external.get((module, name) if dot else ("__import__", module))
            row = None if known is None else env.rows("ir.model.data")[known]
            if row is None or row["model"] != comodel:
                raise BadCellError(
                    f"No matching record found for external id '{cell}' in field '{definition.string}'",
                    self._choices("ir.model.data", [["model", "=", comodel]]),
                )
            return int(row["res_id"])
        found = reading.name_search(env, comodel, str(cell), [], "=", None) if comodel in env.models else []
        if not found:
            raise BadCellError(
                f"No matching record found for name '{cell}' in field '{definition.string}'", self._choices(comodel)
            )
        return int(found[0][0])

    def _by_number(self, definition: FieldDefinition, cell: Value) -> int:
        try:
            number = int(cell)
        except ValueError:
            raise BadCellError(f"Invalid database id '{cell}' for the field '{definition.string}'") from None
        if definition.relation not in self.env.models or not self.env.exists(definition.relation, number):
            raise BadCellError(
                f"No matching record found for database id '{cell}' in field '{definition.string}'",
                self._choices("ir.model.data", [["model", "=", definition.relation]]),
            )
        return number

    def _choices(self, model: str, domain: list[Any] | None = None) -> dict[str, Any]:
        action: dict[str, Any] = {
            "name": "Possible Values",
            "type": "ir.actions.act_window",
            "target": "new",
            "view_mode": "list,form" if self.env.words.new else "tree,form",
            "views": [[False, "list"], [False, "form"]],
            "context": {"create": False},
            "help": "See all possible values",
            "res_model": model,
        }
        return action if domain is None else {**action, "domain": domain}


def _boolean(env: Environment, definition: FieldDefinition, cell: Value) -> bool:  # noqa: ARG001
    if not isinstance(cell, str):
        raise python_error("AttributeError", f"'{type(cell).__name__}' object has no attribute 'lower'")
    if cell.lower() in _YES:
        return True
    if cell.lower() in _NO:
        return False
    raise BadCellError(
        f"Unknown value '{cell}' for boolean field '{definition.string}'", "Use '1' for yes and '0' for no"
    )


def _integer(env: Environment, definition: FieldDefinition, cell: Value) -> int:  # noqa: ARG001
    try:
        return int(cell)
    except ValueError:
        raise BadCellError(f"'{cell}' does not seem to be an integer for field '{definition.string}'") from None


def _number(env: Environment, definition: FieldDefinition, cell: Value) -> float:  # noqa: ARG001
    try:
        return float(cell)
    except ValueError:
        raise BadCellError(f"'{cell}' does not seem to be a number for field '{definition.string}'") from None


def _selection(env: Environment, definition: FieldDefinition, cell: Value) -> str:  # noqa: ARG001
    for key, label in definition.selection:
        if str(cell) == key or str(cell).lower() == label.lower():
            return key
    labels = [label for _, label in definition.selection]
    raise BadCellError(f"Value '{cell}' not found in selection field '{definition.string}'", labels)


def _date(env: Environment, definition: FieldDefinition, cell: Value) -> str:  # noqa: ARG001
    try:
        return datetime.strptime(str(cell), DATE).strftime(DATE)  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise BadCellError(
            f"'{cell}' does not seem to be a valid date for field '{definition.string}'",
            "Use the format '2012-12-31'",
        ) from None


def _datetime(env: Environment, definition: FieldDefinition, cell: Value) -> str:
    """A time is meant in the user's zone, and stored in UTC."""
    try:
        local = datetime.strptime(str(cell), DATETIME)  # noqa: DTZ007 - the zone follows
    except ValueError:
        raise BadCellError(
            f"'{cell}' does not seem to be a valid datetime for field '{definition.string}'",
            "Use the format '2012-12-31 23:59:59'",
        ) from None
    zone = ZoneInfo(env.context.get("tz") or "UTC")
    return local.replace(tzinfo=zone).astimezone(UTC).strftime(DATETIME)


_CONVERSIONS: dict[str, Callable[[Environment, FieldDefinition, Any], Any]] = {
    "boolean": _boolean,
    "integer": _integer,
    "float": _number,
    "monetary": _number,
    "selection": _selection,
    "date": _date,
    "datetime": _datetime,
}
