"""
One workload of a service at a time: a new one begins when the old one and its pods are gone.

A service gets another workload when it becomes a Job or stops being one, and a Job with every change: two
migrations of one database would run at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from composeapp.cluster.stamp import controller_of
from composeapp.plan import Manifest
from composeapp.translate import names
from composeapp.workload_kinds import DAEMON_SET, DEPLOYMENT, JOB, WORKLOAD_KINDS

_MAKERS: Final = {DEPLOYMENT: "ReplicaSet", DAEMON_SET: DAEMON_SET, JOB: JOB}
"""Kind of a workload → the kind of what controls its pods."""
_IDENTITY: Final = (names.NAME_LABEL, names.COMPONENT_LABEL)
_ENDED: Final = ("Succeeded", "Failed")


def predecessor(manifest: Manifest, workloads: Iterable[Manifest], pods: Iterable[Manifest]) -> str:
    """
    Name what must be gone before a workload is created; empty if nothing.

    ``workloads`` and ``pods`` are those of the same app. Pods of the very same Deployment may be there: somebody
    deleted it, and it takes them over.
    """
    kind = manifest["kind"]
    if kind not in WORKLOAD_KINDS:
        return ""
    others = [f'{item["kind"]} "{item["metadata"]["name"]}"' for item in workloads if _is_same(item, manifest)]
    left = [
        f'pod "{pod["metadata"]["name"]}"'
        for pod in pods
        if _is_same(pod, manifest) and _is_running(pod) and (kind == JOB or not _is_made_by(pod, _MAKERS[kind]))
    ]
    return next(iter((*others, *left)), "")


def _is_same(item: Manifest, manifest: Manifest) -> bool:
    labels, wanted = (it["metadata"].get("labels", {}) for it in (item, manifest))
    return all(labels.get(name) == wanted.get(name) for name in _IDENTITY)


def _is_running(pod: Manifest) -> bool:
    return pod.get("status", {}).get("phase") not in _ENDED


def _is_made_by(pod: Manifest, kind: str) -> bool:
    """Tell whether a pod's controller is of a kind; one without a controller is somebody's own."""
    controller = controller_of(pod)
    return controller is None or controller["kind"] == kind
