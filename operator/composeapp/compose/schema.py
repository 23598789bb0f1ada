"""
SCHEMA: what type each handled value has, as tables in JSON Schema's terms.

The tables are checked by :mod:`jsonschema`; its errors are said again in Compose's words. Which
keys exist comes from :mod:`composeapp.compose.support`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

from composeapp.compose import support
from composeapp.problems import Path, Report

NAME: Final = r"^[a-zA-Z0-9._-]+\Z"
"""What Compose allows where an author chooses a key."""
_LARGEST_NUMBER: Final = 2**31 - 1

_ANYTHING: Final[dict[str, Any]] = {}
_STRING: Final = {"type": "string"}
_STRINGS: Final = {"type": "array", "items": _STRING}


def _mapping(table: support.Table, handled: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """Allow exactly a table's keys and ``x-*``; those without a schema here are refused by the table."""
    return {
        "type": "object",
        "properties": {key: handled.get(key, _ANYTHING) for key in table},
        "patternProperties": {"^x-": _ANYTHING},
        "additionalProperties": False,
        "required": list(required),
    }


def _named(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {NAME: schema}, "additionalProperties": False}


def _one_of(*schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The first one decides the words if none fits, as in Compose."""
    return {"anyOf": list(schemas)}


_COMMAND: Final = _one_of({"type": "null"}, _STRING, _STRINGS)
_ENVIRONMENT: Final = _one_of(
    {
        "type": "object",
        "patternProperties": {".+": {"type": ["string", "number", "boolean", "null"]}},
        "additionalProperties": False,
    },
    _STRINGS,
)
_PORT: Final = _mapping(
    support.PORT,
    {
        "target": {"type": "integer"},
        "published": {"type": ["string", "integer"]},
        **dict.fromkeys(("protocol", "host_ip", "mode", "name"), _STRING),
    },
)
_BINDING: Final = _one_of(_mapping(support.BINDING, {"endpoint_var": _STRING, "model_var": _STRING}), {"type": "null"})
_BINDINGS: Final = _one_of(_STRINGS, {"type": "object", "additionalProperties": _BINDING})
_REPLICAS: Final = {"type": ["integer", "string"], "minimum": 0, "maximum": _LARGEST_NUMBER}
_SERVICE: Final = _mapping(
    support.SERVICE,
    {
        "image": _STRING,
        "command": _COMMAND,
        "entrypoint": _COMMAND,
        "environment": _ENVIRONMENT,
        "ports": {"type": "array", "items": _one_of({"type": "number"}, _STRING, _PORT)},
        "expose": {"type": "array", "items": {"type": ["string", "number"]}},
        "deploy": {**_mapping(support.DEPLOY, {"replicas": _REPLICAS}), "type": ["object", "null"]},
        "models": _BINDINGS,
    },
)
_MODEL: Final = _mapping(
    support.MODEL,
    {
        "model": _STRING,
        "name": _STRING,
        "context_size": {"type": "integer", "maximum": _LARGEST_NUMBER},
        "runtime_flags": _STRINGS,
    },
    "model",
)
DOCUMENT: Final = _mapping(
    support.TOP_LEVEL,
    {"name": _STRING, "version": _STRING, "services": _named(_SERVICE), "models": _named(_MODEL)},
)

_TYPE_NAMES: Final = {"object": "mapping"}
_MOST_SUGGESTIONS: Final = 20
_LONGEST_SUGGESTED: Final = 40
"""Looking for similar words is slow: a document full of nonsense gets no more than this."""


def check(raw: Any, report: Report, schema: Mapping[str, Any] = DOCUMENT) -> None:
    """Report every value that the schema refuses, in Compose's words without its ``validating FILE:``."""
    errors = [_most_specific(error) for error in Draft202012Validator(schema).iter_errors(raw)]
    with_unknown_keys = {tuple(error.absolute_path) for error in errors if error.validator == "additionalProperties"}
    unknown_keys = 0
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known: Any = error.schema
            for key in _unknown_keys(error.instance, known):
                unknown_keys += 1
                hint = suggest(key, known.get("properties", ())) if unknown_keys <= _MOST_SUGGESTIONS else ""
                words = _sentence(path, f"additional properties '{key}' not allowed")
                report.problem((*path, key), words, hint, says_where=True)
        elif error.validator != "required" or path not in with_unknown_keys:
            report.problem(path, _described(error, path), says_where=True)


def suggest(word: str, known: Iterable[str]) -> str:
    """Guess what was meant: ``did you mean 'models'?``, or nothing."""
    close = difflib.get_close_matches(word, known, n=1) if len(word) <= _LONGEST_SUGGESTED else []
    return f"did you mean '{close[0]}'?" if close else ""


def _most_specific(error: ValidationError) -> ValidationError:
    """Of the alternatives that all failed take the one that failed deepest inside, else the first."""
    causes = [_most_specific(cause) for cause in error.context or ()]
    return max(causes, key=_specificity) if causes else error


def _specificity(error: ValidationError) -> int:
    return len(error.absolute_path) + (error.validator == "additionalProperties")


def _unknown_keys(instance: Any, schema: Mapping[str, Any]) -> list[str]:
    patterns = [re.compile(pattern) for pattern in schema.get("patternProperties", ())]
    known = schema.get("properties", ())
    return sorted(key for key in instance if key not in known and not any(pattern.search(key) for pattern in patterns))


def _described(error: ValidationError, path: Path) -> str:
    """Say in Compose's words what a value should have been."""
    wanted: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "type":
        return _sentence(path, f"must be a {_alternatives([wanted] if isinstance(wanted, str) else wanted)}")
    if error.validator == "required":
        missing = next(key for key in wanted if key not in instance)
        return _sentence(path, f"missing property '{missing}'")
    if error.validator == "enum":
        return _sentence(path, f"must be one of {', '.join(wanted)}")
    bound = "less than or equal to" if error.validator == "maximum" else "greater than or equal to"
    return f"{compose_path(path)}: must be {bound} {wanted}"


def _alternatives(types: list[str]) -> str:
    """Join types as Compose does: ``boolean, null, number or string``."""
    names = sorted(_TYPE_NAMES.get(name, name) for name in types)
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _sentence(path: Path, words: str) -> str:
    return f"{compose_path(path)} {words}" if path else words


def compose_path(path: Path) -> str:
    """Write a path as Compose's schema errors do: ``services.app.ports.0``."""
    return ".".join(map(str, path))
