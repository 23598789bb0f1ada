"""Where a Job stands: how far it is, and if it failed, with which words."""

from __future__ import annotations

from composeapp import workloads
from composeapp.plan import Manifest
from composeapp.status import finding, pods
from composeapp.status.finding import Finding, bounded


def found(job: Manifest, own_pods: list[Manifest]) -> Finding:
    """Say where a live Job stands; what its last pod said is worth more than that there were too many attempts."""
    if workloads.has_completed(job):
        return Finding(finding.COMPLETE, "Completed")
    last_words = pods.most_telling(sorted(own_pods, key=_age)[-1:])
    if given_up := workloads.failure(job):
        said = last_words.message if last_words else given_up.get("message", "")
        return Finding(finding.FAILED, finding.word(given_up.get("reason"), "JobFailed"), bounded(said))
    active = [pod for pod in own_pods if not pods.has_ended(pod)]
    if any(map(pods.is_ready, active)):
        return Finding(finding.RUNNING, "JobRunning", "it runs, and has not ended yet")
    if active:
        return pods.most_telling(active) or Finding(finding.RUNNING, "JobRunning")
    if last_words:
        return Finding(finding.PENDING, "WaitingForRetry", last_words.message)
    return Finding(finding.PENDING, "WaitingForPod", "no pod has been created yet")


def _age(pod: Manifest) -> tuple[str, str]:
    return pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]
