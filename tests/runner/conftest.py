"""A world for each test, its state closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an empty hotel, an empty CRM and a mapping between them."""
    made = make_world(tmp_path)
    yield made
    made.state.close()
