"""The palette: every action of the screen and of its focused pane, by name."""

from __future__ import annotations

from mapstudio.studio.keys import in_order, key_word
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.screens.choice import ChoiceScreen
from mapstudio.studio.widgets.pick_list import Choice

_MOVES = ("list.", "pick.", "pane.", "choice.")
"""Keys that only move are no actions to look for by name."""


class PaletteScreen(ChoiceScreen):
    """Runs what was picked on the screen below.

    Args:
        below: The screen whose actions are offered.
    """

    def __init__(self, below: StudioScreen) -> None:
        self._below = below
        self._actions: dict[str, tuple[object, str]] = {}
        super().__init__("Palette", self._offered(below), prompt="what do you want to do", label_width=30)

    def answer(self, choice: Choice) -> None:
        """Run the action once the palette is gone."""
        self.dismiss(None)
        namespace, action = self._actions[choice.key]
        self.app.call_later(self._run_below, action, namespace)

    async def _run_below(self, action: str, namespace: object) -> None:
        await self.app.run_action(action, default_namespace=namespace)  # type: ignore[arg-type]

    def _offered(self, below: StudioScreen) -> list[Choice]:
        choices: dict[str, Choice] = {}
        for command in (*below.commands(), *below.studio.commands()):
            self._actions[command.title] = (below, command.action)
            choices[command.title] = Choice(command.title, command.title, command.help, command.key)
        for active in in_order(below.active_bindings.values()):
            binding = active.binding
            title = binding.tooltip or binding.description
            if not binding.id or not title or title in choices or binding.action == "palette":
                continue
            if binding.id.startswith(_MOVES):
                continue
            self._actions[title] = (active.node, binding.action)
            choices[title] = Choice(title, binding.description, title, key_word(binding), search=title)
        return list(choices.values())
