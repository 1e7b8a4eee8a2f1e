"""Facts in the words and inks that several screens share: times, rows in short, reasons without what is personal."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from mapstudio.mapping.definition import Row, RowKind, Table
from mapstudio.model.exact_json import dumps
from mapstudio.project import PRODUCTION
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.masking import mask_text
from mapstudio.studio.paint import DEST, ERROR, LITERAL, MUTED, SOURCE, TEXT, Piece
from mapstudio.studio.text import shown
from mapstudio.studio.values import ValueFormat

_CALL = re.compile(r"^\s*([a-z_]+)\(")
_FIELD = re.compile(r"^[A-Za-z_][\w.\[\]]*$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_MINUTE = 60


def environment_piece(environment: str, *, bold: bool = True) -> Piece:
    """Return an environment as it stands beside a connection: production shouts."""
    if environment == PRODUCTION:
        return environment.upper(), ERROR._replace(bold=bold)
    return shown(environment), MUTED


def moment(stamp: str, now: datetime | None = None) -> str:
    """Return a moment as people say it: ``02:14 today``, ``yesterday 02:14``, ``21 Sep 02:14``; local time.

    Args:
        stamp: RFC 3339; anything else is returned as it is.
        now: The present, for tests.
    """
    try:
        when = datetime.fromisoformat(stamp).astimezone()
    except ValueError:
        return stamp
    today = (now or datetime.now().astimezone()).date()
    clock = when.strftime("%H:%M")
    if when.date() == today:
        return f"today {clock}"
    if when.date() == today - timedelta(days=1):
        return f"yesterday {clock}"
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {when.strftime('%b')}{year} {clock}"


def duration(seconds: float) -> str:
    """Return ``38 ms``, ``41 s`` or ``2 min 5 s``."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < _MINUTE:
        return f"{round(seconds)} s"
    return f"{int(seconds // _MINUTE)} min {int(seconds % _MINUTE)} s"


def between(started: str, ended: str | None) -> str:
    """Return how long it took, empty when that is not known."""
    try:
        took = datetime.fromisoformat(ended) - datetime.fromisoformat(started) if ended else None
    except ValueError:
        return ""
    return duration(took.total_seconds()) if took is not None else ""


def things(object_name: str, count: int | None = None) -> str:
    """Return what the records of an object are called in a sentence: ``contacts``, or ``records``."""
    word = object_name if re.fullmatch(r"[a-z]{3,}s", object_name) else "records"
    return word[:-1] if count == 1 else word


def short_row(row: Row | None, glyphs: Glyphs) -> list[Piece]:
    """Return in a few cells what feeds a row: ``phone(…)``, ``status → stay-stage``, ``'customer'``.

    Of a row with lines that is ``each of items by sku``.
    """
    if row is None:
        return []
    match row.kind:
        case RowKind.CONSTANT:
            return [(shown(_literal(row)), LITERAL)]
        case RowKind.BINDING:
            return [("binding ", MUTED), (shown(row.binding or ""), LITERAL)]
        case RowKind.EXPRESSION | RowKind.NESTED:
            return _fed(row, glyphs)
        case _:
            return [(str(row.kind), MUTED)]


def _fed(row: Row, glyphs: Glyphs) -> list[Piece]:
    fed = _short_expression(row.from_ or "", glyphs)
    if row.nested is not None:
        return [("each of ", MUTED), *fed, (" by ", MUTED), (shown(row.nested.key), DEST)]
    if row.values is None:
        return fed
    table = "its own values" if isinstance(row.values, Table) else shown(row.values)
    return [*fed, (f" {glyphs.arrow} ", MUTED), (table, TEXT)]


def _literal(row: Row) -> str:
    return f"'{row.constant}'" if isinstance(row.constant, str) else dumps(row.constant)


def _short_expression(text: str, glyphs: Glyphs) -> list[Piece]:
    text = " ".join(text.split())
    if _FIELD.match(text):
        return [(shown(text), SOURCE)]
    call = _CALL.match(text)
    if call:
        return [(f"{call.group(1)}({glyphs.ellipsis})", MUTED)]
    return [(shown(text), MUTED)]


def safe_reason(reason: str, row: str, values: ValueFormat) -> str:
    """Return why a record failed; what it quotes of the record is masked as the row's value would be."""
    if not values.masked:
        return shown(reason)

    def masked(match: re.Match[str]) -> str:
        return f'"{mask_text(match.group(1), row, values.glyphs.masked)}"'

    return shown(mask_text(_QUOTED.sub(masked, reason), "", values.glyphs.masked))


def cause_of(reason: str) -> str:
    """Return the reason without what it quotes: records that failed alike have one cause."""
    bare = " ".join(_QUOTED.sub("", reason).split())
    return bare.removeprefix("is ") if bare else reason
