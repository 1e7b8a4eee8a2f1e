"""What the check says of links: those that can never be resolved are told before anything waits for them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mapstudio.mapping.check_links import Mapped
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.expression_text import LinkCall, links_called
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.mapping.reading import parse_mapping
from mapstudio.model import Field, FieldType, Schema
from tests.mapping.samples import mapping_text

PEOPLE = Schema(
    "crm",
    "contacts",
    (Field("email"), Field("note"), Field("firm_id", type=FieldType.REFERENCE, reference="firms")),
)
PROJECT = {
    "companies": frozenset({"firms"}),
    "sites": frozenset({"places"}),
    "guests": frozenset({"contacts", "firms"}),
}


def project(became: Mapping[str, frozenset[str]] = PROJECT) -> Mapped:
    """Return what a project maps between the hotel and the CRM."""
    return lambda source, destination: became if (source, destination) == ("hotel", "crm") else {}


def warnings(row: str, mapped: Mapped | None, schema: Schema | None = PEOPLE) -> list[Problem]:
    """Return what the check warns of in a mapping with this row."""
    loaded = parse_mapping(mapping_text(f"email: mail\n{row}"), "m.yaml")
    found = check_mapping(loaded, destination_schema=schema, mapped=mapped)
    assert not [problem for problem in found if problem.severity is Severity.ERROR]
    return [problem for problem in found if problem.severity is Severity.WARNING]


@pytest.mark.parametrize(
    "row",
    [
        "firm_id: link('companies', companyId)",
        "firm_id: link('guests', hostId)",
        "note: link('companies', companyId)",
        "note: link('guests', hostId, 'firms')",
        "note: link('guests', join('#', [hostId, 'a']), 'firms')",
        "note: link(kind, companyId)",
        "note: \"'link(x)'\"",
    ],
)
def test_what_can_be_resolved_is_not_warned_of(row: str) -> None:
    assert warnings(row, project()) == []


@pytest.mark.parametrize(
    ("row", "message", "remedy"),
    [
        (
            "firm_id: link('compnies', companyId)",
            "no mapping of the project maps hotel compnies to crm: the link waits for ever",
            'did you mean "companies"?',
        ),
        ("note: link('rooms', roomId)", "no mapping of the project maps hotel rooms", "correct the name"),
        ("firm_id: link('sites', siteId)", "firm_id refers to firms, but sites are mapped to places", "map sites to"),
        (
            "note: link('guests', join('#', [hostId, 'a']))",
            "guests are mapped to contacts and firms, and nothing says which",
            "link('guests', ..., 'contacts')",
        ),
    ],
)
def test_what_would_wait_for_ever_is(row: str, message: str, remedy: str) -> None:
    (problem,) = warnings(row, project())
    assert message in problem.message
    assert remedy in problem.remedy
    assert (problem.row, problem.line) == (row.partition(":")[0], 7)


def test_without_a_project_nobody_knows() -> None:
    assert warnings("firm_id: link('nobody', x)", None) == []


def test_by_beside_a_link_means_something_else() -> None:
    (problem,) = warnings("firm_id: {from: \"link('companies', companyId)\", by: code}", None)
    assert "looks for a record whose code is that id" in problem.message


def test_other_connections_do_not_count() -> None:
    (problem,) = warnings("firm_id: link('companies', companyId)", lambda source, _: PROJECT if source == "erp" else {})
    assert "waits for ever" in problem.message


def test_the_links_of_an_expression_are_found_in_its_text() -> None:
    text = "link ( 'a', x ) || concat('link(', [1, 2], link('b', f(x, y), 'c')) && link(z, 'd')"
    assert links_called(text) == (LinkCall("a", says_which=False), LinkCall("b", says_which=True))
