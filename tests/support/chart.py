"""The chart, rendered and installed by the real Helm."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

from localcluster.tools import tool
from support.kubectl import Kubectl

CHART = Path(__file__).parents[2] / "charts" / "composeapp"
OUTSIDE = "composeapp-outside"
"""Release and namespace of the identity under which tests run the operator outside the cluster."""


def helm(*arguments: str, kubeconfig: Path | None = None) -> str:
    """Run helm; its words are the failure's message."""
    where = ["--kubeconfig", str(kubeconfig)] if kubeconfig else []
    done = subprocess.run(
        [str(tool("helm")), *arguments, *where], text=True, capture_output=True, check=False, timeout=180
    )
    assert done.returncode == 0, f"helm {' '.join(arguments)}: {done.stderr or done.stdout}"
    return done.stdout


def rendered(*arguments: str) -> list[dict[str, Any]]:
    """Render the chart to manifests."""
    text = helm("template", OUTSIDE, str(CHART), "--namespace", OUTSIDE, "--set", "image.repository=x", *arguments)
    return [manifest for manifest in yaml.safe_load_all(text) if manifest]


def operator_identity(kubectl: Kubectl, kubeconfig: Path) -> str:
    """
    Give the chart's ServiceAccount its rights and write a kubeconfig for it; return its user name.

    The operator of the tests runs under exactly what the chart grants.
    """
    wanted = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
    manifests = [manifest for manifest in rendered() if manifest["kind"] in wanted]
    kubectl.run("create", "namespace", OUTSIDE)
    kubectl.apply({"apiVersion": "v1", "kind": "List", "items": manifests}, "--server-side")
    account = next(manifest["metadata"]["name"] for manifest in manifests if manifest["kind"] == "ServiceAccount")
    token = kubectl("create", "token", account, "-n", OUTSIDE, "--duration=12h").strip()
    config = yaml.safe_load(kubectl("config", "view", "--raw", "--minify", "--flatten"))
    config["users"][0]["user"] = {"token": token}
    kubeconfig.write_text(yaml.safe_dump(config))
    return f"system:serviceaccount:{OUTSIDE}:{account}"
