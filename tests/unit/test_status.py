"""Status says what is true, in the words of whoever knows; time enters only as an argument."""

from __future__ import annotations

import copy
import json

import pytest

from composeapp.plan import Change, Changes, Outcome
from composeapp.problems import Problem
from composeapp.status.app import Verdict, app_status, differs
from composeapp.status.news import news
from composeapp.status.rows import Observed
from composeapp.translate import names
from support.cluster_objects import RESOURCE, complete, deployment, pod

NOW = "2026-01-02T00:00:00Z"
SINCE = {"startedAt": "2026-01-01T00:00:05Z"}
SCHEDULER = "0/5 nodes are available: 5 node(s) didn't match Pod's node affinity/selector."
HINT = "(if that lasts, kubectl describe pod llm-r1 shows why)"
BACK_OFF = 'Back-off pulling image "x:1": ErrImagePull: not found'


def container(name: str, *, ready: bool = False, restarts: int = 0, **more) -> dict:
    """Return a container's status; ``more`` is state, lastState, started."""
    return {"name": name, "ready": ready, "restartCount": restarts, **more}


def ended(code: int, message: str = "", reason: str = "Error") -> dict:
    """Return the state of a container that ended."""
    return {"terminated": {"exitCode": code, "reason": reason, "message": message}}


CRASHING = container(
    "llama-server",
    restarts=4,
    state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
    lastState=ended(1, "error: invalid argument: --no-such-flag"),
)
PULLED = container("pull", ready=True, state=ended(0, reason="Completed"))


def look(live: list[dict], pods: list[dict] = (), *, resource=RESOURCE, **verdict) -> dict:
    """Return the status for a good document whose plan is what is there."""
    observed = Observed(tuple(live), (), tuple(pods))
    return app_status(resource, Verdict(**{"manifests": tuple(live), **verdict}), observed, now=NOW)


def conditions(status: dict) -> dict[str, tuple[str, str]]:
    """Return status and reason of every condition."""
    return {item["type"]: (item["status"], item["reason"]) for item in status["conditions"]}


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


def test_bad_document_keeps_the_rows_of_what_runs():
    """Every problem is in the message; the rows follow the live objects; nothing is ready."""
    problems = (Problem(("services", "web", "imagee"), "additional properties not allowed", "did you mean image?"),)
    status = look([deployment(**complete())], manifests=None, problems=problems)
    accepted = status["conditions"][0]
    assert accepted["message"] == "services.web.imagee: additional properties not allowed (did you mean image?)"
    assert conditions(status)["Accepted"] == ("False", "InvalidDocument")
    assert conditions(status)["Ready"] == ("False", "InvalidDocument")
    assert conditions(status)["ModelsReady"] == ("True", "AllReady")
    assert conditions(status)["Stalled"] == ("True", "InvalidDocument")
    assert [row["name"] for row in status["models"]] == ["llm"]


def test_foreign_object_is_told_once_and_in_its_row():
    """The condition names the object, the row has failed, and Ready repeats nothing."""
    words = 'Deployment "chat-model-llm" exists and was made with kubectl'
    changes = Changes((Change("Deployment", "chat-model-llm", Outcome.FOREIGN, words),))
    status = look([deployment()], changes=changes)
    assert conditions(status)["Accepted"] == ("False", "ForeignObject")
    assert status["models"][0]["reason"] == "ForeignObject"
    assert status["conditions"][3]["message"] == words


def test_refused_write_is_told():
    """What the API server refused is in Ready, although no row is about it."""
    changes = Changes((Change("Service", "web-published", Outcome.FAILED, "port is taken"),))
    status = look([deployment(**complete())], changes=changes)
    assert conditions(status)["Ready"] == ("False", "ApplyFailed")
    assert status["conditions"][3]["message"] == "port is taken"


def test_suspended_app_is_not_reconciling():
    """``suspend`` is said where tools look for progress."""
    status = look([deployment(**complete())], manifests=None, suspended=True)
    assert conditions(status)["Reconciling"] == ("False", "Suspended")
    assert conditions(status)["Ready"] == ("True", "AllReady")


