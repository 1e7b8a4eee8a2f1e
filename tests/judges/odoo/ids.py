"""Which record here stands for which one of the recording, and where calls and answers name one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

# Models that the facts have no fields of, and fields that are no references there but name records all the same.
_MORE_RELATIONS = {
    ("sale.advance.payment.inv", "sale_order_ids"): "sale.order",
    ("res.country", "state_ids"): "res.country.state",
    ("base.automation", "model_id"): "ir.model",
    ("base.automation", "trigger_field_ids"): "ir.model.fields",
    ("ir.actions.server", "model_id"): "ir.model",
    ("ir.actions.server", "webhook_field_ids"): "ir.model.fields",
    ("ir.actions.server", "base_automation_id"): "base.automation",
    ("ir.model.fields", "model_id"): "ir.model",
    ("mail.activity", "res_model_id"): "ir.model",
}
# Which arguments of a method are what; of methods that are not named here the first is the ids.
_ARGUMENTS: Mapping[str, Sequence[str]] = {
    "create": ("values",), "write": ("ids", "values"), "web_save": ("ids", "values"), "onchange": ("ids", "values"),
    "search": ("domain",), "search_read": ("domain",), "search_count": ("domain",), "web_search_read": ("domain",),
    "read_group": ("domain",), "formatted_read_group": ("domain",), "load": ("columns", "rows"), "name_search": (),
    "name_create": (), "default_get": (), "fields_get": (), "check_access_rights": (), "check_object_reference": (),
    "context_get": (), "has_group": (),
}  # fmt: skip
_NAMED = {
    "ids": "ids",
    "vals": "values",
    "vals_list": "values",
    "domain": "domain",
    "fields": "columns",
    "data": "rows",
}


@cache
def relations(fields: Path) -> Mapping[tuple[str, str], str]:
    """Return what each reference of the facts points to, by model and field."""
    found = dict(_MORE_RELATIONS)
    for path in fields.glob("*.json"):
        for name, definition in json.loads(path.read_text()).items():
            if isinstance(definition, dict) and definition.get("relation"):
                found[path.stem, name] = definition["relation"]
    return found


@dataclass
class Ids:
    """What stands for what, learned as the recording is played.

    Attributes:
        relations: What each reference points to.
        known: For each model: recorded id -> ours.
        names: What names of the recording's people and companies are here.
        made: Records that the recording itself made; what is read of them is told by the recording alone.
    """

    relations: Mapping[tuple[str, str], str]
    known: dict[str, dict[int, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    made: set[tuple[str, int]] = field(default_factory=set)

    def named(self, text: str) -> str:
        """Return a text of the recording with the names that its people and companies have here."""
        for recorded, ours in self.names.items():
            text = text.replace(recorded, ours)
        return text

    def of(self, model: str, one: Any) -> Any:
        """Return our id for a recorded one, and what is no id as it is."""
        return self.known.get(model, {}).get(one, one) if type(one) is int else one

    def stands(self, model: str, recorded: Any, ours: Any, *, made: bool = False) -> None:
        """Note that a record of ours stands for a recorded one."""
        if type(recorded) is int and type(ours) is int and recorded > 0:
            self.known.setdefault(model, {})[recorded] = ours
            if made:
                self.made.add((model, recorded))

    def relation(self, model: str, name: str) -> str:
        """Return what a field points to; nothing for a field that points nowhere."""
        return self.relations.get((model, name), "")

    # What is sent.

    def arguments(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """Return a call's arguments with our ids."""
        meanings = _ARGUMENTS.get(method, ("ids", "", "", ""))
        columns = args[0] if method == "load" and args else kwargs.get("fields")
        sent = [
            self._argument(model, meaning, one, columns)
            for meaning, one in zip([*meanings, *[""] * len(args)], args, strict=False)
        ]
        named = {}
        for name, one in kwargs.items():
            if name == "context":
                named[name] = self._context(one)
            elif name == "lost_reason_id":
                named[name] = self.of("crm.lost.reason", one)
            else:
                named[name] = self._argument(model, _NAMED.get(name, ""), one, columns)
        return sent, named

    def _argument(self, model: str, meaning: str, one: Any, columns: Any) -> Any:
        if meaning == "ids":
            return [self.of(model, each) for each in one] if isinstance(one, list) else self.of(model, one)
        if meaning == "values":
            return [self.values(model, each) for each in one] if isinstance(one, list) else self.values(model, one)
        if meaning == "domain":
            return [self._leaf(model, leaf, one) for leaf in one] if isinstance(one, list) else one
        if meaning == "rows" and isinstance(columns, list):
            return [[self._cell(model, name, cell) for name, cell in zip(columns, row, strict=True)] for row in one]
        return one

    def values(self, model: str, values: Any) -> Any:
        """Return values to write with our ids in their references."""
        if not isinstance(values, dict):
            return values
        changed = {name: self._value(self.relation(model, name), one) for name, one in values.items()}
        if "res_id" in changed:
            # An activity names its model by an id; the recording's one activity is a lead's.
            owner = values.get("res_model") or values.get("model") or "crm.lead"
            changed["res_id"] = self.of(str(owner), values["res_id"])
        return changed

    def _value(self, target: str, one: Any) -> Any:
        if not target:
            return one
        if isinstance(one, dict) and "id" in one:
            return {**one, "id": self.of(target, one["id"])}
        if isinstance(one, list) and len(one) == 2 and type(one[0]) is int and isinstance(one[1], str):
            return [self.of(target, one[0]), one[1]]
        if isinstance(one, list):
            return [self._command(target, each) for each in one]
        return self.of(target, one)

    def _command(self, target: str, command: Any) -> Any:
        if not isinstance(command, list) or not command:
            return self.of(target, command)
        code, *rest = command
        if code in {0, 1} and len(rest) > 1:
            return [code, self.of(target, rest[0]) if code else rest[0], self.values(target, rest[1])]
        if code == 6 and len(rest) > 1:
            return [6, rest[0], [self.of(target, each) for each in rest[1]]]
        return [code, *(self.of(target, each) for each in rest)]

    def _leaf(self, model: str, leaf: Any, domain: Sequence[Any]) -> Any:
        if not isinstance(leaf, list) or len(leaf) != 3 or not isinstance(leaf[0], str):
            return leaf
        *path, last = leaf[0].split(".")
        for name in path:
            model = self.relation(model, name)
        target = model if last == "id" else self.relation(model, last)
        if last == "res_id":
            target = next((str(one[2]) for one in domain if isinstance(one, list) and one[0] == "model"), "")
        value = [self.of(target, one) for one in leaf[2]] if isinstance(leaf[2], list) else self.of(target, leaf[2])
        return [leaf[0], leaf[1], value]

    def _cell(self, model: str, column: str, cell: Any) -> Any:
        *path, last = column.split("/")
        for name in path:
            model = self.relation(model, name)
        return str(self.of(model, int(cell))) if last == ".id" and isinstance(cell, str) and cell.isdigit() else cell

    def _context(self, context: Any) -> Any:
        if not isinstance(context, dict) or "active_model" not in context:
            return context
        changed = dict(context)
        for name in ("active_id", "active_ids"):
            if name in changed:
                changed[name] = self._argument(str(context["active_model"]), "ids", changed[name], None)
        return changed

    # What is learned.

    def learn(self, model: str, method: str, recorded: Any, ours: Any) -> None:
        """Note what an answer says about which record stands for which."""
        if method in {"create", "copy"}:
            for was, now in zip(_listed(recorded), _listed(ours), strict=False):
                self.stands(model, was, now, made=True)
        elif method == "load" and isinstance(recorded, dict) and isinstance(ours, dict):
            for was, now in zip(recorded["ids"] or [], ours.get("ids") or [], strict=False):
                self.stands(model, was, now, made=True)
        elif method == "name_create" and recorded and ours:
            self.stands(model, recorded[0], ours[0], made=True)
        elif method in {"read", "search_read", "web_save"}:
            self._learn_rows(model, recorded, ours)
        elif isinstance(recorded, dict) and isinstance(ours, dict) and "res_model" in recorded:
            self.stands(str(recorded["res_model"]), recorded.get("res_id"), ours.get("res_id"), made=True)

    def _learn_rows(self, model: str, recorded: Any, ours: Any) -> None:
        own = (
            {row["id"]: row for row in ours}
            if isinstance(ours, list) and all(isinstance(row, dict) for row in ours)
            else {}
        )
        for was in recorded if isinstance(recorded, list) else []:
            if was["id"] not in self.known.get(model, {}):
                continue
            now = own.get(self.of(model, was["id"]), {})
            for name, value in was.items():
                target = self.relation(model, name)
                if (
                    target
                    and isinstance(value, list)
                    and isinstance(now.get(name), list)
                    and len(value) == len(now[name])
                ):
                    pair = len(value) == 2 and isinstance(value[1], str)
                    made = (model, was["id"]) in self.made and target in {
                        "sale.order.line",
                        "account.move",
                        "account.move.line",
                    }
                    for one, other in zip(value[:1] if pair else value, now[name], strict=False):
                        if one not in self.known.get(target, {}):
                            self.stands(target, one, other, made=made)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
