"""Every variable that a document names, before anything is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from composeapp.compose.nodes import MAX_DEPTH
from composeapp.compose.paths import places
from composeapp.compose.template import InvalidTemplateError, Reference, parts
from composeapp.problems import Path

_PASSED_ON: Final[tuple[Path, ...]] = (
    ("services", "*", "environment"),
    ("services", "*", "build", "args"),
)
"""A name without a value here takes the project's variable of that name."""
_NAMED: Final[tuple[Path, ...]] = (("configs", "*", "environment"), ("secrets", "*", "environment"))
"""The value is a variable's name."""


def uses(raw: Any) -> Iterator[tuple[Path, str]]:
    """
    Yield the place and the name of every variable, the same ones as often as they stand there.

    Those in the word after an operator are among them, whether or not it is used. Nothing is yielded
    of a text after something in it that is no template.
    """
    yield from _in_texts(raw, ())
    for pattern in _PASSED_ON:
        for path, value in places(raw, pattern):
            yield from (((*path, key), name) for key, name in _without_value(value))
    for pattern in _NAMED:
        yield from ((path, name) for path, name in places(raw, pattern) if isinstance(name, str))


def _in_texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if len(path) > MAX_DEPTH:
        return
    if isinstance(value, str) and "$" in value:
        yield from ((path, name) for name in _in_template(value, MAX_DEPTH))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _in_texts(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _in_texts(item, (*path, index))


def _in_template(template: str, depth: int) -> Iterator[str]:
    try:
        for part in parts(template):
            if isinstance(part, Reference):
                yield part.name
                if depth:
                    yield from _in_template(part.word, depth - 1)
    except InvalidTemplateError:
        return


def _without_value(value: Any) -> Iterator[tuple[str | int, str]]:
    """Yield where in a map or list a name stands alone, and the name."""
    if isinstance(value, Mapping):
        yield from ((name, name) for name, item in value.items() if item is None)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            if isinstance(item, str) and "=" not in item and "$" not in item:
                yield index, item
