"""One row on one record: from -> values -> blank to null -> default -> on_null -> cast -> validate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import repeat
from typing import TypeGuard

from mapstudio.expressions import (
    MISS,
    UNTOLD,
    Environment,
    EvaluationError,
    Expression,
    UnresolvedLinkError,
    ValueTable,
)
from mapstudio.mapping.cast import Caster, CastError, shown
from mapstudio.mapping.definition import Row, RowKind, is_placeholder
from mapstudio.mapping.evaluation import RowResult, RowState
from mapstudio.mapping.format import OnNull
from mapstudio.mapping.unchanged import Passes
from mapstudio.model import JsonValue, Reason

_JSON = frozenset({str, int, bool, list, dict, type(None)})
_TEXT = {str}
_NO_TEXTS = {int, bool, list, dict, float, Decimal}
# To find an enum's member costs as much as all else of a plain field.
_VALUE, _ABSENT, _CLEAR = RowState.VALUE, RowState.ABSENT, RowState.CLEAR
_NO_FEED = {RowKind.QUESTION, RowKind.IGNORE}


class RowError(Exception):
    """A row failed on a record: why, and the value at fault."""

    def __init__(self, reason: str, value: JsonValue) -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


@dataclass(frozen=True, slots=True)
class CompiledRow:
    """A row ready to be run.

    Attributes:
        row: As the file says it.
        parts: The destination field's path.
        expression: What feeds it; ``None`` for a fixed value and for an expression that is not valid.
        failure: Why it can give nothing; empty when it can.
        fixed: The constant or the bound value.
        table: The value map.
        default: With bindings replaced.
        cast: To the destination field's type; ``None`` without a schema.
        passes: Which values the cast would give back as they are; ``None`` where only it knows.
        link_to: The object that the destination field refers to, for an expression that links.
    """

    row: Row
    parts: tuple[str, ...]
    expression: Expression | None = None
    failure: str = ""
    fixed: JsonValue = None
    table: ValueTable | None = None
    default: JsonValue = None
    cast: Caster | None = None
    passes: Passes | None = None
    link_to: str | None = None

    def evaluate(self, record: JsonValue, environment: Environment, whole: JsonValue = None) -> RowResult:
        """Return what the row gives for a record; whatever fails is part of the result.

        Args:
            record: The record, or with ``each`` the element.
            environment: What expressions may see beside it.
            whole: With ``each``, the whole record: what ``$`` is.
        """
        row = self.row
        if row.kind in _NO_FEED:
            return RowResult(row.field, RowState.SILENT)
        raw: JsonValue = None
        try:
            raw = self._feed(record, environment, whole)
            state, value = self._finish(raw)
        except UnresolvedLinkError as error:
            return self._unlinked(error)
        except EvaluationError as error:
            return self._failed(error.reason, error.value, raw)
        except (CastError, RowError) as error:
            return self._failed(error.reason, error.value, raw)
        return RowResult(row.field, RowState.SILENT if row.draft else state, value, None, raw)

    def evaluate_each(
        self, records: Sequence[JsonValue], wholes: Sequence[JsonValue], environment: Environment
    ) -> list[RowResult]:
        """Return what the row gives for each of many records: as :meth:`evaluate`, at less cost for each.

        Args:
            records: Each record, or element.
            wholes: For each the whole record.
            environment: What expressions may see beside it.
        """
        is_plain = self.row.kind is RowKind.EXPRESSION and not self.failure and not self.row.draft
        if self.expression is None or self.link_to is not None or not is_plain:
            return [self.evaluate(record, environment, whole) for record, whole in zip(records, wholes, strict=True)]
        raws = self.expression.search_each(records, wholes, environment)
        if self.table is None and self._all_pass(raws):
            return list(map(RowResult, repeat(self.row.field), repeat(_VALUE), raws, repeat(None), raws))
        results: list[RowResult] = []
        for record, whole, raw in zip(records, wholes, raws, strict=True):
            if raw is UNTOLD:
                results.append(self.evaluate(record, environment, whole))
                continue
            try:
                state, value = self._finish(_json(raw))
            except (CastError, RowError):
                results.append(self.evaluate(record, environment, whole))
            else:
                results.append(RowResult(self.row.field, state, value, None, raw))
        return results

    def _all_pass(self, raws: Sequence[object]) -> TypeGuard[Sequence[JsonValue]]:
        """Return whether each of these values is the row's own: no null, no blank, and nothing for the cast to do."""
        classes = set(map(type, raws))
        if classes == _TEXT:
            if not all(map(str.strip, raws)):  # type: ignore[arg-type] # all are texts
                return False
        elif not classes <= _NO_TEXTS:
            return False
        return self.cast is None or (self.passes is not None and self.passes(raws, classes))  # type: ignore[arg-type]

    def _failed(self, reason: str, value: JsonValue, raw: JsonValue) -> RowResult:
        state = RowState.SILENT if self.row.draft else RowState.DROPPED if self.row.skip_errors else RowState.ERROR
        return RowResult(self.row.field, state, None, Reason(self.row.field, reason, value), raw)

    def _unlinked(self, error: UnresolvedLinkError) -> RowResult:
        """Wait, whatever the row says of nulls and errors; without links to ask, show which one is open."""
        field, silent = self.row.field, self.row.draft
        if error.asked:
            state = RowState.SILENT if silent else RowState.WAIT
            return RowResult(field, state, None, Reason(field, error.reason, error.value))
        return RowResult(
            field, RowState.SILENT if silent else RowState.VALUE, error.placeholder, None, error.placeholder
        )

    def _feed(self, record: JsonValue, environment: Environment, whole: JsonValue) -> JsonValue:
        if self.failure:
            raise RowError(self.failure, None)
        if self.expression is None:
            return self.fixed
        if self.link_to is not None:
            environment = replace(environment, link_to=self.link_to)
        return _json(self.expression.search(record, environment, whole))

    def _finish(self, raw: JsonValue) -> tuple[RowState, JsonValue]:
        value, is_none = raw, False
        if self.table is not None and value is not None:
            value = self.mapped(value)
            is_none = value is None
        if value.__class__ is str and (not value or value.isspace()) and not self.row.keep_blank:
            value = None
        if value is None and not is_none:
            value = self.default
        if value is None:
            return self._null()
        return _VALUE, value if self.cast is None else self.cast(value)

    def _null(self) -> tuple[RowState, JsonValue]:
        if self.row.on_null is OnNull.ERROR:
            raise RowError("there is no value, and on_null is error", None)
        return (_CLEAR if self.row.on_null is OnNull.CLEAR else _ABSENT), None

    def mapped(self, value: JsonValue) -> JsonValue:
        """Return what the value map makes of a value that is not null: of a list, element by element.

        Raises:
            RowError: A key that it does not have, and no default.
        """
        table = self.table
        if table is None or is_placeholder(value):
            return value
        if not isinstance(value, list):
            return self._looked_up(table, value)
        result: list[JsonValue] = []
        for element in value:
            if element is None:
                result.append(None)
                continue
            found = self._looked_up(table, element)
            if isinstance(found, list):
                result += found
            elif found is not None:
                result.append(found)
        return result

    def _looked_up(self, table: ValueTable, value: JsonValue) -> JsonValue:
        if isinstance(value, dict | list):
            raise RowError(f"{shown(value)} cannot be looked up in a value map", value)
        found = table.lookup(value)
        if found is not MISS:
            return found
        if self.default is not None:
            return self.default
        name = f'the value map "{self.row.values}"' if isinstance(self.row.values, str) else "the value map"
        raise RowError(f"{shown(value)} is not in {name}, and there is no default", value)


def _json(value: JsonValue) -> JsonValue:
    """Refuse what an expression can give and JSON cannot say."""
    if value.__class__ in _JSON:
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise RowError("the expression gives no finite number", None)
    if isinstance(value, float | Decimal):
        return value
    raise RowError("the expression gives no JSON value", None)
