"""A long output goes to the disk while it is made; what the disk does not take is told, and nothing is replaced."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from threading import Event, current_thread, main_thread

import pytest

from mapstudio.cli import settling
from mapstudio.cli.streams import json_lines
from mapstudio.model.errors import UsageError

LINE = bytearray(b'{"a":1}\n')


def _write(file: Path, times: int, failure: Exception | None = None) -> None:
    with json_lines(file) as lines:
        for _ in range(times):
            lines.write_lines(LINE)
        if failure is not None:
            raise failure


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settling, "_AT_ONCE", 2 * len(LINE))
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    return path


def test_the_disk_takes_parts_before_the_end(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Event()
    sync = os.fsync

    def waited(descriptor: int) -> None:
        asked.set()
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", waited)
    with json_lines(file) as lines:
        lines.write_lines(LINE)
        assert not asked.is_set()
        lines.write_lines(LINE)
        assert asked.wait(10)
        lines.write_lines(LINE)
        assert file.read_text() == "old"
    assert file.read_bytes() == 3 * LINE


@pytest.mark.parametrize("more", [0, 1, 5])
def test_a_disk_that_is_full_is_told_and_the_old_file_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    sync = os.fsync

    def full(descriptor: int) -> None:
        # The system tells it once only: who asks next is told that all is well.
        if current_thread() is not main_thread():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="cannot be written: No space left"):
        _write(file, 2 + more)
    assert file.read_text() == "old"
    assert not list(file.parent.glob(".*.tmp"))


def test_what_fails_meanwhile_is_told_and_not_the_disk(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyError):
        _write(file, 2, KeyError())
    assert file.read_text() == "old"
