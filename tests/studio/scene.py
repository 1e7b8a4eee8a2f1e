"""A hotel and a CRM as in the studio's pictures, and the studio on them: fixed data, no network."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from textual.pilot import Pilot
from textual.strip import Strip

from mapstudio.connectors.declarations import Account, AccountKind, Capabilities, Enforcement
from mapstudio.model import Field, FieldType, Option, Record
from mapstudio.project import Project
from mapstudio.runner import Environments
from mapstudio.studio.app import MapstudioApp
from mapstudio.studio.screens.map import MapScreen
from mapstudio.studio.session.map_session import MapSession
from mapstudio.studio.theme import ThemeName
from tests.runner.fake import FakeObject, FakeSystem, connected, project

GOLDENS = Path(__file__).with_name("goldens")
STAGES = tuple(Option(value, value.title()) for value in ("lead", "opportunity", "customer"))
COUNTRIES = tuple(Option(name, name) for name in ("Brazil", "Spain", "Portugal"))
GUEST_FIELDS = (
    Field("guestID", "Guest ID", FieldType.TEXT, unique=True),
    Field("guestFirstName", "First name", FieldType.TEXT),
    Field("guestLastName", "Last name", FieldType.TEXT),
    Field("guestEmail", "E-mail", FieldType.TEXT),
    Field("guestCellPhone", "Cell phone", FieldType.TEXT),
    Field("guestCountry", "Country", FieldType.TEXT),
    Field("guestBirthdate", "Birth date", FieldType.DATE),
    Field("guestGender", "Gender", FieldType.TEXT),
    Field("status", "Status", FieldType.TEXT),
    Field("customFields.roomPreference", "Room", FieldType.TEXT),
    Field("customFields.vipNote", "VIP note", FieldType.TEXT),
    Field("reservations[].startDate", "Start", FieldType.DATE),
    Field("reservations[].grandTotal", "Total", FieldType.NUMBER),
)
CONTACT_FIELDS = (
    Field("email", "E-mail", FieldType.TEXT, required=True, unique=True),
    Field("firstname", "First name", FieldType.TEXT),
    Field("lastname", "Last name", FieldType.TEXT),
    Field("phone", "Phone", FieldType.TEXT, max_length=40),
    Field("lifecyclestage", "Stage", FieldType.OPTION, required=True, options=STAGES),
    Field("marketing_consent", "Consent", FieldType.BOOLEAN, required=True),
    Field("country", "Country", FieldType.OPTION, options=COUNTRIES),
    Field("date_of_birth", "Born", FieldType.DATE),
    Field("total_stays_value", "Spent", FieldType.NUMBER),
    Field("vip_note", "VIP", FieldType.TEXT, max_length=255),
    Field("company", "Company", FieldType.TEXT),
    Field("jobtitle", "Job", FieldType.TEXT),
    Field("hs_object_id", "ID", FieldType.TEXT, read_only=True),
)
MAPPING = """\
# Agreed with Marta.
mapstudio: 1
name: guests-to-contacts
source: {connection: hotel, object: guests}
destination: {connection: crm, object: contacts, key: email}
values:
  stay-stage: {confirmed: opportunity, checked_out: customer}
  countries: {BR: Brazil, ES: Spain}
fields:
  email: lower(trim(guestEmail))
  firstname: title_case(guestFirstName)
  lastname: title_case(guestLastName)
  phone: phone(guestCellPhone, guestCountry)   # E.164
  lifecyclestage: {from: status, values: stay-stage, default: lead}
  country: {from: guestCountry, values: countries}
  date_of_birth: {question: May we store birth dates?, owner: Marta, due: 2026-12-11}
  total_stays_value: sum(reservations[].grandTotal)
  vip_note: {from: customFields.vipNote, draft: true}
  company: {ignore: hotel guests have none}
