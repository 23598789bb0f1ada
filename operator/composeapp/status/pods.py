"""What a pod that is not ready says about itself, in its own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from composeapp.plan import Manifest
from composeapp.status import finding
from composeapp.status.finding import Finding, bounded
from composeapp.translate import names

_NOT_BEGUN: Final = {"ContainerCreating", "PodInitializing"}
_CRASHED: Final = "CrashLoopBackOff"
_PULL: Final = "pull"
_BEFORE_OTHERS: Final = "init"
_WAYS_OUT: Final = {
    names.SEED_CONTAINER: "it copies the image's files into new volumes with the image's /bin/sh and cp;"
    " where they are not needed, write nocopy: VOLUME:/PATH:nocopy"
}
_MANY: Final = 3
"""Restarts that are not counted any more: every new number would be another write of the status."""
_RESTARTED: Final = ("", ", restarted once", ", restarted twice", ", again and again")
_SEVERITY: Final = (finding.FAILED, finding.PENDING, finding.PULLING, finding.STARTING, finding.LOADING)


def most_telling(pods: Iterable[Manifest]) -> Finding | None:
    """Return what is worst among pods that are not ready; ``None`` if all of them are."""
    findings = [_described(pod) for pod in pods if not is_ready(pod)]
    return min(findings, key=lambda found: (_SEVERITY.index(found.state), found.message), default=None)


def is_ready(pod: Manifest) -> bool:
    """Tell whether a pod takes requests."""
    return _condition(pod, "Ready").get("status") == "True"


def is_leaving(pod: Manifest) -> bool:
    """Tell whether a pod is being deleted: then its successor is the one to look at."""
    return "deletionTimestamp" in pod["metadata"]


def has_ended(pod: Manifest) -> bool:
    """Tell whether all of a pod's containers have ended for good."""
    return pod.get("status", {}).get("phase") in ("Failed", "Succeeded")


def _described(pod: Manifest) -> Finding:
    status = pod.get("status", {})
    scheduled = _condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        reason = finding.word(scheduled.get("reason"), "Unschedulable")
        return Finding(finding.PENDING, reason, bounded(scheduled.get("message", "")))
    if status.get("phase") == "Failed" and ("reason" in status or "containerStatuses" not in status):
        reason = finding.word(status.get("reason"), "PodFailed")
        return Finding(finding.FAILED, reason, bounded(status.get("message", "the pod has ended")))
    for container in status.get("initContainerStatuses", []):
        if found := _container(pod, container, _PULL if container["name"] == names.PULL_CONTAINER else _BEFORE_OTHERS):
            return _with_way_out(found, container["name"])
    for container in status.get("containerStatuses", []):
        if found := _container(pod, container, _component(pod)):
            return found
    return _of_itself(pod)


def _with_way_out(found: Finding, container: str) -> Finding:
    """Say what its author can do about a container of ours, of which the document says nothing."""
    if found.state != finding.FAILED or container not in _WAYS_OUT:
        return found
    return replace(found, message=f"{found.message} ({_WAYS_OUT[container]})")


def _of_itself(pod: Manifest) -> Finding:
    """Say what holds up a pod none of whose containers does."""
    node = pod.get("spec", {}).get("nodeName")
    if not node:
        return Finding(finding.PENDING, "PodCreated", "the pod waits for the scheduler")
    if not pod.get("status", {}).get("containerStatuses"):
        return Finding(finding.PENDING, "Scheduled", f"on node {node}, whose kubelet has not begun with the pod")
    message = _condition(pod, "Ready").get("message") or "every container runs, but the pod is not ready"
    return Finding(finding.STARTING, "NotReady", bounded(f"on node {node}: {message}"))


