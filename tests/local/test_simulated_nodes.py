"""Simulated nodes and what becomes of the pods on them."""

from __future__ import annotations

import uuid

import pytest

from localcluster.simulated_nodes import TOLERATIONS, node
from support.waiting import eventually

pytestmark = pytest.mark.e2e

MESSAGE = 'a message: with "quotes" {and braces}\nand a second line'


@pytest.fixture
def namespace(spare_kubectl):
    """A namespace of the test's own."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    spare_kubectl("create", "namespace", name)
    eventually(lambda: spare_kubectl("get", "serviceaccount", "default", "-n", name), within=10)
    yield name
    spare_kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def pods(spare_kubectl, namespace):
    """Makes simulated pods."""
    return Pods(spare_kubectl, namespace)


class Pods:
    """Pods of one namespace, as a person would make and look at them."""

    def __init__(self, kubectl, namespace):
        self.kubectl = kubectl
        self.namespace = namespace

    def create(self, *, image="example.com/web:1", gpus=0, annotations=None, spec=None):
        """Create the pod ``web``; ``annotations`` without their prefix."""
        container = {"name": "web", "image": image}
        if gpus:
            container["resources"] = {"limits": {"nvidia.com/gpu": str(gpus)}}
        metadata = {"name": "web", "annotations": prefixed(annotations or {})}
        inner = {"containers": [container], "tolerations": list(TOLERATIONS), **(spec or {})}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": inner}
        self.kubectl.apply(pod, "-n", self.namespace)

    def get(self):
        """Return the pod."""
        return self.kubectl.json("get", "pod", "web", "-n", self.namespace)

    def annotate(self, **annotations):
        """Change what is to become of the pod; None takes the wish back."""
        changes = [f"{key}={value}" if value else f"{key}-" for key, value in prefixed(annotations).items()]
        self.kubectl("annotate", "pod", "web", "-n", self.namespace, "--overwrite", *changes)

    def assert_ready(self):
        """Fail unless the pod is ready."""
        assert condition(self.get(), "Ready") == "True"

    def assert_waiting(self, reason):
        """Fail unless the container waits for that reason; return its status."""
        pod = self.get()
        assert condition(pod, "Ready") == "False"
        container = pod["status"]["containerStatuses"][0]
        assert container["state"]["waiting"]["reason"] == reason
        assert list(container["state"]) == ["waiting"]
        return container


def prefixed(annotations):
    """Add what all our annotations begin with."""
    return {f"stage.composeapp.dev/{key}": value for key, value in annotations.items()}


def condition(pod, kind):
    """Return the status of a condition; None while there is none."""
    conditions = pod["status"].get("conditions", [])
    return next((entry["status"] for entry in conditions if entry["type"] == kind), None)


def test_a_pod_becomes_ready(pods):
    """An ordinary pod is running and ready, with an address of the simulated network."""
    pods.create()

    eventually(pods.assert_ready)
    status = pods.get()["status"]
    assert status["phase"] == "Running"
    assert status["podIP"].startswith("10.76.")
    assert status["containerStatuses"][0]["state"].keys() == {"running"}


def test_gpus_are_counted(pods):
    """The scheduler places a pod by GPU and by node label; more GPUs than a node has stay pending."""
    pods.create(gpus=9)
    eventually(lambda: assert_contains(scheduled(pods)["message"], "Insufficient nvidia.com/gpu"))
    pods.kubectl("delete", "pod", "web", "-n", pods.namespace)

    pods.create(gpus=8, spec={"nodeSelector": {"node.kubernetes.io/instance-type": "gpu-large"}})

    eventually(pods.assert_ready)
    assert pods.get()["spec"]["nodeName"].startswith("simulated-large-")


def assert_contains(text, part):
    """Fail unless a text contains another."""
    assert part in text


def scheduled(pods):
    """Return the scheduler's verdict."""
    verdicts = [entry for entry in pods.get()["status"].get("conditions", []) if entry["type"] == "PodScheduled"]
    return verdicts[0]


@pytest.mark.parametrize("tolerations", [[], [{"key": "nvidia.com/gpu", "operator": "Exists"}]])
def test_nothing_lands_on_a_simulated_node_by_accident(pods, tolerations):
    """A pod that only tolerates GPU nodes, as those for the real node do, is kept away from simulated ones."""
    pods.create(gpus=1, spec={"tolerations": tolerations})

    verdict = eventually(lambda: scheduled(pods))

    assert verdict["status"] == "False"
    assert "untolerated taint" in verdict["message"]


