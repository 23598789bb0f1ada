"""
How long from ``kubectl apply`` to the application's first answer, and what of it is the operator's doing.

Run it beside the demo's cluster: ``PYTHONPATH=operator:deploy/local:tests python tests/bench/first_answer.py``.
The reference, taken in turns in the same run, is ``kubectl apply`` of what ``composeapp render`` prints:
the same objects, no operator.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import yaml

from localcluster import administrator
from localcluster.demo import SAMPLE
from localcluster.providers import provider
from localcluster.tools import tool
from support.kubectl import Kubectl
from support.waiting import eventually

ROUNDS = 5
CHAT_PORT = 8000


def main() -> None:
    """Print the seconds of every round, the medians and their ratio."""
    cluster = provider()
    kubectl = Kubectl(tool("kubectl"), cluster.kubeconfig)
    app = yaml.safe_load(SAMPLE.read_text())
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as settings:
        yaml.safe_dump(administrator.settings(cluster.registry), settings)
        settings.flush()
        ways: dict[str, Callable[[dict], str]] = {
            "operator": yaml.safe_dump,
            "rendered": lambda resource: render(resource, Path(settings.name)),
        }
        seconds = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way, manifests in ways.items():
                seconds[way].append(first_answer(kubectl, app, manifests))
    for way, times in seconds.items():
        print(way, " ".join(f"{one:.1f}" for one in times), f"median {statistics.median(times):.1f} s")
    ratio = statistics.median(seconds["operator"]) / statistics.median(seconds["rendered"])
    print(f"operator / rendered: {ratio:.2f}")


def render(resource: dict, settings: Path) -> str:
    """Return the manifests of an app, as the command line prints them."""
    from composeapp.input_file import read_input  # noqa: PLC0415 - the reference's cost, not the operator's
    from composeapp.manifest_yaml import to_yaml  # noqa: PLC0415
    from composeapp.settings_text import load_settings  # noqa: PLC0415

    source = read_input(yaml.safe_dump(resource), name=None, namespace=None, folder="bench")
    return to_yaml(source.translated(load_settings(settings.read_text())).manifests)


def first_answer(kubectl: Kubectl, app: dict, manifests: Callable[[dict], str]) -> float:
    """Apply one app in a namespace of its own; return the seconds until it answers."""
    namespace = f"bench-{uuid.uuid4().hex[:8]}"
    kubectl("create", "namespace", namespace)
    text = manifests({**app, "metadata": {**app["metadata"], "namespace": namespace}})
    began = time.monotonic()
    kubectl.apply(text)
    eventually(lambda: answers(kubectl, namespace), within=60)
    took = time.monotonic() - began
    kubectl("delete", "namespace", namespace)  # waits: the next round gets the same empty node
    return took


def answers(kubectl: Kubectl, namespace: str) -> None:
    """Fail unless both Deployments are available and the application has an answer from its model."""
    available = [
        deployment["status"].get("availableReplicas", 0) for deployment in kubectl.items("deployments", namespace)
    ]
    assert available == [1, 1]
    pods = kubectl.items("pods", namespace, "app.kubernetes.io/name=chat-app")
    assert pods
    address = f"/api/v1/namespaces/{namespace}/pods/{pods[0]['metadata']['name']}:{CHAT_PORT}/proxy/"
    assert "says:" in kubectl("get", "--raw", address)


if __name__ == "__main__":
    main()
