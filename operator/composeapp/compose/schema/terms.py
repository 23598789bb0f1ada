"""The words that the tables of the schema are written in: short names for JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

NAME: Final = r"^[a-zA-Z0-9._-]+\Z"
"""What Compose allows where an author chooses a key."""
LARGEST_NUMBER: Final = 2**31 - 1

ANYTHING: Final[Schema] = {}
NULL: Final[Schema] = {"type": "null"}
STRING: Final[Schema] = {"type": "string"}
INTEGER: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}
BOOLEAN: Final[Schema] = {"type": "boolean"}
TEXT_OR_BOOLEAN: Final[Schema] = {"type": ["boolean", "string"]}
TEXT_OR_INTEGER: Final[Schema] = {"type": ["integer", "string"]}
TEXT_OR_NUMBER: Final[Schema] = {"type": ["number", "string"]}


def mapping(keys: Schema, *required: str, nullable: bool = False, extensible: bool = True) -> dict[str, Any]:
    """Allow exactly these keys, and ``x-*`` where Compose allows extensions."""
    return {
        "type": ["object", "null"] if nullable else "object",
        "properties": keys,
        "patternProperties": {"^x-": ANYTHING} if extensible else {},
        "additionalProperties": False,
        "required": list(required),
    }


def named(schema: Schema, pattern: str = NAME) -> dict[str, Any]:
    """Allow keys that the author chooses, if they fit the pattern."""
    return {"type": "object", "patternProperties": {pattern: schema}, "additionalProperties": False}


def any_key(schema: Schema) -> dict[str, Any]:
    """Allow every key but the empty one, which is not looked at."""
    return {"type": "object", "patternProperties": {"^.+$": schema}}


def every_key(schema: Schema) -> dict[str, Any]:
    """Look at the value of every key, also where Compose looks only at some and would stumble later."""
    return {"type": "object", "additionalProperties": schema}


def one_of(*schemas: Schema) -> dict[str, Any]:
    """Allow any of these; the first one decides the words if none fits, as in Compose."""
    return {"anyOf": list(schemas)}


def list_of(schema: Schema, *, unique: bool = False) -> dict[str, Any]:
    """Allow a list."""
    return {"type": "array", "items": schema, "uniqueItems": unique}


def word(*words: str) -> dict[str, Any]:
    """Allow one of a few words."""
    return {"type": "string", "enum": list(words)}


STRINGS: Final = list_of(STRING)
UNIQUE_STRINGS: Final = list_of(STRING, unique=True)
STRING_OR_LIST: Final = one_of(STRING, UNIQUE_STRINGS)
STRING_OR_STRINGS: Final = one_of(STRING, STRINGS)
"""Where Compose drops what is repeated before it looks."""
_SCALARS: Final = {
    "type": "object",
    "patternProperties": {".+": {"type": ["string", "number", "boolean", "null"]}},
    "additionalProperties": False,
}
LIST_OR_MAP: Final = one_of(_SCALARS, STRINGS)
"""Of what is repeated in the list the last one counts."""
UNIQUE_LIST_OR_MAP: Final = one_of(_SCALARS, UNIQUE_STRINGS)
COMMAND: Final = one_of(NULL, STRING, STRINGS)
OPTIONS: Final = any_key(TEXT_OR_NUMBER)
