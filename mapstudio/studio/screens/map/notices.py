"""What the map says when there is nothing to show, or when a system does not answer."""

from __future__ import annotations

from datetime import datetime

from mapstudio.mapping.required import required_fields
from mapstudio.model import AuthenticationError, ConnectionFailedError
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.moments import clock, day
from mapstudio.studio.paint import DEST, ERROR, MUTED, OK, STRONG, TEXT, Piece
from mapstudio.studio.session.map_session import MapSession, SideState
from mapstudio.studio.text import grouped, plural, shown
from mapstudio.studio.widgets.notice import NoticeKey, NoticeModel, wrapped


def empty_notice(session: MapSession) -> NoticeModel:
    """Return what stands where no row is yet."""
    destination = session.destination
    name = shown(destination.object)
    why: list[Piece] = [("What is in ", TEXT), (name, DEST), (" is not known yet.", TEXT)]
    if destination.schema is not None:
        required = len(required_fields(destination.schema))
        fields = grouped(len(destination.schema.fields))
        why = [(f"{required} of {fields} fields in ", TEXT), (name, DEST), (" are required on create.", TEXT)]
    count = len(session.sample.records) if session.sample is not None else 0
    sample = f"{count} are here; reads only" if count else f"50 {shown(session.source.object)}, read only"
    return NoticeModel(
        "Nothing is mapped yet.",
        why=(tuple(why),),
        keys=(
            NoticeKey("m", "connect two fields", "pick one on each side"),
            NoticeKey("c", "set a constant", "pick a destination field first"),
            NoticeKey("s", "fetch a sample", sample),
        ),
        last=(
            ("Nothing you do on this screen writes to ", MUTED),
            (shown(destination.connection), DEST),
            (".", MUTED),
        ),
    )


def offline_notice(session: MapSession, side: SideState, width: int, glyphs: Glyphs) -> NoticeModel:
    """Return what stands where a side does not answer."""
    error = side.error
    assert error is not None  # noqa: S101 - asked only for a side that failed
    what = f"{shown(side.connection)} {shown(side.environment)} {_verb(error)}"
    why = wrapped(shown(error.message), width - 6)
    if error.remedy:
        why = (*why, *wrapped(shown(error.remedy), width - 6))
    return NoticeModel(
        what,
        mark=(glyphs.blocks, ERROR),
        why=why,
        command=f"mapstudio connect {shown(side.connection)} --env {shown(side.environment)} --test",
        keys=(
            NoticeKey("t", "try again now"),
            NoticeKey("0", "look at the connections"),
            NoticeKey("esc", "go on offline"),
        ),
        works_title="What still works",
        works=tuple(_works(session, side, glyphs)),
        last=_safe(session),
    )


def _verb(error: Exception) -> str:
    if isinstance(error, ConnectionFailedError):
        return "does not answer."
    if isinstance(error, AuthenticationError):
        return "refuses the credentials."
    return "cannot be used."


def _works(session: MapSession, side: SideState, glyphs: Glyphs) -> list[tuple[Piece, ...]]:
    fine: Piece = (f"{glyphs.fine} ", OK)
    no: Piece = (f"{glyphs.blocks} ", ERROR)
    lines: list[tuple[Piece, ...]] = []
    name = shown(side.object)
    if session.sample is not None:
        where = f"Map and preview: the sample is here, from {clock(session.sample.taken)}"
        lines.append((fine, (where, TEXT)))
    else:
        lines.append((no, ("Preview: there is no sample yet", MUTED)))
    lines.append((fine, ("Editing and saving: the file needs no server", TEXT)))
    lines.append((no, (f"Plan and apply: they need what is in {name} now", MUTED)))
    if side.schema is not None and side.read_at is not None:
        lines.append((no, (f"Fields and options of {name}: not newer than {day(side.read_at)}", MUTED)))
    elif side.schema is None:
        lines.append((no, (f"Fields of {name}: they were never read", MUTED)))
    return lines


def _safe(session: MapSession) -> tuple[Piece, ...]:
    unsaved = session.editor.history.unsaved
    saved: datetime | None = session.editor.autosaved
    if not unsaved or saved is None:
        return ()
    words = plural(unsaved, "unsaved edit")
    return (
        (f"Your {words} {'is' if unsaved == 1 else 'are'} safe, autosaved at ", MUTED),
        (clock(saved), STRONG),
        (".", MUTED),
    )
