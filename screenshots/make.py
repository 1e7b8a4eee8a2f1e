"""Pictures of the real studio on the sample project: ``python screenshots/make.py [NAMES...] [--check]``.

The local sandboxes are served in this process, on free ports, with a fixed world; the studio runs without a terminal
and is driven by keys. Every picture is kept as SVG and as PNG. ``--check`` draws nothing: it compares the text of each
picture with the one that is kept, and ends with 1 where they differ.
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mapstudio.project import Project, find_project  # noqa: E402 - the checkout comes first
from mapstudio.runner import Environments  # noqa: E402
from mapstudio.sandbox.server import sandboxes  # noqa: E402
from mapstudio.studio.app import MapstudioApp  # noqa: E402
from screenshots.drawing import DARK, DRAWN_WITH, LIGHT, PLAIN, draw, screen_strips, screen_text  # noqa: E402
from screenshots.scenes import PICTURES, Picture  # noqa: E402
from tests.sandbox.running import build, running  # noqa: E402

OUT = Path(__file__).resolve().parent
_NOW = datetime(2026, 11, 20, 15, 41, tzinfo=UTC)
_SCALE = 2.0
_REST = 60.0
# What no two runs share: times of day, durations, ports.
_MOVING = (
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\b"), "00:00"),
    (re.compile(r" *\b\d+ (ms|s)\b"), " 0 ms"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:0"),
    (re.compile(r"\b[a-z]+-[a-z]+-\d+\b"), "run-name-0"),
    (re.compile(r"[─━═=#-]+"), "-"),
    (re.compile(r" +"), " "),
)


def main(arguments: Sequence[str]) -> int:
    """Make the pictures, or check them.

    Returns:
        0, or 1 when a checked picture differs.
    """
    parser = argparse.ArgumentParser(description="Pictures of the real studio on the sample project.")
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--check", action="store_true", help="compare the text of the pictures that are kept")
    chosen = parser.parse_args(arguments)
    wrong = 0
    pictures = [picture for picture in PICTURES if not chosen.names or picture.name in chosen.names]
    # Each is a world of its own; the studio's settings are variables of its process.
    with ProcessPoolExecutor() as pool:
        for picture, (svg, png, text) in zip(pictures, pool.map(_taken, pictures), strict=True):
            if chosen.check:
                wrong += not _is_kept(picture, text)
                continue
            (OUT / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
            _write_png(OUT / f"{picture.name}.png", png)
            print(picture.name)
    return 1 if wrong else 0


def _taken(picture: Picture) -> tuple[str, str, str]:
    return asyncio.run(take(picture))


async def take(picture: Picture) -> tuple[str, str, str]:
    """Return a picture as SVG for people, as SVG for the PNG, and as text."""
    with _project(picture) as project:
        path = project.mapping_path(picture.mapping) if picture.mapping else None
        app = MapstudioApp(
            project,
            path,
            environments=Environments(destination=picture.environment),
            theme=picture.theme,
            ascii_only=picture.plain,
            variables={"NO_COLOR": "1"} if picture.plain else {},
        )
        async with app.run_test(size=picture.size) as pilot:
            await _rest(app, pilot)
            for key in picture.keys:
                if key == "wait":
                    await _rest(app, pilot)
                else:
                    await pilot.press(key)
            await _rest(app, pilot)
            strips = screen_strips(app)
            await app.workspace.close()
    ground = PLAIN if app.palette.native else DARK if app.palette.dark else LIGHT
    title = f"mapstudio: {picture.name}"
    drawn = draw(strips, ground, title=title), draw(strips, ground, title=title, fonts=DRAWN_WITH)
    return *drawn, screen_text(strips)


async def _rest(app: MapstudioApp, pilot: Any) -> None:  # noqa: ANN401 - Textual's pilot, whatever the app answers
    end = asyncio.get_running_loop().time() + _REST
    calm = 0
    while calm < 3:
        if asyncio.get_running_loop().time() > end:
            raise SystemExit("the studio did not come to rest")
        await pilot.pause(0.05)
        calm = calm + 1 if all(worker.is_finished for worker in app.workers) else 0


@contextmanager
def _project(picture: Picture) -> Iterator[Project]:
    """Serve fresh sandboxes and yield a copy of the sample project that uses them."""
    services = [service for name in _SERVED for service in build(sandboxes()[name], now=lambda: _NOW)]
    with tempfile.TemporaryDirectory() as folder, running(services) as access:
        root = Path(folder) / "casa-palma"
        shutil.copytree(ROOT / "mappings", root)
        picture.prepare(root)
        if picture.environment == "production":
            _add_production(root, access)
        with _variables(_settings(access, picture.down) | {"MAPSTUDIO_STATE": str(Path(folder) / "state")}):
            yield find_project(root)


_SERVED = ("cloudbeds", "hubspot", "odoo")


def _settings(access: Mapping[str, Mapping[str, Any]], down: str) -> dict[str, str]:
    hotel, crm, erp = (access[name] for name in _SERVED)
    settings = {
        "MAPSTUDIO_HOTEL_SANDBOX_URL": hotel["url"],
        "MAPSTUDIO_HOTEL_SANDBOX_API_KEY": hotel["api_key"],
        "MAPSTUDIO_CRM_SANDBOX_URL": crm["url"],
        "MAPSTUDIO_CRM_SANDBOX_TOKEN": crm["token"],
        "MAPSTUDIO_CRM_PRODUCTION_TOKEN": crm["token"],
        "MAPSTUDIO_ERP_SANDBOX_URL": erp["url"],
        "MAPSTUDIO_ERP_SANDBOX_PASSWORD": erp["password"],
    }
    if down:
        settings[f"MAPSTUDIO_{down.upper()}_SANDBOX_URL"] = "http://127.0.0.1:9"
    return settings


def _add_production(root: Path, access: Mapping[str, Mapping[str, Any]]) -> None:
    file = root / "mapstudio.toml"
    url = access["hubspot"]["url"]
    file.write_text(
        f'{file.read_text(encoding="utf-8")}\n[connections.crm.production]\nurl = "{url}"\naccount = "4412911"\n'
        '[connections.crm.production.bindings]\nguest-owner = "71100201"\n',
        encoding="utf-8",
    )


@contextmanager
def _variables(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _write_png(path: Path, svg: str) -> None:
    import cairosvg  # noqa: PLC0415 - checking needs no libcairo

    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(path), scale=_SCALE)


def _is_kept(picture: Picture, text: str) -> bool:
    path = OUT / f"{picture.name}.svg"
    if not path.exists():
        print(f"{picture.name}: there is no picture yet", file=sys.stderr)
        return False
    kept = re.search(r"<desc>(.*?)</desc>", path.read_text(encoding="utf-8"), re.DOTALL)
    old = _still(unescape(kept.group(1)) if kept is not None else "")
    new = _still(text)
    if old == new:
        return True
    print(f"{picture.name}: the studio looks different now", file=sys.stderr)
    difference = difflib.unified_diff(old.splitlines(), new.splitlines(), "kept", "now", lineterm="")
    print("\n".join(difference), file=sys.stderr)
    return False


def _still(text: str) -> str:
    """Return a picture's text without what moves by itself."""
    for pattern, word in _MOVING:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
