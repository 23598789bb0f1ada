"""Variables from ConfigMaps and Secrets: what containers get, and what is said while something is missing."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.apps import compose_app
from support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator")]

PASSWORD = "p$$w$(API_KEY)"  # noqa: S105 - what the kubelet would replace if it were no secret's value
SOURCES = [
    {"configMapRef": {"name": "settings"}},
    {"secretRef": {"name": "secrets"}, "keys": ["API_KEY", "DB_PASSWORD=postgres-password"]},
]


def app(namespace: str, environment: dict[str, str], sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an app with one service that has these variables."""
    services = {"web": {"image": "my-chat-app", "environment": environment}}
    return compose_app(namespace, {"services": services, "variablesFrom": sources})


@pytest.fixture
def config_map(kubectl, namespace):
    """Write the ConfigMap."""

    def write(**data: str) -> None:
        metadata = {"name": "settings", "namespace": namespace}
        kubectl.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})

    return write


@pytest.fixture
def secret(kubectl, namespace):
    """Write the Secret."""

    def write(**data: str) -> None:
        metadata = {"name": "secrets", "namespace": namespace}
        data = {key.replace("_password", "-password"): value for key, value in data.items()}
        kubectl.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})

    return write


@pytest.fixture
def printed(kubectl, namespace):
    """Return the values of variables in the container that runs now."""

    def run(*names: str) -> list[str]:
        command = "; ".join(f'echo "${name}"' for name in names)
        return kubectl("exec", "-n", namespace, "deploy/chat-web", "--", "sh", "-c", command).splitlines()

    return run


@pytest.fixture
def row(kubectl, namespace):
    """Return the service's row in the status."""

    def look_up() -> dict[str, str]:
        (found,) = kubectl.json("get", "composeapp", "chat", "-n", namespace).get("status", {}).get("services", [{}])
        return found

    return look_up


def test_containers_get_the_values(kubectl, namespace, config_map, secret, printed, wait_ready, audit_log, identity):
    """Exactly as they are, alone and within a longer value, also when they join a running app; no Secret is read."""
    mark = audit_log.mark()
    config_map(GREETING="hello")
    secret(API_KEY="k3y", postgres_password=PASSWORD)
    environment = {"GREETING": "${GREETING}", "Z": "z"}
    kubectl.apply(app(namespace, environment, SOURCES))
    wait_ready("chat")

    environment |= {"API_KEY": "${API_KEY}", "A_URL": "postgres://u:${DB_PASSWORD}@db/$$(HOME)?${API_KEY}"}
    kubectl.apply(app(namespace, environment, SOURCES))

    def has_all() -> None:
        values = printed("GREETING", "API_KEY", "A_URL", "Z")
        assert values == ["hello", "k3y", f"postgres://u:{PASSWORD}@db/$(HOME)?k3y", "z"]

    eventually(has_all, within=60)
    wait_ready("chat")
    requests = audit_log.since(mark, user=identity.user)
    assert {request.resource for request in requests} & {"configmaps", "secrets"} == {"configmaps"}
    may_read = kubectl.run("auth", "can-i", "get", "secrets", "-n", namespace, "--as", identity.user)
    assert may_read.stdout.strip() == "no"


def test_changed_config_map_reaches_the_container(kubectl, namespace, config_map, printed, wait_ready):
    """The next time that somebody looks at the app, which happens by itself as well."""
    config_map(GREETING="hello")
    kubectl.apply(app(namespace, {"GREETING": "${GREETING}"}, SOURCES[:1]))
    wait_ready("chat")
    config_map(GREETING="good evening")
    kubectl("annotate", "composeapp", "chat", "-n", namespace, "example.com/touched=yes")

    def is_new() -> None:
        assert printed("GREETING") == ["good evening"]

    eventually(is_new, within=60)


def test_missing_config_map_is_named_and_awaited(kubectl, namespace, config_map, condition, printed, wait_ready):
    """The app is not accepted and nothing is made; once it is there all goes on, and nobody touches the app."""
    kubectl.apply(app(namespace, {"GREETING": "${GREETING}"}, SOURCES[:1]))
    words = f'variablesFrom[0].configMapRef: there is no ConfigMap "settings" in namespace {namespace}'

    def is_named() -> None:
        accepted = condition("chat", "Accepted")
        assert (accepted["status"], words in accepted["message"]) == ("False", True), accepted

    eventually(is_named)
    assert kubectl.items("deployments", namespace) == []
    config_map(GREETING="hello")
    wait_ready("chat", within=90)
    assert printed("GREETING") == ["hello"]


def test_missing_secret_and_missing_key_are_named_and_awaited(kubectl, namespace, secret, printed, row, wait_ready):
    """The status has the kubelet's own words, first for the Secret and then for its key; then the container starts."""
    kubectl.apply(app(namespace, {"PASSWORD": "${DB_PASSWORD}"}, SOURCES[1:]))

    def says(words: str) -> None:
        found = row()
        assert (found.get("reason"), words in found.get("message", "")) == ("CreateContainerConfigError", True), found

    eventually(lambda: says('secret "secrets" not found'), within=60)
    secret(API_KEY="k3y")
    eventually(lambda: says("couldn't find key postgres-password"), within=60)
    secret(API_KEY="k3y", postgres_password=PASSWORD)
    wait_ready("chat", within=90)
    assert printed("PASSWORD") == [PASSWORD]
