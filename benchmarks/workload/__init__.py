"""The workload: invented booking records, and one mapping of 30 rows said in three languages.

``python -m benchmarks.workload RECORDS FILE`` writes the records as JSON lines.
"""

from __future__ import annotations

from pathlib import Path

from mapstudio.mapping import read_mapping
from mapstudio.mapping.definition import Mapping

FOLDER = Path(__file__).resolve().parent
MAPPING = FOLDER / "mapping.yaml"
JQ = FOLDER / "mapping.jq"
SQL = FOLDER / "mapping.sql"
SCHEMA = FOLDER / "schema.json"


def mapping() -> Mapping:
    """Return the mapping."""
    return read_mapping(MAPPING).require()


def expressions() -> dict[str, str]:
    """Return the expression of each row, in file order."""
    return {row.field: row.from_ for row in mapping().rows if row.from_ is not None}
