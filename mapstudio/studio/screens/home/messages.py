"""What Home's work tells the screen, from its own threads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.message import Message

from mapstudio.mapping.examples import ExampleResult
from mapstudio.model import MapstudioError
from mapstudio.studio.overview import Overview
from mapstudio.studio.probing import Probe


class Looked(Message):
    """How far every mapping is."""

    def __init__(self, overviews: Sequence[Overview]) -> None:
        super().__init__()
        self.overviews = overviews


class Probed(Message):
    """An environment answered, or did not."""

    def __init__(self, probe: Probe) -> None:
        super().__init__()
        self.probe = probe


class Tested(Message):
    """A mapping's examples were run."""

    def __init__(self, path: Path, results: Sequence[ExampleResult]) -> None:
        super().__init__()
        self.path = path
        self.results = results


class Failed(Message):
    """Something could not be read."""

    def __init__(self, error: MapstudioError) -> None:
        super().__init__()
        self.error = error
