"""Where each kind lives in the Kubernetes API: a static table, so that nothing has to be discovered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from composeapp.plan import Manifest
from composeapp.translate import names


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of namespaced object."""

    api_version: str
    name: str
    plural: str

    def path(self, namespace: str | None, name: str = "", subresource: str = "") -> str:
        """Return the path of an object, or of a collection (``namespace=None``: in all namespaces)."""
        prefix = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        scope = f"/namespaces/{namespace}" if namespace else ""
        rest = "".join(f"/{part}" for part in (name, subresource) if part)
        return f"{prefix}{scope}/{self.plural}{rest}"


COMPOSE_APP: Final = Kind(names.API_VERSION, names.KIND, names.PLURAL)
DEPLOYMENT: Final = Kind("apps/v1", "Deployment", "deployments")
SERVICE: Final = Kind("v1", "Service", "services")
CLAIM: Final = Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
CONFIG_MAP: Final = Kind("v1", "ConfigMap", "configmaps")
JOB: Final = Kind("batch/v1", "Job", "jobs")
DAEMON_SET: Final = Kind("apps/v1", "DaemonSet", "daemonsets")
POD: Final = Kind("v1", "Pod", "pods")
EVENT: Final = Kind("v1", "Event", "events")

WORKLOADS: Final = (DEPLOYMENT, DAEMON_SET, JOB)
"""Every kind that makes pods."""
OWNED: Final = (*WORKLOADS, SERVICE, CLAIM, CONFIG_MAP)
"""Every kind that was ever created for an app: what may be pruned."""

KINDS: Final = {kind.name: kind for kind in (COMPOSE_APP, *OWNED, POD, EVENT)}
"""By name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Which object: enough to address it."""

    kind: Kind
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Manifest) -> Reference:
        """
        Return the address of a manifest.

        Raises:
            KeyError: for a kind that this product does not know.

        """
        metadata: dict[str, Any] = manifest["metadata"]
        return cls(KINDS[manifest["kind"]], metadata["namespace"], metadata["name"])

    def __str__(self) -> str:
        return f'{self.kind.name} "{self.name}"'
