"""What the command line says about problems and warnings: to people, and to programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from rich.console import Console
from rich.text import Text

from composeapp.problems import Position, Problem, dotted

_COLOURS = {"error": "bold red", "warning": "bold yellow"}
_NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})
_WIDEST: Final = 160
"""Characters of a line that are shown before and after the place."""


Texts: TypeAlias = Mapping[str, str]
"""File, as positions name it (``""`` where there is one text) → what is written in it."""


def tell(
    console: Console,
    title: str,
    *,
    problems: Sequence[Problem] = (),
    warnings: Sequence[Problem] = (),
    texts: Texts = _NO_TEXTS,
) -> None:
    """Print every problem and warning with its place, its line and the way out, and a last line that counts them."""
    for problem in problems:
        _print(console, "error", title, problem, texts)
    for warning in warnings:
        _print(console, "warning", title, warning, texts)
    console.print(_summary(title, problems, warnings), soft_wrap=True)


def json_text(problems: Iterable[Problem], warnings: Iterable[Problem]) -> str:
    """Return ``{"problems": […], "warnings": […]}``; each with path (a list), message, hint and, where known, line."""
    found = {"problems": [_plain(it) for it in problems], "warnings": [_plain(it) for it in warnings]}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _print(console: Console, kind: Literal["error", "warning"], title: str, problem: Problem, texts: Texts) -> None:
    place = _place(title, problem.position)
    where = f"{dotted(problem.path)}: " if problem.path and not problem.says_where else ""
    message = visible(problem.message)
    line = Text.assemble((kind, _COLOURS[kind]), " ", (place, "dim"), " ", (visible(where), "bold"), message)
    console.print(line, soft_wrap=True)
    if problem.position:
        _show(console, problem.position, texts.get(problem.position.file, ""))
    if problem.hint:
        console.print(Text.assemble("  ", ("hint: ", "cyan"), visible(problem.hint)), soft_wrap=True)


def _place(title: str, position: Position | None) -> str:
    if position is None:
        return title
    return f"{position.file or title}:{position.line}:{position.column}"


def _show(console: Console, position: Position, text: str) -> None:
    """Print the line and a caret below the place in it."""
    lines = text.splitlines()
    if not (0 < position.line <= len(lines)):
        return
    before, after = lines[position.line - 1][: position.column - 1], lines[position.line - 1][position.column - 1 :]
    shown = visible(before[-_WIDEST:].replace("\t", " "))
    margin = f"{position.line:5} | "
    console.print(Text.assemble((margin, "dim"), shown, visible(after[:_WIDEST])), soft_wrap=True)
    console.print(
        Text.assemble((" " * (len(margin) - 2) + "| ", "dim"), " " * len(shown), ("^", "bold")), soft_wrap=True
    )


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
        plain |= {"line": problem.position.line, "column": problem.position.column}
        plain |= {"file": problem.position.file} if problem.position.file else {}
    return plain
