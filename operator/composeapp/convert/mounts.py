"""
``volumes`` of type ``bind``: what lies on the author's disk becomes a file, a volume, or nothing.

A file, or a small tree of text, becomes configs, or secrets where it looks like one: nobody can write to them. A
folder that is missing, empty or holds more becomes a named volume, and its contents stay where they are. The
source code of an image that is built from it is in the image already.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.docker_host import is_socket
from composeapp.compose.document.parts import Mount
from composeapp.convert.draft import Draft
from composeapp.convert.files import NO_FILE
from composeapp.convert.mounted_files import take_file
from composeapp.convert.mounted_folders import volume
from composeapp.convert.tree import Tree, look
from composeapp.problems import Path
from composeapp.translate.storage.host_paths import MEANINGLESS

_OUTSIDE: Final = "copy what is needed into the project, or use a named volume; for files, say --allow-outside"
_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\")
"""How an absolute path begins there."""


def take_binds(draft: Draft) -> None:
    """Replace every bind mount."""
    for service, values in draft.services():
        kept = []
        for index, mount in enumerate(values.get("volumes") or []):
            if mount.get("type") != "bind" or is_socket(Mount(type="bind", source=mount.get("source"))):
                kept.append(mount)
            elif (made := _made(draft, ("services", service, "volumes", index), values, mount)) is not None:
                kept.append(made)
        if "volumes" in values:
            values["volumes"] = kept


def _made(draft: Draft, path: Path, values: dict[str, Any], mount: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the mount to have instead, if any."""
    source = draft.folder.relative(mount["source"])
    kind = "outside" if _WINDOWS.match(source) else draft.folder.kind(source)
    if source in MEANINGLESS:
        draft.notes.decided(path, f"{source} is left out: set TZ in environment if the time zone matters")
    elif kind == "file":
        take_file(draft, path, values, source, mount)
    elif kind in ("outside", "other"):
        draft.notes.problem(path, f"{source} {NO_FILE[kind]}", _OUTSIDE if kind == "outside" else "remove it")
    elif (tree := _tree(draft, path, source) if kind == "folder" else Tree()) is not None:
        return _of_folder(draft, path, values, {**mount, "source": source}, tree)
    return None


def _tree(draft: Draft, path: Path, source: str) -> Tree | None:
    """Return what is in a folder; what cannot be read is a problem."""
    try:
        tree = look(draft.folder, source)
    except OSError as error:
        draft.notes.problem(path, f"{source} cannot be read: {error.strerror}", "make it readable")
        return None
    if tree.outside:
        draft.notes.problem(path, f"{tree.outside} {NO_FILE['outside']}", _OUTSIDE)
        return None
    return tree


def _of_folder(
    draft: Draft, path: Path, values: dict[str, Any], mount: Mapping[str, Any], tree: Tree
) -> dict[str, Any] | None:
    source = mount["source"]
    if _is_own_code(mount, values, tree):
        _drop_code(draft, path, source)
    elif posixpath.isabs(source):
        draft.notes.problem(path, f"{source} {NO_FILE['outside']}", _OUTSIDE)
    elif tree.is_small_text:
        for file in tree.texts:
            inside = {**mount, "target": posixpath.join(mount["target"], file)}
            take_file(draft, path, values, posixpath.join(source, file), inside)
    else:
        return volume(draft, path, mount, tree)
    return None


def _is_own_code(mount: Mapping[str, Any], values: Mapping[str, Any], tree: Tree) -> bool:
    """
    Tell whether a folder is what the service's image is built from, mounted to try changes at once.

    Of the folders within the context those are that can be written to and hold text: data is no source code, and
    what can only be read is a setting.
    """
    context = (values.get("build") or {}).get("context")
    if not isinstance(context, str) or "://" in context:
        return False
    inner, outer = (posixpath.normpath(path) for path in (mount["source"], context))
    if _is_within(outer, inner):
        return True
    return _is_within(inner, outer) and not mount.get("read_only") and bool(tree.texts)


def _is_within(inner: str, outer: str) -> bool:
    below_project = not inner.startswith(("..", "/"))
    return inner == outer or inner.startswith(f"{outer}/") or (outer == "." and below_project)


def _drop_code(draft: Draft, path: Path, source: str) -> None:
    if draft.options.drop_dev_mounts:
        draft.notes.decided(path, f"{source} is left out: the image that is built from it has it")
    else:
        message = f"{source} is part of what the image is built from: a mount for development"
        hint = "say --drop-dev-mounts to run what is in the image, or use a named volume if it is data"
        draft.notes.problem(path, message, hint)
