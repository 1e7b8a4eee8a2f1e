"""Project: ``mapstudio.toml``, environments, secrets, the state folder and schema snapshots."""

from mapstudio.project.file import find_project, parse_project, read_project
from mapstudio.project.mapping_files import MappingRef, mappings_below, resolve_references
from mapstudio.project.model import FILE_NAME, PRODUCTION, SANDBOX, Connection, Environment, Project, variable_name
from mapstudio.project.problems import ProjectError, ProjectProblem
from mapstudio.project.secrets import Origin, pinned_account, resolve_settings, setting_origin
from mapstudio.project.snapshots import load_snapshot, read_schema, save_snapshot, snapshot_path, snapshot_text
from mapstudio.project.state import state_folder, state_root

__all__ = [
    "FILE_NAME",
    "PRODUCTION",
    "SANDBOX",
    "Connection",
    "Environment",
    "MappingRef",
    "Origin",
    "Project",
    "ProjectError",
    "ProjectProblem",
    "find_project",
    "load_snapshot",
    "mappings_below",
    "parse_project",
    "pinned_account",
    "read_project",
    "read_schema",
    "resolve_references",
    "resolve_settings",
    "save_snapshot",
    "setting_origin",
    "snapshot_path",
    "snapshot_text",
    "state_folder",
    "state_root",
    "variable_name",
]
