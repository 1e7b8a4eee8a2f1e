"""The map screen: both trees, the table between them, and below the record, the editor and its plan."""

from mapstudio.studio.screens.map.screen import MapScreen

__all__ = ["MapScreen"]
