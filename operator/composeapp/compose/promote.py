"""Keys that Compose knew as extensions before they were adopted (compose-go, ``loader/aliases.go``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.paths import places
from composeapp.problems import Path

PROMOTED: Final[Mapping[Path, tuple[str, str]]] = {
    ("services", "*"): ("x-develop", "develop"),
    ("services", "*", "develop", "watch", "*"): ("x-initialSync", "initial_sync"),
}
"""Place of a mapping → what a key was called there, and what it is called now."""


def promote(values: Any) -> None:
    """Rename such keys in place; where both are written, the adopted one counts."""
    for pattern, (former, adopted) in PROMOTED.items():
        for _, mapping in places(values, pattern):
            if isinstance(mapping, dict) and former in mapping:
                written = mapping.pop(former)
                if mapping.get(adopted) is None:
                    mapping[adopted] = written