def test_only_pods_without_a_gpu_are_given_the_toleration(pods):
    """An ordinary pod may run on GPU nodes; one that asks for a GPU has to bring the toleration itself."""

    def tolerates(gpus):
        pods.create(gpus=gpus, spec={"tolerations": []})
        keys = {toleration["key"] for toleration in pods.get()["spec"]["tolerations"]}
        pods.kubectl("delete", "pod", "web", "-n", pods.namespace)
        return "nvidia.com/gpu" in keys

    assert tolerates(0)
    assert not tolerates(1)


@pytest.mark.parametrize("how", ["annotation", "image tag"])
def test_slow_start(pods, how):
    """The pod runs, is not ready, and becomes so after the delay asked for."""
    wish = {"delay": "2s", **({"outcome": "slow-start"} if how == "annotation" else {})}
    pods.create(annotations=wish, image="example.com/web:slow-start" if how == "image tag" else "example.com/web:1")

    begun = eventually(lambda: assert_runs_unready(pods))

    eventually(pods.assert_ready)
    assert pods.get()["status"]["podIP"] == begun["podIP"]


def assert_runs_unready(pods):
    """Fail unless the pod runs and is not ready; return its status."""
    pod = pods.get()
    assert pod["status"]["phase"] == "Running"
    assert condition(pod, "Ready") == "False"
    return pod["status"]


def test_crash_loop(pods):
    """The container waits to be restarted, and its last words are there to be read."""
    pods.create(annotations={"outcome": "crash-loop", "message": MESSAGE})

    container = eventually(lambda: pods.assert_waiting("CrashLoopBackOff"))

    assert container["restartCount"] == 3
    assert container["lastState"]["terminated"]["exitCode"] == 1
    assert container["lastState"]["terminated"]["message"] == MESSAGE


def test_image_pull_error(pods):
    """The container waits for an image that cannot be had, which the message names."""
    pods.create(image="example.com/web:image-pull-error")

    container = eventually(lambda: pods.assert_waiting("ImagePullBackOff"))

    assert 'Back-off pulling image "example.com/web:image-pull-error"' in container["state"]["waiting"]["message"]


@pytest.mark.parametrize(
    ("outcome", "reason"), [("crash-loop", "CrashLoopBackOff"), ("image-pull-error", "ImagePullBackOff")]
)
def test_a_running_pod_breaks_and_heals(pods, outcome, reason):
    """An annotation given later turns a ready pod bad; taken back, the pod is ready again."""
    pods.create()
    eventually(pods.assert_ready)

    pods.annotate(outcome=outcome)
    eventually(lambda: pods.assert_waiting(reason))

    pods.annotate(outcome=None)
    eventually(pods.assert_ready)


@pytest.mark.parametrize(
    ("outcome", "finished", "code"), [(None, "Complete", 0), ("failed", "Failed", 1)], ids=["completes", "fails"]
)
def test_a_job_ends_with_a_message(spare_kubectl, namespace, outcome, finished, code):
    """A Job ends as asked, and its pod's termination message is the one asked for."""
    annotations = prefixed({"message": MESSAGE, **({"outcome": outcome} if outcome else {})})
    pod = {
        "restartPolicy": "Never",
        "tolerations": list(TOLERATIONS),
        "initContainers": [{"name": "first", "image": "example.com/init:1"}],
        "containers": [{"name": "work", "image": "example.com/work:1"}],
    }
    template = {"metadata": {"annotations": annotations}, "spec": pod}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "work"},
        "spec": {"backoffLimit": 0, "template": template},
    }
    spare_kubectl.apply(job, "-n", namespace)

    spare_kubectl("wait", "job/work", "-n", namespace, f"--for=condition={finished}", "--timeout=30s")

    (made,) = spare_kubectl.items("pods", namespace)
    terminated = made["status"]["containerStatuses"][0]["state"]["terminated"]
    assert (terminated["exitCode"], terminated["message"]) == (code, MESSAGE)
    assert made["status"]["initContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 0


def test_a_deleted_pod_is_gone(pods):
    """Deleting a pod needs no kubelet."""
    pods.create()
    eventually(pods.assert_ready)

    pods.kubectl("delete", "pod", "web", "-n", pods.namespace, "--timeout=30s")

    assert not pods.kubectl.exists("pod", "web", pods.namespace)


def test_more_nodes_can_be_added(spare_kubectl, pods):
    """A test makes the node that it needs, and pods run there."""
    made = node("added", instance_type="gpu-odd", region="ap-south-1", gpus=2)
    spare_kubectl.apply(made)
    try:
        pods.create(gpus=2, spec={"nodeSelector": {"node.kubernetes.io/instance-type": "gpu-odd"}})
        eventually(pods.assert_ready)
        assert pods.get()["spec"]["nodeName"] == "added"
    finally:
        spare_kubectl("delete", "node", "added")