def test_suspended_app_is_not_ready_with_what_was_not_applied():
    """A document that nobody applies is not what runs: the condition names what differs."""
    status = look([deployment(**complete())], suspended=True, unapplied=('Deployment "chat-model-llm"',))
    assert conditions(status)["Ready"] == ("False", "Suspended")
    assert 'Deployment "chat-model-llm"' in status["conditions"][3]["message"]
    assert conditions(status)["Reconciling"] == ("False", "Suspended")


def test_object_that_waits_for_a_deletion_makes_its_row_wait():
    """A Service that is being replaced is missing: its model is not ready, and nobody needs to do anything."""
    changes = Changes((Change("Service", "chat-model-llm", Outcome.WAITING, "it is being replaced"),))
    server = deployment(**complete())
    service = {**server, "kind": "Service"}
    status = app_status(RESOURCE, Verdict((server, service), changes=changes), Observed((server,)), now=NOW)
    assert status["models"][0]["reason"] == "WaitingForDeletion"
    assert conditions(status)["Ready"] == ("False", "WaitingForDeletion")
    assert conditions(status)["Stalled"] == ("False", "NotStalled")


def test_transition_time_changes_only_with_the_status():
    """A new reason keeps the time, a flip sets it to now."""
    before = look([deployment()])
    for item in before["conditions"]:
        item["lastTransitionTime"] = "2025-01-01T00:00:00Z"
    resource = {**RESOURCE, "status": before}

    after = look([deployment(**complete())], resource=resource)

    times = {item["type"]: item["lastTransitionTime"] for item in after["conditions"]}
    assert times["Ready"] == NOW
    assert times["Accepted"] == times["Stalled"] == "2025-01-01T00:00:00Z"


def test_nothing_but_times_is_no_difference():
    """An equal status at another time is not written; an empty list is as good as none."""
    before = look([deployment()])
    later = copy.deepcopy(before)
    later["conditions"][0]["lastTransitionTime"] = "2030-01-01T00:00:00Z"
    del later["services"]
    assert not differs(before, later)
    later["models"][0]["readyReplicas"] = 7
    assert differs(before, later)


def test_messages_are_bounded():
    """A container that dies with a novel does not fill etcd; beginning and end of it are kept."""
    novel = "first words " + "x" * 5000 + " last words"
    (row,) = look([deployment()], [pod(containerStatuses=[container("s", state=ended(1, novel))])])["models"]
    assert len(row["message"]) <= 1000
    assert "first words" in row["message"]
    assert row["message"].endswith("last words")


def test_endless_list_of_problems_is_cut_between_two_and_counted():
    """What fits is whole, what does not is counted, and the whole status stays small."""
    problems = tuple(Problem(("services", f"s{number}"), "wrong") for number in range(20_000))
    status = look([], manifests=None, problems=problems, warnings=problems)
    *told, rest = status["conditions"][0]["message"].splitlines()
    assert told == [f"services.s{number}: wrong" for number in range(len(told))]
    assert len(told) > 1000
    assert rest == f"… and {20_000 - len(told)} more"
    assert status["conditions"][3]["message"].endswith(" more")
    assert status["warnings"][-1]["message"] == "… and 19900 more"
    assert len(json.dumps(status)) < 100_000


def test_same_refusal_is_news_once():
    """An Event for a refusal and for its change, none for the same one again, one for becoming ready."""
    bad = look([], manifests=None, problems=(Problem(("a",), "wrong"),))
    worse = look([], manifests=None, problems=(Problem(("a",), "wrong"), Problem(("b",), "wrong")))
    good = look([deployment(**complete())])
    assert [item.reason for item in news({}, bad)] == ["InvalidDocument"]
    assert news(bad, bad) == ()
    assert [item.message for item in news(bad, worse)] == ["a: wrong\nb: wrong"]
    assert [(item.type, item.reason) for item in news(worse, good)] == [("Normal", "Ready")]
    assert news(good, good) == ()
