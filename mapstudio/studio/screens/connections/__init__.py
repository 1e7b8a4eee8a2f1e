"""The connections screen: whom each environment reaches, and what it lacks."""

from mapstudio.studio.screens.connections.screen import ConnectionsScreen

__all__ = ["ConnectionsScreen"]
