"""Values that Odoo works out anew when others are written, and that a mapping has given: they are sent along.

The price of an order's line is worked out from product and quantity until somebody writes it. A later write of the
quantity alone sets it back to the price list's, on real servers of 16 and 19, and one of the same product its text as
well. ``fields_get`` tells for each field what it depends on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mapstudio.connectors.exchange import Child, Write
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.fields import OdooField
from mapstudio.model import Record


async def kept(catalogue: Catalogue, model: str, writes: Sequence[Write]) -> Sequence[Write]:
    """Return the writes with what would be lost otherwise among their values.

    Args:
        catalogue: Where the fields are known.
        model: The model.
        writes: What was asked for.
    """
    if not any(write.same or _has_same(write) for write in writes):
        return writes
    fields = await catalogue.fields(model)
    lists = {name for write in writes for name in write.children}
    lines = {name: await catalogue.fields(fields[name].relation) for name in lists if name in fields}
    return [
        replace(
            write,
            values=_completed(fields, write.values, write.same),
            children={
                name: [_child(lines.get(name, {}), child) for child in children]
                for name, children in write.children.items()
            },
        )
        for write in writes
    ]


def _has_same(write: Write) -> bool:
    return any(child.same for children in write.children.values() for child in children)


def _child(fields: Mapping[str, OdooField], child: Child) -> Child:
    return child if child.remove else replace(child, values=_completed(fields, child.values, child.same))


def _completed(fields: Mapping[str, OdooField], values: Record, same: Record) -> Record:
    if not values or not same:
        return values
    anew = worked_out_anew(fields, values)
    return {**{name: value for name, value in same.items() if name in anew and not fields[name].readonly}, **values}


def worked_out_anew(fields: Mapping[str, OdooField], written: Iterable[str]) -> set[str]:
    """Return the fields that depend on those that are written, also by way of others."""
    reached = {*written}
    left = [item for item in fields.values() if item.computed]
    while more := [item for item in left if item.name not in reached and not item.depends.isdisjoint(reached)]:
        reached.update(item.name for item in more)
    return reached.difference(written)
