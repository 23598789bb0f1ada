"""Writes values as YAML in one of the many ways in which people do: block or flow, quoted or plain."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from oracle.choices import Choices, chance

_SAFE: Final = re.compile(r"[A-Za-z./][\w./@+=-]*(:[\w./-]+)*|\d+:\d+(:\d+)?|\d+(\.\d+){2,}|[a-z]+ [a-z]+")
"""What may be written plain and is a string for sure, but for the words below."""
_FLOW_SAFE: Final = re.compile(r"[A-Za-z][\w./-]*")
_WORDS: Final = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"))


class Plain(str):
    """A scalar that is written exactly so: ``0o17``, ``yes``, ``~``."""

    __slots__ = ()


@dataclass(frozen=True)
class Tagged:
    """A value with something before it: a tag or an anchor."""

    prefix: str
    value: Any


def emit(value: Any, choices: Choices) -> str:
    """Return the text of one document."""
    if not value:
        return "{}\n"
    return "\n".join(_block(value, choices, 0)) + "\n"


def _block(value: Any, choices: Choices, depth: int) -> list[str]:
    lines = []
    indent = "  " * depth
    if isinstance(value, dict):
        for key, item in value.items():
            lines.extend(_entry(f"{indent}{_key(key, choices)}:", item, choices, depth))
    else:
        for item in value:
            lines.extend(_entry(f"{indent}-", item, choices, depth))
    return lines


def _entry(head: str, value: Any, choices: Choices, depth: int) -> list[str]:
    if isinstance(value, Tagged):
        return _entry(f"{head} {value.prefix}", value.value, choices, depth)
    if isinstance(value, (dict, list)) and value and not (depth > 0 and chance(choices, 20)):
        return [head, *_block(value, choices, depth + 1)]
    if isinstance(value, str) and not isinstance(value, Plain) and _fits_block_scalar(value) and chance(choices, 60):
        body = [("  " * (depth + 1)) + line for line in value.rstrip("\n").split("\n")]
        return [f"{head} {'|' if value.endswith(chr(10)) else '|-'}", *body]
    comment = "  # said so" if chance(choices, 3) else ""
    return [f"{head} {_flow(value, choices, top=True)}{comment}"]


def _flow(value: Any, choices: Choices, *, top: bool = False) -> str:
    if isinstance(value, Tagged):
        return f"{value.prefix} {_flow(value.value, choices)}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key, choices)}: {_flow(item, choices)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item, choices) for item in value) + "]"
    if isinstance(value, Plain):
        return str(value)
    return _text(value, choices, _SAFE if top else _FLOW_SAFE)


def _text(text: str, choices: Choices, safe: re.Pattern[str]) -> str:
    plain = safe.fullmatch(text) and text.lower() not in _WORDS
    style = choices.one(("plain", "double", "single") if plain else ("double", "single"))
    if style == "plain":
        return text
    if style == "single" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def _key(key: str, choices: Choices) -> str:
    if isinstance(key, Plain):
        return str(key)
    if not _FLOW_SAFE.fullmatch(key) or key.lower() in _WORDS or chance(choices, 3):
        return json.dumps(key, ensure_ascii=False)
    return key


def _fits_block_scalar(text: str) -> bool:
    return "\n" in text and all(line and not line.startswith(" ") for line in text.rstrip("\n").split("\n"))
