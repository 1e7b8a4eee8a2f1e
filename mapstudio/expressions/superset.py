"""The grammar of JMESPath Community beyond the standard: arithmetic, ``? :``, ``$``, ``let $x = ... in ...``.

A standard expression never reaches these rules, and so gives the very tree that the package gives.
"""

from __future__ import annotations

from typing import Any

from jmespath.parser import Parser as PackageParser

from mapstudio.expressions.errors import ExpressionSyntaxError
from mapstudio.expressions.remedies import at
from mapstudio.model.suggest import did_you_mean

ARITHMETIC = {"plus": "+", "minus": "-", "multiply": "*", "divide": "/", "div": "//", "modulo": "%"}
"""The operator of each lexeme; also the ``value`` of its node."""

_POWERS: dict[str, float] = {
    **PackageParser.BINDING_POWER,
    "question": 1.5,
    "plus": 6,
    "minus": 6,
    "multiply": 7,
    "divide": 7,
    "div": 7,
    "modulo": 7,
    "assign": 0,
    "root": 0,
    "variable": 0,
    "error": 0,
}


class SupersetParser(PackageParser):  # type: ignore[misc] # the package has no types
    """The package's parser with the rules of the superset. The class that extends it says what is unexpected."""

    BINDING_POWER = _POWERS

    def __init__(self) -> None:
        super().__init__()
        self._scopes: list[set[str]] = []

    def _expect(self, token_type: str, words: str) -> None:
        raise NotImplementedError

    def _spanned(self, node: dict[str, Any], start: int) -> dict[str, Any]:
        raise NotImplementedError

    def _token_nud_root(self, token: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - the package's signature
        return {"type": "root", "children": []}

    def _token_nud_variable(self, token: dict[str, Any]) -> dict[str, Any]:
        name = token["value"]
        if not any(name in scope for scope in self._scopes):
            near = did_you_mean(name, set().union(*self._scopes))
            raise ExpressionSyntaxError(
                f"there is no variable {name} {at(token['start'])}",
                token["start"],
                near or f"bind it before: let {name} = EXPRESSION in ...; $ alone is the whole record",
            )
        return {"type": "variable_ref", "children": [], "value": name}

    def _token_nud_unquoted_identifier(self, token: dict[str, Any]) -> dict[str, Any]:
        if token["value"] == "let" and self._current_token() == "variable":
            return self._let()
        node: dict[str, Any] = super()._token_nud_unquoted_identifier(token)
        return node

    def _let(self) -> dict[str, Any]:
        bindings: list[dict[str, Any]] = []
        while True:
            variable = self._lookahead_token(0)
            self._expect("variable", "a variable such as $total")
            self._expect("assign", '"="')
            assigned = {"type": "assign", "children": [self._expression()], "value": variable["value"]}
            bindings.append(self._spanned(assigned, variable["start"]))
            if self._current_token() != "comma":
                break
            self._advance()
        self._expect_in()
        self._scopes.append({binding["value"] for binding in bindings})
        body = self._expression()
        self._scopes.pop()
        return {"type": "let_expression", "children": [*bindings, body]}

    def _expect_in(self) -> None:
        word, following = self._lookahead_token(0), self._lookahead_token(1)
        if word["value"] == "in" and following["type"] == "multiply":
            # Behind a word "*" is read as an operator; behind this one it is a wildcard.
            following["type"] = "star"
        self._expect("unquoted_identifier" if word["value"] == "in" else "in", '"," or "in"')

    def _token_nud_plus(self, token: dict[str, Any]) -> dict[str, Any]:
        return self._signed(token)

    def _token_nud_minus(self, token: dict[str, Any]) -> dict[str, Any]:
        return self._signed(token)

    def _signed(self, token: dict[str, Any]) -> dict[str, Any]:
        operand = self._expression(self.BINDING_POWER["multiply"])
        return {"type": "arithmetic_unary", "children": [operand], "value": ARITHMETIC[token["type"]]}

    def _token_led_plus(self, left: dict[str, Any]) -> dict[str, Any]:
        return self._computed(left, "plus")

    def _token_led_minus(self, left: dict[str, Any]) -> dict[str, Any]:
        return self._computed(left, "minus")

    def _token_led_multiply(self, left: dict[str, Any]) -> dict[str, Any]:
        return self._computed(left, "multiply")

    def _token_led_divide(self, left: dict[str, Any]) -> dict[str, Any]:
        return self._computed(left, "divide")

    def _token_led_div(self, left: dict[str, Any]) -> dict[str, Any]:
        return self._computed(left, "div")

    def _token_led_modulo(self, left: dict[str, Any]) -> dict[str, Any]:
        return self._computed(left, "modulo")

    def _computed(self, left: dict[str, Any], kind: str) -> dict[str, Any]:
        right = self._expression(self.BINDING_POWER[kind])
        return {"type": "arithmetic", "children": [left, right], "value": ARITHMETIC[kind]}

    def _token_led_question(self, condition: dict[str, Any]) -> dict[str, Any]:
        then = self._expression()
        self._expect("colon", '":" and what to take otherwise')
        # From the right: ``a ? b : c ? d : e`` decides on ``c`` last.
        otherwise = self._expression(self.BINDING_POWER["pipe"])
        return {"type": "ternary", "children": [condition, then, otherwise]}
