"""Changing the project file keeps every line that is not changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mapstudio.project import Project, ProjectError
from mapstudio.project.editing import set_connection
from tests.project.conftest import TOML

Make = Callable[..., Project]


def test_a_changed_setting_changes_its_line_only(make_project: Make) -> None:
    project = make_project()
    set_connection(project, "hotel", "inn", "sandbox", {"url": "http://127.0.0.1:9000"})
    changed = project.file.read_text(encoding="utf-8")
    assert changed == TOML.replace('"http://127.0.0.1:8710"   #', '"http://127.0.0.1:9000"   #')


def test_the_same_settings_change_no_byte(make_project: Make) -> None:
    project = make_project()
    before = project.file.stat().st_mtime_ns
    set_connection(project, "hotel", "inn", "sandbox", {"url": "http://127.0.0.1:8710"})
    assert project.file.stat().st_mtime_ns == before


def test_a_new_environment_stands_with_its_connection(make_project: Make) -> None:
    project = make_project(TOML.replace("\n[connections.crm]", "\n# the CRM\n[connections.crm]"))
    changed = set_connection(project, "hotel", "inn", "staging", {"url": "https://s.example"})
    assert changed.connections["hotel"].environments["staging"].settings == {"url": "https://s.example"}
    text = project.file.read_text(encoding="utf-8")
    assert 'account = "297652"\n\n[connections.hotel.staging]\nurl = "https://s.example"\n\n# the CRM\n' in text


def test_a_new_connection_stands_at_the_end(make_project: Make) -> None:
    project = make_project()
    changed = set_connection(project, "erp", "books", "sandbox", {"db": "demo"})
    assert list(changed.connections) == ["hotel", "crm", "erp"]
    added = '\n[connections.erp]\ntype = "books"\n\n[connections.erp.sandbox]\ndb = "demo"\n'
    assert project.file.read_text(encoding="utf-8") == TOML + added


def test_a_result_that_is_no_project_is_not_written(make_project: Make) -> None:
    project = make_project()
    with pytest.raises(ProjectError):
        set_connection(project, "bad name", "inn", "sandbox", {})
    assert project.file.read_text(encoding="utf-8") == TOML
