"""Read the administrator's settings from their YAML text, and say what is wrong with it by path."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from composeapp.compose.yaml import read
from composeapp.problems import InvalidDocumentError, Path, Problem
from composeapp.settings import Settings


def load_settings(text: str) -> Settings:
    """
    Check and return the settings in a YAML (or JSON) text; an empty one gives the defaults.

    Raises:
        InvalidDocumentError: with a problem for every setting that is wrong, by its path in the text.

    """
    source = read(text)
    if source.value is None:
        return Settings()
    try:
        return Settings.model_validate(source.value, by_alias=True, by_name=False)
    except ValidationError as error:
        problems = (_problem(details) for details in error.errors())
        located = (replace(problem, position=source.position(problem.path)) for problem in problems)
        raise InvalidDocumentError(tuple(located)) from error


def _problem(details: ErrorDetails) -> Problem:
    path: Path = tuple(part for part in details["loc"] if part != "[key]")
    if details["type"] == "extra_forbidden":
        return Problem(path, "unknown setting", _suggestion(path))
    if details["type"] == "model_type":
        return Problem(path, "must be a mapping")
    message = details["msg"].removeprefix("Value error, ")
    return Problem(path, f"{message[:1].lower()}{message[1:]}")


def _suggestion(path: Path) -> str:
    close = difflib.get_close_matches(str(path[-1]), _known_keys(path[:-1]), n=1)
    return f"did you mean {close[0]}?" if close else ""


def _known_keys(path: Path) -> list[str]:
    """Return the keys that may stand at a path, read from the JSON Schema of the settings."""
    schema = Settings.model_json_schema()
    node: Mapping[str, Any] = schema
    for part in path:
        node = _resolved(schema, node)
        node = node.get("properties", {}).get(part) or node.get("additionalProperties") or node.get("items") or {}
    return sorted(_resolved(schema, node).get("properties", {}))


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else node
