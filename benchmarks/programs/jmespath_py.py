"""``python -m benchmarks.programs.jmespath_py INPUT OUTPUT``: the workload with jmespath.py, compiled, and orjson."""

from __future__ import annotations

import sys
from pathlib import Path

import jmespath
import orjson

from benchmarks.workload import expressions

_BUFFER = 1 << 20


def main(source: Path, target: Path) -> None:
    """Map the records, as one would with that package."""
    rows = [(name, jmespath.compile(text).search) for name, text in expressions().items()]
    loads, dumps, newline = orjson.loads, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    with source.open("rb", _BUFFER) as lines, target.open("wb", _BUFFER) as out:
        for line in lines:
            record = loads(line)
            out.write(dumps({name: search(record) for name, search in rows}, option=newline))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
