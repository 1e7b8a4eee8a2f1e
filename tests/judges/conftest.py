"""Local sandboxes whose every word is judged by the vendor's documents where the folder of facts is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mapstudio.sandbox.hubspot import SANDBOX
from tests.judges.recorder import Recorder
from tests.judges.specification import Specification
from tests.sandbox.running import build, running


@dataclass(frozen=True, slots=True)
class Portal:
    """A running local HubSpot."""

    url: str
    token: str
    access: dict[str, Any]


@pytest.fixture(scope="session", name="specification")
def _specification(reference_folder: Path) -> Specification:
    """The vendor's documents."""
    return Specification(reference_folder / "hubspot" / "openapi")


@pytest.fixture(name="recorder")
def _recorder() -> Recorder:
    """What was said in this test."""
    return Recorder()


@pytest.fixture(name="portal", params=["alone", pytest.param("judged", marks=pytest.mark.reference)])
def _portal(request: pytest.FixtureRequest, recorder: Recorder) -> Iterator[Portal]:
    """A sandbox of the test's own; the second time all that was said is judged as well."""
    specification = request.getfixturevalue("specification") if request.param == "judged" else None
    with running(recorder.listen(build(SANDBOX))) as access:
        given = access["hubspot"]
        yield Portal(given["url"], given["token"], given)
    if specification is not None:
        assert [str(fault) for fault in specification.faults(recorder.exchanges)] == []
