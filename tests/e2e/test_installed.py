"""The operator as a pod of its own image, installed by Helm."""

from __future__ import annotations

import pytest
import yaml

from e2e.apps import compose_app, first_example
from e2e.test_serving import answers
from localcluster import administrator, tiny_models
from support.chart import CHART, helm

pytestmark = pytest.mark.e2e

NAMESPACE = "composeapp-system"
DEFINITION = "crd/composeapps.composeapp.dev"


@pytest.fixture
def installed(kubectl, local_cluster, tmp_path):
    """Install the chart with this cluster's values; return how to remove it again."""
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(administrator.chart_values(local_cluster.registry)))
    # the definition came from kubectl apply, so Helm must be told that it may have it
    options = ("--create-namespace", "--take-ownership", "--values", str(values), "--wait", "--timeout", "2m")

    def release(command: str, *arguments: str) -> str:
        return helm(command, "composeapp", *arguments, "--namespace", NAMESPACE, kubeconfig=kubectl.kubeconfig)

    release("upgrade", "--install", str(CHART), *options)
    yield lambda: release("uninstall", "--wait")
    release("uninstall", "--ignore-not-found", "--wait")


def test_installed_operator_serves_and_its_removal_stops_nothing(kubectl, namespace, wait_ready, installed):
    """An app becomes ready under the operator's pod; after ``helm uninstall`` it still answers."""
    kubectl.apply(compose_app(namespace, first_example()))
    wait_ready("chat")
    answers(kubectl, namespace, tiny_models.SMOLLM2_SENTENCE)

    installed()

    assert kubectl("get", DEFINITION, "-o", "name")
    assert kubectl.exists("composeapp", "chat", namespace)
    answers(kubectl, namespace, tiny_models.SMOLLM2_SENTENCE)
