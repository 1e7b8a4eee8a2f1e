"""The budget of the account's day: how many calls it has, and when they come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mapstudio.model import JsonValue

_TOLD = frozenset({"SUCCESS", "CACHED"})


@dataclass
class Day:
    """What answers and the account's own usage report have told of the day.

    Attributes:
        zone: The account's time zone; empty until it is known.
        calls: How many calls the day has; 0 until it is known.
        resets: When they come back by the account's own word.
    """

    zone: str = ""
    calls: int = 0
    resets: datetime | None = None

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take what the headers of an answer say; those of OAuth and of searches say nothing."""
        told = headers.get("X-HubSpot-RateLimit-Daily", "")
        self.calls = int(told) if told.isdecimal() else self.calls

    def report(self, entries: JsonValue) -> None:
        """Take what the usage report says, as far as it could be made."""
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and entry.get("fetchStatus") in _TOLD:
                limit = entry.get("usageLimit")
                self.calls = limit if isinstance(limit, int) and limit > 0 else self.calls
                self.resets = _moment(entry.get("resetsAt")) or self.resets

    def spent(self, now: datetime) -> str:
        """Return in words what is spent, and when it comes back."""
        many = f"its {self.calls:,} calls" if self.calls else "all calls"
        return f"{many} of this day; they come back at {self._comes_back(now)}"

    def _comes_back(self, now: datetime) -> str:
        zone = self._place()
        end = self.resets if self.resets is not None and self.resets > now else _midnight(now, zone)
        if end is None:
            return "midnight in the time zone of the account"
        # By the clock of the world: on two days of the year midnight is an hour nearer or further than it looks.
        minutes = int((end.astimezone(UTC) - now.astimezone(UTC)).total_seconds() // 60)
        shown = f"{end.astimezone(zone or UTC):%Y-%m-%d %H:%M} ({self.zone if zone else 'UTC'})"
        return f"{shown}, in {minutes // 60} h {minutes % 60:02} min"

    def _place(self) -> ZoneInfo | None:
        try:
            return ZoneInfo(self.zone) if self.zone else None
        except (ZoneInfoNotFoundError, ValueError):
            return None


def _midnight(now: datetime, zone: ZoneInfo | None) -> datetime | None:
    if zone is None:
        return None
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)


def _moment(text: JsonValue) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
