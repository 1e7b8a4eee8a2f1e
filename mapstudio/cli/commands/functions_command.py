"""``mapstudio functions``: what expressions can call."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, verbose_option
from mapstudio.model.errors import UsageError
from mapstudio.model.suggest import did_you_mean

if TYPE_CHECKING:
    from mapstudio.expressions import Example, FunctionDoc
    from mapstudio.model import JsonValue


@click.command("functions")
@click.argument("name", required=False)
@json_option
@verbose_option
def command(*, name: str | None, as_json: bool) -> None:
    """List the functions of expressions, or show the one called NAME in full. Does not use the network."""
    from mapstudio.expressions import function_docs
    from mapstudio.expressions.functions import FUNCTIONS

    docs = {doc.name: doc for doc in function_docs()}
    for problem in FUNCTIONS.problems:
        output.warn(f"{problem}.")
    if name is not None and name not in docs:
        remedy = did_you_mean(name, docs) or "mapstudio functions lists all"
        raise UsageError(f'There is no function "{name}".', remedy=remedy)
    if as_json:
        output.json_data([_as_json(doc) for doc in docs.values()] if name is None else _as_json(docs[name]))
    elif name is None:
        _list(list(docs.values()))
    else:
        _show(docs[name])


def _list(docs: list[FunctionDoc]) -> None:
    """Print one line for each; on a terminal cut to its width, so that it stays one."""
    rows = [(doc.name, doc.group, doc.summary) for doc in docs]
    if output.to_terminal():
        before = sum(2 + max(output.width(cell) for cell in column) for column in list(zip(*rows, strict=True))[:2])
        room = max(20, shutil.get_terminal_size().columns - before)
        rows = [(name, group, text if len(text) <= room else f"{text[: room - 1]}…") for name, group, text in rows]
    output.table(("FUNCTION", "GROUP", "DOES"), rows)


def _show(doc: FunctionDoc) -> None:
    from mapstudio.expressions.reference import details_of, example_text

    output.data(doc.signature)
    output.data("")
    output.data(doc.summary)
    output.data("")
    for example in doc.examples:
        output.data(f"  {example_text(example)}")
    details = details_of(doc.name)
    if details:
        output.data("")
        output.block(details)


def _as_json(doc: FunctionDoc) -> dict[str, JsonValue]:
    from mapstudio.expressions.reference import details_of

    return {
        "name": doc.name,
        "group": doc.group,
        "signature": doc.signature,
        "summary": doc.summary,
        "details": details_of(doc.name) or None,
        "examples": [_example(example) for example in doc.examples],
    }


def _example(example: Example) -> dict[str, JsonValue]:
    ends: dict[str, JsonValue] = {"error": example.error} if example.error else {"result": example.result}
    found: dict[str, JsonValue] = {"expression": example.expression, **ends}
    if example.given:
        found["given"] = example.given
    if example.tables:
        found["tables"] = {name: dict(table) for name, table in example.tables.items()}
    return found
