"""Data, files and servers that mean harm: nothing of theirs acts on the terminal, breaks a column, ends the studio."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual import events

from mapstudio.model import ConnectionFailedError, Field, FieldType
from mapstudio.studio.widgets.expression_input import ExpressionInput
from tests.studio.scene import CONTACT_FIELDS, GUEST_FIELDS, MAPPING, Scene, running

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07",
    "\x9b31m",
    "[red]markup[/red] [@click=app.quit]x[/]",
    "\u202egnp.exe",
    "\u2066isolated\u2069",
    "A" * 100_000,
    "漢字" * 400,
    "e\u0301" * 300 + "\u0300" * 300,
    "👩‍👩‍👧‍👦 family \ufe0f",
    "\x00\x08\x7f",
    "line\nbreak\r\ttab",
    "\ud800 half",
)
_RAW = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ud800-\udfff]")


@pytest.mark.parametrize("size", [(160, 48), (120, 36), (80, 24)])
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_values_stay_data(tmp_path: Path, value: str, size: tuple[int, int]) -> None:
    scene = Scene(tmp_path)
    record = scene.hotel.objects["guests"].records["88101"]
    record["guestFirstName"] = value
    record["guestCellPhone"] = value
    record["customFields"] = {"vipNote": value, value[:50]: value}
    scene.crm.objects["contacts"].records["5512"]["phone"] = value
    async with running(scene.app(), size) as driver:
        await driver.row("firstname")
        await driver.press("enter")
        for strip in driver.strips():
            assert strip.cell_length == size[0]
            assert not _RAW.search(strip.text)


@pytest.mark.parametrize("value", [item for item in HOSTILE if len(item) < 1000 and "\ud800" not in item])
async def test_hostile_names_stay_names(tmp_path: Path, value: str) -> None:
    scene = Scene(tmp_path)
    scene.hotel.objects["guests"].fields = (*GUEST_FIELDS, Field(value.replace(".", "_").replace('"', "_"), value))
    scene.crm.objects["contacts"].fields = (
        *CONTACT_FIELDS,
        Field(value.replace(".", "_").replace('"', "_"), value, FieldType.TEXT, required=True),
    )
    scene.crm.account = type(scene.crm.account)("crm-1", value, scene.crm.account.kind, value)
    async with running(scene.app(), (160, 48)) as driver:
        await driver.press("3", "down", "down", "down", "down")
        for strip in driver.strips():
            assert strip.cell_length == 160
            assert not _RAW.search(strip.text)


async def test_a_hostile_server_message_is_shown_as_text(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.crm.broken = ConnectionFailedError("\x1b[2J[red]<html>\u202e 502 Bad\nGateway", remedy="[b]x[/b]")
    async with running(scene.app()) as driver:
        assert "[red]<html>" in driver.text()
        assert not _RAW.search(driver.text().replace("\n", ""))


async def test_a_hostile_mapping_file_is_shown_as_text(tmp_path: Path) -> None:
    question = '  date_of_birth: {question: "[red]\\e]0;x\\a\\u202e?", owner: "[b]M"}'
    lines = [question if "date_of_birth" in line else line for line in MAPPING.splitlines()]
    text = "\n".join(lines) + "\n"
    scene = Scene(tmp_path, text=text)
    async with running(scene.app(), (160, 48)) as driver:
        assert "[red]\\x1b]0;x" in driver.text()
        assert not _RAW.search(driver.text().replace("\n", ""))


async def test_pasted_text_is_typed_and_nothing_else(tmp_path: Path) -> None:
    async with running(Scene(tmp_path).app()) as driver:
        await driver.row("firstname")
        await driver.press("enter", "ctrl+u")
        entry = driver.screen.query_one(ExpressionInput)
        entry.post_message(events.Paste("upper(\n  guestFirstName\n)\x1b[31m"))
        await driver.settle()
        assert entry.value.startswith("upper(   guestFirstName )")
        assert not _RAW.search(driver.text().replace("\n", ""))


async def test_ascii_mode_writes_ascii_whatever_the_data(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.hotel.objects["guests"].records["88101"]["guestFirstName"] = "Ñandú 漢字 👩‍👩‍👧"
    async with running(scene.app(ascii_only=True), (120, 36)) as driver:
        for strip in driver.strips():
            assert strip.text.isascii()
            assert strip.cell_length == 120
