"""One plan and apply of a campaign into an Odoo, in a process that may be killed: ``erp_run FOLDER OBJECT``.

The folder holds ``campaign.json``: where the Odoo is, and how many records there are.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.campaign.erp_books import ErpCampaign, Size

FILE = "campaign.json"


def prepare(work: ErpCampaign, size: Size) -> None:
    """Write down what a process of its own must know."""
    told = {"access": dict(work.access), "size": asdict(size)}
    (work.folder / FILE).write_text(json.dumps(told), encoding="utf-8")


def run(folder: Path, object_name: str) -> None:
    """Apply once."""
    told: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    work = ErpCampaign.make(told["access"], folder, Size(**told["size"]))
    asyncio.run(work.apply(next(each for each in work.parts if each.object == object_name)))


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2])
