"""When something outside is wrong, status says it in the words of whoever knows, and heals by itself."""

from __future__ import annotations

import pytest

from e2e.apps import cloud_example, compose_app, first_example
from support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator")]


def model_row(kubectl, namespace: str, app: str = "chat") -> dict:
    """Return the status row of the app's first model."""
    status = kubectl.json("get", "composeapp", app, "-n", namespace).get("status", {})
    assert status.get("models"), status
    return status["models"][0]


def says(row, *words: str) -> dict:
    """Wait until the row's message contains every one of the words."""

    def message_has_them() -> dict:
        found = row()
        assert all(word in found.get("message", "") for word in words), found
        return found

    return eventually(message_has_them, within=60)


def test_no_node_with_the_wanted_label(kubectl, namespace, wait_ready):
    """The scheduler's own words are in the status until a node gets the label; then the app heals."""
    document = cloud_example()
    document["models"]["llm"]["x-cloud-options"] = ["example.com/pool=blue"]
    kubectl.apply(compose_app(namespace, document))

    row = says(lambda: model_row(kubectl, namespace), "didn't match Pod's node affinity/selector")
    assert row["state"] != "Ready"

    kubectl("label", "node", "real", "example.com/pool=blue")
    try:
        wait_ready("chat")
    finally:
        kubectl("label", "node", "real", "example.com/pool-")


def test_wrong_model_reference(kubectl, namespace):
    """The registry's answer to a model that does not exist is in the status."""
    document = first_example()
    document["models"]["llm"]["model"] = "ai/does-not-exist"
    kubectl.apply(compose_app(namespace, document))

    says(lambda: model_row(kubectl, namespace), "ai/does-not-exist", "not found")


def test_crashing_server_tells_its_exit(kubectl, namespace):
    """A flag that the server does not know: its restart loop and its last words are in the status."""
    document = first_example()
    document["models"]["llm"]["runtime_flags"] = ["--no-such-flag"]
    kubectl.apply(compose_app(namespace, document))

    says(lambda: model_row(kubectl, namespace), "exit code 1", "--no-such-flag")


def test_application_image_that_cannot_be_pulled(kubectl, namespace):
    """The kubelet's words about an image that it cannot have are in the service's row."""
    document = first_example()
    document["services"]["chat-app"]["image"] = "127.0.0.1:1/no-such-image:1"
    kubectl.apply(compose_app(namespace, document))

    def service_row() -> dict:
        status = kubectl.json("get", "composeapp", "chat", "-n", namespace).get("status", {})
        assert status.get("services"), status
        return status["services"][0]

    says(service_row, "127.0.0.1:1/no-such-image:1")


def test_foreign_service_is_left_alone_and_reported(kubectl, namespace, condition):
    """A Service that somebody else made is never taken over; the refusal names it."""
    kubectl("create", "service", "clusterip", "chat-model-llm", "--tcp=80:8080", "-n", namespace)
    before = kubectl.json("get", "service", "chat-model-llm", "-n", namespace)

    kubectl.apply(compose_app(namespace, first_example()))

    def is_reported() -> None:
        ready = condition("chat", "Ready")
        assert ready["status"] == "False"
        assert "chat-model-llm" in ready["message"], ready

    eventually(is_reported)
    after = kubectl.json("get", "service", "chat-model-llm", "-n", namespace)
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]

    kubectl("delete", "service", "chat-model-llm", "-n", namespace)
    eventually(lambda: _is_ours(kubectl.json("get", "service", "chat-model-llm", "-n", namespace)), within=90)


def _is_ours(service: dict) -> None:
    assert service["metadata"]["ownerReferences"][0]["kind"] == "ComposeApp"
