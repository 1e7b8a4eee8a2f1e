"""The page on Cloudbeds lists the fields that the connector has, with what they cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapstudio.connectors.cloudbeds.fields import FieldSpec, Source, specs
from mapstudio.connectors.cloudbeds.kinds import KINDS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "connectors" / "cloudbeds.md"
COSTS = {
    Source.LIST: "",
    Source.STAYS: "+ reservations",
    Source.GUESTS: "+ guests",
    Source.RATES: "+ rates",
    Source.DETAIL: "1 call each",
    Source.STATS: "1 call each",
    Source.HISTORY: "1 call each",
}


def row(spec: FieldSpec) -> str:
    field = spec.field
    kind = str(field.type)
    if field.options:
        kind += ": " + ", ".join(option.value for option in field.options)
    if field.reference:
        kind += f" to {field.reference}"
    written = "yes" if spec.written else "new" if spec.created else ""
    return f"| `{field.name}` | {kind} | {written} | {COSTS[spec.source]} | {field.label} |"


@pytest.mark.parametrize("object_name", KINDS)
def test_the_page_lists_every_field(object_name: str) -> None:
    section = PAGE.read_text("utf-8").partition(f"## Fields of `{object_name}`")[2].partition("\n## ")[0]
    listed = [line for line in section.splitlines() if line.startswith("| `")]
    assert listed == [row(spec) for spec in specs(object_name)]
