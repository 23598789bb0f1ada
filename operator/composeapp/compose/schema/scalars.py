"""Where the schema's tables allow a single value: for those who need to know every such place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from composeapp.compose.schema.terms import Schema
from composeapp.problems import Path

_CONTAINERS: Final = frozenset(("object", "array", "null"))


def scalars(schema: Schema, path: Path = ()) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield each place (``*`` is any key or index) with the types, in JSON Schema's terms, that a value may have."""
    types = schema.get("type", ())
    if allowed := frozenset([types] if isinstance(types, str) else types) - _CONTAINERS:
        yield path, allowed
    for alternative in schema.get("anyOf", ()):
        yield from scalars(alternative, path)
    for key, inner in _children(schema):
        yield from scalars(inner, (*path, key))


def _children(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield from schema.get("properties", {}).items()
    others: list[Any] = [*schema.get("patternProperties", {}).values()]
    others += [schema.get("additionalProperties"), schema.get("items")]
    yield from (("*", inner) for inner in others if isinstance(inner, Mapping))
