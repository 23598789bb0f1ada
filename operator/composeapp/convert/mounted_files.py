"""A mounted file becomes a config of its content, or a secret."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any, Final

from composeapp.convert.draft import Draft
from composeapp.convert.files import bytes_of, keep_secret, text_in
from composeapp.convert.secrets import is_confidential
from composeapp.problems import Path

_FOR_A_SCRIPT: Final = {"mode": "0555"}
"""Docker mounts a file with the mode that it has; a config has 0444."""


def take_file(draft: Draft, path: Path, values: dict[str, Any], file: str, mount: Mapping[str, Any]) -> None:
    """Let a service have a file of the project where it was mounted."""
    content = bytes_of(draft, path, file)
    if is_confidential(file, content):
        kind, name = "secrets", _new_secret(draft, file, content)
    else:
        kind, name = "configs", _new_config(draft, file, text_in(draft, path, file, content))
    mode = _FOR_A_SCRIPT if draft.folder.is_executable(file) else {}
    values.setdefault(kind, []).append({"source": name, "target": mount["target"], **mode})
    read_only = "" if mount.get("read_only") else "; nobody can write to it any more"
    draft.notes.decided(path, f"{file} becomes the {kind.removesuffix('s')} {name}{read_only}")


def _new_config(draft: Draft, file: str, text: str) -> str:
    config = {"content": text}
    configs = draft.values.setdefault("configs", {})
    name = _free_name(file, configs, config)
    configs[name] = config
    return name


def _new_secret(draft: Draft, file: str, content: bytes) -> str:
    secrets = draft.values.setdefault("secrets", {})
    name = _free_name(file, {name: draft.store.files.get(name) for name in secrets}, content)
    secrets[name] = keep_secret(draft, name, content)
    return name


def _free_name(file: str, known: Mapping[str, Any], value: Any) -> str:
    """Name something after its file; what is the same has one name."""
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", posixpath.normpath(file)).strip("-.") or "file"
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(known) + 3)))
    return next(name for name in candidates if known.get(name, value) == value)
