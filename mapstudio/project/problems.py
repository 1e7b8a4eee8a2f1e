"""What is wrong with ``mapstudio.toml``, each problem with its line, its key and a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapstudio.model import UsageError
from mapstudio.project.model import FILE_NAME
from mapstudio.project.positions import line_of


@dataclass(frozen=True, slots=True)
class ProjectProblem:
    """One thing that is wrong in the project file.

    Attributes:
        line: From 1; ``None`` when it cannot be told.
        key: The parts of the key, such as ``("connections", "crm", "sandbox", "url")``.
        message: What is wrong, without a secret's value.
        remedy: What to do.
    """

    line: int | None
    key: tuple[str, ...]
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{FILE_NAME}, line {self.line}" if self.line else FILE_NAME
        key = f"{'.'.join(self.key)}: " if self.key else ""
        return f"{place}: {key}{self.message} {self.remedy}".strip()


class ProjectError(UsageError):
    """The project file is wrong; the message lists all problems."""

    def __init__(self, problems: Sequence[ProjectProblem], text: str = "") -> None:
        self.problems = tuple(
            problem if problem.line else replace(problem, line=line_of(text, problem.key)) for problem in problems
        )
        if len(self.problems) == 1:
            message = str(self.problems[0])
        else:
            lines = "\n".join(f"  {problem}" for problem in self.problems)
            message = f"{len(self.problems)} problems in {FILE_NAME}:\n{lines}"
        super().__init__(message)


def problem_at(key: Sequence[str], message: str, remedy: str = "") -> ProjectProblem:
    """Return a problem of that key; its line is looked for when it is raised."""
    return ProjectProblem(None, tuple(key), message, remedy)
