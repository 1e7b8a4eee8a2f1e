"""Which screens there are and which digit opens each. A screen is imported when it is first opened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from mapstudio.studio.widgets.header import Tab

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapstudio.studio.screens.base import StudioScreen

Target: TypeAlias = Literal["home", "map", "plan", "runs", "connections"]

TABS = (
    Tab("1", "Map", "map"),
    Tab("5", "Plan", "plan"),
    Tab("9", "Runs", "runs"),
    Tab("0", "Connections", "connections"),
)
"""The digits are those of the whole product, so that a key learned once stays when screens are added."""

_SCREENS: dict[str, str] = {
    "home": "mapstudio.studio.screens.home:HomeScreen",
    "map": "mapstudio.studio.screens.map:MapScreen",
    "plan": "mapstudio.studio.screens.plan:PlanScreen",
    "runs": "mapstudio.studio.screens.runs:RunsScreen",
    "connections": "mapstudio.studio.screens.connections:ConnectionsScreen",
}
OF_A_MAPPING = frozenset({"map", "plan", "runs"})
"""Screens of the open mapping: opened anew when another mapping is opened."""


def targets() -> frozenset[str]:
    """Return the screens that can be opened."""
    return frozenset(_SCREENS)


def tabs() -> tuple[Tab, ...]:
    """Return the tabs of the screens that can be opened."""
    return tuple(tab for tab in TABS if tab.target in _SCREENS)


def screen_of(target: str) -> Callable[[], StudioScreen]:
    """Return the class of a screen.

    Raises:
        KeyError: There is no such screen.
    """
    module, _, name = _SCREENS[target].partition(":")
    return cast("Callable[[], StudioScreen]", getattr(import_module(module), name))
