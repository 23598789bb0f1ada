"""The programs of a cluster: from PATH when the version fits, else from the cache, else built."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from localcluster import golang


@dataclass(frozen=True)
class Tool:
    """Where a program comes from and which versions of it fit."""

    module: str
    package: str
    version_command: tuple[str, ...]
    fits: str
    link: Callable[[], tuple[str, ...]] = tuple


def tool(name: str) -> Path:
    """
    Return the path of a program by its name: one of ``TOOLS``.

    Raises ``ClusterError`` when it is not there and cannot be built.
    """
    return _find(name)


def kubernetes_version() -> str:
    """Return the version of the control plane, as ``v1.34.2``."""
    return golang.pinned_version("kubernetes", "k8s.io/kubernetes")


@cache
def _find(name: str) -> Path:
    wanted = TOOLS[name]
    installed = shutil.which(name)
    if installed and _fits(wanted, installed):
        return Path(installed)
    return golang.build(name, wanted.module, wanted.package, wanted.link())


def _fits(wanted: Tool, program: str) -> bool:
    said = subprocess.run([program, *wanted.version_command], capture_output=True, text=True, check=False, timeout=30)
    return said.returncode == 0 and re.search(wanted.fits, said.stdout) is not None


def _kubernetes_link() -> tuple[str, ...]:
    """Without these the programs call themselves v0.0.0, and their clients misjudge them."""
    version = kubernetes_version()
    major, minor = version.removeprefix("v").split(".")[:2]
    package = "k8s.io/component-base/version"
    return (f"{package}.gitVersion={version}", f"{package}.gitMajor={major}", f"{package}.gitMinor={minor}")


def _helm_link() -> tuple[str, ...]:
    """Offline, helm checks a chart's ``kubeVersion`` against a version that is linked in."""
    major, minor = kubernetes_version().removeprefix("v").split(".")[:2]
    own = golang.pinned_version("helm", "helm.sh/helm/v3")
    checks = ("helm.sh/helm/v3/pkg/chartutil", "helm.sh/helm/v3/pkg/lint/rules")
    versions = tuple(f"{check}.k8sVersion{part}" for check in checks for part in (f"Major={major}", f"Minor={minor}"))
    return (f"helm.sh/helm/v3/internal/version.version={own}", *versions)


def _kubernetes(name: str, fits: str = r"v1\.34\.", version_command: tuple[str, ...] = ("--version",)) -> Tool:
    return Tool("kubernetes", f"k8s.io/kubernetes/cmd/{name}", version_command, fits, _kubernetes_link)


TOOLS: Final = {
    "etcd": Tool("etcd", "go.etcd.io/etcd/server/v3", ("--version",), r"etcd Version: 3\.6\."),
    "kube-apiserver": _kubernetes("kube-apiserver"),
    "kube-controller-manager": _kubernetes("kube-controller-manager"),
    "kube-scheduler": _kubernetes("kube-scheduler"),
    "kubectl": _kubernetes("kubectl", r"Client Version: v1\.3[345]\.\d+\n", ("version", "--client")),
    "kwok": Tool("kwok", "sigs.k8s.io/kwok/cmd/kwok", ("--version",), r"v?0\.8\."),
    "kubelet": _kubernetes("kubelet"),
    "kube-proxy": _kubernetes("kube-proxy"),
    "helm": Tool("helm", "helm.sh/helm/v3/cmd/helm", ("version", "--short"), r"^v3\.(1[89]|[2-9]\d)\.", _helm_link),
    "coredns": Tool("coredns", "github.com/coredns/coredns", ("-version",), r"CoreDNS-1\.1[2-9]\."),
}
"""Every program, in the order in which a cluster starts to need them."""
