"""The studio on a world of fakes: what is pressed, what is on the screen, and what was written by it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from mapstudio.connectors.declarations import Account, AccountKind, Capabilities
from mapstudio.model import Record
from mapstudio.project import Project
from mapstudio.runner import Environments
from mapstudio.studio.app import MapstudioApp
from mapstudio.studio.theme import ThemeName
from tests.runner.fake import FakeObject, FakeSystem, connected, project
from tests.runner.world import CONTACT_FIELDS, GUEST_FIELDS, MAPPING, UPSERT, guest

WITHIN = 15.0
GOLDEN = Path(__file__).with_name("golden")
GUESTS = {
    "g1": guest("ana.souza@example.com", "Ana", nights=3),
    "g2": guest("ben.moor@example.com", "Ben", nights=1),
    "g3": guest("cleo.diaz@example.com", "Cleo", nights=2),
    "g4": guest(None, "Nobody", nights=5),
    "g5": guest("dora.lind@example.com", "D" * 30, nights=4),
}
CONTACTS: dict[str, Record] = {
    "900": {"email": "ana.souza@example.com", "firstname": "Anna", "nights_total": 3},
    "901": {"email": "ben.moor@example.com", "firstname": "Ben", "nights_total": 1},
}


@dataclass
class House:
    """A project on the disk, its two systems, and the mapping between them."""

    root: Path
    hotel: FakeSystem
    crm: FakeSystem
    project: Project

    @property
    def file(self) -> Path:
        """The mapping's file."""
        return self.root / "hotel" / "guests-to-contacts.yaml"

    @property
    def contacts(self) -> dict[str, dict[str, Any]]:
        """What stands in the destination."""
        return self.crm.objects["contacts"].records


def house(root: Path, text: str = MAPPING, records: Mapping[str, Any] = GUESTS) -> House:
    """Return a house with some guests and contacts."""
    (root / "hotel").mkdir(parents=True)
    (root / "mapstudio.toml").write_text('[project]\nname = "casa"\n')
    (root / "hotel" / "guests-to-contacts.yaml").write_text(text)
    hotel = FakeSystem(
        {"guests": FakeObject(GUEST_FIELDS, Capabilities(incremental=True), deepcopy(dict(records)))},
        Account("hotel-1", "Hotel One", AccountKind.SANDBOX, "fake 1"),
    )
    crm = FakeSystem(
        {"contacts": FakeObject(CONTACT_FIELDS, UPSERT, deepcopy(CONTACTS))},
        Account("crm-1", "CRM One", AccountKind.SANDBOX, "fake 1"),
    )
    return House(root, hotel, crm, project(root, crm_production={"account": "crm-1"}))


class Desk:
    """The studio with someone at it."""

    def __init__(self, app: MapstudioApp, pilot: Pilot[None], of: House) -> None:
        self.app = app
        self.pilot = pilot
        self.house = of

    @property
    def text(self) -> str:
        """Everything on the screen, without what differs from run to run."""
        lines = ["".join(segment.text for segment in strip) for strip in self.app.screen._compositor.render_strips()]
        text = "\n".join(line.rstrip() for line in lines)
        return re.sub(r"\d\d:\d\d", "HH:MM", text)

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*(character if character != " " else "space" for character in text))

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Wait until something holds."""
        deadline = asyncio.get_running_loop().time() + WITHIN
        while not holds():
            assert asyncio.get_running_loop().time() < deadline, f"waited in vain for {what}:\n{self.text}"
            await asyncio.sleep(0.02)
            await self.pilot.pause()
        await self.pilot.pause()

    async def sees(self, *parts: str) -> None:
        """Wait until all of these are on the screen."""
        await self.until(lambda: all(part in self.text for part in parts), " and ".join(parts))

    def can_press(self, key: str) -> bool:
        """Return whether the key does something now."""
        active = self.app.screen.active_bindings.get(key)
        return active is not None and active.enabled


@asynccontextmanager
async def at_desk(
    of: House,
    *,
    mapping: bool = True,
    size: tuple[int, int] = (120, 36),
    theme: ThemeName | None = None,
    ascii_only: bool = False,
    production: bool = False,
    variables: Mapping[str, str] | None = None,
) -> AsyncIterator[Desk]:
    """Open the studio on a house."""
    environments = Environments(destination="production") if production else None
    app = MapstudioApp(
        of.project,
        environments=environments,
        theme=theme,
        ascii_only=ascii_only,
        variables=variables or {"LANG": "C.UTF-8"},
    )
    app.workspace.connect = connected({"hotel": of.hotel, "crm": of.crm})
    if mapping:
        app.workspace.open(of.file)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Desk(app, pilot, of)


def mapping_files(of: House) -> list[str]:
    """Return the mapping files of a house."""
    return sorted(str(path) for path in of.root.rglob("*.yaml"))


def golden(name: str, text: str) -> str:
    """Return what the screen should show; with ``UPDATE_GOLDENS`` set, what it shows becomes that."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return path.read_text(encoding="utf-8").removesuffix("\n")
