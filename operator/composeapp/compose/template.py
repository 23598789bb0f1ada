"""The grammar of ``${VARIABLE}`` in a text (Compose specification, "Interpolation"; compose-go, ``template``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_TOKEN: Final = re.compile(r"\$(?:(?P<escaped>\$)|(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)|(?P<brace>\{))")
_OPERATOR: Final = re.compile(r":?[-?+]")
_BRACE: Final = re.compile(r"\$?\{|\}")


class InvalidTemplateError(Exception):
    """A ``${`` that no rule explains; carries the template."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A variable in a text: ``NAME``, or ``NAME``, an operator and a word that is a template itself."""

    name: str
    operator: str = ""
    word: str = ""


def parts(template: str) -> Iterator[str | Reference]:
    """
    Yield the plain texts and the variables of a template, from left to right.

    Raises:
        InvalidTemplateError: at the first thing that is neither.

    """
    at = 0
    while token := _TOKEN.search(template, at):
        yield template[at : token.start()]
        at = token.end()
        if token["escaped"]:
            yield "$"
        elif token["name"]:
            yield Reference(token["name"])
        else:
            end = _closing_brace(template, at)
            yield _reference(template[at:end], template)
            at = end + 1
    yield template[at:]


def _reference(content: str, template: str) -> Reference:
    name = _NAME.match(content)
    if name is None:
        raise InvalidTemplateError(template)
    if name.end() == len(content):
        return Reference(name[0])
    operator = _OPERATOR.match(content, name.end())
    if operator is None:
        raise InvalidTemplateError(template)
    return Reference(name[0], operator[0], content[operator.end() :])


def _closing_brace(template: str, start: int) -> int:
    """Find the brace that ends a ``${``: those inside it come in pairs, else Compose takes the last one there is."""
    depth, at = 1, start
    while brace := _BRACE.search(template, at):
        depth += -1 if brace[0] == "}" else 1
        at = brace.end()
        if depth == 0:
            return brace.start()
    if at == start or (last := template.rfind("}", start)) < 0:
        raise InvalidTemplateError(template)
    return last
