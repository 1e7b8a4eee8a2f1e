"""``python -m benchmarks.workload RECORDS FILE``: the records of the workload as JSON lines."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.workload.records import SEED, write_records


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workload", description=__doc__)
    parser.add_argument("records", type=int, help="how many")
    parser.add_argument("file", type=Path, help="the file to write")
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    write_records(chosen.file, chosen.records, chosen.seed)


if __name__ == "__main__":
    main()
