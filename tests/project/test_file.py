"""The project file: what it gives, and what is said when it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mapstudio.model import UsageError
from mapstudio.project import Project, ProjectError, find_project, parse_project
from tests.project.conftest import TOML

Make = Callable[..., Project]


def test_a_project_holds_its_connections_environments_and_bindings(make_project: Make) -> None:
    project = make_project()
    assert project.name == "casa-palma"
    assert list(project.connections) == ["hotel", "crm"]
    assert project.connections["crm"].environments["sandbox"].bindings == {"won": "123"}
    assert project.connections["hotel"].environments["production"].settings == {"account": "297652"}


def test_a_number_or_a_boolean_as_setting_is_taken_as_its_text(tmp_path: Path) -> None:
    project = parse_project(
        '[project]\nname = "a"\n[connections.h]\ntype = "inn"\n'
        "[connections.h.sandbox]\nproperty = 297652\nlive = true\n",
        tmp_path,
    )
    assert project.connections["h"].environments["sandbox"].settings == {"property": "297652", "live": "true"}


def test_the_project_is_found_from_a_folder_below(make_project: Make) -> None:
    root = make_project(**{"hotel/rooms/x.txt": ""}).root
    assert find_project(root / "hotel" / "rooms").root == root


def test_no_project_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No mapstudio\.toml .* mapstudio init"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("", "project: this key is missing."),
        ("[project]\nname = \n", "line 2: not TOML"),
        ('[projct]\nname = "a"\n', 'line 1: projct: unknown key "projct". Did you mean "project"?'),
        ('[project]\nnmae = "a"\nname = "b"\n', 'line 2: project.nmae: unknown key "nmae". Did you mean "name"?'),
        ('[project]\nname = "Casa Palma"\n', 'line 2: project.name: "Casa Palma" is no project name.'),
        ("[project]\nname = 7\n", "line 2: project.name: a number does not fit here."),
        ('[project]\nname = "a"\nmappings = ["gone"]\n', 'line 3: project.mappings: there is no folder "gone".'),
        ('[project]\nname = "a"\nmappings = [".."]\n', 'line 3: project.mappings: ".." is outside the project.'),
        ('[project]\nname = "a"\n[connections.crm]\n', "line 3: connections.crm.type: this key is missing."),
        (
            '[project]\nname = "a"\n[connections.crm]\ntyp = "x"\ntype = "x"\n',
            'line 4: connections.crm.typ: unknown key "typ". Did you mean "type"?',
        ),
        (
            '[project]\nname = "a"\n[connections.crm]\ntype = "x"\nurl = "y"\n',
            'line 5: connections.crm.url: unknown key "url". Settings stand below an environment',
        ),
        (
            '[project]\nname = "a"\n[connections.crm]\ntype = "x"\n[connections.crm.sandbox]\nsince = 2026-01-01\n',
            "line 6: connections.crm.sandbox.since: a setting is one text. Put the value in quotes.",
        ),
        (
            '[project]\nname = "a"\n[connections.crm]\ntype = "x"\n[connections.crm.sandbox]\nsecret_command = "p"\n',
            "line 6: connections.crm.sandbox.secret_command: a program and its arguments are needed.",
        ),
        (
            '[project]\nname = "a"\n[connections."c r m"]\ntype = "x"\n',
            'line 3: connections.c r m: "c r m" is no connection',
        ),
    ],
)
def test_a_wrong_file_names_line_key_and_remedy(toml: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_project(toml, tmp_path)
    assert told in str(caught.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    toml = TOML.replace('name = "casa-palma"', 'nam = "casa-palma"').replace('won = "123"', "won = [1]")
    with pytest.raises(ProjectError) as caught:
        parse_project(toml, tmp_path)
    assert {problem.line for problem in caught.value.problems} == {1, 2, 16}


@pytest.mark.parametrize("key", ["token", "api_key", "apikey", "password", "client_secret", "access-token"])
def test_a_secret_in_the_file_is_refused_without_being_told(key: str, tmp_path: Path) -> None:
    toml = TOML.replace('url = "http://127.0.0.1:8711"', f'{key} = "hush-hush-42"')
    with pytest.raises(ProjectError) as caught:
        parse_project(toml, tmp_path)
    assert f"line 14: connections.crm.sandbox.{key}: a secret may not stand in this file." in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_password_in_an_address_is_refused_without_being_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_project(TOML.replace("http://127.0.0.1:8711", "https://me:hush@crm.example"), tmp_path)
    assert "a password may not stand in an address" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_connections_whose_variables_would_be_the_same_are_refused(tmp_path: Path) -> None:
    toml = '[project]\nname = "a"\n[connections.crm-eu]\ntype = "x"\n[connections.crm-eu.sandbox]\n'
    toml += '[connections.crm]\ntype = "x"\n[connections.crm.eu_sandbox]\n'
    with pytest.raises(ProjectError, match="MAPSTUDIO_CRM_EU_SANDBOX_"):
        parse_project(toml, tmp_path)


def test_an_environment_never_stands_in_for_another(make_project: Make) -> None:
    with pytest.raises(UsageError, match='"crm" has no environment "production" \\(it has: sandbox\\)'):
        make_project().connection("crm").environment("production")


def test_an_unknown_connection_is_answered_with_the_nearest(make_project: Make) -> None:
    with pytest.raises(UsageError, match='Did you mean "hotel"'):
        make_project().connection("hotell")
