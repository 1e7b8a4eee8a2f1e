"""External ids: the names by which Odoo itself knows what was created from which source record."""

from __future__ import annotations

from functools import lru_cache

from mapstudio.connectors.exchange import Origin

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


def module_of(origin: Origin) -> str:
    """Return the module part: one for each source connection, with the letters that a module's name may have."""
    return f"mapstudio_{_escaped(origin.connection)}"


def name_of(origin: Origin, model: str) -> str:
    """Return the name part; two different objects, source ids or models never give the same.

    The model belongs to it: Odoo knows an external id once for all models, and refuses a lead whose name an order has.
    """
    return f"{_escaped(origin.object)}-{_escaped(origin.source_id)}-{_escaped(model)}"


def external_id(origin: Origin, model: str) -> str:
    """Return the whole external id, ``module.name``; it holds exactly one dot, as Odoo wants it."""
    return f"{module_of(origin)}.{name_of(origin, model)}"


def line_id(origin: Origin, model: str, field: str, key: str) -> str:
    """Return the external id of one line of a record that was created from a source record."""
    return f"{external_id(origin, model)}-{_escaped(field)}-{_escaped(key)}"


@lru_cache(maxsize=1024)
def _escaped(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    # "_" is the escape itself, so it is escaped too; "-" parts object, id and model.
    return "".join(character if character in _SAFE else f"_{ord(character):x}_" for character in text)
