"""Moments as people read them: ``09:41``, ``yesterday``, ``21 Sep``, ``2 days old``; always in the user's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MANY_DAYS = 14


def clock(moment: datetime) -> str:
    """Return the time of day of a moment."""
    return moment.astimezone().strftime("%H:%M")


def day(moment: datetime, now: datetime | None = None) -> str:
    """Return ``09:41`` for today, ``yesterday``, else ``21 Sep`` (with the year when it is another one)."""
    local = moment.astimezone()
    today = (now or datetime.now(UTC)).astimezone().date()
    if local.date() == today:
        return local.strftime("%H:%M")
    if local.date() == today - timedelta(days=1):
        return "yesterday"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}"


def age(moment: datetime, now: datetime | None = None) -> str:
    """Return how old something is: ``now``, ``5 min old``, ``2 days old``, else its day."""
    passed = (now or datetime.now(UTC)) - moment
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min old"
    if minutes < 24 * 60:
        return f"{minutes // 60} h old"
    days = passed.days
    return f"{days} day{'' if days == 1 else 's'} old" if days < _MANY_DAYS else day(moment, now)
