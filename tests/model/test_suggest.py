"""did you mean."""

from __future__ import annotations

import pytest

from mapstudio.model.suggest import did_you_mean, nearest

KNOWN = ["source", "destination", "values", "fields"]


@pytest.mark.parametrize(
    ("word", "expected"), [("feilds", "fields"), ("Source", "source"), ("destinaton", "destination"), ("xyz", None)]
)
def test_nearest(word: str, expected: str | None) -> None:
    assert nearest(word, KNOWN) == expected


def test_sentence() -> None:
    assert did_you_mean("vlues", KNOWN) == 'did you mean "values"?'
    assert did_you_mean("nothing", KNOWN) == ""
    assert did_you_mean("x", []) == ""
