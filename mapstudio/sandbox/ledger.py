"""The ledger: what was really written, one JSON line for each record, so that a run's report can be held against it."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import IO, Literal, Self

from mapstudio.model import JsonValue, Record
from mapstudio.model.exact_json import dumps


class Ledger:
    """An append-only file of writes; without a path it keeps nothing.

    Each line holds ``sandbox``, ``object``, ``op`` (create, update, archive, associate, dissociate), ``key`` (what the
    client named the record by, or null), ``id``, ``values`` (as sent) and ``changed`` (the names whose stored value is
    another now).
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file: IO[bytes] | None = None
        if path is not None:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            self._file = os.fdopen(descriptor, "ab", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def record(
        self,
        sandbox: str,
        object_name: str,
        operation: Literal["create", "update", "archive", "associate", "dissociate"],
        *,
        key: JsonValue,
        id: str,  # noqa: A002 - the ledger's own word
        values: Record,
        changed: Collection[str],
    ) -> None:
        """Append one line, in one write, after the record was stored."""
        if self._file is None:
            return
        line: Record = {
            "sandbox": sandbox,
            "object": object_name,
            "op": operation,
            "key": key,
            "id": id,
            "values": values,
            "changed": [*sorted(changed)],
        }
        self._file.write(dumps(line).encode() + b"\n")
