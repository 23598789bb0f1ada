"""The cluster as a whole: control plane, volumes, simulated nodes, and with root a real node."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from localcluster import controlplane, node, processes, provisioner, registry, simulated_nodes
from localcluster.cluster import Capabilities, Part
from localcluster.errors import ClusterError
from localcluster.layout import Layout, known_clusters, lock
from localcluster.progress import step


@dataclass(frozen=True)
class LocalCluster:
    """
    One cluster on this machine, known by its name.

    ``real_node`` is a wish: only root can make the namespaces that a real node needs.
    """

    name: str
    real_node: bool = True

    @property
    def layout(self) -> Layout:
        """Where it lives; asking for it takes a place on this machine."""
        return Layout.of(self.name)

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig; it exists once the cluster is up."""
        return self.layout.kubeconfig

    @property
    def audit_log(self) -> Path:
        """What was asked of the API server."""
        return self.layout.audit_log

    @property
    def registry(self) -> str | None:
        """The registry's ``HOST:PORT``, the same for the host and for pods."""
        return registry.address(self.layout) if self.capabilities.real_node else None

    @property
    def capabilities(self) -> Capabilities:
        """What this cluster can show: as it runs, or would."""
        running = self._shape()
        real_node = self._wants_real_node() if running is None else running
        return Capabilities(real_node=real_node, audit_log=True, simulated_nodes=True)

    def up(self) -> None:
        """
        Start whatever does not run yet, and wait until it is ready.

        Raises ``ClusterError`` when a part does not become ready.
        """
        if self.real_node and not self._wants_real_node():
            Console(stderr=True).print("Not root: control plane and simulated nodes only, no container will run.")
        with lock(self.name):
            self._refuse_another_shape()
            self._start(self.layout)

    def _start(self, layout: Layout) -> None:
        real_node = self._wants_real_node()
        address = layout.host_address if real_node else "127.0.0.1"
        server = controlplane.api_url(layout, address)
        if real_node:
            node.prepare(layout)
        controlplane.up(layout, address)
        provisioner.start(layout, server)
        simulated_nodes.up(layout, address)
        if real_node:
            node.up(layout, server)

    def down(self) -> None:
        """Remove the cluster and everything in it, also what a crash has left."""
        with lock(self.name):
            if self.name in known_clusters():
                with step(f"Stopping cluster {self.name}"):
                    self._stop(self.layout)

    def _stop(self, layout: Layout) -> None:
        if _has_real_node(layout):
            node.down(layout)
        simulated_nodes.down(layout)
        provisioner.stop(layout)
        controlplane.down(layout)
        for left in processes.names(layout):
            processes.stop(layout, left)
        processes.sweep(layout)
        layout.remove()

    def status(self) -> list[Part]:
        """Say of every process and node whether it runs; empty when there is no such cluster."""
        if self.name not in known_clusters():
            return []
        layout = self.layout
        parts = [_process(layout, name) for name in processes.names(layout)]
        if processes.is_alive(layout, "kube-apiserver"):
            parts += _nodes(layout)
        return parts

    def load(self, archive: Path) -> None:
        """Put the images of an archive (as ``docker save`` makes it) on the real node."""
        if not self.capabilities.real_node:
            raise ClusterError(f"cluster {self.name} has no real node, so no image can run on it")
        node.load(self.layout, archive)

    def _wants_real_node(self) -> bool:
        return self.real_node and os.geteuid() == 0

    def _shape(self) -> bool | None:
        """Whether the running cluster has its real node; None when it does not run."""
        if self.name in known_clusters() and processes.is_alive(self.layout, "kube-apiserver"):
            return _has_real_node(self.layout)
        return None

    def _refuse_another_shape(self) -> None:
        """The API server's address depends on the real node, so it cannot come or go while the cluster runs."""
        running = self._shape()
        if running is not None and running != self._wants_real_node():
            how = "with" if running else "without"
            raise ClusterError(f"cluster {self.name} runs {how} its real node; to change that, take it down first")


def _has_real_node(layout: Layout) -> bool:
    return (layout.state / "node").exists()


def _process(layout: Layout, name: str) -> Part:
    number = processes.pid(layout, name)
    return Part(name, running=number is not None, detail=f"process {number}" if number else "has ended")


def _nodes(layout: Layout) -> list[Part]:
    try:
        conditions = simulated_nodes.conditions(layout)
    except ClusterError as error:
        return [Part("nodes", running=False, detail=str(error))]
    return [Part(name, running=ready == "True", detail="node") for name, ready in sorted(conditions.items())]
