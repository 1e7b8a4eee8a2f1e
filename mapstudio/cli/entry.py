"""Where the program starts. The version is answered before anything is imported."""

from __future__ import annotations

import sys

from mapstudio import __version__


def main() -> None:
    """Run the command line of this process and end it with the command's exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"mapstudio {__version__}\n")
        return
    from mapstudio.cli.running import run

    sys.exit(run(sys.argv[1:]))
