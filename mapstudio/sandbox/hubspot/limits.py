"""How often a client may call: the burst of ten seconds, the day of the account, and search with a rate of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from mapstudio.sandbox.clock import Clock
from mapstudio.sandbox.hubspot.access import Caller
from mapstudio.sandbox.hubspot.errors import ApiError
from mapstudio.sandbox.hubspot.values import stamp
from mapstudio.sandbox.window import Window

BURST_SECONDS = 10.0
SEARCHES_PER_SECOND = 5
OAUTH_BURST = 110


@dataclass(frozen=True, slots=True)
class Tier:
    """What an account has paid for: calls of one app in ten seconds, calls of all its private apps in a day."""

    burst: int
    daily: int


TIERS: Mapping[str, Tier] = {
    "starter": Tier(100, 250_000),
    "professional": Tier(190, 625_000),
    "enterprise": Tier(190, 1_000_000),
    "increased": Tier(250, 2_000_000),
}
"""``increased`` is an enterprise account that bought one increase of its limits."""


class Limits:
    """The budgets of one account.

    Args:
        tier: One of :data:`TIERS`.
        clock: The sandbox's time.
        zone: The portal's; a day ends at its midnight.
        enforced: Whether too many calls are refused.
    """

    def __init__(self, tier: str, clock: Clock, zone: ZoneInfo, *, enforced: bool) -> None:
        self.tier = TIERS[tier]
        self._clock = clock
        self._zone = zone
        self._enforced = enforced
        self._searches = Window(SEARCHES_PER_SECOND, 1.0, clock=clock.elapsed)
        self._bursts: dict[str, Window] = {}
        self._day, self._calls = self._today(), 0

    @property
    def calls_today(self) -> int:
        """How many calls of private apps the day has seen."""
        return self._calls if self._day == self._today() else 0

    @calls_today.setter
    def calls_today(self, calls: int) -> None:
        self._day, self._calls = self._today(), calls

    def change(self, tier: str) -> None:
        """Give the account another tier; what was spent stays spent."""
        self.tier = TIERS[tier]
        for app, window in self._bursts.items():
            if not app.startswith("oauth-apps:"):
                window.requests = self.tier.burst

    def spend(self, caller: Caller, *, search: bool) -> None:
        """Count one call.

        Raises:
            ApiError: It is one too many.
        """
        if self._enforced:
            if not caller.oauth and self.calls_today >= self.tier.daily:
                raise _too_many("daily", "DAILY", caller)
            if search and not self._searches.take():
                raise _too_many("secondly", "SECONDLY", caller)
            if not search and not self._burst(caller).take():
                raise _too_many("ten_secondly_rolling", "TEN_SECONDLY_ROLLING", caller)
        if not caller.oauth:
            self.calls_today += 1

    def headers(self, caller: Caller) -> dict[str, str]:
        """Return what an answer says of the budgets; an app of OAuth is told nothing of the day."""
        if not self._enforced:
            return {}
        burst = self._burst(caller)
        secondly = burst.requests // int(BURST_SECONDS)
        told = {
            "Interval-Milliseconds": int(BURST_SECONDS * 1000),
            "Max": burst.requests,
            "Remaining": burst.remaining,
            "Secondly": secondly,
            "Secondly-Remaining": max(0, secondly - burst.taken_within(1.0)),
        }
        if not caller.oauth:
            told |= {"Daily": self.tier.daily, "Daily-Remaining": max(0, self.tier.daily - self.calls_today)}
        return {f"X-HubSpot-RateLimit-{name}": str(value) for name, value in told.items()}

    def usage(self) -> dict[str, Any]:
        """Return the day's account as the usage endpoint tells it."""
        return {
            "name": "private-apps-api-calls-daily",
            "usageLimit": self.tier.daily,
            "currentUsage": self.calls_today,
            "collectedAt": stamp(self._clock.now()),
            "fetchStatus": "SUCCESS",
            "resetsAt": stamp(self._midnight()),
        }

    def _burst(self, caller: Caller) -> Window:
        if caller.app not in self._bursts:
            requests = OAUTH_BURST if caller.oauth else self.tier.burst
            self._bursts[caller.app] = Window(requests, BURST_SECONDS, clock=self._clock.elapsed)
        return self._bursts[caller.app]

    def _today(self) -> str:
        return self._clock.now().astimezone(self._zone).date().isoformat()

    def _midnight(self) -> datetime:
        tomorrow = self._clock.now().astimezone(self._zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, datetime.min.time(), self._zone)


def too_many(word: str, policy: str, group: str) -> ApiError:
    """Return the 429 of a limit, which has a shape of its own."""
    extra = {"errorType": "RATE_LIMIT", "policyName": policy, "groupName": group, "requestId": str(uuid4())}
    return ApiError(429, "", f"You have reached your {word} limit.", extra=extra)


def _too_many(word: str, policy: str, caller: Caller) -> ApiError:
    return too_many(word, policy, f"publicapi:{caller.app}")
