"""The header of a mapping's screens beside the map: the same words and numbers everywhere."""

from __future__ import annotations

from pathlib import Path

from mapstudio.project import PRODUCTION
from mapstudio.studio.navigation import tabs
from mapstudio.studio.overview import Overview
from mapstudio.studio.paint import Piece
from mapstudio.studio.widgets.header import HeaderModel, Side
from mapstudio.studio.workspace import Workspace


def mapping_header(
    workspace: Workspace, overview: Overview | None, active: str, needs: tuple[Piece, ...] = ()
) -> HeaderModel:
    """Return the header of a screen of the open mapping.

    Args:
        workspace: What is open.
        overview: How far the mapping is; ``None`` while that is not known.
        active: The screen's target.
        needs: The right of the tabs.
    """
    path = workspace.mapping or Path("mapping")
    mapping = overview.mapping if overview is not None else None
    source = destination = None
    if mapping is not None:
        environments = workspace.environments
        source = _side(mapping.source.connection, mapping.source.object, environments.source)
        destination = _side(mapping.destination.connection, mapping.destination.object, environments.destination)
    return HeaderModel(
        project=workspace.project.name,
        folder=overview.folder if overview is not None else "",
        mapping=overview.name if overview is not None else path.stem,
        source=source,
        destination=destination,
        mapped=overview.mapped if overview is not None else 0,
        of=overview.of if overview is not None else 0,
        tabs=tabs(),
        active=active,
        needs=needs,
    )


def _side(connection: str, object_name: str, environment: str) -> Side:
    return Side(connection, object_name, environment, production=environment == PRODUCTION)
