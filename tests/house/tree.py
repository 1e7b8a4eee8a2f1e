"""The Python files that the rules of the house are about."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("mapstudio", "tests", "screenshots", "benchmarks")


def python_files(*folders: str) -> list[Path]:
    """Return all Python files of the folders, without caches; all folders of the house by default."""
    found = [path for folder in folders or FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "__pycache__" not in path.parts)
