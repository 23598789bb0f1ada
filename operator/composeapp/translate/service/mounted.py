"""One thing in a container's file system: the pod's volume and where the container mounts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from composeapp.problems import Path
from composeapp.translate.manifests import without_empty
from composeapp.translate.service.parts import Parts


@dataclass(frozen=True, slots=True)
class Mounted:
    """A volume of the pod, mounted once."""

    path: Path
    """Its place in the document."""
    name: str
    """The pod's volume; several mounts may share it."""
    source: Mapping[str, Any]
    target: str
    sub_path: str = ""
    read_only: bool = False
    options: Mapping[str, Any] | None = None
    """More fields of the container's mount."""
    is_seeded: bool = False
    """It is filled from the image while it is empty."""
    is_kept: bool = False
    """Its files outlive the pod."""


def parts(all_mounted: Iterable[Mounted]) -> Parts:
    """Return the pod's volumes and the container's mounts, by target: in which order they were written says nothing."""
    by_target = sorted(all_mounted, key=lambda mounted: mounted.target)
    volumes = {mounted.name: {"name": mounted.name, **mounted.source} for mounted in by_target}
    return Parts(
        container={"volumeMounts": [_mount(mounted) for mounted in by_target]},
        pod={"volumes": list(volumes.values())},
    )


def _mount(mounted: Mounted) -> dict[str, Any]:
    return without_empty(
        [
            ("name", mounted.name),
            ("mountPath", mounted.target),
            ("subPath", mounted.sub_path),
            ("readOnly", mounted.read_only or None),
            *(mounted.options or {}).items(),
        ]
    )
