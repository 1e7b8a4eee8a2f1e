"""Associations as such: whatever is done to them, both sides say the same, and one company is primary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mapstudio.sandbox.hubspot import shipped
from mapstudio.sandbox.hubspot.association_types import AssociationTypes
from mapstudio.sandbox.hubspot.associations import Associations

_KINDS = {kind.name: kind for kind in shipped.object_types()}
_OBJECTS = ("contacts", "companies", "deals", "tickets")
_IDS = (1, 2, 3)

_PAIRS = st.tuples(
    st.sampled_from(_OBJECTS), st.sampled_from(_IDS), st.sampled_from(_OBJECTS), st.sampled_from(_IDS)
).filter(lambda pair: pair[:2] != pair[2:])
_STEPS = st.tuples(st.sampled_from(("add", "remove", "archive", "label", "forget")), _PAIRS, st.integers(0, 5))


@given(st.lists(_STEPS, max_size=25))
def test_both_sides_say_the_same_and_one_company_is_primary(
    steps: list[tuple[str, tuple[str, int, str, int], int]],
) -> None:
    types = AssociationTypes()
    links = Associations(types)
    for step, (source, one, target, other), choice in steps:
        kinds = types.between(source, target)
        chosen = kinds[choice % len(kinds)]
        match step:
            case "add":
                links.add(source, one, target, other, [chosen.key])
                assert chosen.key in links.of(source, one, target)[other]
                assert not links.add(source, one, target, other, [chosen.key])
            case "remove":
                links.remove(source, one, target, other, [chosen.key])
                assert chosen.key not in links.of(source, one, target).get(other, ())
            case "archive":
                links.forget(source, one)
                assert not any(links.all_of(source, one).values())
            case "label":
                if f"L{choice}" not in {kind.label for kind in kinds}:
                    made = types.add(_KINDS[source], _KINDS[target], f"L{choice}", "", "")
                    assert [types.get(kind.inverse) for kind in made] == made[::-1]
            case _:
                own = [kind for kind in kinds if kind.category == "USER_DEFINED"]
                if own:
                    links.forget_types(types.remove(source, target, own[0].id))
        _agree(links)


def _agree(links: Associations) -> None:
    for source in _OBJECTS:
        for one in _IDS:
            for target, found in links.all_of(source, one).items():
                for other, keys in found.items():
                    assert keys
                    kinds = [links.types.get(key) for key in keys]
                    back = {kind.inverse for kind in kinds if kind is not None}
                    assert len(back) == len(kinds)
                    assert back == set(links.of(target, other, source)[one])
            primary = links.types.primary(source, "companies")
            if primary is not None:
                companies = links.of(source, one, "companies")
                assert sum(primary.key in keys for keys in companies.values()) <= 1
