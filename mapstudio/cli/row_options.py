"""The options that say what a row is to be, and a row in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mapstudio.cli import output
from mapstudio.model.errors import UsageError

if TYPE_CHECKING:
    from mapstudio.mapping.definition import Row
    from mapstudio.mapping.row_edit import RowEdit
    from mapstudio.model import JsonValue

F = TypeVar("F", bound=Callable[..., Any])

_KEYS = (
    "values",
    "default",
    "by",
    "on_null",
    "on_error",
    "blank",
    "note",
    "owner",
    "due",
    "answer",
    "draft",
    "label",
    "replace",
)
_OPTIONS = (
    click.option("--expr", "expression", metavar="EXPRESSION", help="Feed it from the source."),
    click.option("--constant", metavar="VALUE", help="The same value for every record."),
    click.option("--binding", metavar="NAME", help="A value that differs for each environment, from mapstudio.toml."),
    click.option("--question", metavar="TEXT", help="Open: nothing is sent until it is answered."),
    click.option("--ignore", metavar="REASON", help="Left out on purpose."),
    click.option("--owner", metavar="NAME", help="Who answers the question."),
    click.option("--due", metavar="DATE", help="When the answer is needed."),
    click.option("--answer", metavar="TEXT", help="What was answered."),
    click.option("--values", metavar="TABLE", help="The value map to look the result up in, or one as JSON."),
    click.option("--default", metavar="VALUE", help="Instead of null, or of a value that the map does not have."),
    click.option("--by", metavar="FIELD", help="The field by which a reference is found."),
    click.option("--on-null", type=click.Choice(["skip", "clear", "error"]), help="What null does."),
    click.option("--on-error", type=click.Choice(["reject", "skip"]), help="What an error does."),
    click.option("--blank", type=click.Choice(["keep"]), help="Keep a text of white space only."),
    click.option("--label", metavar="LABEL", help="The label of an association."),
    click.option("--replace/--no-replace", default=None, help="Remove associations that the row does not give."),
    click.option("--note", metavar="TEXT", help="For people."),
    click.option("--draft/--no-draft", default=None, help="Kept but not sent."),
    click.option("--unset", multiple=True, type=click.Choice(_KEYS), help="Remove this key of the row; repeatable."),
)


def row_options(function: F) -> F:
    """Add the options that :func:`edit_of` takes."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def edit_of(
    field: str,
    *,
    unset: tuple[str, ...],
    expression: str | None,
    draft: bool | None,
    replace: bool | None,
    **given: str | None,
) -> RowEdit:
    """Return the change of the field's row that the options say.

    Raises:
        UsageError: They say nothing, or the expression is invalid and the row no draft, or the row is no association.
    """
    from mapstudio.mapping.definition import associated_object
    from mapstudio.mapping.row_edit import RowEdit

    keys: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    for name in ("constant", "default", "values"):
        if name in keys:
            keys[name] = _value(name, keys[name])
    if expression is not None:
        _refuse_invalid(expression, draft=bool(draft))
        keys["expression"] = expression
    keys |= {name: flag for name, flag in (("draft", draft), ("replace", replace)) if flag is not None}
    if keys.keys() & {"label", "replace"} and associated_object(field) is None:
        raise UsageError(f"--label and --replace belong to associations, and {field} is none.")
    for name in unset:
        if name in keys:
            raise UsageError(f"--{name.replace('_', '-')} and --unset {name} contradict each other.")
        keys[name] = None
    if not keys:
        raise UsageError("There is nothing to change.", remedy="Give --expr, --constant, --question or another option.")
    return RowEdit(**keys)


def described(row: Row) -> dict[str, Any]:
    """Return a row as ``map ls --json`` prints it; ``says`` is what feeds it, in one line."""
    told: dict[str, Any] = {"field": row.field, "line": row.line, "kind": str(row.kind), "says": _says(row)}
    named = {
        "default": row.default,
        "values": _table(row),
        "by": row.by,
        "label": row.label,
        "on_null": None if str(row.on_null) == "skip" else str(row.on_null),
        "on_error": "skip" if row.skip_errors else None,
        "blank": "keep" if row.keep_blank else None,
        "owner": row.owner,
        "due": row.due,
        "answer": row.answer,
        "note": row.note,
    }
    told.update({name: value for name, value in named.items() if value not in (None, "")})
    told.update({name: True for name, flag in (("draft", row.draft), ("replace", row.replace)) if flag})
    return told


def _says(row: Row) -> str:
    match str(row.kind):
        case "expression":
            table = f" through {_table(row)}" if row.values is not None else ""
            default = f", else {output.json_text(row.default)}" if row.default is not None else ""
            return f"{row.from_ or ''}{table}{default}{' (draft)' if row.draft else ''}"
        case "nested":
            keyed = f"by {row.nested.key}" if row.nested is not None else ""
            return f"each of {row.from_}, {keyed}{' (draft)' if row.draft else ''}"
        case "constant":
            return output.json_text(row.constant)
        case _:
            return row.binding or row.question or row.ignore or ""


def _table(row: Row) -> str | None:
    return row.values if isinstance(row.values, str) or row.values is None else "its own values"


def _value(name: str, text: str) -> JsonValue:
    from mapstudio.model.exact_json import JsonError, loads

    try:
        value = loads(text)
    except JsonError:
        return text
    if value is None:
        # The format has no such value, and in an edit it would mean "leave as it is".
        raise UsageError(f"--{name} cannot be null.", remedy='For the text write "null" in quotes; see also --on-null.')
    return value


def _refuse_invalid(expression: str, *, draft: bool) -> None:
    from mapstudio.expressions import ExpressionSyntaxError, compile_expression

    try:
        compile_expression(expression)
    except ExpressionSyntaxError as error:
        if not draft:
            remedy = f"{error.remedy.rstrip('.')}. " if error.remedy else ""
            remedy += "Nothing was written; --draft keeps an unfinished expression"
            raise UsageError(f"The expression is invalid: {error.message}.", remedy=remedy) from error
