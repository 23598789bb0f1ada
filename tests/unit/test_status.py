"""A row of the status says what is true, in the words of whoever knows."""

from __future__ import annotations

import pytest

from composeapp.status.app import differs
from composeapp.translate import names
from support.app_status import BACK_OFF, CRASHING, HINT, PULLED, SCHEDULER, SINCE, conditions, container, ended, look
from support.cluster_objects import complete, deployment, pod


@pytest.mark.parametrize(
    ("pod_status", "state", "reason", "words"),
    [
        (
            {
                "conditions": [
                    {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": SCHEDULER}
                ]
            },
            "Pending",
            "Unschedulable",
            SCHEDULER,
        ),
        ({}, "Pending", "Scheduled", "on node gpu-1, whose kubelet has not begun with the pod"),
        (
            {"phase": "Failed", "reason": "OutOfnvidia.com/gpu", "message": "Pod was rejected: no GPU"},
            "Failed",
            "PodFailed",
            "Pod was rejected: no GPU",
        ),
        (
            {"containerStatuses": [container("llama-server", ready=True, state={"running": SINCE})]},
            "Starting",
            "NotReady",
            "on node gpu-1: every container runs, but the pod is not ready",
        ),
        ({"phase": "Failed", "reason": "Evicted", "message": "low on memory"}, "Failed", "Evicted", "low on memory"),
        (
            {"initContainerStatuses": [container("pull", state={"running": SINCE})]},
            "Pulling",
            "PullingModel",
            "fetching the model since 2026-01-01T00:00:05Z",
        ),
        (
            {
                "initContainerStatuses": [
                    container(
                        "pull",
                        restarts=2,
                        state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
                        lastState=ended(3, "ai/nope: not found in registry-1.docker.io"),
                    )
                ]
            },
            "Failed",
            "PullFailed",
            "ai/nope: not found in registry-1.docker.io",
        ),
        (
            {"initContainerStatuses": [container("pull", state=ended(3, "ai/nope: not found"))]},
            "Failed",
            "PullFailed",
            "ai/nope: not found",
        ),
        (
            {
                "initContainerStatuses": [
                    container("pull", state={"waiting": {"reason": "ImagePullBackOff", "message": BACK_OFF}})
                ]
            },
            "Failed",
            "ImagePullBackOff",
            BACK_OFF,
        ),
        (
            {
                "initContainerStatuses": [PULLED],
                "containerStatuses": [container("llama-server", state={"waiting": {"reason": "PodInitializing"}})],
            },
            "Pending",
            "ContainerCreating",
            f"on node gpu-1, container llama-server is being prepared {HINT}",
        ),
        (
            {
                "conditions": [{"type": "PodReadyToStartContainers", "status": "False"}],
                "initContainerStatuses": [container("pull", state={"waiting": {"reason": "PodInitializing"}})],
            },
            "Pending",
            "ContainerCreating",
            f"on node gpu-1, the pod's network and volumes are being prepared {HINT}",
        ),
        (
            {
                "conditions": [{"type": "PodReadyToStartContainers", "status": "True"}],
                "containerStatuses": [
                    container("web", image="web:1", state={"waiting": {"reason": "ContainerCreating"}})
                ],
            },
            "Pending",
            "ContainerCreating",
            f"on node gpu-1, container web is being created, or its image fetched: web:1 {HINT}",
        ),
        (
            {
                "initContainerStatuses": [PULLED],
                "containerStatuses": [container("llama-server", started=False, state={"running": SINCE})],
            },
            "Loading",
            "LoadingModel",
            "the server runs since 2026-01-01T00:00:05Z and loads the model",
        ),
        (
            {
                "initContainerStatuses": [PULLED],
                "containerStatuses": [container("llama-server", started=True, state={"running": SINCE})],
            },
            "Starting",
            "NotReady",
            "llama-server runs since 2026-01-01T00:00:05Z and is not ready",
        ),
        (
            {"initContainerStatuses": [PULLED], "containerStatuses": [CRASHING]},
            "Failed",
            "CrashLoopBackOff",
            "llama-server ended with exit code 1 (Error), again and again: error: invalid argument: --no-such-flag",
        ),
        (
            {"containerStatuses": [container("llama-server", state=ended(137, reason="OOMKilled"))]},
            "Failed",
            "ContainerEnded",
            "llama-server ended with exit code 137 (OOMKilled)",
        ),
    ],
)
def test_row_says_what_the_pod_says(pod_status, state, reason, words):
    """Each way in which a pod can be stuck has its state and reason, and the pod's own words."""
    (row,) = look([deployment(replicas=1, updatedReplicas=1)], [pod(**pod_status)])["models"]
    assert (row["state"], row["reason"], row.get("message")) == (state, reason, words)


def test_crash_loop_is_one_finding():
    """Neither another restart nor the moment for which the container runs in between changes what is said."""
    crash = ended(1, "no such flag")
    phases = [
        {"restarts": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": crash},
        {"restarts": 4, "state": {"running": SINCE}, "lastState": crash},
        {"restarts": 4, "state": crash},
        {"restarts": 9, "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": crash},
    ]
    statuses = [look([deployment()], [pod(containerStatuses=[container("web", **phase)])]) for phase in phases]
    assert statuses[0]["models"][0]["reason"] == "CrashLoopBackOff"
    assert not any(differs(statuses[0], status) for status in statuses[1:])


def test_pull_that_is_tried_again_may_get_further():
    """However often it failed: while it runs, weights are on the way; why it failed before is told as well."""
    again = container("pull", restarts=7, state={"running": SINCE}, lastState=ended(8, "no route to registry"))
    (row,) = look([deployment()], [pod(initContainerStatuses=[again])])["models"]
    assert row["state"] == "Pulling"
    assert row["message"].endswith("before that: no route to registry")


def test_pull_of_an_application_is_no_model_pull():
    """A service whose container happens to be called ``pull`` is told of as any other."""
    service = deployment("pull", names.SERVICE_COMPONENT)
    crash = pod("pull", names.SERVICE_COMPONENT, containerStatuses=[container("pull", state=ended(2, "no disk"))])
    (row,) = look([service], [crash])["services"]
    assert row["message"] == "pull ended with exit code 2 (Error): no disk"


def test_files_that_a_pod_waits_for_are_named():
    """Which of them is missing only an Event would say; who made none finds it here."""
    waiting = pod("web", names.SERVICE_COMPONENT, conditions=[{"type": "PodReadyToStartContainers", "status": "False"}])
    waiting["status"]["containerStatuses"] = [container("web", state={"waiting": {"reason": "ContainerCreating"}})]
    waiting["spec"]["volumes"] = [{"secret": {"secretName": "token"}}, {"configMap": {"name": "rules"}}, {"nfs": {}}]
    (row,) = look([deployment("web", names.SERVICE_COMPONENT)], [waiting])["services"]
    assert 'with ConfigMap "rules", Secret "token"' in row["message"]


def test_files_that_cannot_be_copied_have_a_way_out():
    """The author wrote nothing of the container that fails, so its own words are not enough."""
    failed = container(names.SEED_CONTAINER, state=ended(128, 'exec: "/bin/sh": no such file'))
    for role, told in (("initContainerStatuses", True), ("containerStatuses", False)):
        (row,) = look([deployment()], [pod(**{role: [failed]})])["models"]
        assert ("nocopy" in row["message"]) is told


def test_everything_ready():
    """Complete Deployments make a ready app, with counts for the printer columns."""
    status = look([deployment(**complete()), deployment("web", names.SERVICE_COMPONENT, **complete())])
    assert conditions(status) == {
        "Accepted": ("True", "Valid"),
        "ModelsReady": ("True", "AllReady"),
        "ServicesReady": ("True", "AllReady"),
        "Ready": ("True", "AllReady"),
        "Reconciling": ("False", "AllReady"),
        "Stalled": ("False", "NotStalled"),
    }
    assert status["summary"] == {"models": "1/1", "services": "1/1"}
    assert status["observedGeneration"] == 3
    assert status["models"] == [
        {
            "name": "llm",
            "model": "ai/smollm2",
            "endpoint": "http://chat-model-llm.demo.svc/v1/",
            "replicas": 1,
            "readyReplicas": 1,
            "state": "Ready",
            "reason": "Ready",
        }
    ]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ({"observedGeneration": 0, **complete()}, "DeploymentChanged"),
        (complete(replicas=2), "WaitingForPod"),
        (complete(updatedReplicas=0), "WaitingForPod"),
        ({}, "WaitingForPod"),
    ],
)
def test_deployment_on_its_way_is_not_ready(status, reason):
    """What ran before an edit does not count for what is wanted now."""
    (row,) = look([deployment(**status)])["models"]
    assert row["state"] != "Ready"
    assert row["reason"] == reason


