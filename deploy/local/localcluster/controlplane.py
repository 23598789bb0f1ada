"""The control plane as plain processes: etcd, API server, controller manager, scheduler."""

from __future__ import annotations

import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from localcluster import certificates, processes
from localcluster.errors import ClusterError
from localcluster.layout import Layout
from localcluster.progress import step
from localcluster.tools import tool

MANIFESTS: Final = Path(__file__).with_name("manifests")

PROCESSES: Final = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
"""In the order in which they start."""

_READY_WITHIN: Final = 60.0


def up(layout: Layout, address: str) -> None:
    """
    Start whatever of the control plane does not run yet, with the API server on ``address`` only.

    Afterwards ``layout.kubeconfig`` is the administrator's, and the default StorageClass,
    the RuntimeClass ``nvidia`` and the service account ``default`` exist.
    """
    programs = {name: tool(name) for name in (*PROCESSES, "kubectl")}
    with step("Starting the control plane"):
        certificates.write_kubeconfig(layout, certificates.ADMINISTRATOR, api_url(layout, address))
        processes.start(layout, "etcd", _etcd(layout, programs["etcd"]))
        _wait_for_our_etcd(layout)
        processes.start(layout, "kube-apiserver", _api_server(layout, programs["kube-apiserver"], address))
        wait_ready(layout, address)
        processes.start(
            layout, "kube-controller-manager", _controllers(layout, programs["kube-controller-manager"], address)
        )
        processes.start(layout, "kube-scheduler", _scheduler(layout, programs["kube-scheduler"], address))
        for manifest in ("defaults.yaml", "runtime-class.yaml"):
            kubectl(layout, "apply", "--server-side", "--force-conflicts", "-f", str(MANIFESTS / manifest))
        _wait_default_account(layout)


def down(layout: Layout) -> None:
    """
    End the control plane, the last started first, for good.

    The API server would wait for everybody who watches, up to a minute; nobody needs its farewell.
    """
    for name in reversed(PROCESSES):
        processes.stop(layout, name, timeout=1)


def api_url(layout: Layout, address: str) -> str:
    """Return the URL of the API server that listens on an address."""
    return f"https://{address}:{layout.api_port}"


def wait_ready(layout: Layout, address: str) -> None:
    """Wait until the API server calls itself ready. Raises ``ClusterError`` with its last words."""
    trust = ssl.create_default_context(cafile=certificates.authority(layout))
    url = f"{api_url(layout, address)}/readyz"

    def ready() -> bool:
        try:
            with urllib.request.urlopen(url, context=trust, timeout=5) as answer:  # noqa: S310 - our own https URL
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    processes.wait_until(ready, "The API server becomes ready", _READY_WITHIN, layout=layout, process="kube-apiserver")


def kubectl(layout: Layout, *arguments: str) -> str:
    """Run kubectl as administrator and return its output. Raises ``ClusterError`` with its complaint."""
    command = [str(tool("kubectl")), "--kubeconfig", str(layout.kubeconfig), "--request-timeout=30s", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClusterError(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def _etcd(layout: Layout, program: Path) -> list[str]:
    url = f"http://127.0.0.1:{layout.etcd_port}"
    return [
        str(program),
        f"--data-dir={layout.state / 'etcd'}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        "--listen-peer-urls=http://127.0.0.1:0",
        "--unsafe-no-fsync",  # a test cluster's data need not outlive a power cut
        "--logger=zap",
        "--log-level=warn",
    ]


def _wait_for_our_etcd(layout: Layout) -> None:
    """Two users who start at once may be given the same port: the other one's etcd would answer us as well."""
    processes.wait_until(
        lambda: processes.listens(layout, "etcd", layout.etcd_port),
        f"etcd listens on port {layout.etcd_port} (if another one does, take this cluster down and start it again)",
        _READY_WITHIN,
        layout=layout,
        process="etcd",
    )


def _api_server(layout: Layout, program: Path, address: str) -> list[str]:
    serving = certificates.issue(layout, certificates.api_server(layout))
    kubelets = certificates.issue(layout, certificates.KUBELET_CLIENT)
    accounts = certificates.service_account_key(layout)
    return [
        str(program),
        f"--etcd-servers=http://127.0.0.1:{layout.etcd_port}",
        f"--bind-address={address}",
        f"--secure-port={layout.api_port}",
        f"--advertise-address={layout.host_address}",
        f"--tls-cert-file={serving.certificate}",
        f"--tls-private-key-file={serving.key}",
        f"--client-ca-file={certificates.authority(layout)}",
        f"--service-account-key-file={accounts}",
        f"--service-account-signing-key-file={accounts}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-cluster-ip-range={layout.service_network}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--feature-gates=MutatingAdmissionPolicy=true",
        "--runtime-config=admissionregistration.k8s.io/v1beta1=true",
        "--allow-privileged=true",
        f"--kubelet-client-certificate={kubelets.certificate}",
        f"--kubelet-client-key={kubelets.key}",
        "--kubelet-preferred-address-types=InternalIP",  # node names are in no DNS
        f"--audit-policy-file={MANIFESTS / 'audit-policy.yaml'}",
        f"--audit-log-path={layout.audit_log}",
        "--audit-log-maxsize=4096",  # MiB: readers remember offsets, so it is not rotated
    ]


def _controllers(layout: Layout, program: Path, address: str) -> list[str]:
    authority = certificates.authority(layout)
    return [
        *_client(layout, program, certificates.CONTROLLER_MANAGER, address),
        f"--service-account-private-key-file={certificates.service_account_key(layout)}",
        f"--root-ca-file={authority}",
        f"--cluster-signing-cert-file={authority}",
        f"--cluster-signing-key-file={authority.with_suffix('.key')}",
        "--use-service-account-credentials",
        "--allocate-node-cidrs=false",
    ]


def _scheduler(layout: Layout, program: Path, address: str) -> list[str]:
    return _client(layout, program, certificates.SCHEDULER, address)


def _client(layout: Layout, program: Path, identity: certificates.Identity, address: str) -> list[str]:
    kubeconfig = certificates.write_kubeconfig(layout, identity, api_url(layout, address))
    return [
        str(program),
        f"--kubeconfig={kubeconfig}",
        "--secure-port=0",
        "--leader-elect=false",
        "--kube-api-qps=500",  # else their own limits are what a benchmark measures
        "--kube-api-burst=1000",
    ]


def _wait_default_account(layout: Layout) -> None:
    """Until the controller manager has made it, no pod can be created."""
    find = ("get", "serviceaccount", "default", "--namespace=default", "--ignore-not-found", "--output=name")
    processes.wait_until(
        lambda: bool(kubectl(layout, *find)),
        "The controller manager makes the first service account",
        _READY_WITHIN,
        layout=layout,
        process="kube-controller-manager",
    )
