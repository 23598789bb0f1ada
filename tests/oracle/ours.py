"""Our own reading of the same question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from composeapp.compose.parse import Project, parse_text
from composeapp.problems import InvalidDocumentError, Problem, dotted
from oracle.grammar import Written
from oracle.grammar_values import VARIABLES


@dataclass(frozen=True)
class Reading:
    """A document as plain values, or the problems that there is none for."""

    document: Mapping[str, Any] | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[str, ...]:
        """Each problem as Compose would write it: with its path."""
        return tuple(
            problem.message if problem.says_where else f"{dotted(problem.path)} {problem.message}"
            for problem in self.problems
        )


def read(written: Written, variables: Mapping[str, str] | None = None) -> Reading:
    """Read what was written as the product does."""
    given = VARIABLES if variables is None else variables
    try:
        project = Project(variables=given, name="app", profiles=written.profiles)
        document, warnings = parse_text(*written.texts, project=project)
    except InvalidDocumentError as error:
        return Reading(None, error.problems, error.warnings)
    return Reading(document.model_dump(mode="json", exclude_defaults=True), (), warnings)
