"""Every campaign meets whatever a sandbox can let go wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from benchmarks.campaign import __main__ as portal
from benchmarks.campaign import erp, hotel
from benchmarks.campaign.faults import Fault
from mapstudio.sandbox.fault_kinds import KINDS
from mapstudio.sandbox.faults import FaultSpec


@pytest.mark.parametrize("faults", [portal.FAULTS, hotel.FAULTS, erp.FAULTS], ids=["portal", "hotel", "erp"])
def test_each_kind_of_fault_strikes_a_campaign_and_is_one_that_the_sandbox_takes(faults: Mapping[str, Fault]) -> None:
    specs = [FaultSpec.model_validate(fault) for fault in faults.values()]
    assert {spec.kind for spec in specs} == {*KINDS}
    assert any(spec.retry_after for spec in specs)
    # One that is never over would hang every try.
    assert all(spec.count == 1 for spec in specs if spec.kind == "hang")
