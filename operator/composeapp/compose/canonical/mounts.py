"""Short syntax of ``volumes`` and ``devices`` (compose-go, ``format/volume.go``, ``transform/device.go``)."""

from __future__ import annotations

import posixpath
import re
from typing import Any, Final

_SECTIONS: Final = 3
_PROPAGATIONS: Final = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
_SHARING: Final = ("z", "Z")
_WINDOWS_DRIVE: Final = re.compile(r"[^\W\d_]:")
_SHORTEST: Final = 3
"""Shorter texts are a target, even with a colon."""


def mount(text: str) -> dict[str, Any]:
    """
    Write out ``[SOURCE:]TARGET[:OPTIONS]``; without a source the volume is anonymous.

    Raises:
        ValueError: in Compose's words.

    """
    if not text:
        raise ValueError("invalid empty volume spec")
    if len(text.encode()) < _SHORTEST:
        return {"type": "volume", "target": clean_target(text)}
    sections = _split(text)
    if "" in sections:
        raise ValueError(f"invalid spec: {text}: empty section between colons")
    if len(sections) > _SECTIONS:
        raise ValueError(f"invalid spec: {text}: too many colons")
    source = sections[0] if len(sections) > 1 else None
    target = sections[0] if source is None else sections[1]
    options = sections[2].split(",") if len(sections) == _SECTIONS else []
    return _described(source, clean_target(target), options)


def device(text: str) -> dict[str, str]:
    """
    Write out ``SOURCE[:TARGET[:PERMISSIONS]]``.

    Raises:
        ValueError: in Compose's words.

    """
    sections = text.split(":")
    if len(sections) > _SECTIONS:
        raise ValueError(f"confusing device mapping, please use long syntax: {text}")
    source, target, permissions = [*sections, "", ""][:_SECTIONS]
    return {
        "source": source,
        "target": target or source,
        "permissions": permissions if len(sections) == _SECTIONS else "rwm",
    }


def is_path(source: str) -> bool:
    """Tell whether a source is a path on the host and not the name of a volume."""
    return source[:1] in (".", "/", "~") or source.startswith("\\\\") or bool(_WINDOWS_DRIVE.match(source))


def _described(source: str | None, target: str, options: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {"type": "volume", "target": target}
    if source is not None:
        result["source"] = source
    if "ro" in options or "rw" in options:
        read_only = [option for option in options if option in ("ro", "rw")][-1] == "ro"
        result.update({"read_only": True} if read_only else {})
    bind: dict[str, Any] = {}
    for option in options:
        if option in _PROPAGATIONS:
            bind["propagation"] = option
        elif option in _SHARING:
            bind["selinux"] = option
    if "nocopy" in options:
        result["volume"] = {"nocopy": True}
    if source is not None and is_path(source):
        return {**result, "type": "bind", "bind": {**bind, "create_host_path": True}}
    return {"volume": {}, **result, **({"bind": bind} if bind else {})}


def _split(text: str) -> list[str]:
    """Split at colons, but not behind a drive letter of Windows."""
    sections = [""]
    for character in text:
        if character == ":" and not (len(sections[-1]) == 1 and sections[-1].isalpha()):
            sections.append("")
        else:
            sections[-1] += character
    return sections


def clean_target(target: str) -> str:
    """Clean a path in a container as Go does, which keeps no second slash at its beginning."""
    cleaned = posixpath.normpath(target)
    return cleaned[1:] if cleaned.startswith("//") else cleaned
