"""
INTERPOLATE: ``${VARIABLE}`` in every value → its text (Compose specification, "Interpolation").

Keys are never touched. Texts at some places become numbers and booleans here
(:mod:`composeapp.compose.casts`), as in Compose; ``context_size`` is not among them there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from composeapp.compose.casts import BOOLEAN, cast_at
from composeapp.compose.nodes import MAX_DEPTH
from composeapp.compose.secret_variables import has_token
from composeapp.compose.strconv import boolean_warning
from composeapp.compose.template import InvalidTemplateError, Reference, parts
from composeapp.compose.variables import FORBIDDEN, RefusedVariableError, Variables
from composeapp.problems import Path, Problem, Report

_MAX_NESTING: Final = 50
_MAX_ADDED_CHARACTERS: Final = 4 * 1024 * 1024
"""What all substitutions of a document may yield together: far above what fits into a cluster object."""

_OPERATORS: Final[Mapping[str, Callable[[str | None], bool]]] = {
    ":-": lambda value: not value,
    "-": lambda value: value is None,
    ":?": lambda value: not value,
    "?": lambda value: value is None,
    ":+": bool,
    "+": lambda value: value is not None,
}
"""Operator → when the word after it is used instead of the variable's value."""


def interpolate(raw: Any, variables: Variables, report: Report) -> Any:
    """
    Return a copy in which every variable is replaced; problems and warnings go to the report.

    An unset variable without a default is blank, with Compose's own warning.
    """
    return _Interpolator(variables, report).value(raw, ())


class _Interpolator:
    def __init__(self, variables: Variables, report: Report) -> None:
        self._variables = variables
        self._report = report
        self._room = _MAX_ADDED_CHARACTERS

    def value(self, value: Any, path: Path) -> Any:
        if len(path) > MAX_DEPTH:
            self._report.problem(path[:3], f"nested more than {MAX_DEPTH} levels deep")
            return None
        if isinstance(value, Mapping):
            return {key: self.value(item, (*path, key)) for key, item in value.items() if self._is_key(key, path)}
        if isinstance(value, (list, tuple)):
            return [self.value(item, (*path, index)) for index, item in enumerate(value)]
        return self._text(value, path) if isinstance(value, str) else value

    def _is_key(self, key: Any, path: Path) -> bool:
        """Refuse what no YAML or JSON reader of ours hands out: a mapping made in Python may have any key."""
        if not isinstance(key, str):
            where = f"in {_compose_path(path)}" if path else "at top level"
            self._report.problem(path, f"non-string key {where}: {key}")
        return isinstance(key, str)

    def _text(self, template: str, path: Path) -> Any:
        if has_token(template):
            self._report.problem(path, f"it holds {FORBIDDEN}", "remove it")
            return template
        try:
            return self._cast(self._substitute(template, path, 0) if "$" in template else template, path)
        except InvalidTemplateError as error:
            self._report.problem(
                path,
                f"invalid interpolation format for {_compose_path(path)}.\n"
                f"You may need to escape any $ with another $.\n{error}",
                says_where=True,
            )
        except RefusedVariableError as error:
            self._report.problems.append(error.problem)
        return template

    def _cast(self, text: str, path: Path) -> Any:
        """Read a text that means a number or a boolean."""
        cast = cast_at(path)
        if cast is None:
            return text
        try:
            value = cast.read(text)
        except ValueError as error:
            raise _refusal(path, f"failed to cast to expected type: {error}", cast.hint) from None
        if cast is BOOLEAN and (words := boolean_warning(text)):
            self._report.warning(path, words)
        return value

    def _substitute(self, template: str, path: Path, nesting: int) -> str:
        """Replace the variables of one text, from left to right."""
        if nesting > _MAX_NESTING:
            raise InvalidTemplateError(template)
        return "".join(
            part if isinstance(part, str) else self._reference(part, path, nesting) for part in parts(template)
        )

    def _reference(self, reference: Reference, path: Path, nesting: int) -> str:
        value = self._variables.get(reference.name, path)
        if not reference.operator:
            return self._plain(reference.name, value, path)
        if not _OPERATORS[reference.operator](value):
            return self._counted(value or "", path) if "+" not in reference.operator else ""
        word = self._substitute(reference.word, path, nesting + 1)
        if "?" in reference.operator:
            missing = f"required variable {reference.name} is missing a value"
            raise _refusal(path, f"{missing}: {word}" if word else missing)
        return word

    def _plain(self, name: str, value: str | None, path: Path) -> str:
        if value is None:
            words = f'The "{name}" variable is not set. Defaulting to a blank string.'
            self._report.warning(path, words, f"set variables.{name}")
        return self._counted(value or "", path)

    def _counted(self, text: str, path: Path) -> str:
        if self._room >= 0 > self._room - len(text):
            self._report.problem(path, f"variables yield more than {_MAX_ADDED_CHARACTERS} characters")
        self._room -= len(text)
        return text if self._room >= 0 else ""


def _refusal(path: Path, words: str, hint: str = "") -> RefusedVariableError:
    """Say it as Compose does."""
    message = f"error while interpolating {_compose_path(path)}: {words}"
    return RefusedVariableError(Problem(path, message, hint, says_where=True))


def _compose_path(path: Path) -> str:
    """Write a path as Compose's interpolation does: ``services.app.command.[]``."""
    return ".".join("[]" if isinstance(part, int) else part for part in path)
