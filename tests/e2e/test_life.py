"""The life of an app after its first day: edits, restarts, deletion."""

from __future__ import annotations

import pytest
import yaml

from composeapp.cluster.stamp import Owner, stamped
from composeapp.translate import names
from e2e.apps import cloud_example, compose_app, first_example
from e2e.test_serving import answers
from localcluster import tiny_models
from support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator")]

OWNED = "deployments,services"


def versions(kubectl, namespace: str, *, besides: str = "") -> dict[str, str]:
    """Return the resourceVersion of every owned object but one Deployment."""
    found = {
        f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["resourceVersion"]
        for item in kubectl.items(OWNED, namespace)
    }
    found.pop(f"Deployment/{besides}", None)
    return found


def server_arguments(kubectl, namespace: str, deployment: str) -> list[str]:
    """Return the arguments of the model's ready server pod."""
    pods = kubectl.items("pods", namespace, "app.kubernetes.io/component=model")
    ready = [
        pod
        for pod in pods
        if pod["metadata"]["labels"]["app.kubernetes.io/name"] == deployment
        and _condition(pod, "Ready").get("status") == "True"
    ]
    assert len(ready) == 1, [pod["metadata"]["name"] for pod in pods]
    return ready[0]["spec"]["containers"][0]["args"]


def _condition(pod: dict, kind: str) -> dict[str, str]:
    return next((found for found in pod["status"].get("conditions", []) if found["type"] == kind), {})


def test_edit_of_context_size_restarts_that_server_and_nothing_else(kubectl, namespace, wait_ready):
    """A new ``context_size`` reaches the server; no other object is written."""
    app = compose_app(namespace, cloud_example())
    app["spec"]["models"]["other"] = {"model": "ai/qwen3"}
    app["spec"]["services"]["chat-app"]["models"] = ["llm", "other"]
    kubectl.apply(app)
    wait_ready("chat")
    before = versions(kubectl, namespace, besides="chat-model-llm")

    app["spec"]["models"]["llm"]["context_size"] = 2048
    kubectl.apply(app)

    def new_server_is_ready() -> None:
        arguments = server_arguments(kubectl, namespace, "llm")
        assert arguments[arguments.index("--ctx-size") + 1] == "2048"

    eventually(new_server_is_ready, within=60)
    wait_ready("chat")
    assert versions(kubectl, namespace, besides="chat-model-llm") == before


def test_restart_of_the_operator_writes_nothing(kubectl, namespace, wait_ready, operator, audit_log, identity):
    """A restarted operator only gets, lists and watches."""
    kubectl.apply(compose_app(namespace, cloud_example()))
    wait_ready("chat")
    assert operator.stop() == 0
    mark = audit_log.mark()

    operator.start()

    kubectl("annotate", "composeapp", "chat", "-n", namespace, "example.com/touched=yes")
    requests = eventually(lambda: _has_watched(audit_log.since(mark, user=identity.user)))
    assert [request for request in requests if request.is_write and request.namespace == namespace] == []


def _has_watched(requests):
    assert any(request.resource == "composeapps" for request in requests)
    return requests


def test_deleted_child_service_comes_back(kubectl, namespace, wait_ready):
    """Somebody deletes a Service of a model: it is there again within seconds, and answers."""
    kubectl.apply(compose_app(namespace, first_example()))
    wait_ready("chat")

    kubectl("delete", "service", "chat-model-llm", "-n", namespace)

    def is_back() -> None:
        assert kubectl.exists("service", "chat-model-llm", namespace)

    eventually(is_back, within=10)
    eventually(
        lambda: kubectl("get", "--raw", f"/api/v1/namespaces/{namespace}/services/chat-model-llm:80/proxy/health")
    )


def test_bad_document_after_a_good_one_leaves_the_good_one_serving(kubectl, namespace, wait_ready, condition):
    """A bad edit is refused with every problem's path; what runs goes on running, untouched."""
    app = compose_app(namespace, first_example())
    kubectl.apply(app)
    wait_ready("chat")
    before = versions(kubectl, namespace)

    app["spec"]["services"]["chat-app"]["models"] = ["llm", "nope"]
    app["spec"]["services"]["chat-app"]["imagee"] = "typo"
    kubectl.apply(app)

    def is_refused() -> dict:
        accepted = condition("chat", "Accepted")
        assert accepted["status"] == "False", accepted
        return accepted

    accepted = eventually(is_refused)
    assert "services.chat-app" in accepted["message"]
    assert "imagee" in accepted["message"]
    assert condition("chat", "Ready")["status"] == "False"
    assert versions(kubectl, namespace) == before
    answers(kubectl, namespace, tiny_models.SMOLLM2_SENTENCE)
    events = kubectl.items("events", namespace)
    assert any(event["involvedObject"]["name"] == "chat" and "imagee" in event["message"] for event in events)


