"""The endpoints of validation rules."""

from __future__ import annotations

from starlette.requests import Request

from mapstudio.sandbox.hubspot.definitions import Property
from mapstudio.sandbox.hubspot.errors import bad_request, not_found
from mapstudio.sandbox.hubspot.portal import Portal
from mapstudio.sandbox.hubspot.store import Table
from mapstudio.sandbox.hubspot.value_rules import Rule, check_rule
from mapstudio.sandbox.hubspot.wire import Answer, body_of, need


async def list_rules(portal: Portal, request: Request) -> Answer:
    """GET the rules of all properties that have some."""
    rules = portal.table(request.path_params["object"]).lexicon.rules
    return 200, {
        "results": [
            {"propertyName": name, "propertyValidationRules": [rule.to_json() for rule in found.values()]}
            for name, found in rules.items()
        ]
    }


async def list_rules_of_property(portal: Portal, request: Request) -> Answer:
    """GET the rules of one property."""
    table, item = _property(portal, request)
    return 200, {"results": [rule.to_json() for rule in table.lexicon.rules.get(item.name, {}).values()]}


async def get_rule(portal: Portal, request: Request) -> Answer:
    """GET one rule."""
    table, item = _property(portal, request)
    rule = table.lexicon.rules.get(item.name, {}).get(request.path_params["rule"])
    if rule is None:
        raise not_found()
    return 200, rule.to_json()


async def put_rule(portal: Portal, request: Request) -> Answer:
    """PUT a rule, in place of the one of that type."""
    table, item = _property(portal, request)
    body = await body_of(request)
    need(body, "ruleArguments")
    arguments = body["ruleArguments"]
    if not isinstance(arguments, list) or not all(isinstance(argument, str) for argument in arguments):
        raise bad_request("ruleArguments must be a list of strings.")
    normalise = body.get("shouldApplyNormalization")
    rule = Rule(request.path_params["rule"], tuple(arguments), normalise if isinstance(normalise, bool) else None)
    check_rule(item, rule)
    table.lexicon.set_rule(item.name, rule)
    return 204, None


def _property(portal: Portal, request: Request) -> tuple[Table, Property]:
    table = portal.table(request.path_params["object"])
    item = table.properties.get(request.path_params["name"])
    if item is None:
        raise not_found()
    return table, item
