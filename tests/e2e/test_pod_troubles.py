"""What a pod cannot do is in the status in its own words; simulated pods play each trouble."""

from __future__ import annotations

import json

import pytest

from e2e.apps import compose_app
from localcluster.simulated_nodes import TAINT, TOLERATIONS
from support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator")]

IMAGES = {"nvidia": "slow-start", "amd": "crash-loop", "intel": "image-pull-error"}
"""Vendor → what becomes of a pod with that vendor's server image; the tag says it to the simulator."""
LAST_WORDS = "error: invalid argument: --no-such-flag"


@pytest.fixture(scope="module")
def settings():
    """Each trouble is an instance class on simulated nodes; all their GPUs are the same resource."""
    place = {"nodeSelector": {"node.kubernetes.io/instance-type": "gpu-large"}, "tolerations": list(TOLERATIONS)}
    return {
        "images": {"llamaServer": {vendor: f"example.com/llama:{trouble}" for vendor, trouble in IMAGES.items()}},
        "gpu": {"resourceNames": dict.fromkeys(IMAGES, "nvidia.com/gpu")},
        "instanceClasses": {
            **{trouble: {**place, "vendor": vendor} for vendor, trouble in IMAGES.items()},
            "nowhere": {**place, "nodeSelector": {"example.com/pool": "blue"}},
            "too-big": {**place, "gpuCount": 9},
        },
    }


@pytest.fixture
def start(kubectl, namespace):
    """Apply an app with one model of a class; return how to look at its row."""

    def apply(instance_class: str):
        model = {"model": "ai/smollm2", "x-cloud-options": [f"cloud.instance-type={instance_class}"]}
        kubectl.apply(compose_app(namespace, {"models": {"llm": model}}))

        def row() -> dict:
            status = kubectl.json("get", "composeapp", "chat", "-n", namespace).get("status", {})
            assert status.get("models"), status
            return status["models"][0]

        return row

    return apply


@pytest.fixture
def pod(kubectl, namespace):
    """Return the model's only pod."""

    def only() -> dict:
        (found,) = kubectl.items("pods", namespace)
        return found

    return lambda: eventually(only)


def reaches(row, state: str, reason: str) -> str:
    """Wait until a row has a state and a reason; return its message."""

    def has_it() -> str:
        found = row()
        assert (found["state"], found["reason"]) == (state, reason), found
        return found.get("message", "")

    return eventually(has_it)


def test_slow_server_is_loading_then_ready(start, wait_ready):
    """A server that runs and does not answer yet is loading; then it is ready."""
    row = start("slow-start")
    assert "loads the model" in reaches(row, "Loading", "LoadingModel")
    wait_ready("chat")
    assert row()["readyReplicas"] == 1


def test_crash_loop_tells_exit_code_and_last_words(start, kubectl, namespace, wait_ready):
    """The loop is told with the container's own words, and forgotten when the pod gets well."""
    row = start("crash-loop")
    message = reaches(row, "Failed", "CrashLoopBackOff")
    assert message == "llama-server ended with exit code 1 (Error), again and again"

    _annotate_pods(kubectl, namespace, {"stage.composeapp.dev/message": LAST_WORDS})
    eventually(lambda: _ends_with(row, f"again and again: {LAST_WORDS}"))

    _annotate_pods(kubectl, namespace, {"stage.composeapp.dev/outcome": "ready"})
    wait_ready("chat")


def test_further_restarts_of_a_crash_loop_are_no_news(start, kubectl, pod, audit_log, identity):
    """Restart after restart costs no write of the status; other last words cost one."""
    row = start("crash-loop")
    reaches(row, "Failed", "CrashLoopBackOff")
    crashing = pod()
    (container,) = crashing["status"]["containerStatuses"]
    mark = audit_log.mark()

    for restarts in (4, 5, 6):
        _patch_status(kubectl, crashing, {"containerStatuses": [{**container, "restartCount": restarts}]})
    ended = {**container["lastState"]["terminated"], "message": "something else"}
    news = {**container, "restartCount": 7, "lastState": {"terminated": ended}}
    _patch_status(kubectl, crashing, {"containerStatuses": [news]})

    eventually(lambda: _ends_with(row, "something else"))
    made = audit_log.since(mark, user=identity.user)
    own = [request for request in made if request.namespace == crashing["metadata"]["namespace"]]
    assert [(request.verb, request.resource) for request in own] == [("patch", "composeapps/status")]


def test_image_that_cannot_be_pulled(start):
    """The kubelet's words name the image."""
    message = reaches(start("image-pull-error"), "Failed", "ImagePullBackOff")
    assert message == 'Back-off pulling image "example.com/llama:image-pull-error": not found'


def test_pod_without_a_node_speaks_with_the_schedulers_words(start, pod):
    """No node has the label: the scheduler counts them and says why each is not taken."""
    message = reaches(start("nowhere"), "Pending", "Unschedulable")
    assert message.startswith("0/")
    assert "didn't match Pod's node affinity/selector" in message
    assert message == next(item["message"] for item in pod()["status"]["conditions"] if item["type"] == "PodScheduled")


def test_more_gpus_than_a_node_has(start):
    """What is missing is named."""
    assert "Insufficient nvidia.com/gpu" in reaches(start("too-big"), "Pending", "Unschedulable")


def test_pod_whose_kubelet_is_silent(start, kubectl, namespace):
    """A node that nobody plays: the pod is bound to it, and its row says whose turn it is."""
    label = {"example.com/pool": "blue"}
    taint = {"key": TAINT["key"], "value": TAINT["value"], "effect": "NoSchedule"}
    capacity = {"cpu": "8", "memory": "64Gi", "pods": "10", "nvidia.com/gpu": "8"}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": namespace, "labels": label}}
    kubectl.apply({**node, "spec": {"taints": [taint]}})
    try:
        conditions = [{"type": "Ready", "status": "True", "reason": "Test", "message": ""}]
        status = {"status": {"capacity": capacity, "allocatable": capacity, "conditions": conditions}}
        kubectl("patch", "node", namespace, "--subresource=status", "--type=merge", "-p", json.dumps(status))
        message = reaches(start("nowhere"), "Pending", "Scheduled")
        assert message == f"on node {namespace}, whose kubelet has not begun with the pod"
    finally:
        kubectl("delete", "node", namespace)


def _annotate_pods(kubectl, namespace: str, annotations: dict[str, str]) -> None:
    """Replace the model's pod by one with annotations; what others add to a Deployment stays."""
    patch = {"spec": {"template": {"metadata": {"annotations": annotations}}}}
    kubectl("patch", "deployment", "chat-model-llm", "-n", namespace, "-p", json.dumps(patch))


def _patch_status(kubectl, pod: dict, status: dict) -> None:
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    patch = json.dumps({"status": status})
    kubectl("patch", "pod", name, "-n", namespace, "--subresource=status", "--type=merge", "-p", patch)


def _ends_with(row, words: str) -> None:
    assert row()["message"].endswith(words), row()
