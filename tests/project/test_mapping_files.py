"""Which files are mappings and how a person names one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mapstudio.model import UsageError
from mapstudio.project import Project, resolve_references

Make = Callable[..., Project]

FILES = {
    "hotel/guests.yaml": "# signed\nmapstudio: 1\nname: guests-to-contacts  # v3\n",
    "hotel/stays.yml": "mapstudio: 1\nname: 'stays-to-deals'\n",
    "erp/companies.yaml": "mapstudio: 1\nname: companies-to-partners\nfields: {a: [broken\n",
    "erp/guests.yaml": "mapstudio: 1\nname: guests\n",
    "docs/notes.yaml": "about: mapstudio\n",
    ".hidden/x.yaml": "mapstudio: 1\nname: hidden\n",
    "other/mapstudio.toml": '[project]\nname = "b"\n',
    "other/far.yaml": "mapstudio: 1\nname: far\n",
}


def test_every_mapping_of_the_project_is_listed_broken_ones_too(make_project: Make) -> None:
    found = make_project(**FILES).mappings()
    assert [item.reference for item in found] == [
        "erp/companies-to-partners",
        "erp/guests",
        "hotel/guests-to-contacts",
        "hotel/stays-to-deals",
    ]


def test_a_mapping_is_named_by_path_name_folder_or_file(make_project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(**FILES)
    target = project.root / "hotel" / "guests.yaml"
    monkeypatch.chdir(project.root / "docs")
    for reference in ("hotel/guests.yaml", "../hotel/guests.yaml", "guests-to-contacts", "hotel/guests-to-contacts"):
        assert project.mapping_path(reference) == target
    assert project.mapping_paths("erp") == [
        project.root / "erp" / "companies.yaml",
        project.root / "erp" / "guests.yaml",
    ]
    assert project.mapping_paths("erp", "companies-to-partners", "stays") == [
        project.root / "erp" / "companies.yaml",
        project.root / "erp" / "guests.yaml",
        project.root / "hotel" / "stays.yml",
    ]


def test_a_name_that_is_exact_wins_over_a_file_of_that_name(make_project: Make) -> None:
    project = make_project(**FILES)
    assert project.mapping_path("guests") == project.root / "erp" / "guests.yaml"


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("guests-to-contact", 'Did you mean "guests-to-contacts"'),
        ("zzz", "This project has: erp/companies-to-partners"),
        ("docs", "No mapping is in the folder docs"),
        ("erp", "erp holds 2 mappings: companies, guests. Name one of them."),
    ],
)
def test_what_names_no_single_mapping_is_explained(reference: str, told: str, make_project: Make) -> None:
    with pytest.raises(UsageError) as caught:
        make_project(**FILES).mapping_path(reference)
    assert told in str(caught.value)


def test_a_name_of_several_mappings_asks_which(make_project: Make) -> None:
    project = make_project(**FILES, **{"copy/guests.yaml": "mapstudio: 1\nname: guests\n"})
    with pytest.raises(UsageError, match="Say copy/guests or erp/guests"):
        project.mapping_path("guests")


def test_files_are_found_without_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("mapstudio: 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert resolve_references(["a.yaml", "."], root=None) == [tmp_path / "a.yaml"]
    with pytest.raises(UsageError, match="no file b, and no project here"):
        resolve_references(["b"], root=None)