def _container(pod: Manifest, container: dict[str, Any], role: str) -> Finding | None:
    """Say why this container holds the pod up; ``None`` if it does not."""
    state, before = container.get("state", {}), container.get("lastState", {}).get("terminated")
    ended = state.get("terminated", before)
    if "terminated" in state and ended["exitCode"] == 0 and role in (_PULL, _BEFORE_OTHERS):
        return None
    if "running" in state and container.get("ready"):
        return None
    # Between two ends a container of a loop runs for a moment: that is no news. A pull may well get further.
    loops = "running" in state and role != _PULL and container.get("restartCount", 0) >= _MANY
    if ended and (loops or "terminated" in state):
        return _ended(container, ended, role)
    if "waiting" in state:
        return _waiting(pod, container, role)
    return _running(container, state["running"], role) if "running" in state else None


def _waiting(pod: Manifest, container: dict[str, Any], role: str) -> Finding:
    waiting = container["state"]["waiting"]
    ended = container.get("lastState", {}).get("terminated")
    if waiting.get("reason") == _CRASHED and ended:
        return _ended(container, ended, role)
    if waiting.get("reason") in _NOT_BEGUN:
        return _not_begun(pod, container)
    message = bounded(waiting.get("message", "")) or f"container {container['name']} cannot start"
    return Finding(finding.FAILED, finding.word(waiting.get("reason"), "Waiting"), message)


def _not_begun(pod: Manifest, container: dict[str, Any]) -> Finding:
    """Say what is known: how far an image is and what a volume waits for, the kubelet tells in Events only."""
    sandbox = _condition(pod, "PodReadyToStartContainers").get("status")
    if sandbox == "True":
        doing = f"container {container['name']} is being created, or its image fetched: {container.get('image')}"
    elif sandbox == "False":
        doing = "the pod's network and volumes are being prepared" + _files(pod)
    else:
        doing = f"container {container['name']} is being prepared"
    node, name = pod.get("spec", {}).get("nodeName", ""), pod["metadata"]["name"]
    message = f"on node {node}, {doing} (if that lasts, kubectl describe pod {name} shows why)"
    return Finding(finding.PENDING, "ContainerCreating", bounded(message))


def _files(pod: Manifest) -> str:
    """Name what may be missing: without it a pod waits, and says so in Events only."""
    volumes = pod.get("spec", {}).get("volumes", [])
    secrets = [f'Secret "{volume["secret"]["secretName"]}"' for volume in volumes if "secret" in volume]
    config_maps = [f'ConfigMap "{volume["configMap"]["name"]}"' for volume in volumes if "configMap" in volume]
    named = sorted({*secrets, *config_maps})
    return f", with {', '.join(named)}" if named else ""


def _ended(container: dict[str, Any], ended: dict[str, Any], role: str) -> Finding:
    """Say with which words a container ended; a failed pull is told by what the registry answered."""
    words = bounded(ended.get("message", ""))
    if role == _PULL and words:
        return Finding(finding.FAILED, "PullFailed", words)
    restarts = container.get("restartCount", 0)
    exit_code = f"exit code {ended['exitCode']} ({ended.get('reason', 'Error')})"
    message = f"{container['name']} ended with {exit_code}{_RESTARTED[min(restarts, _MANY)]}"
    return Finding(
        finding.FAILED, _CRASHED if restarts else "ContainerEnded", bounded(f"{message}: {words}" if words else message)
    )


def _running(container: dict[str, Any], running: dict[str, Any], role: str) -> Finding:
    since = f"since {running.get('startedAt', 'just now')}"
    ended = container.get("lastState", {}).get("terminated")
    before = f"; before that: {_ended(container, ended, role).message}" if ended else ""
    if role == _PULL:
        return Finding(finding.PULLING, "PullingModel", bounded(f"fetching the model {since}{before}"))
    if role == names.MODEL_COMPONENT and not container.get("started"):
        return Finding(finding.LOADING, "LoadingModel", bounded(f"the server runs {since} and loads the model{before}"))
    return Finding(finding.STARTING, "NotReady", bounded(f"{container['name']} runs {since} and is not ready{before}"))


def _component(pod: Manifest) -> str:
    return str(pod["metadata"].get("labels", {}).get(names.COMPONENT_LABEL, ""))


def _condition(pod: Manifest, kind: str) -> dict[str, Any]:
    conditions = pod.get("status", {}).get("conditions", [])
    return next((condition for condition in conditions if condition["type"] == kind), {})
