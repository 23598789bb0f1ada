"""
``volumes`` of type ``bind``: what lies on the author's disk becomes a config, a volume, or nothing.

A file, or a small tree of text, becomes configs, which nobody can write to. A folder that is missing, empty
or holds more becomes a named volume, and its contents stay where they are. The source code of an image that is
built from it is in the image already.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from composeapp.compose.docker_host import is_socket
from composeapp.compose.document.parts import Mount
from composeapp.convert.draft import Draft
from composeapp.convert.files import text_of
from composeapp.problems import Path

_MOST_FILES: Final = 20
_MOST_BYTES: Final = 64 * 1024
"""What is a small tree of text."""
_OUTSIDE: Final = "copy what is needed into the project, or use a named volume"
_CLOCK: Final = ("/etc/localtime", "/etc/timezone")


def take_binds(draft: Draft) -> None:
    """Replace every bind mount."""
    for service, values in draft.services():
        kept = []
        for index, mount in enumerate(values.get("volumes") or []):
            if mount.get("type") != "bind" or is_socket(Mount(type="bind", source=mount.get("source"))):
                kept.append(mount)
            elif (made := _made(draft, service, values, index, mount)) is not None:
                kept.append(made)
        if "volumes" in values:
            values["volumes"] = kept


def _made(
    draft: Draft, service: str, values: dict[str, Any], index: int, mount: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the mount to have instead, if any."""
    source, path = mount["source"], ("services", service, "volumes", index)
    if source in _CLOCK:
        draft.notes.decided(path, f"{source} is left out: set TZ in environment if the time zone matters")
    elif _is_own_code(source, values):
        _drop_code(draft, path, source)
    elif (kind := draft.folder.kind(source)) == "outside":
        draft.notes.problem(path, f"{source} lies outside of the project", _OUTSIDE)
    elif kind == "other":
        draft.notes.problem(path, f"{source} is neither a file nor a folder", "remove it")
    elif kind == "file":
        _take_file(draft, path, values, source, mount)
    elif kind == "folder" and (texts := _small_texts(draft, source)):
        for file in texts:
            inside = {**mount, "target": posixpath.join(mount["target"], file)}
            _take_file(draft, path, values, posixpath.join(source, file), inside)
    else:
        return _volume(draft, path, service, source, mount)
    return None


def _is_own_code(source: str, values: Mapping[str, Any]) -> bool:
    """Tell whether a folder is part of what the service's image is built from."""
    context = (values.get("build") or {}).get("context")
    if not isinstance(context, str) or "://" in context:
        return False
    inner, outer = posixpath.normpath(source), posixpath.normpath(context)
    inside_project = outer == "." and not inner.startswith(("..", "/"))
    return inner == outer or inside_project or inner.startswith(f"{outer}/")


def _drop_code(draft: Draft, path: Path, source: str) -> None:
    if draft.options.drop_dev_mounts:
        draft.notes.decided(path, f"{source} is left out: the image that is built from it has it")
    else:
        message = f"{source} is part of what the image is built from: a mount for development"
        draft.notes.problem(path, message, "say --drop-dev-mounts to run what is in the image")


def _take_file(draft: Draft, path: Path, values: dict[str, Any], file: str, mount: Mapping[str, Any]) -> None:
    """Make a config of a file."""
    content = text_of(draft, path, file)
    name = _config_name(draft, file, content)
    draft.values.setdefault("configs", {})[name] = {"content": content}
    values.setdefault("configs", []).append({"source": name, "target": mount["target"]})
    read_only = "" if mount.get("read_only") else "; nobody can write to it any more"
    draft.notes.decided(path, f"{file} becomes the config {name}{read_only}")


def _config_name(draft: Draft, file: str, content: str) -> str:
    """Name a config after its file; the same content is one."""
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", posixpath.normpath(file)).strip("-.")
    known = draft.values.get("configs", {})
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(known) + 3)))
    return next(name for name in candidates if known.get(name, {"content": content}) == {"content": content})


def _small_texts(draft: Draft, folder: str) -> list[str]:
    """Return the files of a folder that are few, small and text; none if it holds anything else."""
    files, size = [], 0
    for file in draft.folder.files(folder):
        content = draft.folder.read(posixpath.join(folder, file))
        size += len(content)
        files.append(file)
        if len(files) > _MOST_FILES or size > _MOST_BYTES or not _is_text(content):
            return []
    return files


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def _volume(draft: Draft, path: Path, service: str, source: str, mount: Mapping[str, Any]) -> dict[str, Any]:
    """Make a named volume of a folder."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", posixpath.normpath(source)).strip("-.") or "data"
    draft.values.setdefault("volumes", {}).setdefault(name, {})
    has_data = draft.folder.kind(source) == "folder" and any(True for _ in draft.folder.files(source))
    copied = ", what is in it is not copied" if has_data else ""
    draft.notes.decided(path, f"{source} becomes the volume {name}{copied}")
    if has_data:
        selector = f"app.kubernetes.io/part-of={draft.app},app.kubernetes.io/name={service}"
        pod = f'"$(kubectl get pod -l {selector} -o name | cut -d/ -f2)"'
        draft.notes.do(f"kubectl cp {source}/. {pod}:{mount['target']}")
    kept = {key: value for key, value in mount.items() if key in ("target", "read_only")}
    return {"type": "volume", "source": name, **kept}
