"""Pods of one shell script each, for a cluster whose only image is that of the pause container."""

from __future__ import annotations

import requests

from localcluster.containerd import PAUSE_IMAGE
from localcluster.node import GPU

WAIT = "trap exit TERM; sleep infinity & wait"
GPU_TOLERATION = {"key": GPU, "operator": "Exists"}
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def pod(name, script, *, namespace="default", **spec):
    """Return a pod with one container that runs a shell script."""
    container = {"name": "main", "image": PAUSE_IMAGE, "command": ["sh", "-c", script], "securityContext": RESTRICTED}
    container |= spec.pop("container", {})
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {"terminationGracePeriodSeconds": 5, "containers": [container], **spec},
    }


def gpu_pod(name, count, **spec):
    """Return a pod that asks for GPUs."""
    return pod(name, WAIT, container={"resources": {"limits": {GPU: count}}}, **spec)


def start_web(kubectl):
    """Start the namespace ``web``: two pods that answer with their names, and their Service."""
    serve = "mkdir /tmp/www; hostname > /tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www"
    template = pod("web", serve, volumes=[{"name": "tmp", "emptyDir": {}}])
    template["spec"]["containers"][0] |= {
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - in the container
        "readinessProbe": {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1},
    }
    kubectl("create", "namespace", "web")
    kubectl.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "web"},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": {"app": "web"}},
                "template": {"metadata": {"labels": {"app": "web"}}, "spec": template["spec"]},
            },
        }
    )
    kubectl("expose", "deployment", "web", "-n", "web", "--port=80", "--target-port=8080")
    kubectl("rollout", "status", "deployment/web", "-n", "web", "--timeout=60s")


def ask(kubectl, path="/"):
    """Return what the Service ``web`` answers the host."""
    address = kubectl("get", "service", "web", "-n", "web", "-o", "jsonpath={.spec.clusterIP}")
    try:
        answer = requests.get(f"http://{address}{path}", timeout=5)
    except requests.RequestException as error:
        raise AssertionError(str(error)) from error
    assert answer.status_code == 200
    return answer.text.strip()


def container_ids(kubectl, namespace):
    """Return the ids of all containers of a namespace."""
    return {found["status"]["containerStatuses"][0]["containerID"] for found in kubectl.items("pods", namespace)}
