"""Loses the answers of calls that must not be repeated blindly, before or after Odoo has done them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from mapstudio.connectors.http import LostAnswerError
from mapstudio.connectors.odoo.transport import Rpc


class Losing:
    """What is lost.

    Attributes:
        methods: The calls that went out, in order.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.methods: list[str] = []
        self._left = 0
        self._method = ""
        self._done = True
        real: Callable[..., Any] = Rpc.call

        async def call(
            rpc: Rpc,
            model: str,
            method: str,
            args: Sequence[Any],
            kwargs: Mapping[str, Any] | None = None,
            *,
            repeatable: bool = True,
        ) -> Any:
            self.methods.append(method)
            if method != self._method or self._left == 0 or repeatable:
                return await real(rpc, model, method, args, kwargs, repeatable=repeatable)
            self._left -= 1
            if self._done:
                await real(rpc, model, method, args, kwargs, repeatable=repeatable)
            raise LostAnswerError("lost")

        monkeypatch.setattr(Rpc, "call", call)

    def lose(self, method: str, *, done: bool, times: int = 1) -> None:
        """Lose the next answers of a method.

        Args:
            method: The method.
            done: Odoo does it before the answer is lost.
            times: How many answers.
        """
        self._method, self._done, self._left = method, done, times
