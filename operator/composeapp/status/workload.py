"""Where one workload stands, from itself and from its newest pods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from composeapp import workloads
from composeapp.plan import Manifest
from composeapp.status import finding, job, pods
from composeapp.status.finding import Finding, bounded
from composeapp.workload_kinds import DAEMON_SET, DEPLOYMENT, JOB

_CHANGED: Final = {DEPLOYMENT: "DeploymentChanged", DAEMON_SET: "DaemonSetChanged"}


def found(workload: Manifest, all_pods: Iterable[Manifest]) -> Finding:
    """Say where a live workload stands; ``all_pods`` may hold pods of others."""
    mine = workloads.pods_of(workload, all_pods)
    if workload["kind"] == JOB:
        return job.found(workload, mine)
    if not workloads.is_noticed(workload):
        kind = workload["kind"]
        return Finding(finding.PENDING, _CHANGED[kind], f"the change waits for Kubernetes' {kind} controller")
    wanted = workloads.counts(workload).wanted
    if workloads.is_rolled_out(workload):
        return Finding(finding.READY, "Ready" if wanted else "ScaledToZero")
    staying = [pod for pod in mine if not pods.is_leaving(pod)]
    # An evicted pod stays as a record; it speaks only where it has no successor.
    staying = workloads.newest(workload, [pod for pod in staying if not pods.has_ended(pod)] or staying)
    if len(staying) < wanted and (refusal := _refusal(workload.get("status", {}))):
        return refusal
    if not staying:
        message = "the old pod stops first" if mine else "no pod has been created yet"
        return Finding(finding.PENDING, "WaitingForPod", message)
    return pods.most_telling(staying) or _rolling(workload)


def _rolling(workload: Manifest) -> Finding:
    counted = workloads.counts(workload)
    return Finding(finding.UPDATING, "RollingOut", f"{counted.updated} of {counted.wanted} pods are new")


def _refusal(status: Mapping[str, Any]) -> Finding | None:
    """Return why no pod could be created: a quota, Pod Security, a webhook."""
    for condition in status.get("conditions", []):
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            reason = finding.word(condition.get("reason"), "FailedCreate")
            return Finding(finding.FAILED, reason, bounded(condition.get("message", "")))
    return None
