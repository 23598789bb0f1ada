"""Kubernetes objects as tests need them: only the fields that the code reads."""

from __future__ import annotations

from typing import Any

from composeapp.translate import names

UID = "11111111-2222-3333-4444-555555555555"

RESOURCE: dict[str, Any] = {
    "apiVersion": names.API_VERSION,
    "kind": names.KIND,
    "metadata": {"name": "chat", "namespace": "demo", "uid": UID, "generation": 3, "resourceVersion": "10"},
    "spec": {},
}


def deployment(key: str = "llm", component: str = names.MODEL_COMPONENT, **status: Any) -> dict[str, Any]:
    """Return the Deployment of one Compose key; its pods are made by ``pod`` with the same key."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": names.model_name("chat", key) if component == names.MODEL_COMPONENT else f"chat-{key}",
            "namespace": "demo",
            "generation": 1,
            "labels": names.labels("chat", component, key),
            "annotations": {names.KEY_ANNOTATION: key, names.MODEL_ANNOTATION: "ai/smollm2"},
        },
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": names.selector("chat", component, key)},
            "template": {"metadata": {"labels": names.labels("chat", component, key)}},
        },
        "status": {"observedGeneration": 1, **status},
    }


def complete(**more: Any) -> dict[str, Any]:
    """Return the status of a Deployment of which everything runs."""
    return {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "readyReplicas": 1, **more}


def pod(
    key: str = "llm",
    component: str = names.MODEL_COMPONENT,
    *,
    revision: str = "r1",
    created: str = "2026-01-01T00:00:00Z",
    **status: Any,
) -> dict[str, Any]:
    """Return a pod; ``status`` is its status."""
    return {
        "metadata": {
            "name": f"{key}-{revision}",
            "namespace": "demo",
            "creationTimestamp": created,
            "labels": {**names.labels("chat", component, key), "pod-template-hash": revision},
        },
        "spec": {"nodeName": "gpu-1"},
        "status": status,
    }
