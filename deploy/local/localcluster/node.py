"""
One real node: real kubelet, real containers, in namespaces of its own on this machine.

It calls itself a GPU node. No GPU hardware is needed: its capacity says so, the
scheduler counts, and the kubelet starts what was scheduled.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final

from localcluster import cgroups, containerd, controlplane, kubelet, namespaces, network, processes, registry
from localcluster.errors import ClusterError
from localcluster.kubelet import NODE
from localcluster.layout import Layout
from localcluster.progress import step
from localcluster.tools import tool

GPU: Final = "nvidia.com/gpu"
GPUS: Final = 4

_FOLDERS: Final = ("containerd", "kubelet", "pods")
"""What the node keeps on disk, below ``layout.state/node``; isolate.sh puts them into place."""

_ORDINARY_POD: Final = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probe", "namespace": "default"},
    "spec": {"containers": [{"name": "probe", "image": containerd.PAUSE_IMAGE}]},
}


def prepare(layout: Layout) -> None:
    """Make the node's namespaces, network and cgroups; the API server listens on an address of that network."""
    for name in kubelet.PROCESSES:
        tool(name)  # may have to be built, which shows its own progress
    if not namespaces.held(layout):
        _end_what_is_left(layout)
    for name in _FOLDERS:
        (layout.state / "node" / name).mkdir(parents=True, exist_ok=True)
    cgroups.make(layout)
    network.up(layout)


def up(layout: Layout, server: str) -> None:
    """
    Start whatever of the node does not run yet, and wait until it is ready for pods.

    Args:
        layout: The cluster, after ``prepare`` and with its control plane running.
        server: The URL of the API server.
    """
    with step("Starting the real node"):
        registry.start(layout)
        containerd.start(layout, registry.address(layout))
        kubelet.start(layout, server)
        processes.wait_until(
            lambda: _is_ready(layout), "The real node becomes ready", 60, layout=layout, process="kubelet"
        )
        _offer_gpus(layout)
        processes.wait_until(lambda: _takes_ordinary_pods(layout), "The API server applies its admission policy", 30)


def down(layout: Layout) -> None:
    """
    Remove the node with all that runs on it, at once, as if its power were cut.

    Needs no API server. Also removes what a crash has left.
    """
    _end_what_is_left(layout)
    network.down(layout)


def load(layout: Layout, archive: Path) -> None:
    """Put the images of an archive into the node. Raises ``ClusterError`` as ``containerd.load`` does."""
    containerd.load(layout, archive)


def _end_what_is_left(layout: Layout) -> None:
    """The kubelet first, so that it starts nothing again."""
    kubelet.stop(layout)
    namespaces.release(layout)
    cgroups.kill(layout)
    cgroups.remove(layout)


def _is_ready(layout: Layout) -> bool:
    """Whether the kubelet calls the node ready: the one that runs now, not one that ran before."""
    path = 'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.lastHeartbeatTime}{end}'
    said = controlplane.kubectl(layout, "get", "node", NODE, "--ignore-not-found", "--output", path)
    status, _, when = said.partition(" ")
    return status == "True" and datetime.fromisoformat(when) > kubelet.started(layout)


def _offer_gpus(layout: Layout) -> None:
    """Say that the node has GPUs: no device plugin tells the kubelet, which passes on what it finds."""
    path = r"jsonpath={.status.allocatable.nvidia\.com/gpu}"
    if controlplane.kubectl(layout, "get", "node", NODE, "--output", path) != str(GPUS):
        amount = {GPU: str(GPUS)}
        patch = json.dumps({"status": {"capacity": amount, "allocatable": amount}})
        controlplane.kubectl(layout, "patch", "node", NODE, "--subresource=status", "--type=merge", f"--patch={patch}")


def _takes_ordinary_pods(layout: Layout) -> bool:
    """Whether the policy is at work that gives a toleration to pods without a GPU: it takes a moment after start."""
    path = layout.state / "node" / "probe.json"
    path.write_text(json.dumps(_ORDINARY_POD))
    command = ("create", "--dry-run=server", "--output=json", f"--filename={path}")
    try:
        pod = json.loads(controlplane.kubectl(layout, *command))
    except ClusterError:
        return False  # neither the policy nor the service account may be there yet
    return any(toleration.get("key") == GPU for toleration in pod["spec"]["tolerations"])
