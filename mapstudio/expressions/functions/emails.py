"""E-mail addresses in one form, and those that are nobody's own; the facts are in ``alias_domains.tsv``."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.functions.facts import rows_of
from mapstudio.expressions.functions.text import shown
from mapstudio.expressions.kinds import Kind, one
from mapstudio.expressions.registry import Call, Example
from mapstudio.model import JsonValue

_GROUP = "Codes"
_MAX_LENGTH, _MAX_LOCAL, _MAX_DOMAIN = 254, 64, 253
_LOCAL_ASCII = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]*")
_MAILTO = re.compile("^mailto:", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@FUNCTIONS.function(
    "email_normalize",
    one("text", Kind.TEXT),
    returns="text",
    group=_GROUP,
    summary=(
        "The e-mail address without white space around it and in small letters; a domain with other letters than a to "
        "z in the form that mail servers use (xn--...). What is no address is an error with its reason."
    ),
    examples=[
        Example("email_normalize(' Ana.Ruiz@Example.COM ')", "ana.ruiz@example.com"),
        Example("email_normalize('info@Müller.de')", "info@xn--mller-kva.de"),
        Example("email_normalize('ana@example')", error='"ana@example" is no e-mail address: its domain has no dot'),
        Example("email_normalize('n/a')", error='"n/a" is no e-mail address: it has no @'),
        Example("email_normalize('')", None),
    ],
    null_first=True,
    blank_first=True,
)
def _email_normalize(_: Call, text: str) -> JsonValue:
    reason, address = _address(_MAILTO.sub("", text.strip()))
    if reason:
        raise EvaluationError(f"{shown(text)} is no e-mail address: {reason}", text)
    return address


@FUNCTIONS.function(
    "is_alias_email",
    one("text", Kind.TEXT),
    returns="boolean",
    group=_GROUP,
    summary=(
        "Whether the address is one that a booking portal, a market place or a mail service gives out in place of a "
        "person's own: no key for a person, and dead after a while."
    ),
    examples=[
        Example("is_alias_email('tbauer.842917@guest.booking.com')", True),
        Example("is_alias_email('ana@example.com')", False),
        Example("is_alias_email(email) ? `null` : email", None, given={"email": "a1b2@m.expediapartnercentral.com"}),
    ],
    null_first=True,
    blank_first=True,
)
def _is_alias_email(_: Call, text: str) -> JsonValue:
    domain = text.strip().rpartition("@")[2].lower()
    labels = domain.split(".", 10)
    known = _alias_domains()
    return any(".".join(labels[place:]) in known for place in range(len(labels)))


@cache
def _alias_domains() -> frozenset[str]:
    return frozenset(domain for domain, _ in rows_of("alias_domains.tsv"))


def _address(text: str) -> tuple[str, str]:
    """Return why a text is no address, or an empty text and the address."""
    if len(text) > _MAX_LENGTH:
        return f"it has more than {_MAX_LENGTH} characters", ""
    wrong = next((item for item in text if item.isspace() or unicodedata.category(item).startswith("C")), None)
    if wrong is not None:
        return "there is white space in it" if wrong.isspace() else "there is an invisible character in it", ""
    if text.count("@") != 1:
        return "it has no @" if "@" not in text else "it has more than one @", ""
    local, _, domain = unicodedata.normalize("NFC", text).lower().partition("@")
    reason = _wrong_local(local)
    if reason:
        return reason, ""
    reason, domain = _domain(domain)
    return reason, f"{local}@{domain}"


def _wrong_local(local: str) -> str:
    if not local:
        return "there is nothing before the @"
    if len(local) > _MAX_LOCAL:
        return f"it has more than {_MAX_LOCAL} characters before the @"
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return "a dot stands at the wrong place before the @"
    plain = _LOCAL_ASCII.fullmatch("".join(item for item in local if item.isascii()))
    others = all(unicodedata.category(item)[0] in "LMN" for item in local if not item.isascii())
    return "" if plain and others else "there is a character before the @ that no address has"


def _domain(domain: str) -> tuple[str, str]:
    if not domain:
        return "there is nothing behind the @", ""
    if "." not in domain:
        return "its domain has no dot", ""
    if not domain.isascii():
        # Loaded by the first such domain.
        import idna  # noqa: PLC0415

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return "there is no such domain", ""
    labels = domain.split(".")
    if len(domain) > _MAX_DOMAIN or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        return "there is no such domain", ""
    return "", domain
