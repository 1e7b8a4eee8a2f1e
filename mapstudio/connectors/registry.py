"""Connectors by type, found through the entry points ``mapstudio.connectors`` (ours and third parties')."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from mapstudio.connectors.contract import Connector
from mapstudio.model import UsageError
from mapstudio.model.suggest import did_you_mean

GROUP = "mapstudio.connectors"


def connector_types() -> list[str]:
    """Return the types that a connection may have, sorted."""
    return sorted(_found())


def connector_class(connector_type: str) -> type[Connector]:
    """Return the connector of that type.

    Raises:
        UsageError: There is none, or it does not load.
    """
    found = _found()
    if connector_type not in found:
        remedy = did_you_mean(connector_type, found) or f"Known types: {', '.join(sorted(found))}."
        raise UsageError(f'There is no connector of type "{connector_type}".', remedy=remedy)
    try:
        loaded = found[connector_type].load()
    except ImportError as error:
        raise UsageError(f'The connector "{connector_type}" does not load: {error}.') from error
    if not (isinstance(loaded, type) and issubclass(loaded, Connector)):
        raise UsageError(f'The entry point "{connector_type}" is no connector.')
    return loaded


def _found() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
