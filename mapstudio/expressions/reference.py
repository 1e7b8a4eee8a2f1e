"""The functions as their reference shows them; ``docs/reference/functions.md`` is made from this."""

from __future__ import annotations

from collections.abc import Sequence

from mapstudio.expressions.functions import FUNCTIONS
from mapstudio.expressions.registry import Example, FunctionDoc
from mapstudio.model.exact_json import dumps

_HEAD = """# Functions

Made from the code by `mapstudio.expressions.reference`; every example is run as a test. `mapstudio functions` prints
them, `mapstudio functions NAME` one of them.

Null as first argument gives null; for functions of the standard (`length`, `sum`, `join`, ...) it is an error. Codes
and dates take a blank text for null. A wrong type, a bad phone, a bad date is an error with its reason; `on_error` of
the row says what happens then. `[...]` may be left out, `...` may stand more than once, `&` is an expression that is
evaluated for each element. Amounts are computed by their decimal value: 0.1 + 0.2 is 0.3.
"""
_TAIL = """## Functions of other packages

An installed package adds functions by the entry point `mapstudio.functions`, which names a registry of them:

```toml
[project.entry-points."mapstudio.functions"]
acme = "acme_functions:FUNCTIONS"
```

```python
from mapstudio.expressions import EvaluationError, Example
from mapstudio.expressions.registry import Call, Kind, Registry, one

FUNCTIONS = Registry()


@FUNCTIONS.function(
    "acme_room",
    one("text", Kind.TEXT),
    returns="text",
    group="Acme",
    summary="The room's code as Acme prints it.",
    examples=[Example("acme_room('12')", "R-012")],
    null_first=True,
)
def _acme_room(_: Call, text: str) -> str:
    if not text.isdecimal():
        raise EvaluationError(f'"{text}" is no room', text)
    return f"R-{text.zfill(3)}"
```

The arguments' types are checked before the function is called, and `null_first` gives null for null. It must be pure:
the same arguments give the same result, since a plan and its apply evaluate twice. `returns` is any of `text`,
`number`, `boolean`, `list`, `object`, `list of texts`, `list of numbers`, `null` and `any`, with commas and `or`
between them; what is given must be one of these, since the types of expressions are known from it. An
`EvaluationError` is a reason for a consultant; any other error is told with the package's name. A package that does
not load, or brings a name that there is already, adds nothing, and is named by `mapstudio functions` and by each
expression that misses a function.
"""
_REGULAR = """
Patterns are those of RE2: no looking around, no back references, and no pattern that takes for ever. `\\w` and `\\s`
are the letters and spaces of all scripts, `\\d` is 0 to 9, `\\b` and `[[:alpha:]]` know a to z only; `(?i)` at the
start ignores case, `(?s)` lets `.` match line ends, `(?m)` lets `^` and `$` match at lines; `\\pL` is any letter. At
most 1000 characters.
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
stands beside. A time without a zone stays without one: say where it was,
`to_utc(parse_date(arrival, 'DD/MM/YYYY HH:mm'), 'America/Lima')`, or take the day only,
`format_date(arrival, 'YYYY-MM-DD')`.
""",
    "phone": "The number must be valid in its numbering plan, not only long enough.\n",
    "parse_number": """
Rules: the digits stand in groups of three between the locale's marks, or without any; a space between groups is
understood everywhere (thousands and hundreds of thousands in `en-IN`). One sign may stand before, and one currency
sign (`€`, `$`, `US$`) or code (`EUR`) on one side. A percent sign, brackets and exponents are refused. `es-MX` and
most of Central America write `1,234.56`, Spain and most of South America `1.234,56`. A number is taken as it is.
""",
    "regex_match": _REGULAR,
    "regex_find": _REGULAR,
    "regex_replace": _REGULAR,
    "to_utc": """
When clocks are set back, an hour is there twice: `compatible` and `earlier` take the first one, `later` the second
one. When they are set forward, an hour is not there: `compatible` and `later` take the time as far behind the jump as
it would have been (02:30 is 03:30), `earlier` as far before it (01:30). `reject` makes both an error.
""",
    "unique": "Equal is what `==` calls equal, also within lists and objects.\n",
    "email_normalize": """
The part before the @ becomes small, too, since all mail services in use take it so. Quoted parts and a name before the
address are refused; letters of other scripts before the @ stay. `mailto:` is left out.
""",
}


def function_docs() -> Sequence[FunctionDoc]:
    """Return all functions, by group and name."""
    return sorted((function.doc for function in FUNCTIONS), key=lambda doc: (doc.group, doc.name))


def details_of(name: str) -> str:
    """Return the rules of a function that its summary has no place for, as Markdown; an empty text for most."""
    return _DETAILS.get(name, "").strip()


def example_text(example: Example) -> str:
    """Return an example as one line: the expression, what it gives, and on what."""
    result = f"error: {example.error}" if example.error else dumps(example.result)
    given = f"    on {dumps(example.given)}" if example.given else ""
    tables = "".join(f"    with {name}: {dumps(dict(table))}" for name, table in (example.tables or {}).items())
    return f"{example.expression} -> {result}{given}{tables}"


def reference_page() -> str:
    """Return the reference of all functions of ours as Markdown."""
    lines, group = [_HEAD], ""
    for doc in function_docs():
        if doc.group != group:
            group = doc.group
            lines.append(f"## {group}\n")
        lines.append(f"### {doc.name}\n\n`{doc.signature}`\n\n{doc.summary}\n")
        lines.append("```\n" + "\n".join(map(example_text, doc.examples)) + "\n```\n")
        lines.extend([f"{details_of(doc.name)}\n"] if details_of(doc.name) else [])
    return "\n".join([*lines, _TAIL])
