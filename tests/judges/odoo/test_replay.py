"""What real servers of both versions answered, against what the local sandbox answers to the same requests."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from mapstudio.sandbox.odoo import SANDBOX
from tests.judges.odoo.differences import DIFFERENCES
from tests.judges.odoo.exchanges import exchanges
from tests.judges.odoo.replay import Replay
from tests.judges.odoo.standing import prepare, stand
from tests.sandbox.odoo.client import Client
from tests.sandbox.running import build, running

pytestmark = pytest.mark.reference
RECORDED = {"16": 336, "19": 403}


@pytest.mark.parametrize("version", ["16", "19"])
def test_every_recorded_exchange_is_held_or_differs_on_purpose(version: str, reference_folder: Path) -> None:
    facts = reference_folder / "odoo"
    differ: dict[str, str] = {}
    played = exchanges(facts / "exchanges" / f"{version}.0")
    with running(build(SANDBOX, options={"odoo-version": version})) as sandboxes:
        access = sandboxes["odoo"]
        client = Client(access)
        ids = stand(facts, version, client)
        with httpx.Client(base_url=access["url"], timeout=30) as http:
            replay = Replay(access, http, ids)
            for exchange in played:
                prepare(exchange.name, version, client, ids, replay.places)
                difference = replay.play(exchange)
                if difference:
                    differ[exchange.name] = difference
    assert len(played) == RECORDED[version]
    unknown = [f"{name}: {difference}" for name, difference in differ.items() if name not in DIFFERENCES[version]]
    assert not unknown, "\n".join(unknown)
    assert DIFFERENCES[version].keys() == differ.keys(), "what is held now is to leave the table"
