"""The API server itself takes every object of every golden case, and every pod under the Pod Security we promise."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from composeapp.translate import names
from support.kubectl import Kubectl
from support.waiting import eventually

pytestmark = pytest.mark.e2e

GOLDEN = Path(__file__).parents[1] / "golden"
POD_SECURITY: Final = {names.MODEL_COMPONENT: "restricted", names.SERVICE_COMPONENT: "baseline"}
BEYOND_BASELINE: Final = frozenset({"mounts-of-the-node", "volume-driver-options"})
"""Cases in which the administrator's settings allow more than Pod Security ``baseline`` does."""


def manifests(case: str) -> list[dict[str, Any]]:
    """Return the objects of one case."""
    return list(yaml.safe_load_all((GOLDEN / case / "manifests.yaml").read_text()))


CASES = sorted(path.parent.name for path in GOLDEN.glob("*/manifests.yaml"))


def profile(case: str, manifest: dict[str, Any]) -> str:
    """Return the Pod Security under which an object's pods must be let in."""
    component = manifest["metadata"]["labels"][names.COMPONENT_LABEL]
    return "privileged" if case in BEYOND_BASELINE else POD_SECURITY.get(component, "baseline")


def pod(manifest: dict[str, Any], case: str) -> dict[str, Any]:
    """Return a pod as a workload's controller makes it: it alone is held to Pod Security, the workload is not."""
    template = manifest["spec"]["template"]
    name = f"{case[:30]}-{manifest['metadata']['name']}"[:63].rstrip("-")
    spec = {**template["spec"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {**template["metadata"], "name": name}, "spec": spec}


@pytest.fixture(scope="module")
def namespaces(kubectl: Kubectl) -> Iterator[dict[str, str]]:
    """A namespace for each Pod Security profile, by profile."""
    made = {profile: f"golden-{profile}-{uuid.uuid4().hex[:6]}" for profile in ("privileged", "baseline", "restricted")}
    for security, name in made.items():
        kubectl("create", "namespace", name)
        kubectl("label", "namespace", name, f"pod-security.kubernetes.io/enforce={security}")
    for name in made.values():
        eventually(lambda name=name: kubectl("get", "serviceaccount", "default", "-n", name))
    yield made
    kubectl("delete", "namespace", *made.values(), "--wait=false")


@pytest.fixture(scope="module")
def classes(kubectl: Kubectl) -> Iterator[None]:
    """The cluster's own things that pods name: without its RuntimeClass no pod is let in."""
    made = {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": "nvidia"},
        "handler": "nvidia",
    }
    is_there = kubectl.run("get", "runtimeclass", "nvidia").returncode == 0
    if not is_there:
        kubectl.apply(made)
    yield
    if not is_there:
        kubectl("delete", "runtimeclass", "nvidia")


@pytest.mark.usefixtures("classes")
def test_the_api_server_takes_every_golden_object(kubectl, namespaces):
    """No unknown field, no invalid value, no pod that Pod Security refuses; all in one request for each object."""
    wanted = []
    for case in CASES:
        for manifest in manifests(case):
            namespace = {"namespace": namespaces[profile(case, manifest)]}
            made = [manifest, pod(manifest, case)] if "template" in manifest.get("spec", {}) else [manifest]
            wanted += [{**item, "metadata": {**item["metadata"], **namespace}} for item in made]

    done = kubectl.run(
        *("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-"),
        stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": wanted}),
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(wanted)
