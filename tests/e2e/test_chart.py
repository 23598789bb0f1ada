"""The chart against the real API server: strictly valid, upgradable, and harmless to remove."""

from __future__ import annotations

import shutil

import pytest
import yaml

from e2e.apps import compose_app, first_example
from support.chart import CHART, helm, rendered

pytestmark = pytest.mark.e2e

IMAGE = "image.repository=registry.example.com/composeapp"


@pytest.mark.parametrize("settings", ["settings.gpu.count=1", "settings.watchNamespaces={default}"])
def test_every_manifest_is_strictly_valid(kubectl, namespace, settings):
    """The API server takes what Helm renders: no unknown field, no warning, not even of Pod Security ``restricted``."""
    kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/warn=restricted")
    manifests = [_placed(manifest, namespace) for manifest in rendered("--set", settings)]

    done = kubectl.run(
        *("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-"),
        stdin=yaml.safe_dump_all(manifests),
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(manifests)


def _placed(manifest: dict, namespace: str) -> dict:
    """Put what Helm puts into the release's namespace into one that exists."""
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "namespace": namespace}} if "namespace" in metadata else manifest


@pytest.fixture
def release(kubectl, namespace):
    """Run a Helm command for a release of the test's own; uninstalled afterwards."""
    kubeconfig = kubectl.kubeconfig

    def run(command: str, *arguments: str) -> str:
        return helm(command, namespace, *arguments, "--namespace", namespace, kubeconfig=kubeconfig)

    yield run
    helm("uninstall", namespace, "--namespace", namespace, "--ignore-not-found", kubeconfig=kubeconfig)


@pytest.fixture
def older_chart(tmp_path):
    """The chart of a version whose definition did not know ``spec.suspend`` yet."""
    chart = tmp_path / "composeapp"
    shutil.copytree(CHART, chart)
    path = chart / "files" / "composeapps.yaml"
    definition = yaml.safe_load(path.read_text())
    del definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["suspend"]
    path.write_text(yaml.safe_dump(definition))
    return chart


@pytest.fixture
def known_fields(kubectl):
    """Name the fields of ``spec`` that the installed definition declares."""

    def look() -> set[str]:
        definition = kubectl.json("get", "crd", "composeapps.composeapp.dev")
        schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        return set(schema["properties"]["spec"]["properties"])

    return look


def test_upgrade_brings_the_new_definition(kubectl, namespace, release, older_chart, known_fields):
    """``helm upgrade`` upgrades the definition too, and the apps that are there stay."""
    release("install", str(older_chart), "--take-ownership", "--set", IMAGE)
    assert "suspend" not in known_fields()
    kubectl.apply(compose_app(namespace, first_example()))

    release("upgrade", str(CHART), "--set", IMAGE)

    assert "suspend" in known_fields()
    assert kubectl.exists("composeapp", "chat", namespace)


def test_uninstall_leaves_apps_and_definition(kubectl, namespace, release):
    """Removing the operator removes no app and no running container."""
    release("install", str(CHART), "--take-ownership", "--set", IMAGE)
    kubectl.apply(compose_app(namespace, first_example()))

    release("uninstall")

    assert kubectl.exists("composeapp", "chat", namespace)
    assert not kubectl(
        "get", "deployment,serviceaccount,configmap", "-n", namespace, "-o", "name", "-l", "helm.sh/chart"
    )


def test_notes_say_what_a_composeapp_may_do(release):
    """Installing says how to try it, and that creating an app is as mighty as creating pods."""
    said = release("install", str(CHART), "--take-ownership", "--set", IMAGE)

    assert "kubectl get capp" in said
    assert "may run any container in its namespace" in said
