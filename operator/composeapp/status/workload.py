"""Where one Deployment stands, from itself and from its newest pods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from composeapp.plan import Manifest
from composeapp.status import finding, pods
from composeapp.status.finding import Finding, bounded

_REVISION_LABEL = "pod-template-hash"


def found(deployment: Manifest, all_pods: Iterable[Manifest]) -> Finding:
    """Say where a live Deployment stands; ``all_pods`` may hold pods of others."""
    status, wanted = deployment.get("status", {}), replicas(deployment)
    if status.get("observedGeneration", 0) < deployment["metadata"].get("generation", 0):
        return Finding(finding.PENDING, "DeploymentChanged", "the change waits for Kubernetes' Deployment controller")
    if is_complete(status, wanted):
        return Finding(finding.READY, "Ready" if wanted else "ScaledToZero")
    mine = [pod for pod in all_pods if _selects(deployment, pod)]
    staying = [pod for pod in mine if not pods.is_leaving(pod)]
    # An evicted pod stays as a record; it speaks only where it has no successor.
    staying = _newest([pod for pod in staying if not pods.has_ended(pod)] or staying)
    if len(staying) < wanted and (refusal := _refusal(status)):
        return refusal
    if not staying:
        message = "the old pod stops first" if mine else "no pod has been created yet"
        return Finding(finding.PENDING, "WaitingForPod", message)
    updated = status.get("updatedReplicas", 0)
    rolling = Finding(finding.UPDATING, "RollingOut", f"{updated} of {wanted} pods are new")
    return pods.most_telling(staying) or rolling


def replicas(deployment: Manifest) -> int:
    """Return how many pods are wanted."""
    return int(deployment["spec"].get("replicas", 1))


def is_complete(status: Mapping[str, Any], wanted: int) -> bool:
    """Tell whether all wanted pods are new, available and alone (as ``kubectl rollout status``)."""
    counted = (status.get(count, 0) for count in ("replicas", "updatedReplicas", "availableReplicas"))
    return all(count == wanted for count in counted)


def _selects(deployment: Manifest, pod: Manifest) -> bool:
    labels = pod["metadata"].get("labels", {})
    return all(labels.get(name) == value for name, value in deployment["spec"]["selector"]["matchLabels"].items())


def _newest(candidates: list[Manifest]) -> list[Manifest]:
    """Return the pods of the newest revision: the others are on their way out."""
    if not candidates:
        return []
    newest = max(candidates, key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))
    return [pod for pod in candidates if _revision(pod) == _revision(newest)]


def _revision(pod: Manifest) -> str | None:
    revision: str | None = pod["metadata"].get("labels", {}).get(_REVISION_LABEL)
    return revision


def _refusal(status: Mapping[str, Any]) -> Finding | None:
    """Return why no pod could be created: a quota, Pod Security, a webhook."""
    for condition in status.get("conditions", []):
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            reason = finding.word(condition.get("reason"), "FailedCreate")
            return Finding(finding.FAILED, reason, bounded(condition.get("message", "")))
    return None
