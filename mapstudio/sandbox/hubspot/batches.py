"""The batch endpoints, and what becomes of a batch in which something is wrong.

With an ``objectWriteTraceId`` of its own on every input, good inputs are written and bad ones are told in a 207;
without, one bad input fails the whole batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from starlette.requests import Request

from mapstudio.sandbox.hubspot.errors import ApiError, bad_request, not_found
from mapstudio.sandbox.hubspot.objects import associations_of, sent_properties
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.store import Change, Stored, Table
from mapstudio.sandbox.hubspot.wire import (
    MAX_PAGE,
    MAX_WITH_HISTORY,
    Answer,
    batch_answer,
    body_of,
    flag,
    inputs_of,
    record_json,
    text_of,
    words_of,
)

Input: TypeAlias = "Mapping[str, Any]"
Reserved: TypeAlias = "set[tuple[str, str]]"
Commit: TypeAlias = "Callable[[], tuple[Stored, dict[str, Any]]]"
"""Writes one checked input; returns the record and what its result says beside it."""


async def batch_read(portal: Portal, request: Request) -> Answer:
    """POST ids, or values of a unique property; unknown ones are errors of a 207."""
    table = portal.table(request.path_params["object"])
    body = await body_of(request)
    id_property, asked = str(body.get("idProperty") or ""), words_of(body, "properties")
    history = words_of(body, "propertiesWithHistory")
    archived = flag(request, "archived")
    words = [str(item.get("id", "")) for item in inputs_of(body, most=MAX_WITH_HISTORY if history else MAX_PAGE)]
    found = {word: table.find_archived(word) if archived else table.find(word, id_property) for word in words}
    records = {record.id: record for record in found.values() if record is not None}
    missing = [word for word, record in found.items() if record is None]
    results = [record_json(table, record, asked, history=history) for _, record in sorted(records.items())]
    errors = [not_found(table.kind.singular, missing).in_batch(None)] if missing else []
    return batch_answer(portal, 200, results, errors)


async def batch_create(portal: Portal, request: Request) -> Answer:
    """POST new records."""
    table = portal.table(request.path_params["object"])

    def prepare(item: Input, reserved: Reserved) -> Commit:
        sent = sent_properties(item)
        change = table.check(sent, None, reserved)
        linked = associations_of(portal, table, item)
        return lambda: (portal.create(table, change, sent=sent, associate=linked), {})

    return _run(portal, table, inputs_of(await body_of(request)), prepare, 201)


async def batch_update(portal: Portal, request: Request) -> Answer:
    """POST changes of records, by id or by a unique property."""
    table = portal.table(request.path_params["object"])
    inputs = inputs_of(await body_of(request))
    _refuse_repeated(inputs)

    def prepare(item: Input, reserved: Reserved) -> Commit:
        word = str(item.get("id", ""))
        record = table.find(word, str(item.get("idProperty") or ""))
        if record is None:
            raise not_found(table.kind.singular, [word])
        sent = sent_properties(item)
        change = table.check(sent, record, reserved)
        return lambda: _updated(portal, table, record, change, sent, word)

    return _run(portal, table, inputs, prepare, 200)


async def batch_upsert(portal: Portal, request: Request) -> Answer:
    """POST records that are changed where the unique value is known and created where it is not."""
    table = portal.table(request.path_params["object"])
    inputs = inputs_of(await body_of(request))
    id_property = _one_id_property(inputs)
    _refuse_repeated(inputs, fold=id_property == "email")

    def prepare(item: Input, reserved: Reserved) -> Commit:
        word = str(item.get("id", ""))
        record = table.find(word, id_property)
        sent = sent_properties(item)
        if record is not None:
            change = table.check(sent, record, reserved)
            return lambda: _updated(portal, table, record, change, sent, word, new=False)
        if id_property in {"", "hs_object_id"}:
            raise not_found(table.kind.singular, [word])
        change = table.check({id_property: word, **sent}, None, reserved)
        return lambda: (portal.create(table, change, sent=sent, key=word), {"new": True})

    return _run(portal, table, inputs, prepare, 200)


async def batch_archive(portal: Portal, request: Request) -> Answer:
    """POST ids to archive; unknown ones do no harm."""
    table = portal.table(request.path_params["object"])
    for item in inputs_of(await body_of(request)):
        record = table.find(str(item.get("id", "")))
        if record is not None:
            portal.archive(table, record)
    return 204, None


def _updated(
    portal: Portal,
    table: Table,
    record: Stored,
    change: Change,
    sent: dict[str, Any],
    key: str,
    **more: bool,
) -> tuple[Stored, dict[str, Any]]:
    portal.update(table, record, change, sent=sent, key=key)
    return record, more


def _run(
    portal: Portal, table: Table, inputs: Sequence[Input], prepare: Callable[[Input, Reserved], Commit], status: int
) -> Answer:
    reserved: Reserved = set()
    ready: list[tuple[Input, Commit]] = []
    failed: list[tuple[Input, ApiError]] = []
    for item in inputs:
        try:
            ready.append((item, prepare(item, reserved)))
        except ApiError as error:
            failed.append((item, error))
    traces = [text_of(item, "objectWriteTraceId") for item in inputs]
    traced = all(traces) and len(set(traces)) == len(traces)
    grave = [error for _, error in failed if error.category != "OBJECT_NOT_FOUND"]
    if grave and not traced:
        raise grave[0]
    results = [_result(table, item, *commit()) for item, commit in ready]
    errors = [error.in_batch(item.get("objectWriteTraceId")) for item, error in failed]
    # The order of the results is no promise of the API: they come by id here, so that nobody relies on another.
    return batch_answer(portal, status, sorted(results, key=lambda result: int(result["id"])), errors)


def _result(table: Table, item: Input, record: Stored, more: Mapping[str, Any]) -> dict[str, Any]:
    answer = {**record_json(table, record, {*item["properties"], *table.kind.defaults}), **more}
    trace = item.get("objectWriteTraceId")
    return {**answer, "objectWriteTraceId": trace} if trace else answer


def _one_id_property(inputs: Sequence[Input]) -> str:
    named = {str(item.get("idProperty") or "") for item in inputs}
    if len(named) > 1:
        raise bad_request("All inputs of an upsert must have the same idProperty.")
    return next(iter(named), "")


def _refuse_repeated(inputs: Sequence[Input], *, fold: bool = False) -> None:
    words = [str(item.get("id", "")) for item in inputs]
    folded = [word.strip().lower() if fold else word for word in words]
    repeated = sorted({word for word in folded if folded.count(word) > 1})
    if repeated:
        raise bad_request(f"Duplicate IDs found in batch input: [{', '.join(repeated)}]. IDs must be unique")
