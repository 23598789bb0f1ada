"""Which files a project consists of where nobody says so (compose-go, ``cli/options.go``)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAMES: Final = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""In order of preference."""
OVERRIDES: Final = tuple(
    f"{stem}.override.{suffix}" for stem in ("compose", "docker-compose") for suffix in ("yml", "yaml")
)


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a project, and what its author should know about the choice."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...] = ()


def find(folder: Path, environment: Mapping[str, str]) -> Found:
    """
    Find the files of a project: those of ``COMPOSE_FILE``, else the usual ones here or in the nearest folder above.

    There may be none.
    """
    if named := environment.get("COMPOSE_FILE"):
        separator = environment.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
        return Found(tuple(folder / name for name in named.split(separator)))
    for place in (folder, *folder.parents):
        files, warnings = _first(place, NAMES, "config")
        if files:
            overrides, more = _first(place, OVERRIDES, "override")
            return Found((*files, *overrides), (*warnings, *more))
    return Found(())


def _first(folder: Path, names: Sequence[str], kind: str) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    found = [folder / name for name in names if (folder / name).exists()]
    if len(found) < 2:  # noqa: PLR2004 - nothing to choose
        return tuple(found), ()
    several = f"Found multiple {kind} files with supported names: {', '.join(map(str, found))}"
    return (found[0],), (several, f"Using {found[0]}")
