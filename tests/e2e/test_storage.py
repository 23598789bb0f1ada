"""Volumes, configs and secrets on a real node: who may write, what is in them, and how long it stays."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.apps import compose_app
from support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("operator", "notes_image")]

CLAIM = "persistentvolumeclaim"


def notes(**more: Any) -> dict[str, Any]:
    """Return a document with one service that keeps its notes in a volume."""
    service = {"image": "notes", "volumes": ["notes:/data"], **more}
    return {"services": {"notes": service}, "volumes": {"notes": {"x-kubernetes": {"size": "1Mi"}}}}


@pytest.fixture
def inside(kubectl, namespace):
    """Run a shell command in the container of a service; return what it prints."""

    def run(command: str, service: str = "notes") -> str:
        return kubectl("exec", "-n", namespace, f"deploy/chat-{service}", "--", "sh", "-c", command)

    return run


@pytest.fixture
def start(kubectl, namespace, wait_ready):
    """Apply an app and wait until it is ready."""

    def apply(spec: dict[str, Any]) -> None:
        kubectl.apply(compose_app(namespace, spec))
        wait_ready("chat")

    return apply


@pytest.fixture
def end(kubectl, namespace):
    """Delete the app and wait until its pods are gone."""

    def delete() -> None:
        kubectl("delete", "composeapp", "chat", "-n", namespace)

        def pods_are_gone() -> None:
            assert kubectl.items("deployments,pods", namespace) == []

        eventually(pods_are_gone, within=60)

    return delete


def uid(kubectl, namespace: str) -> str:
    """Return which claim it is."""
    return kubectl.json("get", CLAIM, "chat-notes", "-n", namespace)["metadata"]["uid"]


def test_image_of_another_user_finds_its_files_and_writes(kubectl, namespace, start, inside):
    """A new volume has what the image has there, with its owners and rights, also under Pod Security ``baseline``."""
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=baseline")
    start(notes())
    assert inside("stat -c '%u:%g %a' /data; cat /data/greeting /data/log") == "4711:4712 750\nhello\nbegan\n"


def test_data_survive_the_pod_and_the_app(kubectl, namespace, start, end, inside):
    """What was written is there for the next pod, and for a new app of the same name; nothing is copied again."""
    start(notes())
    claim = uid(kubectl, namespace)
    inside("echo mine > /data/note; rm /data/greeting")

    kubectl("delete", "pods", "--all", "-n", namespace)
    eventually(lambda: start(notes()))
    assert eventually(lambda: inside("ls /data"), within=60) == "log\nnote\n"

    end()
    start(notes())
    assert inside("cat /data/note") == "mine\n"
    assert uid(kubectl, namespace) == claim


def test_data_go_with_the_app_where_its_author_says_so(kubectl, namespace, start, end):
    """``volumesOnDelete: Delete``, also said later, takes the claim along."""
    start(notes())
    start({**notes(), "volumesOnDelete": "Delete"})

    def belongs_to_the_app() -> None:
        metadata = kubectl.json("get", CLAIM, "chat-notes", "-n", namespace)["metadata"]
        assert [owner["kind"] for owner in metadata.get("ownerReferences", [])] == ["ComposeApp"]

    eventually(belongs_to_the_app)
    end()

    def is_gone() -> None:
        assert not kubectl.exists(CLAIM, "chat-notes", namespace)

    eventually(is_gone, within=60)


def test_volume_that_leaves_the_document_stays_in_the_cluster(kubectl, namespace, start):
    """The edit deletes no data; the status says where they are."""
    start(notes())
    start({"services": {"notes": {"image": "notes"}}})

    def is_told() -> None:
        warnings = kubectl.json("get", "composeapp", "chat", "-n", namespace)["status"].get("warnings", [])
        assert any("chat-notes" in warning["message"] for warning in warnings), warnings

    eventually(is_told)
    assert kubectl.exists(CLAIM, "chat-notes", namespace)


def test_configs_and_secrets_are_files(kubectl, namespace, start, inside):
    """Their content is in the container, readable for its user; a new content reaches it with a new pod."""
    kubectl("create", "secret", "generic", "notes-token", "-n", namespace, "--from-literal=value=s3cret")
    spec = notes(configs=[{"source": "motd", "target": "/etc/motd"}], secrets=[{"source": "token", "mode": "0400"}])
    spec["services"]["notes"]["secrets"][0]["gid"] = "4712"
    spec["configs"] = {"motd": {"content": "be kind, $$5\n"}}
    spec["secrets"] = {"token": {"external": True, "name": "notes-token", "x-kubernetes": {"key": "value"}}}
    start(spec)
    assert inside("cat /etc/motd /run/secrets/token") == "be kind, $5\ns3cret"

    spec["configs"]["motd"]["content"] = "be kinder\n"
    kubectl.apply(compose_app(namespace, spec))

    def has_the_new_content() -> None:
        assert inside("cat /etc/motd") == "be kinder\n"
        assert len(kubectl.items("configmaps", namespace, "app.kubernetes.io/component=config")) == 1

    eventually(has_the_new_content, within=60)


def test_secret_of_a_variable_is_the_same_file(kubectl, namespace, start, inside):
    """What ``variablesFrom`` names as a Secret's key can be mounted, and the operator never reads it."""
    kubectl("create", "secret", "generic", "notes-token", "-n", namespace, "--from-literal=value=s3cret")
    spec = notes(secrets=["token"])
    spec["secrets"] = {"token": {"environment": "TOKEN"}}
    spec["variablesFrom"] = [{"secretRef": {"name": "notes-token"}, "keys": ["TOKEN=value"]}]
    start(spec)
    assert inside("cat /run/secrets/token") == "s3cret"


