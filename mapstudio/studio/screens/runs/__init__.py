"""The runs screen: what was executed, what was rejected and why, and whether it would pass now."""

from mapstudio.studio.screens.runs.screen import RunsScreen

__all__ = ["RunsScreen"]
