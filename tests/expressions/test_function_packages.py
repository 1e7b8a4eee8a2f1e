"""Functions of other packages: found by their entry points, and held at arm's length."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapstudio.expressions import EvaluationError, ExpressionSyntaxError, compile_expression, function_docs, search
from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.functions.packages import add_packages
from mapstudio.expressions.registry import Registry

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "functions.md").read_text(encoding="utf-8")
ACME = re.findall(r"```python\n(.*?)```", REFERENCE, re.DOTALL)[0]
BAD = """
from datetime import date
from mapstudio.expressions.kinds import Kind, one
from mapstudio.expressions.registry import Example, Registry

FUNCTIONS = Registry()

def check(literals):
    return literals[5]

for name, returns, give in [
    ("bad_raises", "text", lambda _, text: text.upper(5)),
    ("bad_null", "text", lambda _, text: None),
    ("bad_type", "text", lambda _, text: 5),
    ("bad_deep", "any", lambda _, text: {"when": [date(2024, 1, 1)]}),
    ("bad_key", "any", lambda _, text: {1: text}),
    ("bad_loop", "text", lambda _, text: text[99]),
]:
    FUNCTIONS.function(
        name, one("text", Kind.TEXT), returns=returns, group="Bad", summary="Bad.", examples=[Example(f"{name}('a')")],
        check_literals=check if name == "bad_loop" else None,
    )(give)
"""


def install(folder: Path, package: str, module: str, text: str, value: str = "FUNCTIONS") -> None:
    """Lay a package as an installer does."""
    (folder / f"{module}.py").write_text(text, encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[mapstudio.functions]\n{module} = {module}:{value}\n", encoding="utf-8")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of packages, and our registry as it is before it looked for any."""
    monkeypatch.syspath_prepend(str(tmp_path))
    known = dict(FUNCTIONS._functions)
    monkeypatch.setattr(FUNCTIONS, "_functions", dict(known))
    monkeypatch.setattr(FUNCTIONS, "_more", add_packages)
    monkeypatch.setattr(FUNCTIONS, "_problems", ())
    compile_expression.cache_clear()
    yield tmp_path
    compile_expression.cache_clear()
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(path.stem, None)


def test_the_package_of_the_reference_works(packages: Path) -> None:
    install(packages, "acme-functions", "acme_functions", ACME)
    assert search("acme_room(room)", {"room": "12"}) == "R-012"
    assert search("acme_room(room)", {}) is None
    with pytest.raises(EvaluationError, match=r'^"x" is no room$'):
        search("acme_room('x')", {})
    with pytest.raises(EvaluationError, match=r"^acme_room needs text, got a number$"):
        search("acme_room(`1`)", {})
    doc = next(item for item in function_docs() if item.name == "acme_room")
    assert (doc.group, doc.signature) == ("Acme", "acme_room(text) -> text")
    assert FUNCTIONS.problems == ()
    assert FUNCTIONS.names[-1] == "acme_room"


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("import nowhere_at_all", "FUNCTIONS", "No module named 'nowhere_at_all'"),
        ("x = (", "FUNCTIONS", "SyntaxError: '(' was never closed (broken_functions.py, line 1)"),
        ("x = 1 / 0", "FUNCTIONS", "ZeroDivisionError: division by zero"),
        ("", "FUNCTIONS", "AttributeError: module 'broken_functions' has no attribute 'FUNCTIONS'"),
        ("FUNCTIONS = {}", "FUNCTIONS", "broken_functions:FUNCTIONS is no Registry"),
        (ACME.replace("acme_room", "lower"), "FUNCTIONS", "there is a function lower already"),
        (ACME.replace('"acme_room"', '"acme-room"'), "FUNCTIONS", "'acme-room' is no name that an expression can call"),
        (
            ACME.replace('returns="text"', 'returns="string"'),
            "FUNCTIONS",
            "acme_room returns 'string', which is none",
        ),
    ],
)
def test_a_broken_package_is_named_in_one_sentence(packages: Path, text: str, value: str, reason: str) -> None:
    install(packages, "acme-functions", "acme_functions", ACME)
    install(packages, "broken", "broken_functions", text, value)
    assert search("acme_room('1')", {}) == "R-001"
    assert search("lower('A')", {}) == "a"
    (problem,) = FUNCTIONS.problems
    assert problem.startswith(f"the functions of the package broken 1.0 could not be loaded: {reason}")
    assert "\n" not in problem
    with pytest.raises(ExpressionSyntaxError, match=r"^there is no function other_one, but the functions of"):
        compile_expression("other_one(a)")


def test_what_a_package_does_wrong_is_a_reason(packages: Path) -> None:
    install(packages, "bad", "bad_functions", BAD)
    reasons = {
        "bad_raises": "failed: str.upper() takes no arguments (1 given)",
        "bad_null": "gave nothing where it declares text",
        "bad_type": "gave a number where it declares text",
        "bad_deep": "gave date where it declares any",
        "bad_key": "gave an object with a key of the type int where it declares any",
    }
    for name, reason in reasons.items():
        with pytest.raises(EvaluationError) as caught:
            search(f"{name}(a)", {"a": "x"})
        assert caught.value.reason == f"{name} of the package bad 1.0 {reason}"
    with pytest.raises(ExpressionSyntaxError, match=r"bad_loop of the package bad 1\.0 failed: IndexError: list"):
        compile_expression("bad_loop('a')")


def test_packages_are_looked_for_once_and_late() -> None:
    calls: list[Registry] = []

    def more(registry: Registry) -> list[str]:
        calls.append(registry)
        # A package that compiles an expression while it is imported must find what there is so far.
        assert registry.get("none") is None
        return []

    registry = Registry(more)
    for function in FUNCTIONS:
        registry.add(function)
    assert registry.get("lower") is not None
    assert calls == []
    threads = [threading.Thread(target=lambda: (registry.get("none"), list(registry))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [registry]


def test_expressions_without_other_functions_load_no_package() -> None:
    code = (
        "import sys, mapstudio.expressions as e; e.search('trim(lower(a))', {}); "
        "print([name for name in ('importlib.metadata', 're2', 'idna') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
