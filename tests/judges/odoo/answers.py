"""What an answer says, whatever protocol it came by, and in what two answers differ."""

from __future__ import annotations

import re
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.judges.odoo.ids import Ids

_VENDOR_PROSE = frozenset({"help", "domain"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d+)?)?")
_SEQUENCE = re.compile(r"[A-Z]+\d*(/\d+)+|S\d{5}|/")
# Told by the database's own company, clock and people, not by what was written.
_OWN = frozenset(
    [
        "author_id",
        "company_currency",
        "create_date",
        "create_uid",
        "currency_id",
        "date",
        "date_closed",
        "date_order",
        "invoice_date",
        "invoice_date_due",
        "journal_id",
        "lang",
        "line_ids",
        "picking_ids",
        "pricelist_id",
        "probability",
        "property_account_receivable_id",
        "prorated_revenue",
        "subtype_id",
        "team_id",
        "user_id",
        "write_date",
        "write_uid",
    ]
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        status: Of HTTP.
        kind: The content type without its parameters.
        result: What was asked for; an ``error`` stands in its place where there is one.
        error: The error's own name, or the fault's code.
        message: What it says.
        envelope: The names around it, in their order, and the error's code.
    """

    status: int
    kind: str
    result: Any = None
    error: str = ""
    message: str = ""
    envelope: Sequence[Any] = ()


def answer(status: int, headers: Mapping[str, str], body: Any) -> Answer:
    """Read an answer; ``body`` is JSON where it was JSON, text otherwise."""
    kind = headers.get("Content-Type", headers.get("content-type", "")).split(";")[0].strip()
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        told = body["error"]
        data = told.get("data") or {}
        envelope = (told.get("code"), told.get("message"), *data)
        return Answer(status, kind, None, str(data.get("name")), str(data.get("message")), envelope)
    if isinstance(body, dict) and "jsonrpc" in body:
        return Answer(status, kind, body.get("result"), envelope=tuple(body))
    if isinstance(body, dict) and {"name", "message", "debug"} <= body.keys():
        return Answer(status, kind, None, body["name"], body["message"], tuple(body))
    if kind == "text/xml" and isinstance(body, str):
        return _xml(status, kind, body)
    return Answer(status, kind, body)


def _xml(status: int, kind: str, body: str) -> Answer:
    code = re.search(r"<name>faultCode</name>\s*<value><(int|string)>(.*?)</\1></value>", body, re.DOTALL)
    if code is None:
        return Answer(status, kind, xmlrpc.client.loads(body, use_builtin_types=False)[0][0])
    text = body.partition("<name>faultString</name>")[2].partition("</string>")[0]
    text = re.sub(r"^\s*<value>\s*<string>", "", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    frames = re.search(r"^(Traceback|\s+…|\s+File )", text)
    return Answer(status, kind, None, f"{code[1]} {code[2]}", _last_error(text) if frames else text, ("fault",))


def _last_error(traceback: str) -> str:
    """Return what stands behind the last frame."""
    lines = traceback.rstrip().split("\n")
    frames = [number for number, line in enumerate(lines) if line.startswith(("  File ", "    ", "Traceback", "  …"))]
    return "\n".join(lines[frames[-1] + 1 :] if frames else lines)


def difference(ids: Ids, model: str, was: Answer, now: Answer, *, whole: bool = True) -> str:
    """Return in what our answer differs from the recorded one, nothing where it does not.

    Args:
        ids: What stands for what.
        model: Whose records they are.
        was: The recorded answer.
        now: Ours.
        whole: Whether all recorded records must be there; a search may find others of ours first.
    """
    return _frame(ids, was, now) or ("" if was.error else _content(ids, model, was, now, whole=whole))


def _frame(ids: Ids, was: Answer, now: Answer) -> str:
    """Return in what status, error, message, type or envelope differ."""
    told = now.message or repr(now.result)[:200]
    if was.status != now.status:
        return f"status {now.status} ({now.error} {told}) instead of {was.status}"
    if was.error != now.error:
        meant = was.message or repr(was.result)[:120]
        return f"{now.error or 'no error'} ({told}) instead of {was.error or 'no error'} ({meant})"
    if was.error and without_ids(ids.named(was.message)) != without_ids(now.message):
        return f"message {now.message!r} instead of {was.message!r}"
    if was.kind != now.kind:
        return f"{now.kind} instead of {was.kind}"
    return "" if was.envelope == now.envelope else f"envelope {now.envelope} instead of {was.envelope}"


def _content(ids: Ids, model: str, was: Answer, now: Answer, *, whole: bool) -> str:
    if isinstance(was.result, str) and was.kind == "text/html":
        return "" if _words(was.result) == _words(now.result) else f"page {now.result!r} instead of {was.result!r}"
    if not alike(was.result, now.result):
        return f"shape {now.result!r:.500} instead of {was.result!r:.500}"
    return _messages(was.result, now.result) or _values(ids, model, was.result, now.result, whole=whole)


def _words(page: Any) -> str:
    return re.sub(r"\s+", " ", str(page)).strip()


def without_ids(text: str) -> str:
    """Return a message with all numbers replaced, and without the statement that a database quotes."""
    return re.sub(r"\d+", "#", text.partition("\nLINE 1: ")[0].strip())


def alike(was: Any, now: Any) -> bool:
    """Return whether two answers have the same names and kinds of values; ``false`` is every kind's empty value."""
    if isinstance(was, dict) and isinstance(now, dict):
        if was and all(re.fullmatch(r"\d+", str(key)) for key in was):
            return bool(now) and alike(next(iter(was.values())), next(iter(now.values())))
        kept = {key for key in was if key not in _VENDOR_PROSE}
        return kept == {key for key in now if key not in _VENDOR_PROSE} and all(
            alike(was[key], now[key]) for key in kept
        )
    if isinstance(was, list) and isinstance(now, list):
        if _is_reference(was) or _is_reference(now):
            return _is_reference(was) and _is_reference(now)
        return not was or not now or all(any(alike(one, other) for other in was) for one in now)
    if was is None or now is None:
        return was is now or False in (was, now)
    return was is False or now is False or _kind(was) == _kind(now)


def _is_reference(value: list[Any]) -> bool:
    return len(value) == 2 and type(value[0]) is int and isinstance(value[1], str)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _messages(was: Any, now: Any) -> str:
    """Return in what the messages of ``load`` differ."""
    if not isinstance(was, dict) or "messages" not in was:
        return ""
    if bool(was["ids"]) != bool(now["ids"]) or len(was["messages"]) != len(now["messages"]):
        return f"{now!r:.700} instead of {was!r:.700}"
    for old, new in zip(was["messages"], now["messages"], strict=True):
        for key in old.keys() | new.keys():
            one, other = old.get(key), new.get(key)
            if (without_ids(str(one)) != without_ids(str(other))) if key in {"message", "moreinfo"} else one != other:
                return f"{key} {other!r} instead of {one!r}"
    return ""


def _values(ids: Ids, model: str, was: Any, now: Any, *, whole: bool) -> str:
    """Return what differs in records that the recording itself made: what is read there was written there."""
    if not isinstance(was, list) or not all(isinstance(row, dict) and "id" in row for row in was):
        if isinstance(was, list) and was and all(type(one) is int and (model, one) in ids.made for one in was):
            mine = [ids.of(model, one) for one in was]
            return "" if sorted(map(str, mine)) == sorted(map(str, now)) else f"{now} instead of {mine}"
        return ""
    ours = {row["id"]: row for row in now if isinstance(row, dict) and "id" in row}
    for row in was:
        if (model, row["id"]) not in ids.made:
            continue
        other = ours.get(ids.of(model, row["id"]))
        if other is None and not whole:
            continue
        if other is None:
            return f"record {row['id']} is not among {sorted(ours)}"
        for name, value in row.items():
            if name != "id" and name not in _OWN and not _same(ids, ids.relation(model, name), value, other[name]):
                return f"{name} {other[name]!r} instead of {value!r}"
    return ""


def _same(ids: Ids, target: str, was: Any, now: Any) -> bool:
    if target and isinstance(was, list) and isinstance(now, list):
        if _is_reference(was):
            return was[0] not in ids.known.get(target, {}) or ids.of(target, was[0]) == now[0]
        return len(was) == len(now) and {ids.of(target, one) for one in was if one in ids.known.get(target, {})} <= set(
            now
        )
    if isinstance(was, str) and isinstance(now, str) and (_MOMENT.fullmatch(was) or _SEQUENCE.fullmatch(was)):
        return without_ids(was) == without_ids(now)
    # A list that is no reference holds definitions, with ids in the domains inside them.
    listed = not target and isinstance(was, list)
    return bool(was == now) or (listed and without_ids(str(was)) == without_ids(str(now)))
