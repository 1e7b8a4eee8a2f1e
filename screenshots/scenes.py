"""What is pictured: the studio on the sample project, and the keys that lead to each picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mapstudio.studio.theme import ThemeName

WIDE, NORMAL, NARROW = (160, 48), (120, 36), (80, 24)
GUESTS, COMPANIES = "guests-to-contacts", "companies-to-partners"

# Row 4 of the guests fails on one guest in fifty: the other number of the guests is tried.
_TO_PHONE = ("down", "down", "down")
_TO_LAST_STAY = ("down",) * 14
_TRY = ("enter", "ctrl+u", *"phone(guestPhone, guestCountry)")
_EDIT = (*_TO_PHONE, *_TRY)


def _as_it_is(_: Path) -> None:
    """Change nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        name: Of the files.
        size: Columns and lines.
        keys: What is pressed; the studio comes to rest before each group that follows ``wait``.
        mapping: The mapping that is open; empty begins at home.
        theme: ``None`` is dark.
        plain: NO_COLOR and ASCII.
        environment: The destination's.
        down: A connection whose server does not answer.
        prepare: Changes the copy of the sample project first.
    """

    name: str
    size: tuple[int, int] = NORMAL
    keys: tuple[str, ...] = ()
    mapping: str = GUESTS
    theme: ThemeName | None = None
    plain: bool = False
    environment: str = "sandbox"
    down: str = ""
    prepare: Callable[[Path], None] = _as_it_is


def _new_mapping(root: Path) -> None:
    text = (
        "mapstudio: 1\nname: deals-to-orders\n"
        "source: {connection: crm, object: deals}\n"
        "destination: {connection: erp, object: sale.order, key: client_order_ref}\nfields: {}\n"
    )
    (root / "erp" / "deals-to-orders.yaml").write_text(text, encoding="utf-8")


PICTURES: tuple[Picture, ...] = (
    Picture("map-160x48", WIDE, _EDIT),
    Picture("map-120x36", NORMAL, _EDIT),
    Picture("map-80x24", NARROW, _TRY),
    Picture("map-light-160x48", WIDE, _TO_PHONE, theme="light"),
    Picture("map-light-120x36", NORMAL, _EDIT, theme="light"),
    Picture("map-light-80x24", NARROW, (), theme="light"),
    Picture("map-160x48-no-color-ascii", WIDE, _TO_PHONE, plain=True),
    Picture("map-120x36-no-color-ascii", NORMAL, _TO_PHONE, plain=True),
    Picture("map-80x24-no-color-ascii", NARROW, (), plain=True),
    Picture("map-ansi-120x36", NORMAL, _TO_PHONE, theme="ansi"),
    Picture("map-erp-120x36", NORMAL, (), COMPANIES),
    Picture("connect-120x36", NORMAL, ("shift+tab", *["down"] * 8, "m", "slash", *"birth", "enter")),
    Picture("broken-120x36", NORMAL, (*_TO_PHONE, "enter", "backspace", *" && ")),
    Picture("functions-120x36", NORMAL, (*_TO_PHONE, "enter", "ctrl+f")),
    Picture("complete-120x36", NORMAL, (*_TO_PHONE, "enter", "ctrl+u", *"phone(gu", "wait", "tab")),
    Picture("why-120x36", NORMAL, (*_TO_LAST_STAY, "w")),
    Picture("palette-120x36", NORMAL, ("colon",)),
    Picture("keys-120x36", NORMAL, ("question_mark",)),
    Picture("production-120x36", NORMAL, _TO_PHONE, environment="production"),
    Picture("error-120x36", NORMAL, (), down="crm"),
    Picture("empty-120x36", NORMAL, (), "deals-to-orders", prepare=_new_mapping),
    Picture("home-120x36", NORMAL, (), ""),
    Picture("home-80x24", NARROW, (), ""),
    Picture("plan-120x36", NORMAL, ("p",)),
    Picture("plan-160x48", WIDE, ("p",)),
    Picture("plan-80x24", NARROW, ("p",)),
    Picture("applied-120x36", NORMAL, ("p", "wait", "a", "enter")),
    Picture("runs-120x36", NORMAL, ("p", "wait", "a", "enter", "wait", "9")),
    Picture("connections-120x36", NORMAL, ("0",)),
)
