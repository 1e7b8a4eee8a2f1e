"""Our data files against the recorded ``fields_get`` of real servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mapstudio.sandbox.odoo.definitions import definitions

_COMPARED = ("type", "relation", "relation_field", "required", "readonly", "store", "searchable", "sortable", "size",
             "digits", "selection", "string", "company_dependent", "currency_field", "groups", "depends", "manual",
             "states", "trim")  # fmt: skip

# These have definitions of our own: what clients use of them.
_NOT_RECORDED = frozenset(["ir.model", "ir.model.fields", "ir.model.fields.selection", "account.payment.register",
                           "account.payment.term.line", "sale.advance.payment.inv", "mail.message.subtype",
                           "mail.activity.type", "base.automation", "ir.actions.server"])  # fmt: skip


@pytest.mark.reference
@pytest.mark.parametrize("version", [16, 19])
def test_fields_are_those_of_a_real_server(version: int, reference_folder: Path) -> None:
    compared = 0
    for model, fields in definitions(version).items():
        path = reference_folder / "odoo" / "fields" / f"{version}.0" / f"{model}.json"
        if not path.is_file():
            assert model in _NOT_RECORDED
            continue
        everything = json.loads(path.read_text())
        # 16 makes boxes of the groups for its user form; they are no fields of the model.
        recorded = {
            name: told for name, told in everything.items() if not name.startswith(("in_group_", "sel_groups_"))
        }
        assert set(fields) == set(recorded), model
        for name, told in recorded.items():
            ours = fields[name].describe(version)
            for key in _COMPARED:
                assert (ours.get(key) or None) == (told.get(key) or None), f"{model}.{name}.{key}"
                compared += 1
    assert compared > 10_000


@pytest.mark.parametrize("version", [16, 19])
def test_no_vendor_prose_is_shipped(version: int) -> None:
    for fields in definitions(version).values():
        for definition in fields.values():
            assert "help" not in definition.extra