def test_unknown_key_at_the_top_of_spec_is_refused_by_name(kubectl, namespace, condition):
    """A key that neither Compose nor we know is named in the refusal."""
    document = {**first_example(), "modles": {}, "x-mine": {"kept": True}}
    kubectl.apply(compose_app(namespace, document), "--validate=false")

    def is_refused() -> str:
        accepted = condition("chat", "Accepted")
        assert accepted["status"] == "False", accepted
        return accepted["message"]

    message = eventually(is_refused)
    assert "modles" in message
    assert "x-mine" not in message


def test_removed_model_takes_its_objects_with_it(kubectl, namespace, wait_ready):
    """A model that left the document leaves the cluster; the other stays."""
    app = compose_app(namespace, first_example())
    app["spec"]["models"]["other"] = {"model": "ai/qwen3"}
    app["spec"]["services"]["chat-app"]["models"] = ["llm", "other"]
    kubectl.apply(app)
    wait_ready("chat")

    del app["spec"]["models"]["other"]
    app["spec"]["services"]["chat-app"]["models"] = ["llm"]
    kubectl.apply(app)

    def is_gone() -> None:
        assert not kubectl.exists("deployment", "chat-model-other", namespace)
        assert not kubectl.exists("service", "chat-model-other", namespace)

    eventually(is_gone)
    assert kubectl.exists("deployment", "chat-model-llm", namespace)


def test_deletion_leaves_nothing(kubectl, namespace, wait_ready):
    """Deleting the ComposeApp removes everything that was made for it, by garbage collection."""
    kubectl.apply(compose_app(namespace, first_example()))
    wait_ready("chat")

    kubectl("delete", "composeapp", "chat", "-n", namespace)

    def nothing_is_left() -> None:
        left = kubectl.items("deployments,replicasets,pods,services", namespace)
        assert [f"{item['kind']}/{item['metadata']['name']}" for item in left] == []

    eventually(nothing_is_left, within=60)


def test_render_prints_what_the_operator_applied(kubectl, namespace, wait_ready, settings, tmp_path, composeapp):
    """``composeapp render`` with the same settings says exactly what is in the cluster, ownership apart."""
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(settings))
    app = compose_app(namespace, cloud_example())
    kubectl.apply(app)
    wait_ready("chat")

    rendered = composeapp("render", "-", "--settings", str(tmp_path / "settings.yaml"), stdin=yaml.safe_dump(app))

    owner = Owner.of(kubectl.json("get", "composeapp", "chat", "-n", namespace))
    wanted = {
        f"{item['kind']}/{item['metadata']['name']}": stamped(item, owner)["metadata"]["annotations"]
        for item in yaml.safe_load_all(rendered)
    }
    assert set(versions(kubectl, namespace)) == set(wanted)
    for name, printed in wanted.items():
        live = kubectl.json("get", name, "-n", namespace)["metadata"]["annotations"]
        assert live[names.DESIRED_HASH_ANNOTATION] == printed[names.DESIRED_HASH_ANNOTATION], name


def test_service_that_loses_its_last_port_becomes_headless(kubectl, namespace, wait_ready):
    """A Service cannot lose its address; it is replaced, and its name goes on leading to the application."""
    app = compose_app(namespace, {"services": {"web": {"image": "my-chat-app", "ports": ["8000"]}}})
    kubectl.apply(app)
    wait_ready("chat")
    assert kubectl.json("get", "service", "web", "-n", namespace)["spec"]["clusterIP"] != "None"

    del app["spec"]["services"]["web"]["ports"]
    kubectl.apply(app)

    def is_headless() -> None:
        assert kubectl.exists("service", "web", namespace)
        assert kubectl.json("get", "service", "web", "-n", namespace)["spec"]["clusterIP"] == "None"

    eventually(is_headless)
    wait_ready("chat")
