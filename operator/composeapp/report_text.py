"""What the command line says about problems and warnings: to people, and to programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from composeapp.problems import Problem, dotted

_COLOURS = {"error": "bold red", "warning": "bold yellow"}


def tell(console: Console, title: str, *, problems: Sequence[Problem] = (), warnings: Sequence[Problem] = ()) -> None:
    """Print every problem and warning with its place and the way out, and a last line that counts them."""
    for problem in problems:
        _print(console, "error", title, problem)
    for warning in warnings:
        _print(console, "warning", title, warning)
    console.print(_summary(title, problems, warnings), soft_wrap=True)


def json_text(problems: Iterable[Problem], warnings: Iterable[Problem]) -> str:
    """Return ``{"problems": […], "warnings": […]}``; each with path (a list), message, hint and, where known, line."""
    found = {"problems": [_plain(it) for it in problems], "warnings": [_plain(it) for it in warnings]}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _print(console: Console, kind: Literal["error", "warning"], title: str, problem: Problem) -> None:
    place = f"{title}:{problem.position.line}:{problem.position.column}" if problem.position else title
    where = f"{dotted(problem.path)}: " if problem.path and not problem.says_where else ""
    message = visible(problem.message)
    line = Text.assemble((kind, _COLOURS[kind]), " ", (place, "dim"), " ", (visible(where), "bold"), message)
    console.print(line, soft_wrap=True)
    if problem.hint:
        console.print(Text.assemble("  ", ("hint: ", "cyan"), visible(problem.hint)), soft_wrap=True)


def visible(text: str) -> str:
    """Escape what a document could steer a terminal with, or hide from its reader; lines stay lines."""
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)


def _summary(title: str, problems: Sequence[Problem], warnings: Sequence[Problem]) -> Text:
    counted = [_count(kind, found) for kind, found in (("problem", problems), ("warning", warnings)) if found]
    colour = "red" if problems else "yellow" if warnings else "green"
    return Text(f"{title}: {', '.join(counted) or 'no problems'}", style=colour)


def _count(kind: str, found: Sequence[Problem]) -> str:
    return f"{len(found)} {kind}{'' if len(found) == 1 else 's'}"


def _plain(problem: Problem) -> dict[str, Any]:
    plain: dict[str, Any] = {"path": list(problem.path), "message": problem.message, "hint": problem.hint}
    if problem.position:
        plain["line"] = problem.position.line
    return plain
