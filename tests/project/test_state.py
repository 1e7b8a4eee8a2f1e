"""The state folder, snapshots, and files written whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mapstudio.model import Field, FieldType, Option, Schema, UsageError
from mapstudio.model.atomic import write_atomic, write_private
from mapstudio.project import Project, load_snapshot, save_snapshot, snapshot_path, state_folder, state_root

Make = Callable[..., Project]


def test_state_is_private_outside_the_project_and_one_for_each_folder(make_project: Make, own_state: Path) -> None:
    project = make_project()
    folder = state_folder(project)
    assert folder.parent == own_state
    assert folder.stat().st_mode & 0o777 == 0o700
    assert own_state.stat().st_mode & 0o777 == 0o700
    assert folder != state_folder(Project(project.root / "copy", project.name))


def test_xdg_state_home_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAPSTUDIO_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert state_root() == tmp_path / "xdg" / "mapstudio"


def test_a_folder_that_the_user_named_keeps_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    monkeypatch.setenv("MAPSTUDIO_STATE", str(shared))
    state_root()
    assert shared.stat().st_mode & 0o777 == 0o755


def test_a_state_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("MAPSTUDIO_STATE", str(tmp_path / "file" / "below"))
    with pytest.raises(UsageError, match="MAPSTUDIO_STATE"):
        state_root()


def test_a_snapshot_comes_back_as_it_was(make_project: Make) -> None:
    project = make_project()
    field = Field("stage", "Stage", FieldType.OPTION, options=(Option("won", "Won"),), max_length=9)
    schema = Schema("crm", "deals", (field,), "2026-11-20T10:00:00Z")
    assert load_snapshot(project, "crm", "deals") is None
    assert save_snapshot(project, schema) == project.root / "schemas" / "crm.deals.json"
    assert load_snapshot(project, "crm", "deals") == schema


@pytest.mark.parametrize(
    "text", ["", "[]", '{"connection": "crm"}', '{"connection": "c", "object": "o", "fields": [7]}']
)
def test_what_is_no_snapshot_is_told(text: str, make_project: Make) -> None:
    project = make_project()
    path = snapshot_path(project, "crm", "deals")
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"crm\.deals\.json is no schema snapshot"):
        load_snapshot(project, "crm", "deals")


def test_an_object_name_never_leaves_the_folder(make_project: Make) -> None:
    project = make_project()
    assert snapshot_path(project, "crm", "../../etc/x").parent == project.root / "schemas"


def test_a_write_keeps_mode_link_and_line_ends(tmp_path: Path) -> None:
    target = tmp_path / "real.yaml"
    target.write_bytes(b"old")
    target.chmod(0o664)
    link = tmp_path / "link.yaml"
    link.symlink_to(target)
    write_atomic(link, "a\r\nb\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"a\r\nb\n"
    assert target.stat().st_mode & 0o777 == 0o664
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "map.yaml"
    target.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(target, "new")
    assert [(path.name, path.read_text()) for path in tmp_path.glob("*") if path.is_file()] == [("map.yaml", "old")]


def test_a_private_file_is_readable_by_the_user_alone(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", "x")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
