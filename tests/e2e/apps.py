"""ComposeApps as people write them; every call returns a fresh one that a test may change."""

from __future__ import annotations

from typing import Any

CLOUD_OPTIONS = ("cloud.instance-type=gpu-small", "cloud.region=us-west-2")


def first_example() -> dict[str, Any]:
    """Return the first example of Docker's page on Compose models."""
    return {
        "services": {"chat-app": {"image": "my-chat-app", "models": ["llm"]}},
        "models": {"llm": {"model": "ai/smollm2"}},
    }


def cloud_example() -> dict[str, Any]:
    """Return the same page's example with ``x-cloud-options``."""
    document = first_example()
    document["models"]["llm"] |= {
        "context_size": 4096,
        "runtime_flags": ["--temp", "0.1"],
        "x-cloud-options": list(CLOUD_OPTIONS),
    }
    return document


def compose_app(namespace: str, spec: dict[str, Any], name: str = "chat") -> dict[str, Any]:
    """Wrap a Compose document into its resource."""
    return {
        "apiVersion": "composeapp.dev/v1alpha1",
        "kind": "ComposeApp",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }
