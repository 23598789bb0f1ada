"""How far a workload (Deployment, DaemonSet, Job) has come, told by its live object and by its pods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp.plan import Manifest
from composeapp.workload_kinds import DAEMON_SET, DEPLOYMENT, JOB

_REVISION_LABELS: Final = {
    DEPLOYMENT: "pod-template-hash",
    DAEMON_SET: "controller-revision-hash",
    JOB: "batch.kubernetes.io/job-name",
}
"""Kind → the label by which its controller tells one edition of its pods from the next."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Pods of a workload: how many are wanted, and of those there are, how many are what."""

    wanted: int
    there: int = 0
    updated: int = 0
    available: int = 0
    ready: int = 0


def counts(workload: Manifest) -> Counts:
    """Return the counts of a workload as its controller last wrote them."""
    return _COUNTS[workload["kind"]](workload["spec"], workload.get("status", {}))


def _of_deployment(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Counts:
    words = ("replicas", "updatedReplicas", "availableReplicas", "readyReplicas")
    return Counts(int(spec.get("replicas", 1)), *(status.get(word, 0) for word in words))


def _of_daemon_set(_spec: Mapping[str, Any], status: Mapping[str, Any]) -> Counts:
    words = ("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled")
    return Counts(*(status.get(word, 0) for word in (*words, "numberAvailable", "numberReady")))


def _of_job(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Counts:
    """Pods that have succeeded count as ready: they were."""
    wanted = int(spec.get("completions", 1))
    return Counts(wanted, ready=min(wanted, status.get("succeeded", 0) + status.get("ready", 0)))


_COUNTS: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Counts]]] = {
    DEPLOYMENT: _of_deployment,
    DAEMON_SET: _of_daemon_set,
    JOB: _of_job,
}


def is_noticed(workload: Manifest) -> bool:
    """Tell whether its controller has seen the last change; a Job's template never changes."""
    seen, changed = workload.get("status", {}).get("observedGeneration", 0), workload["metadata"].get("generation", 0)
    return bool(workload["kind"] == JOB or seen >= changed)


def is_rolled_out(workload: Manifest) -> bool:
    """Tell whether all wanted pods are new, available and alone (as ``kubectl rollout status``)."""
    found = counts(workload)
    return is_noticed(workload) and found.there == found.updated == found.available == found.wanted


def has_completed(workload: Manifest) -> bool:
    """Tell whether it is a Job that ended well."""
    return bool(_job_condition(workload, "Complete"))


def failure(workload: Manifest) -> dict[str, Any]:
    """Return the condition by which its controller has given up; empty if it has not."""
    if workload["kind"] == JOB:
        return _job_condition(workload, "Failed")
    progressing = _condition(workload, "Progressing")
    return progressing if progressing.get("status") == "False" and is_noticed(workload) else {}


def pods_of(workload: Manifest, pods: Iterable[Manifest]) -> list[Manifest]:
    """Return the pods that a workload has made; ``pods`` may hold those of others."""
    label = _REVISION_LABELS[workload["kind"]]
    made = [pod for pod in pods if label in _labels(pod)]
    if workload["kind"] == JOB:
        return [pod for pod in made if _labels(pod)[label] == workload["metadata"]["name"]]
    selector = workload["spec"]["selector"]["matchLabels"]
    return [pod for pod in made if selector.items() <= _labels(pod).items()]


def newest(workload: Manifest, own_pods: list[Manifest]) -> list[Manifest]:
    """Return the pods of the newest edition: the others are on their way out."""
    if not own_pods:
        return []
    label = _REVISION_LABELS[workload["kind"]]
    last = max(own_pods, key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))
    return [pod for pod in own_pods if _labels(pod)[label] == _labels(last)[label]]


def _labels(pod: Manifest) -> dict[str, str]:
    labels: dict[str, str] = pod["metadata"].get("labels", {})
    return labels


def _job_condition(job: Manifest, kind: str) -> dict[str, Any]:
    found = _condition(job, kind) if job["kind"] == JOB else {}
    return found if found.get("status") == "True" else {}


def _condition(workload: Manifest, kind: str) -> dict[str, Any]:
    conditions = workload.get("status", {}).get("conditions", [])
    return next((condition for condition in conditions if condition["type"] == kind), {})
