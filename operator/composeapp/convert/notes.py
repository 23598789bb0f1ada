"""What a conversion says beside its result."""

from __future__ import annotations

from dataclasses import dataclass, field

from composeapp.problems import Path, Problem, Report


@dataclass(slots=True)
class Notes:
    """
    Problems stop the conversion; decisions, and the commands that a person still has to run, do not.

    All are told in the order in which they came up. ``before`` is what has to be done before the resource is
    applied, ``after`` what can only be done then.
    """

    report: Report = field(default_factory=Report)
    decisions: list[Problem] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def decided(self, path: Path, what: str) -> None:
        """Tell what was made of something."""
        self.decisions.append(Problem(path, what))

    def problem(self, path: Path, message: str, hint: str) -> None:
        """Tell what only a person can decide."""
        self.report.problem(path, message, hint)

    def do_before(self, command: str) -> None:
        """Tell what is to be done first; nothing is told twice."""
        if command not in self.before:
            self.before.append(command)

    def do_after(self, command: str) -> None:
        """Tell what is to be done last."""
        if command not in self.after:
            self.after.append(command)
