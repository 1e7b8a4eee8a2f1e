"""Home: every mapping of the project, what needs work first, and whom the connections reach."""

from mapstudio.studio.screens.home.screen import HomeScreen

__all__ = ["HomeScreen"]
