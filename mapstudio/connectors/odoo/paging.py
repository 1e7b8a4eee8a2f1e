"""Reads an object page by page: by id, so that nothing is read twice or left out while others write.

A checkpoint is JSON, ``{"write_date": "2026-11-23 14:56:06"}``: the newest change that was there when the read began.
Odoo stamps a record with the start of its transaction, so a long import shows up later with an older stamp; the next
read therefore begins ten minutes before the checkpoint. What it brings again is compared like everything else, and
equal values are not sent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.fields import LINES
from mapstudio.connectors.odoo.reading import CHUNK, Domain, Reader, Wanted
from mapstudio.model import UsageError
from mapstudio.model.exact_json import JsonError, dumps, loads

OVERLAP = timedelta(minutes=10)
_LAYOUT = "%Y-%m-%d %H:%M:%S"


async def pages(catalogue: Catalogue, reader: Reader, request: ReadRequest) -> AsyncIterator[Page]:
    """Yield the active records of an object in the order of their ids.

    Only a read that came to its end has a checkpoint, on its last page.
    """
    wanted = await reader.wanted(request.object, request.paths)
    checkpoint = await _checkpoint(catalogue, reader, request.object)
    domain = _since(request, wanted)
    total = await reader.count(request.object, domain) if request.limit is None else None
    last, left = 0, request.limit
    while left is None or left > 0:
        size = CHUNK if left is None else min(CHUNK, left)
        found = await reader.search(request.object, [["id", ">", last], *domain], wanted, order="id", limit=size)
        done = len(found) < size
        yield Page(found, total, checkpoint if done else None)
        if done:
            return
        last = int(found[-1].id)
        left = None if left is None else left - len(found)


async def _checkpoint(catalogue: Catalogue, reader: Reader, model: str) -> str | None:
    if "write_date" not in await catalogue.fields(model):
        return None
    newest = await reader.last_change(model)
    return dumps({"write_date": newest}) if newest else None


def _since(request: ReadRequest, wanted: Wanted) -> Domain:
    if request.since is None:
        return []
    bound = (_read_checkpoint(request.since) - OVERLAP).strftime(_LAYOUT)
    domain: Domain = [["write_date", ">=", bound]]
    for owner, name in LINES:
        if owner == request.object and name in wanted.below:
            # A line's new text does not touch its order's own stamp.
            domain = ["|", *domain, [f"{name}.write_date", ">=", bound]]
    return domain


def _read_checkpoint(text: str) -> datetime:
    try:
        told = loads(text)
        return datetime.strptime(str(told["write_date"]), _LAYOUT)  # type: ignore[index,call-overload]  # noqa: DTZ007
    except (JsonError, ValueError, KeyError, TypeError):
        raise UsageError(
            f'"{text}" is no checkpoint of Odoo.', remedy="Read everything once, without --since."
        ) from None
