"""The main promise: a Compose file with models answers, through the variables that the operator injected."""

from __future__ import annotations

import pytest

from e2e.apps import cloud_example, compose_app, first_example
from localcluster import tiny_models
from support.kubectl import Kubectl
from support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator")]

CHAT_PORT = 8000


def only_pod(kubectl: Kubectl, namespace: str, name: str) -> dict:
    """Return the one running pod of a workload, by its ``app.kubernetes.io/name``."""

    def the_pod() -> dict:
        pods = kubectl.items("pods", namespace, f"app.kubernetes.io/name={name}")
        running = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
        assert len(running) == 1, [pod["metadata"]["name"] for pod in pods]
        return running[0]

    return eventually(the_pod)


def environment(kubectl: Kubectl, namespace: str, deployment: str) -> dict[str, str]:
    """Return what the first container of a Deployment's running pod has in its environment."""
    lines = kubectl("exec", "-n", namespace, f"deploy/{deployment}", "--", "env").splitlines()
    return dict(line.split("=", 1) for line in lines)


def answers(kubectl: Kubectl, namespace: str, sentence: str, path: str = "/") -> None:
    """Ask the chat application over HTTP, by way of the API server, until it says the sentence."""
    pod = only_pod(kubectl, namespace, "chat-app")["metadata"]["name"]
    address = f"/api/v1/namespaces/{namespace}/pods/{pod}:{CHAT_PORT}/proxy{path}"

    def says_it() -> None:
        assert sentence in kubectl("get", "--raw", address)

    eventually(says_it)  # a Service reaches a pod some moments after the pod is ready


def test_first_example_answers_with_the_models_sentence(kubectl, namespace, wait_ready):
    """The first example of Docker's page becomes Ready, and its application hears its own model."""
    kubectl.apply(compose_app(namespace, first_example()))
    wait_ready("chat")

    found = environment(kubectl, namespace, "chat-chat-app")
    assert found["LLM_MODEL"] == "ai/smollm2"
    assert found["LLM_URL"] == f"http://chat-model-llm.{namespace}.svc/v1/"
    answers(kubectl, namespace, tiny_models.SMOLLM2_SENTENCE)


def test_cloud_example_runs_where_its_options_say(kubectl, namespace, wait_ready):
    """``x-cloud-options`` put the model on a node with those labels, where it holds one GPU."""
    kubectl.apply(compose_app(namespace, cloud_example()))
    wait_ready("chat")

    pod = only_pod(kubectl, namespace, "llm")
    node = kubectl.json("get", "node", pod["spec"]["nodeName"])
    assert node["metadata"]["labels"]["node.kubernetes.io/instance-type"] == "gpu-small"
    assert node["metadata"]["labels"]["topology.kubernetes.io/region"] == "us-west-2"
    assert pod["spec"]["nodeSelector"] == {
        "node.kubernetes.io/instance-type": "gpu-small",
        "topology.kubernetes.io/region": "us-west-2",
    }
    assert pod["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"
    answers(kubectl, namespace, tiny_models.SMOLLM2_SENTENCE)


def test_each_variable_reaches_its_own_model(kubectl, namespace, wait_ready):
    """Two models, one of them bound by the long syntax: each pair of variables leads to its own model."""
    document = {
        "services": {
            "chat-app": {
                "image": "my-chat-app",
                "models": {
                    "llm": None,
                    "other-model": {"endpoint_var": "REASONING_URL", "model_var": "REASONING_MODEL"},
                },
            }
        },
        "models": {"llm": {"model": "ai/smollm2"}, "other-model": {"model": "ai/qwen3"}},
    }
    kubectl.apply(compose_app(namespace, document), "--server-side")
    wait_ready("chat")

    found = environment(kubectl, namespace, "chat-chat-app")
    assert found["REASONING_MODEL"] == "ai/qwen3"
    assert found["REASONING_URL"] == f"http://chat-model-other-model.{namespace}.svc/v1/"
    assert "OTHER_MODEL_URL" not in found
    answers(kubectl, namespace, tiny_models.SMOLLM2_SENTENCE, "/ask/LLM")
    answers(kubectl, namespace, tiny_models.QWEN3_SENTENCE, "/ask/REASONING")


def test_model_servers_meet_pod_security_restricted(kubectl, namespace, wait_ready):
    """A model of its own runs in a namespace that enforces Pod Security ``restricted``."""
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    kubectl.apply(compose_app(namespace, {"models": first_example()["models"]}))
    wait_ready("chat")
