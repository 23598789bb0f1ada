"""What is wrong with a document, said as values: a path, a message, a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def dotted(path: Path) -> str:
    """Write a path as its author would: ``services.web.ports[0]``, ``models["a.b"].model``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text; both numbers count from one. ``file`` is empty where there is only one text."""

    line: int
    column: int
    file: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}"
        return f"{self.file}:{self.line}:{self.column}" if self.file else place


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing to fix, said so that no source code is needed to fix it.

    The same shape serves a warning: then it is one thing to know.
    """

    path: Path
    message: str
    hint: str = ""
    position: Position | None = None
    says_where: bool = False
    """The message names the path itself, as many of Compose's do."""

    def under(self, *prefix: str | int) -> Problem:
        """Re-root: the parser says ``services…``, the operator ``spec.services…``."""
        return replace(self, path=(*prefix, *self.path))

    def __str__(self) -> str:
        place = f"{self.position}: " if self.position else ""
        where = f"{dotted(self.path)}: " if self.path and not self.says_where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{where}{self.message}{hint}"


class InvalidDocumentError(Exception):
    """Only the author can fix this: every problem of a phase at once, never retried."""

    def __init__(self, problems: tuple[Problem, ...], warnings: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
        self.warnings = warnings


@dataclass(slots=True)
class Report:
    """Collects what a phase finds, so that its author hears everything at once."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str, hint: str = "", *, says_where: bool = False) -> None:
        """Note something that stops the document."""
        self.problems.append(Problem(path, message, hint, says_where=says_where))

    def warning(self, path: Path, message: str, hint: str = "") -> None:
        """Note something that the author should know and that stops nothing."""
        self.warnings.append(Problem(path, message, hint))

    def raise_problems(self) -> None:
        """
        End the phase.

        Raises:
            InvalidDocumentError: if any problem was noted.

        """
        if self.problems:
            raise InvalidDocumentError(tuple(self.problems), tuple(self.warnings))
