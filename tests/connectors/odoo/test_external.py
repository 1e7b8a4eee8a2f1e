"""External ids are made so that no two source records ever share one."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from mapstudio.connectors.exchange import Origin
from mapstudio.connectors.odoo.external import external_id

names = st.text(min_size=1, max_size=12)
origins = st.builds(Origin, names, names, names)


@given(origins, origins)
@example(Origin("crm", "a-b", "c"), Origin("crm", "a", "b-c"))
@example(Origin("crm", "a_2d_b", "c"), Origin("crm", "a-b", "c"))
@example(Origin("a.b", "c", "d"), Origin("a", "b.c", "d"))
def test_different_origins_have_different_names(one: Origin, other: Origin) -> None:
    assert (external_id(one, "res.partner") == external_id(other, "res.partner")) is (one == other)


@given(origins)
def test_different_models_have_different_names(origin: Origin) -> None:
    assert external_id(origin, "res.partner") != external_id(origin, "crm.lead")


@given(origins)
def test_a_name_has_one_dot_and_plain_letters_only(origin: Origin) -> None:
    assert re.fullmatch(
        r"mapstudio_[A-Za-z0-9_]+\.[A-Za-z0-9_]+-[A-Za-z0-9_]+-[A-Za-z0-9_]+", external_id(origin, "res.partner")
    )
