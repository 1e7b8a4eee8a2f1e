"""Local sandboxes in a process of their own, which ends with ours however ours ends."""

from __future__ import annotations

import fcntl
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from mapstudio.model.errors import ConnectionFailedError, LockedError
from mapstudio.project import SANDBOX, Project, state_folder, variable_name

READY_WITHIN = 60.0
"""Seconds; a loaded machine needs a while to seed the worlds."""
_ENDS_WITHIN = 5.0

Access = Mapping[str, Mapping[str, Any]]


@contextmanager
def local_sandboxes(project: Project, *, limits: bool = True, ledger: Path | None = None) -> Iterator[Access]:
    """Serve all sandboxes, point the project's connections at them, and give what each is reached by.

    The addresses and the invented secrets are set as variables of this process only; no file of the project changes.
    The worlds are new each time, so what was linked to the last ones is forgotten.

    Raises:
        LockedError: Another demo runs on this folder.
        ConnectionFailedError: The sandboxes do not start.
    """
    with ExitStack() as stack:
        _only_one(project, stack)
        _forget_old_worlds(project)
        log = stack.enter_context((state_folder(project) / "sandboxes.log").open("wb"))
        process = subprocess.Popen(  # noqa: S603 - our own command
            _command(limits=limits, ledger=ledger),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # ctrl+c is for us; the child ends when its standard input does
        )
        stack.callback(_end, process)
        access = _ready(process, Path(log.name))
        _point_at(project, access)
        yield access


def _command(*, limits: bool, ledger: Path | None) -> list[str]:
    command = [sys.executable, "-m", "mapstudio", "sandbox", "serve", "--until-stdin-ends"]
    if not limits:
        command.append("--no-limits")
    if ledger is not None:
        command += ["--ledger", str(ledger.resolve())]
    return command


def _only_one(project: Project, stack: ExitStack) -> None:
    lock = stack.enter_context((state_folder(project) / "demo.lock").open("wb"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        remedy = "Leave that one first, or give this one a folder of its own with --project."
        raise LockedError(f"Another demo runs on {project.root}.", remedy=remedy) from None


def _forget_old_worlds(project: Project) -> None:
    from mapstudio.runner.state.database import FILE_NAME

    for suffix in ("", "-wal", "-shm"):
        (state_folder(project) / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)


def _ready(process: subprocess.Popen[bytes], log: Path) -> Access:
    lines: queue.Queue[bytes] = queue.Queue()
    reader = threading.Thread(target=_first_line, args=(process.stdout, lines), name="sandboxes ready", daemon=True)
    reader.start()
    try:
        line = lines.get(timeout=READY_WITHIN)
    except queue.Empty:
        line = b""
    if not line:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = f" ({said[-1]})" if said else ""
        raise ConnectionFailedError(f"The local sandboxes did not start{reason}.", remedy=f"The details are in {log}.")
    access: Access = json.loads(line)["sandboxes"]
    return access


def _first_line(stream: IO[bytes] | None, lines: queue.Queue[bytes]) -> None:
    if stream is not None:
        lines.put(stream.readline())


def _point_at(project: Project, access: Access) -> None:
    from mapstudio.connectors.registry import connector_class

    for connection in project.connections.values():
        told = access.get(connection.type)
        if told is None or SANDBOX not in connection.environments:
            continue
        for setting in connector_class(connection.type).settings:
            # The demo's tokens are there at once: nobody has to let it in.
            if setting.name in told and not setting.oauth:
                variable = variable_name(connection.name, SANDBOX, setting.name)
                os.environ.pop(f"{variable}_FILE", None)
                os.environ[variable] = str(told[setting.name])


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
