"""What events tell beside the property and the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from mapstudio.model import JsonValue
from mapstudio.sandbox.cloudbeds.book import Transaction
from mapstudio.sandbox.cloudbeds.hotel import Hotel
from mapstudio.sandbox.cloudbeds.shapes import moment, utc_text


def transaction_told(row: Transaction, hotel: Hotel) -> Mapping[str, JsonValue]:
    """Return what is told of a row of the ledger."""
    return {
        "internalTransactionCode": row.code,
        "serviceDate": row.service.isoformat(),
        "transactionDateTime": utc_text(row.posted, hotel),
        "transactionId": row.id,
        "parentTransactionId": row.parent,
    }


def night_audit_told(now: datetime) -> Mapping[str, JsonValue]:
    """Return what is told of the end of a day."""
    return {"completedAt": moment(now)}
