"""The workload: invented booking records, and one mapping of 30 rows said in three languages.

``python -m benchmarks.workload RECORDS FILE`` writes the records as JSON lines.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MAPPING = FOLDER / "mapping.yaml"
JQ = FOLDER / "mapping.jq"
SQL = FOLDER / "mapping.sql"
SCHEMA = FOLDER / "schema.json"
