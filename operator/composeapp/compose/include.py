"""INCLUDE: what other documents bring into one (specification, "Include"; compose-go, ``loader/include.go``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp.compose.files import Files, folder_of, read_variables
from composeapp.compose.local_paths import file_in, joined
from composeapp.compose.merge import merge
from composeapp.compose.variables import Variables
from composeapp.problems import Path

RESOURCES: Final = ("services", "jobs", "volumes", "networks", "secrets", "configs", "models")
"""What an included document brings in."""
_ENV_FILE: Final = ".env"
_NO_ENV_FILE: Final = "/dev/null"


class IncludeCycleError(Exception):
    """A file includes itself, on whatever way; carries Compose's words."""


@dataclass(frozen=True, slots=True)
class Included:
    """An entry of ``include``, with paths relative to the project's folder."""

    paths: tuple[str, ...]
    folder: str
    """Where relative paths in these files start."""
    env_files: tuple[str, ...] | None
    """``None``: an ``.env`` in the folder, if there is one."""

    @classmethod
    def of(cls, entry: Any, folder: str) -> Included:
        """Understand an entry of a document whose paths start in a folder."""
        said = {"path": entry} if isinstance(entry, str) else entry
        paths = tuple(file_in(folder, path) for path in _texts(said.get("path")))
        given = said.get("project_directory")
        env_files = tuple(file_in(folder, path) for path in _texts(said.get("env_file")) if path != _NO_ENV_FILE)
        own_folder = joined(folder, given) if given else folder_of(paths[0]) if paths else folder
        return cls(paths, own_folder, env_files if said.get("env_file") else None)

    def variables(self, files: Files, outside: Mapping[str, str]) -> dict[str, str]:
        """
        Return what variables mean in these files: those of the document that includes them win.

        Raises:
            UnreadableFileError: if a file of variables is missing or wrong.

        """
        own = file_in(self.folder, _ENV_FILE)
        usual = (own,) if files.has(own) else ()
        paths = usual if self.env_files is None else self.env_files
        return {**read_variables(files, paths, outside), **outside}


def refuse_cycle(chain: Collection[str], path: str) -> None:
    """
    Refuse a file that one of those that led to it includes again.

    Raises:
        IncludeCycleError: with the way that leads back.

    """
    if path in chain:
        first, *others = (*chain, path)
        following = "\n include ".join(others)
        raise IncludeCycleError(f"include cycle detected:\n{first}\n include {following}")


def taken_in(included: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Put what is included under what a document says itself; what both say alike is one."""
    result = dict(own)
    for kind in RESOURCES:
        theirs, ours = included.get(kind) or {}, own.get(kind) or {}
        if theirs:
            both = {
                name: ours[name] if theirs[name] == ours[name] else merge(theirs[name], ours[name], (kind, name))
                for name in theirs
                if name in ours
            }
            result[kind] = {**theirs, **ours, **both}
    return result


def with_environment(values: Mapping[str, Any], variables: Variables) -> dict[str, Any]:
    """Give variables without a value that of the included files (compose-go, ``loader/environment.go``)."""
    return {
        kind: {name: _with_values(entry, (kind, name), variables) for name, entry in entries.items()}
        if kind in ("services", "jobs")
        else entries
        for kind, entries in values.items()
    }


def _with_values(workload: Mapping[str, Any], path: Path, variables: Variables) -> dict[str, Any]:
    environment = workload.get("environment")
    if not environment:
        return dict(workload)
    place = (*path, "environment")
    known = {
        name: variables.get(name, (*place, name)) if value is None else value for name, value in environment.items()
    }
    return {**workload, "environment": known}


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())
