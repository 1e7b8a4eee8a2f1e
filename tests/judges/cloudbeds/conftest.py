"""A hotel that speaks as the documents do, and all that is said to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mapstudio.connectors.cloudbeds import CloudbedsConnector, budget
from mapstudio.sandbox.cloudbeds import SANDBOX
from tests.judges.recorder import Recorder
from tests.sandbox.cloudbeds.specification import Specification, specification
from tests.sandbox.running import build, running


@dataclass(frozen=True, slots=True)
class Hotel:
    """A running hotel and what was said to it."""

    access: dict[str, Any]
    recorder: Recorder

    def connector(self) -> CloudbedsConnector:
        """Return a connector to it."""
        settings = {name: str(self.access[name]) for name in ("url", "api_key", "property")}
        return CloudbedsConnector.open("hotel", settings)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "REQUESTS", 100_000)


@pytest.fixture(name="documents")
def _documents(reference_folder: Path) -> Specification:
    return specification(reference_folder / "cloudbeds" / "openapi")


@pytest.fixture(name="hotel")
def _hotel() -> Iterator[Hotel]:
    recorder = Recorder()
    with running(recorder.listen(build(SANDBOX, options={"dialect": "spec"}))) as sandboxes:
        yield Hotel(sandboxes["cloudbeds"], recorder)
