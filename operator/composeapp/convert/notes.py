"""What a conversion says beside its result."""

from __future__ import annotations

from dataclasses import dataclass, field

from composeapp.problems import Path, Problem, Report


@dataclass(slots=True)
class Notes:
    """
    Problems stop the conversion; decisions and what a person still has to do (commands, or a sentence) do not.

    Both are told in the order in which they came up.
    """

    report: Report = field(default_factory=Report)
    decisions: list[Problem] = field(default_factory=list)
    to_do: list[str] = field(default_factory=list)

    def decided(self, path: Path, what: str, hint: str = "") -> None:
        """Tell what was made of something."""
        self.decisions.append(Problem(path, what, hint))

    def problem(self, path: Path, message: str, hint: str) -> None:
        """Tell what only a person can decide."""
        self.report.problem(path, message, hint)

    def do(self, command: str) -> None:
        """Tell what is still to be done; nothing is told twice."""
        if command not in self.to_do:
            self.to_do.append(command)