ignored: {guestGender: not wanted by marketing}
"""
UPSERT = Capabilities(
    create=Enforcement.UNIQUE_FIELD,
    upsert_fields=frozenset({"email"}),
    update=True,
    batch_size=10,
    proposed_keys=(("email",),),
)


def guest(number: int, first: str, last: str, email: str | None, phone: str | None, country: str | None) -> Record:
    """Return one guest."""
    return {
        "guestID": str(88100 + number),
        "guestFirstName": first,
        "guestLastName": last,
        "guestEmail": email,
        "guestCellPhone": phone,
        "guestCountry": country,
        "guestBirthdate": None,
        "guestGender": "F",
        "status": "confirmed" if number % 2 else "checked_out",
        "customFields": {"roomPreference": "sea view", "vipNote": "Aniversario" if number == 3 else None},
        "reservations": [
            {"startDate": "2026-08-30", "grandTotal": 920.5},
            {"startDate": "2026-09-03", "grandTotal": 919.5},
        ],
    }


def guests() -> dict[str, Record]:
    """Return ten guests with the mess that real ones have."""
    rows = [
        guest(1, "ana", "souza", "A.Souza@Example.com ", "(11) 98034-5521", "BR"),
        guest(2, "LUIS", "GARCÍA", "luis@example.es", "612 345 678", "ES"),
        guest(3, "Rita", "Lopes", "rita@example.pt", "912345678", "PT"),
        guest(4, "Kim", "", None, None, None),
        guest(5, "Otto", "Braun", "otto@example.de", "n/a", "ES"),
        guest(6, "Bia", "Reis", "bia@example.com", "21 99876-5432", "BR"),
        guest(7, "Sol", "Vega", "sol@example.es", "+34 600 111 222", None),
        guest(8, "Ivo", "Lima", "ivo@example.com", "(11) 3034-5521", "BR"),
        guest(9, "Noa", "Paz", "noa@example.es", None, "ES"),
        guest(10, "Gil", "Mar", "gil@example.com", "21 99876-1111", "BR"),
    ]
    return {str(row["guestID"]): row for row in rows}


@dataclass
class Scene:
    """Both systems and a project with the mapping."""

    root: Path
    hotel: FakeSystem = field(init=False)
    crm: FakeSystem = field(init=False)
    project: Project = field(init=False)
    text: str = MAPPING
    environments: Environments = field(default_factory=Environments)

    def __post_init__(self) -> None:
        (self.root / "hotel").mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.text, encoding="utf-8")
        self.project = project(self.root, crm_production={"account": "crm-1"})
        self.hotel = FakeSystem(
            {"guests": FakeObject(GUEST_FIELDS, Capabilities(), guests())},
            Account("hotel-1", "Hotel Las Palmas", AccountKind.SANDBOX, "fake 1"),
        )
        known: dict[str, Record] = {
            "5512": {
                "email": "a.souza@example.com",
                "firstname": "Ana",
                "lastname": "Souza",
                "phone": "11980345521",
                "lifecyclestage": "lead",
                "country": None,
                "total_stays_value": 1210,
            },
        }
        self.crm = FakeSystem(
            {"contacts": FakeObject(CONTACT_FIELDS, UPSERT, known)},
            Account("crm-1", "hub 4412911", AccountKind.SANDBOX, "fake 1"),
        )

    @property
    def path(self) -> Path:
        """The mapping file."""
        return self.root / "hotel" / "guests-to-contacts.yaml"

    @property
    def systems(self) -> Mapping[str, FakeSystem]:
        """Both systems by their connection."""
        return {"hotel": self.hotel, "crm": self.crm}

    def session(self) -> MapSession:
        """Return the editor's session on the mapping, without a screen."""
        return MapSession(self.project, self.path, self.environments, connect=connected(self.systems))

    def app(
        self, *, theme: ThemeName | None = None, ascii_only: bool = False, variables: Mapping[str, str] | None = None
    ) -> MapstudioApp:
        """Return the studio on the mapping."""
        return MapstudioApp(
            self.project,
            self.path,
            environments=self.environments,
            theme=theme,
            ascii_only=ascii_only,
            variables=variables or {},
            connect=connected(self.systems),
        )


class Driver:
    """A user at the keyboard who waits until the studio has come to rest."""

    def __init__(self, app: MapstudioApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> MapScreen:
        """The map."""
        screen = self.app.screen
        assert isinstance(screen, MapScreen)
        return screen

    async def settle(self) -> None:
        """Wait until no worker works any more."""
        for _ in range(400):
            await self.pilot.pause(0.01)
            if all(worker.is_finished for worker in self.app.workers):
                await self.pilot.pause()
                if all(worker.is_finished for worker in self.app.workers):
                    return
        raise AssertionError("the studio did not come to rest")

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and wait."""
        for key in keys:
            await self.pilot.press(key)
        await self.settle()

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.press(*(_KEYS.get(character, character) for character in text))

    async def row(self, name: str) -> None:
        """Put the cursor on a row."""
        assert self.screen.table.select_field(name), f"no row {name}"
        await self.settle()

    def text(self) -> str:
        """Return what the screen shows."""
        return "\n".join(strip.text.rstrip() for strip in self.strips())

    def line(self, part: str) -> str:
        """Return the first line that holds a text."""
        found = [line for line in self.text().splitlines() if part in line]
        assert found, f"{part!r} is not on the screen:\n{self.text()}"
        return found[0]

    def strips(self) -> Sequence[Strip]:
        """Return the screen's lines."""
        return self.app.screen._compositor.render_strips()


_KEYS = {
    " ": "space",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    "'": "apostrophe",
    ",": "comma",
    "|": "vertical_line",
    ".": "full_stop",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "_": "underscore",
    "?": "question_mark",
    "-": "minus",
    "`": "grave_accent",
}


@asynccontextmanager
async def running(app: MapstudioApp, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Driver]:
    """Run the studio without a terminal, at rest."""
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver
        await app.workspace.close()
        await asyncio.sleep(0)


def check_golden(name: str, text: str) -> None:
    """Compare a screen with the one that was looked at and kept; ``UPDATE_GOLDENS=1`` keeps the present one."""
    path = GOLDENS / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text + "\n", encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: look at the screen, then run with UPDATE_GOLDENS=1"
    assert text + "\n" == path.read_text(encoding="utf-8")
