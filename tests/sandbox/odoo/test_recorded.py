"""The sandbox against what real servers of both versions answered: status, shape, error name and message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from mapstudio.sandbox.odoo import SANDBOX
from tests.sandbox.odoo.recorded import Exchange, Replay, main_run, same_shape, shape, without_ids
from tests.sandbox.running import build, running

pytestmark = pytest.mark.reference

# Read back after the write of the same name: what the server made of the value.
_EXACT = frozenset(
    [
        "write_empty_string_result",
        "write_clear_result",
        "write_number_into_char_result",
        "write_text_into_boolean_result",
        "write_many2one_text_result",
        "write_many2one_numeric_text_result",
        "write_bool_into_char_result",
        "write_long_text_result",
        "write_monetary_rounding_result",
        "write_html_script_result",
        "write_datetime_into_date_result",
        "load_datetime_tz_result",
        "txn_create_list_one_bad_after",
        "load_bad_rows_nothing_written",
        "load_deleted_lookup",
        "search_archived_hidden",
    ]
)


@pytest.mark.parametrize("version", ["16", "19"])
def test_answers_are_those_of_a_real_server(version: str, reference_folder: Path) -> None:
    folder = reference_folder / "odoo" / "exchanges" / f"{version}.0"
    wrong = []
    played = 0
    with running(build(SANDBOX, options={"odoo-version": version})) as sandboxes:
        replay = Replay(sandboxes["odoo"])
        for exchange in main_run(folder):
            response = replay.play(exchange)
            played += 1
            difference = _difference(replay, exchange, response)
            if difference:
                wrong.append(f"{exchange.name}: {difference}")
    assert not wrong, "\n".join(wrong)
    assert played > 170


def _difference(replay: Replay, exchange: Exchange, response: httpx.Response) -> str:
    if response.status_code != exchange.status:
        return f"status {response.status_code} instead of {exchange.status}"
    was, now = exchange.answer, response.json()
    if "error" in was or "error" in now:
        return _error_difference(was, now)
    if exchange.name in _EXACT:
        return _exact_difference(replay, exchange, was["result"], now["result"])
    if not same_shape(shape(was["result"]), shape(now["result"])):
        return f"{shape(now['result'])} instead of {shape(was['result'])}"
    if isinstance(was["result"], dict) and "messages" in was["result"]:
        return _message_difference(was["result"], now["result"])
    return ""


def _error_difference(was: Any, now: Any) -> str:
    if "error" not in now or "error" not in was:
        return f"{now} instead of {was}"
    if was["error"]["code"] != now["error"]["code"] or list(was["error"]["data"]) != list(now["error"]["data"]):
        return f"envelope {now['error']} instead of {was['error']}"
    old, new = was["error"]["data"], now["error"]["data"]
    if (old["name"], without_ids(old["message"])) != (new["name"], without_ids(new["message"])):
        return f"{new['name']}: {new['message']!r} instead of {old['name']}: {old['message']!r}"
    return ""


def _message_difference(was: dict[str, Any], now: dict[str, Any]) -> str:
    if bool(was["ids"]) != bool(now["ids"]) or len(was["messages"]) != len(now["messages"]):
        return f"{now} instead of {was}"
    for old, new in zip(was["messages"], now["messages"], strict=True):
        for key in ("type", "record", "rows", "field", "field_name", "moreinfo"):
            if old.get(key) != new.get(key):
                return f"{key} {new.get(key)!r} instead of {old.get(key)!r}"
        if without_ids(old["message"]) != without_ids(new["message"]):
            return f"message {new['message']!r} instead of {old['message']!r}"
    return ""


def _exact_difference(replay: Replay, exchange: Exchange, was: Any, now: Any) -> str:
    own = replay.ids.get(exchange.params["args"][3], {})

    def localized(value: Any) -> Any:
        if isinstance(value, list):
            return [localized(one) for one in value]
        if isinstance(value, dict):
            return {key: own.get(one, one) if key == "id" else one for key, one in value.items()}
        return own.get(value, value) if isinstance(value, int) and not isinstance(value, bool) else value

    return "" if localized(was) == now else f"{now} instead of {localized(was)}"
