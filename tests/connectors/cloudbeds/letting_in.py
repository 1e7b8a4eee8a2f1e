"""Letting an app in as a person does, with a vault in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from mapstudio.connectors.cloudbeds import CloudbedsConnector
from mapstudio.connectors.oauth import Consent, exchange_code

REDIRECT = "http://localhost:1/callback"


@dataclass
class Drawer:
    """A vault in memory."""

    text: str | None = None

    def read(self) -> str | None:
        return self.text

    def write(self, text: str) -> None:
        self.text = text

    def try_lock(self) -> bool:
        return True

    def unlock(self) -> None:
        """Nobody else has it."""


async def let_in(hotel: Mapping[str, Any], drawer: Drawer) -> CloudbedsConnector:
    """Let the app in as a person does, and return a connector that has its tokens."""
    settings = {"url": str(hotel["url"]), "property": str(hotel["property"]), **hotel["oauth"]}
    app = CloudbedsConnector.oauth_app(settings)
    assert app is not None
    consent = Consent(app, REDIRECT)
    async with httpx.AsyncClient() as person:
        sent = (await person.get(consent.address)).headers["location"]
    [code] = parse_qs(urlsplit(sent).query)["code"]
    drawer.write((await exchange_code(consent, code, "hotel")).to_text())
    connector = CloudbedsConnector.open("hotel", settings)
    connector.use_vault(drawer)
    return connector
