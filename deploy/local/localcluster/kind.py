"""
A cluster made by kind, where a Docker engine answers.

Unverified: no Docker engine was at hand when this was written. Its commands are tested,
what they do is not.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from localcluster.cluster import Capabilities, Part
from localcluster.controlplane import MANIFESTS
from localcluster.errors import ClusterError
from localcluster.layout import state_root
from localcluster.tools import tool

_CAPABILITIES: Final = Capabilities(real_node=True, audit_log=False, simulated_nodes=False)

_FOUR_GPUS: Final = '{"status": {"capacity": {"nvidia.com/gpu": "4"}, "allocatable": {"nvidia.com/gpu": "4"}}}'

CONFIGURATION: Final = Path(__file__).resolve().parents[2] / "kind" / "kind.yaml"

Runner = Callable[[list[str]], str]
"""Runs a command and returns its output; raises ``ClusterError`` when it fails."""


def run(command: list[str]) -> str:
    """Run a command for real."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise ClusterError(f"{command[0]} is not installed") from error
    if done.returncode:
        raise ClusterError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


@dataclass(frozen=True)
class KindCluster:
    """A kind cluster by its name."""

    name: str
    runner: Runner = run
    audit_log: Path | None = None
    registry: str | None = None
    capabilities: Capabilities = _CAPABILITIES

    @property
    def kubeconfig(self) -> Path:
        """Its own file, so that the user's ``~/.kube/config`` stays as it is."""
        return state_root() / f"{self.name}.kind.kubeconfig"

    def up(self) -> None:
        """Create the cluster unless kind knows it; raises ``ClusterError`` if no Docker engine answers."""
        self.runner(["docker", "info"])
        self.kubeconfig.parent.mkdir(parents=True, exist_ok=True)
        if self._exists():
            self.runner(["kind", "export", "kubeconfig", *self._named(), *self._kubeconfig()])
        else:
            configured = ["--config", str(CONFIGURATION), "--wait", "2m"]
            self.runner(["kind", "create", "cluster", *self._named(), *configured, *self._kubeconfig()])
        self._kubectl("apply", "--filename", str(MANIFESTS / "runtime-class.yaml"))
        worker = f"{self.name}-worker"
        self._kubectl("patch", "node", worker, "--subresource=status", "--type=merge", f"--patch={_FOUR_GPUS}")

    def down(self) -> None:
        """Delete the cluster."""
        self.runner(["kind", "delete", "cluster", *self._named(), *self._kubeconfig()])
        self.kubeconfig.unlink(missing_ok=True)

    def status(self) -> list[Part]:
        """Say which nodes kind has; empty when there is no such cluster."""
        if not self._exists():
            return []
        names = self.runner(["kind", "get", "nodes", *self._named()]).split()
        return [Part(name, running=True, detail="node") for name in names]

    def load(self, archive: Path) -> None:
        """Put the images of an archive on its nodes."""
        self.runner(["kind", "load", "image-archive", str(archive), *self._named()])

    def _named(self) -> list[str]:
        return ["--name", self.name]

    def _kubeconfig(self) -> list[str]:
        return ["--kubeconfig", str(self.kubeconfig)]

    def _kubectl(self, *arguments: str) -> None:
        self.runner([str(tool("kubectl")), *self._kubeconfig(), *arguments])

    def _exists(self) -> bool:
        return self.name in self.runner(["kind", "get", "clusters"]).split()
