"""What the package offers by name; a change here is a change for users."""

from __future__ import annotations

import importlib
import re

import pytest

import mapstudio
from tests.house.tree import ROOT


def test_root() -> None:
    assert mapstudio.__all__ == ["__version__", "compile_expression", "search"]
    assert mapstudio.search("a.b", {"a": {"b": 1}}) == 1
    assert mapstudio.compile_expression("a").search({"a": 2}) == 2
    assert re.fullmatch(r"\d+\.\d+\.\d+", mapstudio.__version__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        getattr(mapstudio, "nothing")  # noqa: B009 - a type checker must not see it


def test_expressions() -> None:
    expressions = importlib.import_module("mapstudio.expressions")
    assert set(expressions.__all__) == {
        "MISS", "UNTOLD", "Completion", "CompletionKind", "Engine", "Environment", "EvaluationError", "Example",
        "Expression", "ExpressionSyntaxError", "FunctionDoc", "Inferred", "Links", "Lint", "Outcome", "Token",
        "TokenKind", "Trace", "Type", "Unportable", "UnresolvedLinkError", "ValueTable", "compile_expression",
        "complete", "explain", "function_docs", "infer", "lint", "search", "tokens", "type_words", "unportable",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["mapstudio.model", "mapstudio.expressions", "mapstudio.mapping", "mapstudio.project", "mapstudio.runner"]
)
def test_what_is_offered_is_there(name: str) -> None:
    module = importlib.import_module(name)
    offered = module.__all__
    assert [item for item in offered if not hasattr(module, item)] == []
    assert len(offered) == len(set(offered))


def test_version_is_written_once() -> None:
    for path in ("pyproject.toml", "mapstudio/cli/entry.py"):
        assert mapstudio.__version__ not in (ROOT / path).read_text(encoding="utf-8")
