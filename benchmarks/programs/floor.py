"""``python -m benchmarks.programs.floor INPUT OUTPUT EXAMPLES``: the least that a mapping costs with orjson.

Every record is read whole and an output of the usual size is written, but nothing is mapped: the outputs are the
examples, over and over.
"""

from __future__ import annotations

import sys
from itertools import cycle
from pathlib import Path

import orjson

_BUFFER = 1 << 20


def main(source: Path, target: Path, examples: Path) -> None:
    """Read and write."""
    outputs = cycle([orjson.loads(line) for line in examples.read_bytes().splitlines()])
    loads, dumps, newline = orjson.loads, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    with source.open("rb", _BUFFER) as lines, target.open("wb", _BUFFER) as out:
        for line, output in zip(lines, outputs, strict=False):
            loads(line)
            out.write(dumps(output, option=newline))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
