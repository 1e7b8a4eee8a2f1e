"""``python -m benchmarks.programs.duckdb_sql INPUT OUTPUT``: the workload in SQL, on one thread of DuckDB."""

from __future__ import annotations

import sys

import duckdb

from benchmarks.workload import SQL


def main(source: str, target: str) -> None:
    """Map the records."""
    statement = SQL.read_text(encoding="utf-8")
    for place, path in (("{input}", source), ("{output}", target)):
        statement = statement.replace(place, path.replace("'", "''"))
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute(statement)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
