"""What stands behind the volumes, configs and secrets of a document, in the words of the Kubernetes API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from composeapp.plan import Manifest


@dataclass(frozen=True, slots=True)
class Backing:
    """What a pod mounts where a service mounts a volume."""

    source: Mapping[str, Any]
    """A pod's volume, without its name."""
    folder: str = ""
    """Where in it the files are; a new file system may hold a ``lost+found`` that databases take amiss."""
    one_node: bool = False
    """Only pods of one node can mount it at a time."""
    is_kept: bool = False
    """Files outlive the pod, so an old pod and a new one must not write at the same time."""
    is_seeded: bool = False
    """Docker fills it from the image while it is empty."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """One file of a ConfigMap or a Secret."""

    kind: Literal["configMap", "secret"]
    name: str
    key: str

    def volume(self, mode: int) -> dict[str, Any]:
        """Return a pod's volume, without its name, that holds only this file."""
        items = [{"key": self.key, "path": self.key, "mode": mode}]
        return {self.kind: {"secretName" if self.kind == "secret" else "name": self.name, "items": items}}


@dataclass(frozen=True, slots=True)
class Storage:
    """Everything of a document that its services mount; what has a problem is missing."""

    volumes: Mapping[str, Backing] = field(default_factory=lambda: MappingProxyType({}))
    placed_with: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Service → the name of the group of services that have to run on one node."""
    configs: Mapping[str, FileSource] = field(default_factory=lambda: MappingProxyType({}))
    secrets: Mapping[str, FileSource] = field(default_factory=lambda: MappingProxyType({}))
    manifests: tuple[Manifest, ...] = ()
    """What has to be made before the services: claims and ConfigMaps."""
