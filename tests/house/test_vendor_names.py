"""A vendor's name appears in its connector, its sandbox and the sample project only."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import ROOT, python_files

VENDORS = ("hubspot", "odoo", "cloudbeds")
ALLOWED = {vendor: (f"mapstudio/connectors/{vendor}/", f"mapstudio/sandbox/{vendor}/") for vendor in VENDORS}
SAMPLE = "mapstudio/project/sample/"


def _named(path: Path, vendor: str) -> list[int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if re.search(vendor, line, re.IGNORECASE)]


def test_vendors_are_named_in_their_folders_only() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{number}": vendor
        for path in python_files("mapstudio")
        for vendor in VENDORS
        if not path.relative_to(ROOT).as_posix().startswith((*ALLOWED[vendor], SAMPLE))
        for number in _named(path, vendor)
    }
    assert found == {}
