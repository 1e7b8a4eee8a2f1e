"""Links in commands: open where no state is at hand, checked against the project, told by an apply."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Call

CONTACTS = """\
mapstudio: 1
name: contacts-to-partners
source: {connection: crm, object: contacts}
destination: {connection: erp, object: res.partner, key: email}
fields:
  email: lower(email)
  parent_id: link('companies', companyId)
examples:
  - name: an employee
    given: {email: A@b.example, companyId: 12}
    links: {companies: {12: 68}}
    expect: {email: a@b.example, parent_id: "68"}
"""
COMPANIES = """\
mapstudio: 1
name: companies-to-partners
source: {connection: crm, object: companies}
destination: {connection: erp, object: res.partner, key: name}
fields:
  name: name
"""


def test_eval_shows_which_link_is_open(call: Call) -> None:
    done = call("eval", "concat('x', link('companies', id))", stdin='{"id": 7}\n{"id": null}')
    assert (done.code, done.out) == (0, '{"$link":{"object":"companies","id":"7"}}\n"x"\n')


def test_transform_and_test_need_no_state(folder: Path, call: Call) -> None:
    (folder / "contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    done = call("transform", "contacts.yaml", stdin='{"email": "A@b.example", "companyId": 7}')
    assert done.code == 0
    assert json.loads(done.out) == {
        "email": "a@b.example",
        "parent_id": {"$link": {"object": "companies", "id": "7"}},
    }
    assert call("test", "contacts.yaml").code == 0


def test_check_knows_what_the_project_maps(folder: Path, call: Call) -> None:
    (folder / "mapstudio.toml").write_text('[project]\nname = "casa"\n', encoding="utf-8")
    (folder / "contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    done = call("check", "contacts.yaml")
    assert done.code == 0
    assert "row parent_id: no mapping of the project maps crm companies to erp" in done.out
    assert call("check", "contacts.yaml", "--strict").code == 2
    (folder / "companies.yaml").write_text(COMPANIES, encoding="utf-8")
    assert call("check", "contacts.yaml", "--strict").code == 0
