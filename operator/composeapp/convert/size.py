"""How large a resource may be, and what makes it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from composeapp.manifest_yaml import document_to_yaml
from composeapp.problems import Path, Problem, dotted

MOST_BYTES: Final = 200 * 1024
"""Of a resource that is still comfortable in a cluster's database, and in a review."""
_NAMED: Final = 3


def too_large(text: str, spec: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem that names the largest parts if a resource, written as ``text``, is too large."""
    size = len(text.encode())
    if size <= MOST_BYTES:
        return
    parts = sorted(_parts(spec), key=lambda part: (-part[1], part[0]))[:_NAMED]
    largest = ", ".join(f"{dotted(path)} ({_kib(part)})" for path, part in parts)
    message = f"the resource would have {_kib(size)}; at most {_kib(MOST_BYTES)}"
    yield Problem((), message, f"bake files into images; the largest: {largest}")


def _parts(spec: Mapping[str, Any]) -> Iterator[tuple[Path, int]]:
    for kind, entries in spec.items():
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            yield (kind, name), len(document_to_yaml({name: entry}).encode())


def _kib(size: int) -> str:
    return f"{-(-size // 1024)} KiB"
