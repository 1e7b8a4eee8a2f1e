"""What the mappings of a project map to what."""

from __future__ import annotations

from pathlib import Path

from mapstudio.project import Project
from mapstudio.project.mapped_objects import MappedObjects

MAPPING = """\
mapstudio: 1
name: {name}
source: {{connection: {source}}}
destination: {{connection: {destination}, key: a}}
fields: {{a: a}}
"""


def write(root: Path, name: str, source: str, destination: str) -> None:
    """Write a mapping between two ``connection, object: name``."""
    text = MAPPING.format(name=name, source=source, destination=destination)
    (root / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_it_is_told_between_two_connections(tmp_path: Path) -> None:
    write(tmp_path, "a", "hotel, object: guests", "crm, object: contacts")
    write(tmp_path, "b", "hotel, object: guests", "crm, object: firms")
    write(tmp_path, "c", "hotel, object: rooms", "erp, object: products")
    write(tmp_path, "d", "crm, object: contacts", "hotel, object: guests")
    (tmp_path / "broken.yaml").write_text("mapstudio: 1\nname: x\nsource: [", encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"mapstudio: 1\n\xff")
    mapped = MappedObjects(Project(tmp_path, "casa"))
    assert mapped("hotel", "crm") == {"guests": {"contacts", "firms"}}
    assert mapped("hotel", "erp") == {"rooms": {"products"}}
    assert mapped("erp", "hotel") == {}
