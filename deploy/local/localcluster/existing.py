"""
A cluster that somebody else made, reached by a kubeconfig.

``KUBECONFIG`` leads to it, ``COMPOSEAPP_REGISTRY`` (``HOST:PORT``, plain HTTP) to a registry
that its pods reach. Its nodes must know the images already.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from localcluster.cluster import Capabilities, Part
from localcluster.errors import ClusterError
from localcluster.tools import tool

_CAPABILITIES: Final = Capabilities(real_node=False, audit_log=False, simulated_nodes=False)


@dataclass(frozen=True)
class ExistingCluster:
    """Uses a cluster and leaves it standing."""

    kubeconfig: Path
    audit_log: Path | None = None
    registry: str | None = None
    capabilities: Capabilities = _CAPABILITIES

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> ExistingCluster:
        """Take the cluster of ``KUBECONFIG``, else of ``~/.kube/config``; raises ``ClusterError`` if there is none."""
        path = Path(environment.get("KUBECONFIG") or Path.home() / ".kube" / "config")
        if not path.is_file():
            raise ClusterError(f"no kubeconfig at {path}: set KUBECONFIG to the one file of your cluster")
        return cls(path, registry=environment.get("COMPOSEAPP_REGISTRY"))

    def up(self) -> None:
        """Check that it answers; raises ``ClusterError`` with kubectl's words if not."""
        self._kubectl("get", "--raw", "/readyz")

    def down(self) -> None:
        """Do nothing: it is not ours to remove."""

    def status(self) -> list[Part]:
        """Say of every node whether it is ready."""
        nodes = json.loads(self._kubectl("get", "nodes", "--output=json"))["items"]
        return [Part(node["metadata"]["name"], running=_is_ready(node), detail="node") for node in nodes]

    def load(self, archive: Path) -> None:
        """Raise ``ClusterError``: there is no way onto the nodes of just any cluster."""
        raise ClusterError(
            f"{archive.name} cannot be loaded into an existing cluster: push it to a registry it pulls from"
        )

    def _kubectl(self, *arguments: str) -> str:
        command = [str(tool("kubectl")), "--kubeconfig", str(self.kubeconfig), "--request-timeout=10s", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ClusterError(f"the cluster of {self.kubeconfig} does not answer: {done.stderr.strip()}")
        return done.stdout


def _is_ready(node: dict[str, Any]) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
