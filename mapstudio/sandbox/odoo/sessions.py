"""Sessions of the web client's routes: a cookie for each, which ends after a week or when a tester says so."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapstudio.sandbox.odoo.access import User

COOKIE = "session_id"
LIFETIME = timedelta(days=7)


@dataclass(slots=True)
class _Session:
    user: User
    ends: datetime


class Sessions:
    """Who is signed in.

    Args:
        now: The sandbox's clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._sessions: dict[str, _Session] = {}

    def begin(self, user: User) -> str:
        """Sign in and return the cookie."""
        name = secrets.token_hex(20)
        self._sessions[name] = _Session(user, self._now() + LIFETIME)
        return name

    def user(self, name: str) -> User | None:
        """Return whose session that is; each use lets it live for another week."""
        found = self._sessions.get(name)
        if found is None or found.ends <= self._now():
            return None
        found.ends = self._now() + LIFETIME
        return found.user

    def end(self, name: str) -> None:
        """Sign out."""
        self._sessions.pop(name, None)

    def expire(self) -> int:
        """End all sessions and return how many there were."""
        count = len(self._sessions)
        self._sessions.clear()
        return count
