"""
INTERPOLATE: ``${VARIABLE}`` in every value → its text (Compose specification, "Interpolation").

Keys are never touched. A few values have a number's type, which their text gets here as well,
as in Compose; ``context_size`` is not among them there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from composeapp.compose.nodes import MAX_DEPTH
from composeapp.problems import Path, Report

_NAME: Final = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_TOKEN: Final = re.compile(r"\$(?:(?P<escaped>\$)|(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)|(?P<brace>\{))")
_OPERATOR: Final = re.compile(r":?[-?+]")
_BRACE: Final = re.compile(r"\$?\{|\}")
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

_INTEGERS: Final[frozenset[Path]] = frozenset(
    {
        ("services", "*", "deploy", "replicas"),
        ("services", "*", "ports", "*", "target"),
    }
)
"""Paths whose text becomes an integer, after interpolation."""
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")


class _InvalidFormatError(Exception):
    """A ``${`` that no rule explains; carries the template."""


class _RequiredError(Exception):
    """``${NAME:?message}`` without a value; carries Compose's sentence."""


def interpolate(raw: Any, variables: Mapping[str, str], report: Report) -> Any:
    """
    Return a copy in which every variable is replaced; problems and warnings go to the report.

    An unset variable without a default is blank, with Compose's own warning.
    """
    return _Interpolator(variables, report).value(raw, ())


class _Interpolator:
    def __init__(self, variables: Mapping[str, str], report: Report) -> None:
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
        try:
            text = self._substitute(template, path, 0) if "$" in template else template
        except _InvalidFormatError as error:
            self._report.problem(
                path,
                f"invalid interpolation format for {_compose_path(path)}.\n"
                f"You may need to escape any $ with another $.\n{error}",
                says_where=True,
            )
        except _RequiredError as error:
            self._report.problem(path, f"error while interpolating {_compose_path(path)}: {error}", says_where=True)
        else:
            return self._typed(text, path)
        return template

    def _typed(self, text: str, path: Path) -> Any:
        if not _matches(path):
            return text
        if _INTEGER.fullmatch(text):
            return int(text)
        self._report.problem(
            path,
            f"error while interpolating {_compose_path(path)}: failed to cast to expected type: "
            f'strconv.Atoi: parsing "{text}": invalid syntax',
            "write a whole number",
            says_where=True,
        )
        return 1

    def _substitute(self, template: str, path: Path, nesting: int) -> str:
        """Replace the variables of one text, from left to right."""
        if nesting > _MAX_NESTING:
            raise _InvalidFormatError(template)
        parts, at = [], 0
        while token := _TOKEN.search(template, at):
            parts.append(template[at : token.start()])
            at = token.end()
            if token["escaped"]:
                parts.append("$")
            elif token["name"]:
                parts.append(self._variable(token["name"], path))
            else:
                end = _closing_brace(template, at)
                parts.append(self._braced(template[at:end], template, path, nesting))
                at = end + 1
        return "".join((*parts, template[at:]))

    def _braced(self, content: str, template: str, path: Path, nesting: int) -> str:
        """Replace ``NAME``, or ``NAME``, an operator and a word that may hold variables itself."""
        name = _NAME.match(content)
        if name is None:
            raise _InvalidFormatError(template)
        if name.end() == len(content):
            return self._variable(name[0], path)
        operator = _OPERATOR.match(content, name.end())
        if operator is None:
            raise _InvalidFormatError(template)
        value = self._variables.get(name[0])
        if not _OPERATORS[operator[0]](value):
            return self._counted(value or "", path) if "+" not in operator[0] else ""
        word = self._substitute(content[operator.end() :], path, nesting + 1)
        if "?" in operator[0]:
            missing = f"required variable {name[0]} is missing a value"
            raise _RequiredError(f"{missing}: {word}" if word else missing)
        return word

    def _variable(self, name: str, path: Path) -> str:
        value = self._variables.get(name)
        if value is None:
            self._report.warning(
                path, f'The "{name}" variable is not set. Defaulting to a blank string.', f"set variables.{name}"
            )
        return self._counted(value or "", path)

    def _counted(self, text: str, path: Path) -> str:
        if self._room >= 0 > self._room - len(text):
            self._report.problem(path, f"variables yield more than {_MAX_ADDED_CHARACTERS} characters")
        self._room -= len(text)
        return text if self._room >= 0 else ""


def _closing_brace(template: str, start: int) -> int:
    """Find the brace that ends a ``${``: those inside it come in pairs, else Compose takes the last one there is."""
    depth, at = 1, start
    while brace := _BRACE.search(template, at):
        depth += -1 if brace[0] == "}" else 1
        at = brace.end()
        if depth == 0:
            return brace.start()
    if at == start or (last := template.rfind("}", start)) < 0:
        raise _InvalidFormatError(template)
    return last


def _compose_path(path: Path) -> str:
    """Write a path as Compose's interpolation does: ``services.app.command.[]``."""
    return ".".join("[]" if isinstance(part, int) else part for part in path)


def _matches(path: Path) -> bool:
    return any(
        len(path) == len(wanted) and all(part in ("*", actual) for part, actual in zip(wanted, path, strict=True))
        for wanted in _INTEGERS
    )
