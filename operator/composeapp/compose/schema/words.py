"""What the schema refuses, said in Compose's words (compose-go, ``schema/schema.go``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from jsonschema import ValidationError

from composeapp.problems import Path

_TYPE_NAMES: Final = {"object": "mapping"}


def described(error: ValidationError, path: Path) -> str:
    """Say what a value should have been."""
    wanted: Any = error.validator_value
    instance: Any = error.instance
    said = {
        "type": lambda: f"must be a {_alternatives([wanted] if isinstance(wanted, str) else wanted)}",
        "required": lambda: _missing([key for key in wanted if key not in instance]),
        "enum": lambda: f"value must be {_one_of(wanted)}",
        "pattern": lambda: f"'{instance}' does not match pattern '{wanted}'",
        "uniqueItems": lambda: "items at {} and {} are equal".format(*_equal_items(instance)),
        "maximum": lambda: f"must be less than or equal to {wanted}",
        "minimum": lambda: f"must be greater than or equal to {wanted}",
    }[str(error.validator)]()
    return sentence(path, said)


def sentence(path: Path, words: str) -> str:
    """Begin with the place, as Compose does."""
    return f"{compose_path(path)} {words}" if path else words


def compose_path(path: Path) -> str:
    """Write a path as Compose's schema errors do: ``services.app.ports.0``."""
    return ".".join(map(str, path))


def _alternatives(types: list[str]) -> str:
    """Join types as Compose does: ``boolean, null, number or string``."""
    names = sorted(_TYPE_NAMES.get(name, name) for name in types)
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _missing(keys: list[str]) -> str:
    quoted = ", ".join(f"'{key}'" for key in keys)
    return f"missing {'property' if len(keys) == 1 else 'properties'} {quoted}"


def _one_of(words: list[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"one of {', '.join(quoted)}"


def _equal_items(items: Iterable[Any]) -> tuple[int, int]:
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        text = json.dumps(item, sort_keys=True)
        if text in seen:
            return seen[text], index
        seen[text] = index
    raise ValueError("all items differ")
