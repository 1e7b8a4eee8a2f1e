"""Times between zones, by the IANA database, and as milliseconds since 1970.

A local time can be there twice, when clocks are set back, or not at all, when they are set forward. What then is meant
is said by a word: ``compatible``, the default, takes the earlier of two times, and reads a time that is not there with
the offset from before the jump; ``earlier`` and ``later`` take the time before or behind the jump; ``reject`` makes it
an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.date_formats import Moment
from mapstudio.expressions.functions.dates import parsed
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import Number, number_text
from mapstudio.model import JsonValue
from mapstudio.model.suggest import did_you_mean

_GROUP = "Dates"
DOUBTS = ("compatible", "earlier", "later", "reject")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,3}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    if not _ZONE.fullmatch(name) or len(name) > 100:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        # A folder of the database, another file in it, or nothing.
        return None


def _known_zone(name: str) -> ZoneInfo:
    zone = _zone(name.strip())
    if zone is None:
        near = did_you_mean(name, available_timezones()) if len(name) < 60 else ""
        raise EvaluationError(f"{shown(name)} is no time zone{', ' + near if near else ''}", name)
    return zone


def _check_zone(literals: Sequence[JsonValue]) -> tuple[str, str]:
    zone = literals[1] if len(literals) > 1 else None
    if isinstance(zone, str) and _zone(zone.strip()) is None:
        near = did_you_mean(zone, available_timezones()) if len(zone) < 60 else ""
        return f"{shown(zone)} is no time zone", near or "name it as Europe/Madrid, America/Mexico_City, UTC"
    doubt = literals[2] if len(literals) > 2 else None
    if isinstance(doubt, str) and doubt not in DOUBTS:
        return f"there is no choice {shown(doubt)}", f"one of {', '.join(DOUBTS)}"
    return "", ""


@FUNCTIONS.function(
    "to_utc",
    one("time", Kind.TEXT),
    optional("zone", Kind.TEXT),
    optional("doubt", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary=(
        "The date-time in UTC. A time without an offset is one of the zone, an IANA name such as Europe/Madrid; one "
        "with an offset needs no zone. Doubt decides what a time means that the clock shows twice or skips: "
        "compatible, earlier, later or reject."
    ),
    examples=[
        Example("to_utc('2024-07-01T10:00:00', 'Europe/Madrid')", "2024-07-01T08:00:00Z"),
        Example("to_utc('2024-07-01T10:00:00-05:00')", "2024-07-01T15:00:00Z"),
        Example("to_utc('2024-10-27T02:30:00', 'Europe/Madrid')", "2024-10-27T00:30:00Z"),
        Example("to_utc('2024-10-27T02:30:00', 'Europe/Madrid', 'later')", "2024-10-27T01:30:00Z"),
        Example("to_utc('2024-03-31T02:30:00', 'Europe/Madrid')", "2024-03-31T01:30:00Z"),
        Example(
            "to_utc('2024-03-31T02:30:00', 'Europe/Madrid', 'reject')",
            error='"2024-03-31T02:30:00" is skipped by the clocks of Europe/Madrid',
        ),
        Example("to_utc('2024-07-01T10:00:00')", error='"2024-07-01T10:00:00" has no offset, and no zone is named'),
    ],
    null_first=True,
    blank_first=True,
    check_literals=_check_zone,
)
def _to_utc(_: Call, text: str, zone: str = "", doubt: str = "compatible") -> JsonValue:
    if doubt not in DOUBTS:
        raise EvaluationError(f"there is no choice {shown(doubt)} for a time in doubt", doubt)
    known = _known_zone(zone) if zone else None
    moment, when = _date_time(text)
    if when.tzinfo is None:
        if known is None:
            raise EvaluationError(f"{shown(text)} has no offset, and no zone is named", text)
        when = _placed(when, known, doubt, text)
    return _shifted(moment, when, UTC, text)


@FUNCTIONS.function(
    "from_utc",
    one("time", Kind.TEXT),
    one("zone", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The date-time as the clocks of a zone show it, with their offset; a time without an offset is one in UTC.",
    examples=[
        Example("from_utc('2024-07-01T08:00:00Z', 'Europe/Madrid')", "2024-07-01T10:00:00+02:00"),
        Example("from_utc('2024-01-01 02:30', 'America/Mexico_City')", "2023-12-31T20:30:00-06:00"),
    ],
    null_first=True,
    blank_first=True,
    check_literals=_check_zone,
)
def _from_utc(_: Call, text: str, zone: str) -> JsonValue:
    known = _known_zone(zone)
    moment, when = _date_time(text)
    return _shifted(moment, when if when.tzinfo is not None else when.replace(tzinfo=UTC), known, text)


def _date_time(text: str) -> tuple[Moment, datetime]:
    moment = parsed(text)
    if not isinstance(moment.when, datetime):
        raise EvaluationError(f"{shown(text)} is a date without a time, which is in no zone", text)
    return moment, moment.when


def _shifted(moment: Moment, when: datetime, zone: tzinfo, text: str) -> str:
    try:
        there = when.astimezone(zone)
        offset = there.utcoffset()
        if offset is not None and offset % timedelta(minutes=1):
            # The clocks of long ago; an offset is written in minutes.
            there = when.astimezone(timezone(timedelta(minutes=round(offset / timedelta(minutes=1)))))
    except OverflowError as error:
        raise EvaluationError(f"{shown(text)} is out of the calendar there", text) from error
    return replace(moment, when=there).text()


def _placed(when: datetime, zone: ZoneInfo, doubt: str, text: str) -> datetime:
    """Return a local time as a moment; see the module for what is in doubt."""
    first, second = (when.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    before, behind = first.utcoffset(), second.utcoffset()
    if before == behind or before is None or behind is None:
        return first
    if doubt == "reject":
        state = "shown twice by" if before > behind else "skipped by"
        raise EvaluationError(f"{shown(text)} is {state} the clocks of {zone.key}", text)
    if before > behind:
        return second if doubt == "later" else first
    # A time that is not there, with the offset before the jump, is one behind it; with that behind, one before.
    return second if doubt == "earlier" else first


@FUNCTIONS.function(
    "to_epoch_ms",
    one("date", Kind.TEXT),
    returns="number",
    group=_GROUP,
    summary=(
        "The milliseconds from 1970 until a date-time with an offset, or until a date's midnight in UTC; smaller parts "
        "are cut off."
    ),
    examples=[
        Example("to_epoch_ms('2024-05-01T10:20:30.250Z')", 1714558830250),
        Example("to_epoch_ms('2024-05-01')", 1714521600000),
        Example(
            "to_epoch_ms('2024-05-01T10:20')",
            error='"2024-05-01T10:20" has no offset; to_utc(time, zone) gives it one',
        ),
    ],
    null_first=True,
    blank_first=True,
)
def _to_epoch_ms(_: Call, text: str) -> JsonValue:
    moment = parsed(text)
    when = moment.when
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(), UTC)
    if when.tzinfo is None:
        raise EvaluationError(f"{shown(text)} has no offset; to_utc(time, zone) gives it one", text)
    return (when - _EPOCH) // timedelta(milliseconds=1) + int((moment.fraction + "000")[:3])


@FUNCTIONS.function(
    "from_epoch_ms",
    one("milliseconds", Kind.NUMBER, Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary="The date-time in UTC so many milliseconds after 1970, given as a whole number or its text.",
    examples=[
        Example("from_epoch_ms(`1714558830250`)", "2024-05-01T10:20:30.250Z"),
        Example("from_epoch_ms('1714521600000')", "2024-05-01T00:00:00Z"),
        Example("from_epoch_ms('soon')", error='"soon" is no whole number of milliseconds'),
    ],
    null_first=True,
    blank_first=True,
)
def _from_epoch_ms(_: Call, value: Number | str) -> JsonValue:
    text = value.strip() if isinstance(value, str) else number_text(value)
    if not _WHOLE_NUMBER.fullmatch(text):
        raise EvaluationError(f"{shown(value)} is no whole number of milliseconds", value)
    seconds, milliseconds = divmod(int(text), 1000)
    try:
        return Moment(_EPOCH + timedelta(seconds=seconds), f"{milliseconds:03}").text()
    except OverflowError as error:
        raise EvaluationError(f"{shown(value)} milliseconds are out of the calendar", value) from error