def test_restart_of_the_operator_writes_nothing(kubectl, namespace, start, operator, audit_log, identity):
    """Claims and ConfigMaps are as they were wanted, whatever Kubernetes added to them."""
    spec = notes(configs=["motd"])
    spec["configs"] = {"motd": {"content": "be kind"}}
    start(spec)
    assert operator.stop() == 0
    mark = audit_log.mark()
    operator.start()
    kubectl("annotate", "composeapp", "chat", "-n", namespace, "example.com/touched=yes")

    def has_looked() -> list:
        requests = audit_log.since(mark, user=identity.user)
        assert any(request.resource == "composeapps" for request in requests)
        return requests

    assert [it for it in eventually(has_looked) if it.is_write and it.namespace == namespace] == []


def test_missing_secret_is_named_and_awaited(kubectl, namespace, wait_ready):
    """The status says which Secrets a pod that cannot begin mounts; once they are there it begins."""
    spec = notes(secrets=["token"])
    spec["secrets"] = {"token": {"external": True}}
    kubectl.apply(compose_app(namespace, spec))

    def is_named() -> None:
        (row,) = kubectl.json("get", "composeapp", "chat", "-n", namespace).get("status", {}).get("services", [{}])
        assert 'Secret "token"' in row.get("message", ""), row

    eventually(is_named)
    kubectl("create", "secret", "generic", "token", "-n", namespace, "--from-literal=token=s3cret")
    wait_ready("chat", within=120)


def test_services_share_a_volume(start, inside):
    """What one writes another reads, and cannot write where it said so."""
    spec = notes()
    spec["services"]["reader"] = {"image": "my-chat-app", "volumes": ["notes:/notes:ro"]}
    start(spec)
    inside("chmod 0755 /data; echo shared > /data/note")
    assert inside("cat /notes/note", "reader") == "shared\n"
    assert inside("touch /notes/x 2>&1 || true", "reader").strip().endswith("Read-only file system")


def test_image_without_a_shell_is_told_the_way_out(kubectl, namespace):
    """Its files cannot be copied; the status names the option with which Docker would not copy them either."""
    kubectl.apply(compose_app(namespace, notes(image="shell-less")))

    def is_told() -> None:
        (row,) = kubectl.json("get", "composeapp", "chat", "-n", namespace).get("status", {}).get("services", [{}])
        assert "/bin/sh" in row.get("message", ""), row
        assert "nocopy" in row["message"], row

    eventually(is_told, within=60)


def test_memory_and_a_fixed_root(start, inside):
    """Everybody writes to memory of the size that was asked for, and nobody to the image's own files."""
    service = {"image": "my-chat-app", "read_only": True, "tmpfs": ["/scratch:size=1m"], "shm_size": "2m"}
    start({"services": {"notes": service}})
    assert inside("touch /scratch/x /dev/shm/x && df -k /scratch /dev/shm | awk 'NR > 1 {print $2}'") == "1024\n2048\n"
    assert inside("touch /app/x 2>&1 || true").strip().endswith("Read-only file system")
