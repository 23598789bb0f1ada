"""
The product on a real cluster: one cluster a run, one operator a module, one namespace a test.

``COMPOSEAPP_TEST_PROVIDER`` chooses the cluster (``local`` unless told, ``kind``, ``existing``).
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from localcluster import administrator, images
from localcluster.images import from_recipe
from localcluster.images.archive import from_tree
from localcluster.images.engines import Recipe
from localcluster.providers import Cluster, provider
from localcluster.tools import tool
from support.audit import AuditLog
from support.chart import operator_identity
from support.kubectl import Kubectl
from support.operator_process import OperatorProcess
from support.waiting import eventually

ROOT = Path(__file__).parents[2]
IMAGES = Path(__file__).parent / "images"


@pytest.fixture(scope="session")
def local_cluster() -> Iterator[Cluster]:
    """A fresh cluster with everything loaded; gone afterwards."""
    cluster = provider(os.environ.get("COMPOSEAPP_TEST_PROVIDER", "local"), name="composeapp-test")
    cluster.down()
    try:
        cluster.up()
        images.provide(cluster)
        yield cluster
    finally:
        cluster.down()


@pytest.fixture(scope="session")
def kubectl(local_cluster: Cluster) -> Kubectl:
    """Kubectl as the cluster's administrator, with the resource's definition in place."""
    kubectl = Kubectl(tool("kubectl"), local_cluster.kubeconfig)
    kubectl("apply", "--server-side", "-f", str(ROOT / "crds"))
    kubectl("wait", "--for=condition=Established", "crd/composeapps.composeapp.dev", "--timeout=30s")
    return kubectl


@pytest.fixture(scope="session")
def audit_log(local_cluster: Cluster) -> AuditLog:
    """Everything the API server was asked."""
    assert local_cluster.audit_log is not None
    return AuditLog(local_cluster.audit_log)


@pytest.fixture(scope="session")
def settings(local_cluster: Cluster) -> dict[str, Any]:
    """What the administrator of the test cluster decides."""
    assert local_cluster.registry is not None
    return administrator.settings(local_cluster.registry)


@dataclass(frozen=True)
class Identity:
    """Who the operator is on this cluster: the chart's ServiceAccount and nothing more."""

    user: str
    kubeconfig: Path


@pytest.fixture(scope="session")
def identity(kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """The operator's ServiceAccount with exactly the rights of the chart."""
    kubeconfig = tmp_path_factory.mktemp("identity") / "kubeconfig"
    user = operator_identity(kubectl, kubeconfig)
    return Identity(user, kubeconfig)


@pytest.fixture(scope="module")
def operator(
    identity: Identity, settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OperatorProcess]:
    """A running operator, under the chart's rights."""
    folder = tmp_path_factory.mktemp("operator")
    (folder / "settings.yaml").write_text(yaml.safe_dump(settings))
    process = OperatorProcess(identity.kubeconfig, folder / "settings.yaml", folder / "operator.log")
    process.start()
    try:
        yield process
    finally:
        process.stop()


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    """A namespace of the test's own; everything in it goes with it."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


@pytest.fixture
def condition(kubectl: Kubectl, namespace: str):
    """Look up one condition of an app."""

    def look_up(app: str, kind: str) -> dict[str, Any]:
        status = kubectl.json("get", "composeapp", app, "-n", namespace).get("status", {})
        found = [condition for condition in status.get("conditions", []) if condition["type"] == kind]
        assert found, f"{app} has no condition {kind}: {status}"
        return found[0]

    return look_up


@pytest.fixture
def wait_ready(condition):
    """Wait until an app says that it is ready; its own words are the failure's message."""

    def assert_ready(app: str) -> dict[str, Any]:
        ready = condition(app, "Ready")
        assert ready["status"] == "True", ready
        return ready

    return lambda app, within=60: eventually(lambda: assert_ready(app), within=within)


@pytest.fixture(scope="session")
def composeapp():
    """The command line, as a person runs it; returns standard output."""

    def run(*arguments: str, stdin: str | None = None) -> str:
        command = [sys.executable, "-m", "composeapp", *arguments]
        done = subprocess.run(command, input=stdin, text=True, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def notes_image(local_cluster):
    """The image that keeps notes, and one with a program alone, on the nodes."""
    context = IMAGES / "notes"
    recipe = Recipe(dockerfile=context / "Dockerfile", context=context, sources=("notes.sh",))
    local_cluster.load(from_recipe(recipe, "docker.io/library/notes:latest").path)
    only_a_program = {"Entrypoint": ["/program"]}
    local_cluster.load(from_tree("docker.io/library/shell-less:latest", only_a_program, _a_program).path)


def _a_program(tree: Path) -> None:
    (tree / "program").write_text("never started")
