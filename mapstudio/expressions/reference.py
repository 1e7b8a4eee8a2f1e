"""The functions as their reference shows them; ``docs/reference/functions.md`` is made from this."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.registry import Example, FunctionDoc
from mapstudio.model.exact_json import dumps

_HEAD = """# Functions

Made from the code by `mapstudio.expressions.reference`; every example is run as a test.

Text, date and code functions give null for null, and the codes and dates take a blank text for null. A wrong type, a
bad phone, a bad date is an error with its reason; `on_error` of the row says what happens then. `[...]` may be left
out, `...` may stand more than once, `&` is an expression that is evaluated for each element.
"""
_DETAILS = {
    "title_case": """
Rules: capitals inside of a word were typed on purpose and stay (`McAllister`, `DeVito`, `De Niro`). A word all in
capitals or all small gets a capital first letter, so does each part after a hyphen or after `O'`, `D'`, `L'`. Particles
before a name are small (`von`, `van der`, `de la`, `da`, `bin`), but never the last word, and `la`, `las`, `der`, `den`
only behind another one (`La Palma`, `Las Palmas de Gran Canaria`). `y`, `e` between two names are small. `MCALLISTER`
becomes `McAllister`, `JUAN CARLOS II` keeps its number, `J.R.R. TOLKIEN` its initials; `MACDONALD` becomes `Macdonald`,
since nobody can know.
""",
    "parse_date": """
Formats: `YYYY`, `YY` (69 to 99 are 19..), `MM` or `M`, `MMM` and `MMMM` (names in English or Spanish), `DD` or `D`,
`HH` or `H` (0 to 23), `hh` or `h` with `A` (AM, PM), `mm`, `ss`, `SSS` (a fraction), `Z` (an offset or Z),
`[any text]`; `T`, `de` and `of` are taken as they are. One digit is enough where two are asked for and no other number
stands beside. A time without a zone stays without one: add it,
`parse_date(concat(arrival, ' -05:00'), 'DD/MM/YYYY HH:mm Z')`, or take the day only,
`format_date(arrival, 'YYYY-MM-DD')`.
""",
    "phone": "The number must be valid in its numbering plan, not only long enough.\n",
}


def function_docs() -> Sequence[FunctionDoc]:
    """Return all functions, by group and name."""
    return sorted((function.doc for function in FUNCTIONS), key=lambda doc: (doc.group, doc.name))


def reference_page() -> str:
    """Return the reference of all functions as Markdown."""
    lines, group = [_HEAD], ""
    for doc in function_docs():
        if doc.group != group:
            group = doc.group
            lines.append(f"## {group}\n")
        lines.append(f"### {doc.name}\n\n`{doc.signature}`\n\n{doc.summary}\n")
        lines.append("```\n" + "\n".join(map(_example, doc.examples)) + "\n```\n")
        lines.extend([_DETAILS[doc.name].lstrip()] if doc.name in _DETAILS else [])
    return "\n".join(lines)


def _example(example: Example) -> str:
    result = f"error: {example.error}" if example.error else dumps(example.result)
    given = f"    on {dumps(example.given)}" if example.given else ""
    tables = "".join(f"    with {name}: {dumps(dict(table))}" for name, table in (example.tables or {}).items())
    return f"{example.expression} -> {result}{given}{tables}"
