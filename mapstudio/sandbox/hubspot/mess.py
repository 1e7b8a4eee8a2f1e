"""How the CRM's people mistyped what they knew: phones, names and countries as they stand in real portals."""

from __future__ import annotations

from random import Random

_COUNTRY_WORDS = {
    "MX": ("México", "mexico", "MEX", "Méx."),
    "ES": ("España", "SPAIN", "ES"),
    "DE": ("Deutschland", "germany", "DE"),
    "FR": ("france", "FR", "Francia"),
    "GB": ("UK", "England", "Great Britain"),
    "US": ("USA", "U.S.A.", "Estados Unidos"),
    "BR": ("Brasil", "brazil", "BR"),
    "IE": ("Éire", "ireland", "Irlanda"),
}
_NO_PHONES = ("n/a", "-", "0000000000", "5512", "por confirmar")


def phone(rng: Random, international: str, national: str) -> str:
    """Return a phone number as somebody typed it, or something that is none."""
    spaced = f"{international[:3]} {international[3:6]} {international[6:]}"
    forms = (
        national,
        national.replace(" ", "-"),
        f"({national[:2]}) {national[2:].strip()}",
        f"00{international[1:]}",
        spaced,
        f"{spaced} ext. {rng.randint(2, 90)}",
        f"tel: {national}",
        rng.choice(_NO_PHONES),
    )
    return rng.choice(forms)


def name(rng: Random, text: str) -> str:
    """Return a name in the wrong case, or with blanks too many."""
    return rng.choice((text.upper(), text.lower(), f" {text}", f"{text}  ", text.replace(" ", "  ").lower()))


def country(rng: Random, code: str) -> str:
    """Return the country in somebody's own words."""
    return rng.choice(_COUNTRY_WORDS.get(code, (code,)))


def old_number(rng: Random, international: str) -> str:
    """Return a number of the same shape that is no longer the person's."""
    return international[:-4] + f"{rng.randint(0, 9999):04}"
