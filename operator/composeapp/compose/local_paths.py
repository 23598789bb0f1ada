"""
Paths that a document says relative to the folder of its file (compose-go, ``paths/resolve.go``).

What comes from another file is said again relative to the project's folder, so that all paths of the
merged document mean the same.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.paths import fits
from composeapp.problems import Path

PROJECT_FOLDER: Final = "."

_CONTAINER: Final[tuple[Path, ...]] = (("env_file", "*", "path"), ("label_file", "*"), ("volumes", "*", "source"))
_WORKLOAD: Final[tuple[Path, ...]] = (
    ("build", "context"),
    ("build", "additional_contexts", "*"),
    ("develop", "watch", "*", "path"),
    *_CONTAINER,
    *(("pre_start", "*", *path) for path in _CONTAINER),
)
PATHS: Final[tuple[Path, ...]] = (
    *((kind, "*", *path) for kind in ("services", "jobs") for path in _WORKLOAD),
    ("configs", "*", "file"),
    ("secrets", "*", "file"),
)
"""Places of paths, in long form; of mounts only those of type ``bind`` have one."""

_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*://|git@|github\.com/|service:|~|/")
"""What is no path below the folder: a URL, a repository, another service's image, home, an absolute path."""


def joined(folder: str, path: str) -> str:
    """Say a path that is relative to a folder relative to what the folder is relative to: ``./common/app.env``."""
    if folder == PROJECT_FOLDER or not path or _ELSEWHERE.match(path):
        return path
    together = posixpath.normpath(posixpath.join(folder, path))
    return together if together.startswith(("/", "..")) or together == "." else f"./{together}"


def file_in(folder: str, path: str) -> str:
    """Address a file that a document of a folder names: the same file always alike."""
    return posixpath.normpath(joined(folder, path))


def moved(values: Any, folder: str, path: Path = ()) -> Any:
    """Return a document of another folder with its paths relative to the project's folder."""
    if folder == PROJECT_FOLDER:
        return values
    if isinstance(values, str):
        return joined(folder, values) if any(fits(path, place) for place in PATHS) else values
    if isinstance(values, Mapping):
        if values.get("type", "bind") != "bind" and path[-2:-1] == ("volumes",):
            return values
        return {key: moved(value, folder, (*path, key)) for key, value in values.items()}
    if isinstance(values, list):
        return [moved(value, folder, (*path, index)) for index, value in enumerate(values)]
    return values
