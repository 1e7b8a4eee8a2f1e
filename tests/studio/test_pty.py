"""The studio in a real terminal: it starts, obeys, leaves the terminal as it was, and survives a kill."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.studio.scene import MAPPING, Scene

_WITHIN = 30.0
_PROGRAM = """
import sys
from pathlib import Path
from tests.studio.scene import Scene
from mapstudio.runner.sides import Connect
import mapstudio.studio.app as studio
from tests.runner.fake import connected

class Kept(Scene):
    def __post_init__(self):
        text = self.path.read_text()
        super().__post_init__()
        self.path.write_text(text)

scene = Kept(Path(sys.argv[1]))
studio.MapstudioApp.__init__.__kwdefaults__["connect"] = connected(scene.systems)
studio.run_studio(scene.project, scene.path)
"""


@dataclass
class Terminal:
    """A process in a pseudo terminal, and what it has written."""

    process: int
    descriptor: int
    written: bytearray = field(default_factory=bytearray)

    def read_until(self, part: bytes) -> None:
        """Read until something was written."""
        end = time.monotonic() + _WITHIN
        while part not in self.plain:
            assert time.monotonic() < end, f"{part!r} was not written: {self.plain[-3000:]!r}"
            if not self.read():
                break
        assert part in self.plain, self.plain[-3000:]

    @property
    def plain(self) -> bytes:
        """What was written, without its styles."""
        return re.sub(rb"\x1b\[[\d;]*m", b"", bytes(self.written))

    def read(self) -> bool:
        """Read what there is and return whether more can come."""
        ready, _, _ = select.select([self.descriptor], [], [], 0.2)
        if not ready:
            return True
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.written += data
        return bool(data)

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.descriptor, keys)

    def end(self) -> int:
        """Read to the end and return the exit status."""
        end = time.monotonic() + _WITHIN
        while self.read() and time.monotonic() < end:
            continue
        _, status = os.waitpid(self.process, 0)
        return os.waitstatus_to_exitcode(status)


@contextlib.contextmanager
def terminal(root: Path, **variables: str) -> Iterator[Terminal]:
    """Run the studio on the scene in a terminal of 120 columns and 36 lines."""
    process, descriptor = pty.fork()
    if process == 0:
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **variables})
        os.environ.update({"COLUMNS": "120", "LINES": "36"})
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        os.execv(sys.executable, [sys.executable, "-c", _PROGRAM, str(root)])
    try:
        yield Terminal(process, descriptor)
    finally:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        os.close(descriptor)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a scene that a process of its own finds."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    Scene(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_it_starts_and_leaves_the_terminal_as_it_was(root: Path) -> None:
    with terminal(root) as studio:
        studio.read_until(b"matched by")
        assert b"\x1b[?1049h" in studio.written
        studio.type(b"\x11")
        assert studio.end() == 0
        assert b"\x1b[?1049l" in studio.written
        assert b"\x1b[?25h" in studio.written
        assert b"Traceback" not in studio.written


@pytest.mark.slow
def test_no_color_writes_no_colour(root: Path) -> None:
    with terminal(root, NO_COLOR="1") as studio:
        studio.read_until(b"matched by")
        studio.type(b"\x11")
        assert studio.end() == 0
    codes = {code for match in re.findall(rb"\x1b\[([\d;]*)m", bytes(studio.written)) for code in match.split(b";")}
    colours = {code for code in codes if code and 30 <= int(code) <= 107 and code not in {b"39", b"49", b"53"}}
    assert not colours


@pytest.mark.slow
@pytest.mark.chaos
def test_a_kill_in_the_middle_of_typing_loses_nothing(root: Path) -> None:
    with terminal(root) as studio:
        studio.read_until(b"matched by")
        studio.type(b"x")  # removes the row under the cursor
        studio.read_until(b"unsaved")
        studio.type(b"\r")
        studio.read_until(b"discard")  # the editor has the focus: letters are typed now
        studio.type(b"\x15lower(guestF")
        end = time.monotonic() + _WITHIN
        while time.monotonic() < end and not any(
            b"lower(guestF" in path.read_bytes() for path in Path(os.environ["XDG_STATE_HOME"]).rglob("autosave/*.json")
        ):
            studio.read()
        os.kill(studio.process, signal.SIGKILL)
    assert Scene(root).path.read_text() == MAPPING
    with terminal(root) as studio:
        studio.read_until(b"lower(guestF")
        assert b"unsaved" in studio.written
        studio.type(b"\x11")
        assert studio.end() == 0
        assert b"1 unsaved edit of guests-to-contacts is kept" in studio.written
