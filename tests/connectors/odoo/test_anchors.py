"""What was created from a source record is found again, by a user who may not read external ids, in a few calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from mapstudio.connectors.exchange import Origin, Reference, Write, Written
from mapstudio.connectors.odoo import OdooConnector
from mapstudio.connectors.odoo.transport import Rpc
from mapstudio.sandbox.odoo import SANDBOX
from tests.connectors.odoo.test_conformance import settings
from tests.connectors.writes import update
from tests.sandbox.running import build, running


@pytest_asyncio.fixture(name="connector", params=["16", "19", "19 with a key"])
async def _connector(request: pytest.FixtureRequest) -> AsyncIterator[OdooConnector]:
    version, _, key = request.param.partition(" ")
    with running(build(SANDBOX, options={"odoo-version": version})) as sandboxes:
        access = sandboxes["odoo"]
        given = settings(access)
        async with OdooConnector.open("erp", {**given, "password": access["api_key"]} if key else given) as opened:
            yield opened


@pytest.fixture(name="calls")
def _calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each method was called."""
    counted: Counter[str] = Counter()
    real = Rpc.call

    async def watched(self: Rpc, model: str, method: str, args: Any, kwargs: Any = None, **rest: Any) -> Any:
        counted[method] += 1
        return await real(self, model, method, args, kwargs, **rest)

    monkeypatch.setattr(Rpc, "call", watched)
    return counted


def _origin(number: int) -> Origin:
    return Origin("crm", "companies", str(number))


async def _create(connector: OdooConnector, *numbers: int) -> dict[Origin, str]:
    writes = [Write(_origin(number), {"name": f"Empresa {number}"}) for number in numbers]
    outcomes = await connector.write("res.partner", writes)
    assert {outcome.result for outcome in outcomes} == {Written.CREATED}
    return {write.origin: str(outcome.destination_id) for write, outcome in zip(writes, outcomes, strict=True)}


async def test_many_origins_are_looked_up_in_a_few_calls(connector: OdooConnector, calls: Counter[str]) -> None:
    made = await _create(connector, *range(40))
    calls.clear()
    assert await connector.by_origin("res.partner", [_origin(number) for number in range(80)]) == made
    assert calls["check_object_reference"] == 0
    assert calls.total() < 8


async def test_what_was_created_since_is_found_and_what_was_deleted_is_not(
    connector: OdooConnector, calls: Counter[str]
) -> None:
    made = await _create(connector, *range(20))
    everything = [_origin(number) for number in range(40)]
    assert await connector.by_origin("res.partner", everything) == made
    first, second, *_ = made
    later = await _create(connector, *range(30, 35))
    await connector.write("res.partner", [update(made[first], "active", False)])
    await connector._rpc.call("res.partner", "unlink", [[int(made[second])]])
    calls.clear()
    found = await connector.by_origin("res.partner", everything)
    assert found == {**{origin: made[origin] for origin in made if origin != second}, **later}, (
        "archived ones are there"
    )
    assert calls["check_object_reference"] == 0


async def test_a_few_origins_are_asked_for_by_their_names(connector: OdooConnector, calls: Counter[str]) -> None:
    made = await _create(connector, 1, 2)
    first, second = made
    await connector.write("res.partner", [update(made[second], "active", False)])
    calls.clear()
    assert await connector.by_origin("res.partner", [first, second, _origin(3)]) == made, "archived ones are there"
    assert calls["get_metadata"] == 0


async def test_a_name_of_another_model_is_no_hit(connector: OdooConnector) -> None:
    assert await connector.resolve(Reference("res.partner"), ["base.es"]) == {}
    found = await connector.resolve(Reference("res.country"), ["base.es", "base.nosuch", "nonsense", 7])
    assert list(found) == ["base.es"]


async def test_a_large_table_is_not_looked_through_for_some_names(
    connector: OdooConnector, calls: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await _create(connector, *range(5))
    monkeypatch.setattr("mapstudio.connectors.odoo.anchors._AS_LONG_AS_ONE_NAME", 40)
    calls.clear()
    assert await connector.by_origin("res.partner", list(made)) == made
    assert (calls["get_metadata"], calls["check_object_reference"]) == (0, 5)
    calls.clear()
    assert await connector.by_origin("res.partner", [*made, *(_origin(number) for number in range(90, 100))]) == made
    assert calls["get_metadata"] == 1, "now the names have taken as long"
