"""The function that leads from a record of the source to what it became in the destination."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.environment import key_text
from mapstudio.expressions.errors import EvaluationError
from mapstudio.expressions.functions.declared import FUNCTIONS
from mapstudio.expressions.kinds import Kind, one, optional
from mapstudio.expressions.registry import Call, Example
from mapstudio.expressions.values import is_blank, type_word
from mapstudio.model import JsonValue


def _check_names(literals: Sequence[JsonValue]) -> tuple[str, str]:
    names = (literals[0], literals[2] if len(literals) > 2 else None)
    if any(isinstance(name, str) and not name.strip() for name in names):
        return "an object has no blank name", "name the source's object, such as link('companies', companyId)"
    return "", ""


@FUNCTIONS.function(
    "link",
    one("object", Kind.TEXT),
    one("id"),
    optional("to", Kind.TEXT),
    returns="any",
    group="Links",
    summary=(
        "The destination id of a record of this source that was mapped before: its object, its id there, and the "
        "destination's object where it became records of several. A list is followed element by element, null and a "
        "blank text give null. A record that has not been mapped yet is no null: the record that links to it waits, "
        "whatever stands around the call."
    ),
    examples=[
        Example("link('companies', companyId)", None, given={"companyId": None}),
        Example(
            "link('companies', companyId)",
            error='what companies "12" became is known to plan and apply only',
            given={"companyId": 12},
        ),
        Example(
            "link('companies', company)",
            error="link needs a text or a number as its id, got an object; take its id",
            given={"company": {"id": 12}},
        ),
    ],
    check_literals=_check_names,
)
def _link(call: Call, object_name: str, identity: JsonValue, *to: str) -> JsonValue:
    meant = to[0] if to else call.environment.link_to
    if isinstance(identity, list):
        return [_linked(call, object_name, item, meant) for item in identity]
    return _linked(call, object_name, identity, meant)


def _linked(call: Call, object_name: str, identity: JsonValue, to: str | None) -> JsonValue:
    if is_blank(identity):
        return None
    text = key_text(identity) if not isinstance(identity, bool) else None
    if text is None:
        hint = "; take its id" if isinstance(identity, dict) and "id" in identity else ""
        raise EvaluationError(f"link needs a text or a number as its id, got {type_word(identity)}{hint}", identity)
    return call.environment.links(object_name, text, to)
