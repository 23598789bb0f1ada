"""The Kubernetes side of the real node: kubelet, kube-proxy, and CoreDNS for its pods."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil
import yaml

from localcluster import certificates, containerd, namespaces, processes, programs
from localcluster.errors import ClusterError
from localcluster.layout import Layout
from localcluster.tools import tool

NODE: Final = "real"
"""The node's name."""

LABELS: Final = {
    "node.kubernetes.io/instance-type": "gpu-small",
    "topology.kubernetes.io/region": "us-west-2",
}

PROCESSES: Final = ("kubelet", "kube-proxy", "coredns")
"""In the order in which they start."""

_DOMAIN: Final = "cluster.local"

_COREFILE: Final = """\
{domain} in-addr.arpa {{
    bind {address}
    errors
    kubernetes {{
        kubeconfig {kubeconfig}
    }}
    cache 5
}}

# there is no way out of the cluster, so other names do not exist: better than to let askers wait
. {{
    bind {address}
    template ANY ANY {{
        rcode NXDOMAIN
    }}
}}
"""


def start(layout: Layout, server: str) -> None:
    """Start what does not run yet, against the API server at a URL."""
    kubelet = certificates.write_kubeconfig(layout, certificates.kubelet(NODE), server)
    proxy = certificates.write_kubeconfig(layout, certificates.KUBE_PROXY, server)
    dns = certificates.write_kubeconfig(layout, certificates.COREDNS, server)
    _start(layout, "kubelet", _kubelet(layout, kubelet))
    _start(layout, "kube-proxy", _kube_proxy(layout, proxy))
    _start(layout, "coredns", _coredns(layout, dns))


def stop(layout: Layout) -> None:
    """Stop them; containers go on running."""
    for name in reversed(PROCESSES):
        processes.stop(layout, name)


def started(layout: Layout) -> datetime:
    """Return when the kubelet that runs now was started. Raises ``ClusterError`` when none runs."""
    number = processes.pid(layout, "kubelet")
    if number is None:
        raise ClusterError(f"the kubelet has ended; its log: {layout.log / 'kubelet.log'}")
    return datetime.fromtimestamp(psutil.Process(number).create_time(), UTC)


def _start(layout: Layout, name: str, arguments: list[str]) -> None:
    command = namespaces.inside(layout, tool(name), *arguments)
    processes.start(layout, name, command, environment=programs.environment())


def _kubelet(layout: Layout, kubeconfig: Path) -> list[str]:
    # https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
    configuration = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": layout.node_address,
        "healthzBindAddress": layout.node_address,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(certificates.authority(layout))},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": layout.cgroup_root,
        "failCgroupV1": False,
        "failSwapOn": False,
        "containerRuntimeEndpoint": f"unix://{containerd.SOCKET}",
        "clusterDomain": _DOMAIN,
        "clusterDNS": [layout.node_address],
        "resolvConf": "",
        "registerWithTaints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
        "maxOpenFiles": 20000,  # more than the hard limit needs CAP_SYS_RESOURCE
        "oomScoreAdj": 0,  # as above
        # absolute: a share of a big, well filled disk is a lot
        "evictionHard": {"nodefs.available": "1Gi", "imagefs.available": "1Gi", "memory.available": "200Mi"},
        "imageGCHighThresholdPercent": 100,  # loaded images could not be fetched again
        "imageGCLowThresholdPercent": 99,
        "nodeStatusUpdateFrequency": "4s",
        "volumePluginDir": "/var/lib/kubelet/volume-plugins",
    }
    return [
        f"--config={_write(layout, 'kubelet', configuration)}",
        f"--kubeconfig={kubeconfig}",
        f"--hostname-override={NODE}",
        f"--node-ip={layout.node_address}",
        f"--node-labels={','.join(f'{key}={value}' for key, value in LABELS.items())}",
    ]


def _kube_proxy(layout: Layout, kubeconfig: Path) -> list[str]:
    # https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
    configuration = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(kubeconfig)},
        "mode": "iptables",
        "clusterCIDR": layout.pod_network,
        "hostnameOverride": NODE,
        "healthzBindAddress": f"{layout.node_address}:10256",
        # the limits are the machine's, and cannot be written from a network namespace
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }
    return [f"--config={_write(layout, 'kube-proxy', configuration)}"]


def _coredns(layout: Layout, kubeconfig: Path) -> list[str]:
    path = layout.state / "node" / "Corefile"
    path.write_text(_COREFILE.format(address=layout.node_address, domain=_DOMAIN, kubeconfig=kubeconfig))
    return ["-conf", str(path)]


def _write(layout: Layout, name: str, configuration: dict[str, Any]) -> Path:
    path = layout.state / "node" / f"{name}.yaml"
    text = yaml.safe_dump(configuration, sort_keys=False)
    if not path.exists() or path.read_text() != text:  # kube-proxy ends whenever its file is written
        path.write_text(text)
    return path
