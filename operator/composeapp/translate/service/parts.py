"""What one aspect of a service (its process, its ports, …) adds to the service's objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from composeapp.compose.document import Document, Service
from composeapp.plan import App, Manifest, Requirement
from composeapp.problems import Path, Report
from composeapp.settings import Settings
from composeapp.translate.peers import Peers
from composeapp.translate.storage import Storage

CONTAINER_FIELDS: Final = [
    "name",
    "image",
    "imagePullPolicy",
    "command",
    "args",
    "workingDir",
    "env",
    "ports",
    "resources",
    "volumeMounts",
    "volumeDevices",
    "startupProbe",
    "readinessProbe",
    "livenessProbe",
    "lifecycle",
    "terminationMessagePolicy",
    "securityContext",
    "stdin",
    "tty",
]
POD_FIELDS: Final = [
    "automountServiceAccountToken",
    "enableServiceLinks",
    "imagePullSecrets",
    "serviceAccountName",
    "priorityClassName",
    "runtimeClassName",
    "hostname",
    "subdomain",
    "hostAliases",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostUsers",
    "dnsPolicy",
    "dnsConfig",
    "os",
    "nodeSelector",
    "affinity",
    "tolerations",
    "topologySpreadConstraints",
    "restartPolicy",
    "shareProcessNamespace",
    "terminationGracePeriodSeconds",
    "securityContext",
    "initContainers",
    "containers",
    "volumes",
]
"""The order in which a person would write the fields."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an aspect looks at. It says what is wrong to ``report``, with paths below ``path``."""

    key: str
    document: Document
    app: App
    settings: Settings
    peers: Peers
    storage: Storage
    kind: str
    """The kind of its workload."""
    own: Mapping[str, Any]
    """What ``x-kubernetes`` of the service says."""
    report: Report

    @property
    def service(self) -> Service:
        """The service itself."""
        return self.document.services[self.key]

    @property
    def path(self) -> Path:
        """Its place in the document."""
        return ("services", self.key)


@dataclass(frozen=True, slots=True)
class Parts:
    """
    Fields, as in the Kubernetes API, that an aspect adds; a field that says nothing (``None``, empty) is left out.

    Aspects may add to the same mapping or list, never to the same value.
    """

    container: Mapping[str, Any] = field(default_factory=dict)
    pod: Mapping[str, Any] = field(default_factory=dict)
    """The pod's ``spec``, beside its containers."""
    workload: Mapping[str, Any] = field(default_factory=dict)
    """The workload's ``spec``, beside selector and template."""
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    pod_annotations: Mapping[str, str] = field(default_factory=dict)
    gate: tuple[Requirement, ...] = ()
    """What must be true before the workload is made or changed, beside ``depends_on``."""
    before: tuple[Manifest, ...] = ()
    """Objects that the pod needs, applied before the workload."""
    after: tuple[Manifest, ...] = ()
    """Objects that lead to the pod, applied after the workload."""


def combined(all_parts: Iterable[Parts]) -> Parts:
    """
    Put the parts of all aspects together.

    Raises:
        ValueError: if two aspects set the same value: a mistake of this product, not of the author.

    """
    together: dict[str, Any] = {}
    for parts in all_parts:
        together = _joined(together, {one.name: getattr(parts, one.name) for one in fields(Parts)}, "")
    return Parts(**together)


def ordered(values: Mapping[str, Any], order: Iterable[str]) -> dict[str, Any]:
    """
    Return the fields that say something, in an order.

    Raises:
        ValueError: for a field without a place in the order: a mistake of this product, not of the author.

    """
    said = {name: value for name, value in values.items() if value not in (None, "", [], {}, ())}
    if strangers := said.keys() - set(order):
        raise ValueError(f"no place for {', '.join(sorted(strangers))}")
    return {name: said[name] for name in order if name in said}


def _joined(first: Any, second: Any, name: str) -> Any:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return {
            key: _joined(first[key], second[key], key) if key in first and key in second else {**first, **second}[key]
            for key in {**first, **second}
        }
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return type(first)((*first, *second))
    raise ValueError(f"two aspects of a service set {name}: {first!r} and {second!r}")
