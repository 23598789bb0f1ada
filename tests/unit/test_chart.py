"""The chart as Helm renders it: rights, settings, copies that are up to date. No cluster is needed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml

from composeapp import __version__
from composeapp.settings_text import load_settings
from support.chart import CHART, helm, rendered


def only(kind: str, *arguments: str) -> dict[str, Any]:
    """Render the chart and return its only object of a kind."""
    found = [manifest for manifest in rendered(*arguments) if manifest["kind"] == kind]
    assert len(found) == 1, [manifest["metadata"]["name"] for manifest in found]
    return found[0]


def settings_text(*arguments: str) -> str:
    """Return the settings file that the operator would read."""
    return only("ConfigMap", *arguments)["data"]["settings.yaml"]


def operator_rules(*arguments: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rules that the operator's account is bound to, by kind and namespace of the role."""
    manifests = rendered(*arguments)
    bound = {
        (binding["roleRef"]["kind"], binding["metadata"].get("namespace", ""))
        for binding in manifests
        if binding["kind"] in {"ClusterRoleBinding", "RoleBinding"}
    }
    roles = [manifest for manifest in manifests if manifest["kind"] in {"ClusterRole", "Role"}]
    return {
        f"{role['kind']} {role['metadata'].get('namespace', '')}".strip(): role["rules"]
        for role in roles
        if (role["kind"], role["metadata"].get("namespace", "")) in bound and "aggregate" not in str(role["metadata"])
    }


def test_copies_are_up_to_date():
    """The chart's copy of the definition and its values schema are what charts/generate.py writes."""
    program = CHART.parent / "generate.py"
    done = subprocess.run([sys.executable, str(program), "--check"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_lint():
    """Helm finds nothing to complain about, warnings included."""
    helm("lint", str(CHART), "--strict", "--set", "image.repository=registry.example.com/composeapp")


def test_image_must_be_given():
    """No registry is invented: without an image the chart says how to get one."""
    with pytest.raises(AssertionError, match=r"image\.repository is required: .*\./deploy/image push REPOSITORY"):
        helm("template", "x", str(CHART))


def test_operator_image_follows_the_chart():
    """The operator's tag is the version of this repository unless told otherwise."""
    container = only("Deployment")["spec"]["template"]["spec"]["containers"][0]
    chosen = only("Deployment", "--set", "image.tag=dev")["spec"]["template"]["spec"]["containers"][0]

    assert (container["image"], chosen["image"]) == (f"x:{__version__}", "x:dev")


def test_puller_image_does_not_follow_the_operator():
    """The puller's tag stands by itself, so that an upgrade of the operator changes no model's pod."""
    before = load_settings(settings_text())
    upgraded = load_settings(settings_text("--set", "image.tag=9.9.9"))
    own = load_settings(settings_text("--set", "puller.image.repository=y,puller.image.tag=v2"))

    assert before.images.puller == upgraded.images.puller == "x:0.1.0"
    assert own.images.puller == "y:v2"


def test_settings_reach_the_operator(tmp_path):
    """What the administrator writes is what the operator reads."""
    wanted = {
        "gpu": {"vendor": "amd", "count": 2, "runtimeClassName": None},
        "images": {"llamaServer": {"cpu": "registry.example.com/llama:1"}},
        "instanceClasses": {"gpu-small": {"nodeSelector": {"pool": "gpu"}, "gpuCount": 1}},
        "registryMirrors": {"docker.io": {"endpoint": "https://mirror.example.com/hub"}},
        "plainHttpRegistries": ["registry.internal:5000"],
        "modelServer": {"extraFlags": ["--threads", "1"]},
    }
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump({"settings": wanted}))

    read = load_settings(settings_text("--values", str(values)))

    wanted["images"]["puller"] = "x:0.1.0"
    assert read == load_settings(yaml.safe_dump(wanted))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("settings.gpuu.count=1", "gpuu"),
        ("settings.gpu.vendor=acme", "vendor"),
        ("settings.gpu.count=many", "count"),
        ("settings.images.puller=x:1", "puller"),
        ("image.repo=x", "repo"),
        ("puller.image.tag=", "tag"),
    ],
)
def test_values_are_checked(value, words):
    """A value that is misspelt or of the wrong type is refused by name, before anything is installed."""
    with pytest.raises(AssertionError, match=f"values don't meet the specifications of the schema.*\n(.*\n)*.*{words}"):
        rendered("--set", value)


def test_other_settings_start_the_operator_anew():
    """The pod template changes with the settings and with nothing else."""
    plain, same, other = (
        only("Deployment", *arguments)["spec"]["template"]
        for arguments in ((), ("--set", "rbac.create=false"), ("--set", "settings.gpu.count=2"))
    )

    assert plain == same
    assert plain["metadata"]["annotations"] != other["metadata"]["annotations"]


def test_rights_are_the_least_that_work():
    """No wildcard, no Secret, nothing on nodes or namespaces; children may be written, data not deleted, apps read."""
    (rules,) = operator_rules().values()
    rights = {
        (group, resource): set(rule["verbs"])
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    child = {"get", "list", "watch", "create", "patch", "delete"}

    assert rights == {
        ("composeapp.dev", "composeapps"): {"list", "watch"},
        ("composeapp.dev", "composeapps/status"): {"patch"},
        ("composeapp.dev", "composeapps/finalizers"): {"update"},
        ("apps", "daemonsets"): child,
        ("apps", "deployments"): child,
        ("batch", "jobs"): child,
        ("", "services"): child,
        ("", "configmaps"): child,
        ("", "persistentvolumeclaims"): child - {"delete"},
        ("", "pods"): {"list", "watch"},
        ("", "events"): {"create"},
    }


def test_watched_namespaces_narrow_the_rights():
    """With named namespaces the operator gets Roles there and no ClusterRole."""
    (everywhere,) = operator_rules().items()
    narrowed = operator_rules("--set", "settings.watchNamespaces={team-a,team-b}")

    assert everywhere[0] == "ClusterRole"
    assert narrowed == {"Role team-a": everywhere[1], "Role team-b": everywhere[1]}


def test_users_get_apps_with_their_builtin_roles():
    """View reads apps, edit and admin write them; switched off there is nothing of it."""
    aggregated = {
        manifest["metadata"]["name"]: (sorted(_aggregates_to(manifest)), manifest["rules"][0]["verbs"])
        for manifest in rendered()
        if _aggregates_to(manifest)
    }
    switched_off = rendered("--set", "rbac.aggregateToDefaultRoles=false")

    assert aggregated == {
        "composeapp-outside-view": (["admin", "edit", "view"], ["get", "list", "watch"]),
        "composeapp-outside-edit": (["admin", "edit"], ["create", "update", "patch", "delete", "deletecollection"]),
    }
    assert not any(_aggregates_to(manifest) for manifest in switched_off)


def _aggregates_to(manifest: dict[str, Any]) -> list[str]:
    prefix = "rbac.authorization.k8s.io/aggregate-to-"
    return [label.removeprefix(prefix) for label in manifest["metadata"].get("labels", {}) if label.startswith(prefix)]


def test_definition_is_kept():
    """The definition is upgraded with the chart, stays on uninstall, and can be left to somebody else."""
    definition = only("CustomResourceDefinition")

    assert definition["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert definition["spec"] == yaml.safe_load((CHART.parents[1] / "crds" / "composeapps.yaml").read_text())["spec"]
    assert "CustomResourceDefinition" not in {manifest["kind"] for manifest in rendered("--set", "crds.install=false")}
