"""What the phases of reading find: problems and warnings, each with its place in the text it comes from."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from composeapp.compose.yaml import Source
from composeapp.problems import InvalidDocumentError, Position, Problem, Report

_START: Final = Position(1, 1)


class Findings:
    """Problems and warnings of all phases so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._warnings: list[Problem] = []

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """All warnings so far, in the order of the text."""
        return _in_order(self._warnings)

    @contextlib.contextmanager
    def phase(self, *sources: Source) -> Iterator[Report]:
        """Take what a phase reports about these documents."""
        report = Report()
        yield report
        self.problems.extend(located(report.problems, sources))
        self._warnings.extend(located(report.warnings, sources))

    def raise_problems(self) -> None:
        """
        End here if anything is wrong.

        Raises:
            InvalidDocumentError: with every problem so far.

        """
        if self.problems:
            raise InvalidDocumentError(_in_order(self.problems), self.warnings)


def located(problems: Collection[Problem], sources: Collection[Source]) -> tuple[Problem, ...]:
    """Add the place in the last document that has one."""
    return _in_order([replace(problem, position=_position(problem, sources)) for problem in problems])


def _position(problem: Problem, sources: Collection[Source]) -> Position | None:
    """Find the last document that says something nearest to the place."""
    found: Position | None = None
    for path in (problem.path[:length] for length in range(len(problem.path), -1, -1)):
        for source in sources:
            if path in source.positions:
                found = replace(source.positions[path], file=source.file)
        if found:
            return found
    return None


def _in_order(problems: Collection[Problem]) -> tuple[Problem, ...]:
    """Put problems into the order of the texts, file by file."""
    files = list(dict.fromkeys(problem.position.file for problem in problems if problem.position))

    def place(problem: Problem) -> tuple[int, Position]:
        return files.index(problem.position.file) if problem.position else 0, problem.position or _START

    return tuple(sorted(problems, key=place))
