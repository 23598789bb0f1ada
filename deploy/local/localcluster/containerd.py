"""The real node's container runtime, and the images in it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from localcluster import namespaces, processes, programs
from localcluster.errors import ClusterError
from localcluster.layout import Layout
from localcluster.progress import step

PAUSE_IMAGE: Final = "composeapp.local/pause:1"
"""The image of the container that holds a pod together; it has to be loaded before a pod can start."""

SOCKET: Final = "/run/containerd/containerd.sock"
"""As the programs of the node see it; it cannot be seen from the host."""

_CONFIGURATION: Final = """\
version = 2
oom_score = 0  # below that only CAP_SYS_RESOURCE may go

[plugins."io.containerd.internal.v1.opt"]
path = "/var/lib/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{pause}"
restrict_oom_score_adj = true  # as above; else no pod starts
disable_apparmor = true
stream_server_address = "127.0.0.1"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

# the name that a RuntimeClass for NVIDIA GPUs uses; there is no GPU, so it is runc again
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{plugins}"
conf_dir = "{folder}/cni"

[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "{folder}/registries"
"""

_POD_NETWORK: Final = """\
{{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [
    {{
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "hairpinMode": true,
      "ipam": {{
        "type": "host-local",
        "dataDir": "/run/cni",
        "ranges": [[{{"subnet": "{network}"}}]],
        "routes": [{{"dst": "0.0.0.0/0"}}]
      }}
    }},
    {{"type": "portmap", "capabilities": {{"portMappings": true}}}}
  ]
}}
"""


def start(layout: Layout, registry: str) -> None:
    """Start containerd unless it runs, and wait until it answers; ``registry`` (``HOST:PORT``) speaks plain HTTP."""
    configuration = _configure(layout, registry)
    command = namespaces.inside(layout, programs.path("containerd"), "--config", configuration)
    processes.start(layout, "containerd", command, environment=programs.environment())
    processes.wait_until(
        lambda: _ctr(layout, "version").returncode == 0,
        "containerd answers",
        30,
        layout=layout,
        process="containerd",
    )


def load(layout: Layout, archive: Path) -> None:
    """
    Put the images of an OCI or Docker archive into the node, under the names that the archive gives them.

    Raises ``ClusterError`` with containerd's words, and when no real node runs.
    """
    with step(f"Loading {archive.name} into the node"), archive.open("rb") as content:
        done = _ctr(layout, "images", "import", "-", content=content.fileno())
    if done.returncode:
        raise ClusterError(f"{archive}: {done.stderr.strip()}")


def images(layout: Layout) -> list[str]:
    """Return the names of the images in the node."""
    return _ctr(layout, "images", "list", "--quiet").stdout.split()


def _configure(layout: Layout, registry: str) -> Path:
    folder = layout.state / "node"
    _write(folder / "cni" / "10-pods.conflist", _POD_NETWORK.format(network=layout.pod_network))
    _write(folder / "registries" / registry / "hosts.toml", f'[host."http://{registry}"]\n')
    plugins = programs.root() / "usr/lib/cni"
    text = _CONFIGURATION.format(pause=PAUSE_IMAGE, plugins=plugins, folder=folder)
    return _write(folder / "containerd.toml", text)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _ctr(layout: Layout, *arguments: str, content: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    client: list[str | Path] = [programs.path("ctr"), f"--address={SOCKET}", "--namespace=k8s.io"]
    command = namespaces.inside(layout, *client, *arguments)
    return subprocess.run(command, stdin=content, capture_output=True, text=True, check=False)
