"""
The demo: from nothing to an application that hears its model, on a real cluster.

Every step is what a person would type; ``./deploy/demo`` runs them all.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml
from rich.console import Console

from localcluster import administrator, images
from localcluster.errors import ClusterError
from localcluster.processes import wait_until
from localcluster.progress import step
from localcluster.providers import Cluster, Kind, provider
from localcluster.tools import tool

ROOT: Final = Path(__file__).parents[3]
SAMPLE: Final = ROOT / "deploy" / "samples" / "cloud.yaml"
OPERATOR_NAMESPACE: Final = "composeapp-system"
NAMESPACE: Final = "demo"
APP: Final = "chat"
CHAT_PORT: Final = 8000

_say = Console(highlight=False, soft_wrap=True).print


class Demo:
    """One run of the demo against one cluster."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self._name = name

    def run(self) -> None:
        """Bring everything up and print the application's answer."""
        self._cluster.up()
        images.provide(self._cluster)
        self._install_operator()
        self._apply_sample()
        self._show()

    def _install_operator(self) -> None:
        registry = self._cluster.registry
        if registry is None:
            raise ClusterError("the demo needs a cluster with the sample registry; this provider has none")
        with step("Installing the operator with Helm"), tempfile.NamedTemporaryFile("w", suffix=".yaml") as values:
            yaml.safe_dump(administrator.chart_values(registry), values)
            values.flush()
            chart = str(ROOT / "charts" / "composeapp")
            self._tool(
                "helm", "upgrade", "--install", "composeapp", chart, "--namespace", OPERATOR_NAMESPACE,
                "--create-namespace", "--values", values.name, "--wait", "--timeout", "3m",
            )  # fmt: skip

    def _apply_sample(self) -> None:
        self._kubectl(
            "create", "namespace", NAMESPACE, "--dry-run=client", "-o", "yaml", "--save-config", to_apply=True
        )
        self._kubectl("apply", "-n", NAMESPACE, "-f", str(SAMPLE))
        with step("Waiting until the application is ready"):
            wait_until(self._is_ready, f"ComposeApp {APP} becomes ready", 180)

    def _is_ready(self) -> bool:
        app = json.loads(self._kubectl("get", "composeapp", APP, "-n", NAMESPACE, "-o", "json"))
        conditions = app.get("status", {}).get("conditions", [])
        return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)

    def _show(self) -> None:
        _say("$ kubectl get capp -n demo")
        _say(self._kubectl("get", "capp", "-n", NAMESPACE), end="")
        _say("$ kubectl exec -n demo deploy/chat-chat-app -- env | grep LLM")
        variables = self._kubectl("exec", "-n", NAMESPACE, "deploy/chat-chat-app", "--", "env").splitlines()
        _say("\n".join(sorted(line for line in variables if line.startswith("LLM_"))))
        _say(f"$ kubectl get --raw {self._chat_path()}")
        _say(self._kubectl("get", "--raw", self._chat_path()).strip())
        _say()
        _say(f"Look around: export KUBECONFIG={self._cluster.kubeconfig}")
        _say(f"Remove everything: ./deploy/local/cluster down --name {self._name}")

    def _chat_path(self) -> str:
        selector = "app.kubernetes.io/name=chat-app"
        pods = json.loads(self._kubectl("get", "pods", "-n", NAMESPACE, "-l", selector, "-o", "json"))["items"]
        running = next(pod for pod in pods if "deletionTimestamp" not in pod["metadata"])
        return f"/api/v1/namespaces/{NAMESPACE}/pods/{running['metadata']['name']}:{CHAT_PORT}/proxy/"

    def _kubectl(self, *arguments: str, to_apply: bool = False) -> str:
        out = self._tool("kubectl", *arguments)
        return self._tool("kubectl", "apply", "-f", "-", stdin=out) if to_apply else out

    def _tool(self, program: str, *arguments: str, stdin: str | None = None) -> str:
        command = [str(tool(program)), "--kubeconfig", str(self._cluster.kubeconfig), *arguments]
        done = subprocess.run(command, input=stdin, text=True, capture_output=True, check=False)
        if done.returncode:
            raise ClusterError(f"{program} {' '.join(arguments[:3])}: {(done.stderr or done.stdout).strip()}")
        return done.stdout


def main(
    name: Annotated[str, typer.Option(help="The cluster's name.")] = "composeapp",
    kind: Annotated[Kind, typer.Option("--provider", help="What makes the cluster.")] = Kind.LOCAL,
) -> None:
    """Show a Compose application with an AI model on a real Kubernetes cluster."""
    try:
        Demo(provider(kind, name=name), name).run()
    except ClusterError as error:
        Console(stderr=True).print(f"{error}", markup=False)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
