"""What a service mounts: its own ``volumes``, and through ``volumes_from`` those of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from composeapp.compose.document import Document, Service
from composeapp.compose.document.parts import Mount
from composeapp.problems import Path

CONTAINER: Final = "container:"
"""How ``volumes_from`` names a container that is no service of the document."""
MOST: Final = 256
"""Mounts of one service: with ``volumes_from`` a short document could ask for millions."""


def mounts_of(document: Document, key: str) -> list[tuple[Path, Mount]]:
    """
    Return what a service mounts, each with its place in the document; its own win over those of others.

    No more are looked for than what shows that they are too many.
    """
    service = document.services[key]
    path: Path = ("services", key)
    found = [((*path, "volumes", index), mount) for index, mount in enumerate(service.volumes)]
    taken = {mount.target for _, mount in found}
    for index, text in enumerate(service.volumes_from):
        for mount in _inherited(document, text):
            if mount.target not in taken and len(found) <= MOST:
                taken.add(mount.target)
                found.append(((*path, "volumes_from", index), mount))
    return found


def _inherited(document: Document, text: str) -> Iterator[Mount]:
    """Yield the mounts of one ``SERVICE[:ro]``, those that it has from others included."""
    first = _source(document, text)
    waiting, seen = [(first, text.endswith(":ro"))], set()
    while waiting:
        service, read_only = waiting.pop(0)
        if service is None or id(service) in seen:
            continue
        seen.add(id(service))
        for mount in service.volumes:
            yield mount.model_copy(update={"read_only": True}) if read_only else mount
        waiting += [(_source(document, other), read_only or other.endswith(":ro")) for other in service.volumes_from]


def _source(document: Document, text: str) -> Service | None:
    return document.services.get(text.partition(":")[0]) if not text.startswith(CONTAINER) else None