def test_newest_pods_speak_for_the_roll_out():
    """The trouble of the new pod is told, while the old one still serves and counts as ready."""
    old = pod(revision="r1", conditions=[{"type": "Ready", "status": "True"}])
    new = pod(revision="r2", created="2026-01-01T01:00:00Z", containerStatuses=[CRASHING])
    (row,) = look([deployment(**complete(replicas=2))], [new, old])["models"]
    assert (row["state"], row["reason"], row["readyReplicas"]) == ("Failed", "CrashLoopBackOff", 1)


def test_trouble_of_an_old_revision_is_no_longer_told():
    """An edit has repaired it: the crash of the pod that is on its way out does not count."""
    old = pod(revision="r1", containerStatuses=[CRASHING])
    loading = container("llama-server", started=False, state={"running": SINCE})
    new = pod(revision="r2", created="2026-01-01T01:00:00Z", containerStatuses=[loading])
    (row,) = look([deployment()], [old, new])["models"]
    assert row["reason"] == "LoadingModel"


def test_refusal_of_a_former_pod_is_no_longer_told():
    """Kubernetes keeps the condition for a while; the pod that came to be says more."""
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: gpus"}
    (row,) = look([deployment(conditions=[failure])], [pod()])["models"]
    assert row["reason"] == "Scheduled"


def test_evicted_pod_is_silent_once_it_has_a_successor():
    """The record of an eviction stays for days; what counts is the pod that runs."""
    evicted = pod(phase="Failed", reason="Evicted", message="low on memory")
    successor = pod(containerStatuses=[container("llama-server", started=False, state={"running": SINCE})])
    (row,) = look([deployment()], [evicted, successor])["models"]
    assert row["reason"] == "LoadingModel"


def test_refused_pod_is_told_by_the_deployment():
    """A quota leaves no pod to ask: the Deployment knows."""
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: gpus"}
    (row,) = look([deployment(conditions=[failure])])["models"]
    assert (row["state"], row["reason"], row["message"]) == ("Failed", "FailedCreate", "exceeded quota: gpus")
