"""Webhooks of Odoo: what a rule of automation posts (17 and later). A hint, unsigned, never repeated.

One write can post a dozen times, for each stored field that is worked out from it. Only where a rule sends
``write_date`` as well, which counts microseconds, is a repetition told from another post; else two posts with the same
content may well be two changes, and only those that wait together are taken for one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from mapstudio.connectors.notices import Concern, Delivery, MalformedDeliveryError, Notice, digest_of_body
from mapstudio.model import JsonValue, UsageError

_STAMP = "write_date"


def notices_of(delivery: Delivery, connection: str) -> list[Notice]:
    """Return what a post tells.

    Raises:
        MalformedDeliveryError: It is none of a rule's.
    """
    body = delivery.json()
    if not isinstance(body, dict):
        raise MalformedDeliveryError(f'A delivery to "{connection}" is no post of a rule: an object is needed.')
    model, number = body.get("_model"), _number(body.get("_id", body.get("id")))
    if not isinstance(model, str) or not model or not number:
        raise MalformedDeliveryError(f'A delivery to "{connection}" is no post of a rule: it lacks _model or _id.')
    when = _moment(body.get(_STAMP))
    # A time of whole seconds may be that of two changes.
    identity = digest_of_body(body) if when is not None and when.microsecond else None
    return [Notice(str(body.get("_action") or model), (Concern(model, number),), identity, when)]


def not_by_api(object_names: Collection[str]) -> UsageError:
    """Return why nobody is subscribed here, and what an administrator does instead."""
    models = ", ".join(sorted(object_names)) or "the model"
    return UsageError(
        "Odoo tells of changes by rules that an administrator makes.",
        remedy=f"Make an automation rule on {models} (on save, with the fields that matter) that sends a webhook "
        "notification to the address, with write_date among its fields.",
    )


def _number(value: JsonValue) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    text = str(value)
    return text if text.isascii() and text.isdecimal() and int(text) > 0 else ""


def _moment(value: JsonValue) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    except ValueError:
        return None
