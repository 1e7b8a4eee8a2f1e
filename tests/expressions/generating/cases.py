"""How many random cases are tried: few and always the same ones in CI, as many as asked and new ones otherwise."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, settings

_ASKED = os.environ.get("MAPSTUDIO_CASES")
CASES = int(_ASKED or 2000)
"""Of all differential tests together."""


def cases(percent: int) -> settings:
    """Return the settings of a test that takes so many percent of the cases."""
    return settings(
        max_examples=max(1, CASES * percent // 100),
        derandomize=_ASKED is None,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


class Tally(Counter[str]):
    """Counts what the cases were, so that a test can tell that it compared something."""

    def share(self, name: str, of: str = "cases") -> float:
        """Return how many of the cases were so, as a part of 1."""
        return self[name] / max(1, self[of])
