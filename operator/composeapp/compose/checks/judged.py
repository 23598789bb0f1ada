"""What a rule is asked about: one service, the document around it, and where to report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from composeapp.compose.document import Document, Service
from composeapp.compose.schema import suggest
from composeapp.problems import Path, Report

INVALID = ": invalid compose project"
"""How Compose ends most of what it says of a whole project."""

_MOST_SUGGESTIONS = 20


class Suggestions:
    """Guesses what was meant, for the first mistakes of a document: looking for similar words is slow."""

    def __init__(self) -> None:
        self._left = _MOST_SUGGESTIONS

    def near(self, word: str, known: Iterable[str]) -> str:
        """Return ``did you mean 'models'?``, or nothing."""
        self._left -= 1
        return suggest(word, known) if self._left >= 0 else ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A service and its surroundings; ``images`` stand in for services' own (``spec.images``)."""

    name: str
    service: Service
    document: Document
    images: Mapping[str, str]
    suggestions: Suggestions
    report: Report

    @property
    def path(self) -> Path:
        """The service's place."""
        return ("services", self.name)

    def problem(self, inside: Path, message: str, hint: str = "") -> None:
        """Report a problem at a place inside the service."""
        self.report.problem((*self.path, *inside), message, hint)

    def problem_that_says_where(self, inside: Path, message: str, hint: str = "") -> None:
        """Report a problem whose text begins with its place, as some of Compose's do."""
        self.report.problem((*self.path, *inside), message, hint, says_where=True)
