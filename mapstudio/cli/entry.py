"""Where the program starts. The version is answered before anything is imported, and ctrl+c is from here on."""

from __future__ import annotations

import os
import signal
import sys

from mapstudio import __version__

_INTERRUPTED = 130
_SAID = b"\nerror: Interrupted.\n"


def main() -> None:
    """Run the command line of this process and end it with the command's exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"mapstudio {__version__}\n")
        return
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        # Imports take a while, and an exception in the midst of them would leave a traceback.
        signal.signal(signal.SIGINT, lambda *_: _leave(_INTERRUPTED, _SAID))
    from mapstudio.cli.running import run

    try:
        if heeded:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = run(sys.argv[1:])
        if heeded:
            # All is done and written; only the interpreter still has to clear up.
            signal.signal(signal.SIGINT, lambda *_: _leave(code))
    except KeyboardInterrupt:  # while the command was ending, or a second one
        _leave(_INTERRUPTED, _SAID)
    if code == _INTERRUPTED:
        # An interrupt inside of an exec (a dataclass in the making) would end the interpreter with a signal even now.
        _leave(code)
    sys.exit(code)


def _leave(code: int, said: bytes = b"") -> None:
    os.write(2, said)
    os._exit(code)
