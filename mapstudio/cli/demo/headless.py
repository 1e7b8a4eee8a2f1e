"""The demo without a screen: check, test, plan, apply, and apply again, for every mapping of the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from mapstudio.cli import output
from mapstudio.cli.plan_view import counted, reasons
from mapstudio.cli.reaching import reached
from mapstudio.cli.running import wait_for
from mapstudio.cli.runs import running
from mapstudio.mapping.checking import check_mapping
from mapstudio.mapping.examples import ExampleResult, run_examples
from mapstudio.mapping.problems import Problem, Severity
from mapstudio.model.counting import number_of
from mapstudio.model.errors import ExitCode
from mapstudio.project import SANDBOX, Project, load_snapshot, save_snapshot

if TYPE_CHECKING:
    from mapstudio.mapping.reading import LoadedMapping
    from mapstudio.runner import Plan, Report


@dataclass(frozen=True)
class Walk:
    """One mapping's way through the demo.

    Attributes:
        loaded: The mapping.
        problems: What check says.
        examples: What test says.
        plan: What was planned.
        first: The first apply.
        second: The second, which is to send nothing.
        seconds: How long all of it took.
    """

    loaded: LoadedMapping
    problems: Sequence[Problem]
    examples: Sequence[ExampleResult]
    plan: Plan
    first: Report
    second: Report
    seconds: float

    @property
    def quiet(self) -> bool:
        """Whether the second apply ran to its end and sent nothing."""
        return self.second.quiet

    def to_json(self) -> dict[str, Any]:
        """Return it as ``demo --headless --json`` prints it."""
        return {
            "name": self.loaded.require().name,
            "failed_examples": [item.to_json() for item in self.examples if not item.passed],
            "first": dict(self.first.counts),
            "second": dict(self.second.counts),
            "rejects": [
                {"source": item.source_id, "reasons": [reason.to_json() for reason in item.reasons]}
                for item in self.first.rejects
            ],
        }


def walk(project: Project, loaded: LoadedMapping) -> Walk:
    """Take one mapping from check to the second apply.

    Raises:
        MapstudioError: It is invalid, or a system cannot be used.
    """
    began = monotonic()
    mapping = loaded.require()
    for side in (mapping.source, mapping.destination):
        wait_for(_snapshot(project, side.connection, side.object))
    source = load_snapshot(project, mapping.source.connection, mapping.source.object)
    destination = load_snapshot(project, mapping.destination.connection, mapping.destination.object)
    problems = check_mapping(loaded, source_schema=source, destination_schema=destination)
    examples = run_examples(mapping, schema=destination)
    plan, first = wait_for(_apply(project, loaded))
    _heed(first)
    _, second = wait_for(_apply(project, loaded))
    _heed(second)
    return Walk(loaded, problems, examples, plan, first, second, monotonic() - began)


def show(done: Walk) -> None:
    """Print one mapping's way for people."""
    mapping = done.loaded.require()
    source, destination = mapping.source, mapping.destination
    title = f"{source.connection}.{source.object} -> {destination.connection}.{destination.object}"
    output.painted(f"{output.paint(output.safe(mapping.name), 'bold')}  {output.safe(title)}")
    _line("check", _checked(done.problems), good=not _errors(done.problems))
    passed = sum(example.passed for example in done.examples)
    _line("test", f"{passed} of {len(done.examples)} examples pass", good=passed == len(done.examples))
    for example in done.examples:
        for difference in example.differences:
            output.data(f"             {mapping.file}:{example.line}: {difference}")
    _line("plan", counted(done.plan.counts), good=True)
    _line("apply", f"{counted(done.first.counts)}; run {done.first.run}", good=done.first.error is None)
    _line("again", _again(done.second), good=done.quiet)
    if done.first.rejects:
        output.data(f"  {len(done.first.rejects)} rejected, each kept as a dead letter:")
        rows = [(f"    {item.source_id}", reasons(item)) for item in done.first.rejects]
        for line in output.layout(rows):
            output.painted(line)
    output.data("")


def _heed(report: Report) -> None:
    """End the whole walk when a person has stopped an apply, which itself ends after the batch in flight."""
    if report.exit_code is ExitCode.INTERRUPTED:
        raise KeyboardInterrupt


def _again(report: Report) -> str:
    sent = f"{report.counts['create']} create, {report.counts['update']} update"
    return f"{sent}: nothing is sent twice; {report.counts['unchanged']} unchanged" if report.quiet else sent


def _line(word: str, text: str, *, good: bool) -> None:
    mark = output.paint("ok", "green") if good else output.paint("!!", "bold", "red")
    output.painted(f"  {word:<6} {mark}  {output.safe(text)}")


def _errors(problems: Sequence[Problem]) -> int:
    return sum(problem.severity is Severity.ERROR for problem in problems)


def _checked(problems: Sequence[Problem]) -> str:
    warnings = sum(problem.severity is Severity.WARNING for problem in problems)
    counts = f"{number_of(_errors(problems), 'error')}, {number_of(warnings, 'warning')}"
    return f"{counts} (open questions count as such)"


async def _snapshot(project: Project, connection: str, object_name: str) -> None:
    async with reached(project, connection, SANDBOX) as (connector, _):
        save_snapshot(project, await connector.schema(object_name))


async def _apply(project: Project, loaded: LoadedMapping) -> tuple[Plan, Report]:
    from mapstudio.runner import Environments

    async with running(project, loaded, Environments(), locked=True) as (runner, progress):
        plan = await runner.plan(progress=progress)
        return plan, await runner.apply(plan, progress)
