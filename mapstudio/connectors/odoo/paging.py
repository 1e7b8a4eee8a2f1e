"""Reads an object page by page: by id, so that nothing is read twice or left out while others write."""

from __future__ import annotations

from collections.abc import AsyncIterator

from mapstudio.connectors.exchange import Page, ReadRequest
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.checkpoint import Checkpoint, marks
from mapstudio.connectors.odoo.reading import Domain, Reader, Wanted
from mapstudio.model import UsageError

_FEW_FIELDS = 30
_LARGE, _SMALL = 1000, 250
"""Records in one page: of a few fields Odoo gives 10,000 a second, of all of them a hundred or two (measured)."""


async def pages(catalogue: Catalogue, reader: Reader, request: ReadRequest) -> AsyncIterator[Page]:
    """Yield the records of an object in the order of their ids.

    Only a read that came to its end has a checkpoint, on its last page.
    """
    wanted = await reader.wanted(request.object, request.paths)
    stamped = "write_date" in await catalogue.fields(request.object)
    since = Checkpoint.read(request.since) if request.since is not None and stamped else None
    newest = await reader.last_change(request.object) if stamped else None
    following = Checkpoint(newest) if newest else None
    domain = [*await _since(catalogue, request.object, since, wanted), *_among(request)]
    total = await _total(reader, request, domain)
    size = _LARGE if len(wanted.below) <= _FEW_FIELDS else _SMALL
    told: dict[str, str] = {}
    last, left = 0, request.limit
    while left is None or left > 0:
        asked = size if left is None else min(size, left)
        found = await reader.search(
            request.object,
            [["id", ">", last], *domain],
            wanted,
            order="id",
            limit=asked,
            archived=request.archived,
        )
        if following is not None:
            told.update(marks(found.records, following.begins if since is None else ""))
        new = [one for one in found.records if since is None or not since.told_already(one)]
        done = found.count < asked
        yield Page(new, total, Checkpoint(following.newest, told).text() if done and following is not None else None)
        if done:
            return
        last = found.last
        left = None if left is None else left - len(new)


async def _total(reader: Reader, request: ReadRequest, domain: Domain) -> int | None:
    """Return how many there are; what an incremental read leaves out is not known before."""
    if request.limit is not None or request.since is not None:
        return None
    return await reader.count(request.object, domain, archived=request.archived)


def _among(request: ReadRequest) -> Domain:
    """Return the condition of a read of some records only."""
    if request.among is None:
        return []
    if request.among.field is not None:
        raise UsageError(f"Records of {request.object} are read by id, not by {request.among.field}.")
    return [["id", "in", sorted(int(one) for one in request.among.values if one.isdecimal())]]


async def _since(catalogue: Catalogue, model: str, since: Checkpoint | None, wanted: Wanted) -> Domain:
    """Return the condition of an incremental read, in the one form that 16 and 19 understand alike.

    16 keeps microseconds, so that what was read equals nothing, and 19 compares whole seconds.
    """
    if since is None:
        return []
    domain: Domain = [["write_date", ">=", since.begins]]
    fields = await catalogue.fields(model)
    for name in wanted.below:
        item = fields.get(name)
        if item is None or item.type != "one2many" or not item.store:
            continue
        if "write_date" in await catalogue.fields(item.relation):
            # A line's new text does not touch its order's own stamp.
            domain = ["|", *domain, [f"{name}.write_date", ">=", since.begins]]
    return domain
