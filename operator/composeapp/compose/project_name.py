"""The project's name, and the variable that tells it (compose-go, ``loader.projectName``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from composeapp.compose.interpolate import interpolate
from composeapp.compose.variables import Variables
from composeapp.problems import Report

VARIABLE: Final = "COMPOSE_PROJECT_NAME"
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def normalized(name: str) -> str:
    """Return the name that Compose makes of what somebody wrote."""
    return "".join(letter for letter in name.lower() if letter in _LETTERS).lstrip("_-")


def with_project_name(
    values: Mapping[str, str], secret: Collection[str], documents: Iterable[Any], otherwise: str
) -> Variables:
    """
    Return what ``${NAME}`` may name in documents: the project's name among it.

    That is what the variable says already, else what the last document with a ``name`` says, else ``otherwise``.
    """
    variables = Variables(values, secret)
    if values.get(VARIABLE):
        return variables
    named = [document["name"] for document in documents if isinstance(document, Mapping) and document.get("name")]
    # What is wrong with the name is told when the whole document is interpolated.
    written = interpolate({"name": named[-1]}, variables, Report())["name"] if named else ""
    name = (normalized(written) if isinstance(written, str) else "") or otherwise
    return Variables({**values, VARIABLE: name}, secret) if name else variables
