"""Places in a document by pattern: ``("services", "*", "ports", "*")``, where ``*`` is any key or index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from composeapp.problems import Path


def places(value: Any, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every place that fits the pattern, and what is there."""
    if not pattern:
        yield path, value
        return
    for key, item in _children(value):
        if pattern[0] in ("*", key):
            yield from places(item, pattern[1:], (*path, key))


def at(value: Any, path: Path) -> Any:
    """Return what is at a place, ``None`` where there is no such place."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def fits(path: Path, pattern: Path) -> bool:
    """Tell whether a path is one of a pattern's places."""
    return len(path) == len(pattern) and all(part in ("*", key) for part, key in zip(pattern, path, strict=True))


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, (list, tuple)):
        yield from enumerate(value)
