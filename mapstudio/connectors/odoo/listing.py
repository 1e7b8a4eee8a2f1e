"""Which models a connection offers: all that may be listed, or those that are usual."""

from __future__ import annotations

from typing import Any

from mapstudio.connectors.declarations import ObjectInfo
from mapstudio.connectors.odoo.catalogue import Catalogue
from mapstudio.connectors.odoo.faults import Fault
from mapstudio.connectors.odoo.objects import OBJECTS
from mapstudio.connectors.together import together

_MODELS = "ir.model"
_INNER = ("ir.", "base.", "base_import.", "bus.", "report.", "res.config", "web_editor.", "web_tour.", "wizard.")
"""The framework's own models, which hold nothing of the client's."""


async def objects(catalogue: Catalogue) -> list[ObjectInfo]:
    """Return the usual models that are installed and that the user may read; then the others, where he may list them.

    A user without administration rights may not list models; any that he may read can be named all the same.
    """
    usual = await together([_usual(catalogue, model) for model in OBJECTS])
    return [info for info in usual if info is not None] + await _others(catalogue)


async def _usual(catalogue: Catalogue, model: str) -> ObjectInfo | None:
    offered = OBJECTS[model]
    if not await catalogue.may(model, "read"):
        return None
    return ObjectInfo(model, offered.label, writable=offered.writable and await catalogue.may(model, "write"))


async def _others(catalogue: Catalogue) -> list[ObjectInfo]:
    if not await catalogue.may(_MODELS, "read"):
        return []
    fields = await catalogue.fields(_MODELS)
    domain: list[Any] = [["transient", "=", False]] if "transient" in fields else []
    if "access_ids" in fields:
        domain.append(["access_ids", "!=", False])  # abstract models have no rights, and no records
    try:
        told = await catalogue.rpc.call(
            _MODELS, "search_read", [domain], {"fields": ["model", "name"], "order": "model, id"}
        )
    except Fault as fault:
        if fault.is_access:
            return []
        catalogue.refuse(fault, "list the models")
    rows: list[Any] = told if isinstance(told, list) else []
    return [
        ObjectInfo(str(row["model"]), str(row["name"]))
        for row in rows
        if row["model"] not in OBJECTS and not str(row["model"]).startswith(_INNER)
    ]
