"""GPU nodes and pods that only exist in the API, played by kwok after our own stages (``stages/*.yaml``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from localcluster import certificates, controlplane, processes
from localcluster.layout import Layout
from localcluster.progress import step
from localcluster.tools import tool

STAGES: Final = Path(__file__).with_name("stages")

TAINT: Final = {"key": "kwok.x-k8s.io/node", "value": "fake", "effect": "NoSchedule"}
"""Keeps everything away that does not ask for simulated nodes."""

TOLERATIONS: Final = (
    {"key": TAINT["key"], "operator": "Exists"},
    {"key": "nvidia.com/gpu", "operator": "Exists"},
)
"""What a pod needs in order to run on simulated GPU nodes."""

_READY_WITHIN: Final = 60.0


def node(name: str, *, instance_type: str, region: str, gpus: int = 8) -> dict[str, Any]:
    """Return the manifest of a simulated GPU node, for ``kubectl apply``."""
    capacity = {"cpu": "64", "memory": "512Gi", "pods": "1000", "nvidia.com/gpu": str(gpus)}
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": instance_type,
        "topology.kubernetes.io/region": region,
        "topology.kubernetes.io/zone": f"{region}a",
    }
    gpu_taint = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, "annotations": {"kwok.x-k8s.io/node": "fake"}},
        "spec": {"taints": [TAINT, gpu_taint]},
        "status": {"capacity": capacity, "allocatable": capacity},
    }


NODES: Final = (
    node("simulated-medium-1", instance_type="gpu-medium", region="eu-central-1"),
    node("simulated-medium-2", instance_type="gpu-medium", region="eu-central-1"),
    node("simulated-large-1", instance_type="gpu-large", region="us-east-1"),
    node("simulated-large-2", instance_type="gpu-large", region="us-east-1"),
)
"""The nodes of every cluster: other classes and regions than the real node's."""


def up(layout: Layout, address: str) -> None:
    """Start kwok against the API server on ``address``, and wait until its nodes are ready."""
    program = tool("kwok")
    with step("Starting the simulated nodes"):
        kubeconfig = certificates.write_kubeconfig(
            layout, certificates.SIMULATOR, controlplane.api_url(layout, address)
        )
        processes.start(layout, "kwok", [program, *_arguments(layout, kubeconfig)])
        add(layout, NODES)


def add(layout: Layout, nodes: Sequence[dict[str, Any]]) -> None:
    """Create simulated nodes (made by ``node``) and wait until they are ready."""
    manifests = layout.run / "simulated-nodes.yaml"
    manifests.write_text(yaml.safe_dump_all(nodes))
    controlplane.kubectl(layout, "apply", "--server-side", "--force-conflicts", "-f", str(manifests))
    wanted = {manifest["metadata"]["name"] for manifest in nodes}
    processes.wait_until(
        lambda: wanted <= {name for name, ready in conditions(layout).items() if ready == "True"},
        "Simulated nodes are ready",
        _READY_WITHIN,
        layout=layout,
        process="kwok",
    )


def down(layout: Layout) -> None:
    """Stop kwok; its nodes are in the API server's data."""
    processes.stop(layout, "kwok")


def conditions(layout: Layout) -> dict[str, str]:
    """Return every node's, real or simulated, ``Ready`` condition: True, False, Unknown, or nothing yet."""
    template = '{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}'
    lines = controlplane.kubectl(layout, "get", "nodes", f"--output=jsonpath={template}").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def _arguments(layout: Layout, kubeconfig: Path) -> list[str]:
    stages = [f"--config={path}" for path in sorted(STAGES.glob("*.yaml"))]
    return [
        f"--kubeconfig={kubeconfig}",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        "--node-lease-duration-seconds=40",
        "--node-ip=127.0.0.1",
        f"--cidr={layout.simulated_pod_network}",
        *stages,
    ]
