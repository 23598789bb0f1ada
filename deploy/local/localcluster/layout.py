"""Where a cluster lives: every folder, address, port and kernel name that follows from its name."""

from __future__ import annotations

import os
import re
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from localcluster.errors import ClusterError

CLUSTERS: Final = 16
"""So many clusters fit beside each other; the address ranges below have room for no more."""

_NAME: Final = re.compile(r"[a-z]([-a-z0-9]{0,30}[a-z0-9])?")
_FIRST_API_PORT: Final = 16443
_FIRST_ETCD_PORT: Final = 12379


@dataclass(frozen=True)
class Layout:
    """
    One cluster's place on this machine.

    ``index`` (0 … 15) numbers the clusters of a machine; two names never share one, so
    neither do two clusters share an address, a port, a link or a namespace.
    """

    name: str
    index: int
    state: Path

    @classmethod
    def of(cls, name: str) -> Layout:
        """
        Return the layout of a name, and keep it for that name until ``remove``.

        Raises ``ClusterError`` for a name that is no DNS label of at most 32 characters,
        and when all places are taken.
        """
        if not _NAME.fullmatch(name):
            raise ClusterError(f"{name!r} is no cluster name: use lower case letters, digits and '-', at most 32")
        state = state_root() / name
        return cls(name, _index_of(state), state)

    def remove(self) -> None:
        """Forget the cluster: its files and its place. Its processes must have ended."""
        with _lock(self.state.parent):
            shutil.rmtree(self.state, ignore_errors=True)

    @property
    def pki(self) -> Path:
        """Keys and certificates."""
        return self.state / "pki"

    @property
    def log(self) -> Path:
        """One file per process, and the audit log."""
        return self.state / "log"

    @property
    def run(self) -> Path:
        """Pid files."""
        return self.state / "run"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.state / "admin.kubeconfig"

    @property
    def audit_log(self) -> Path:
        """What was asked of the API server, one JSON event a line."""
        return self.log / "audit.log"

    @property
    def volumes(self) -> Path:
        """What pods keep in volumes of the default StorageClass."""
        return self.state / "volumes"

    @property
    def host_address(self) -> str:
        """The host's end of the link to the real node; the API server listens here when there is one."""
        return f"10.78.{self.index}.254"

    @property
    def node_address(self) -> str:
        """The real node's address, in the /24 of ``host_address``."""
        return f"10.78.{self.index}.1"

    @property
    def pod_network(self) -> str:
        """Addresses of pods on the real node."""
        return f"10.77.{self.index}.0/24"

    @property
    def simulated_pod_network(self) -> str:
        """Addresses that simulated pods claim to have."""
        return f"10.76.{self.index * 16}.1/20"

    @property
    def service_network(self) -> str:
        """Cluster IPs."""
        return f"10.79.{self.index * 16}.0/20"

    @property
    def api_service_address(self) -> str:
        """The cluster IP of ``kubernetes.default``: the first of the service network."""
        return f"10.79.{self.index * 16}.1"

    @property
    def api_port(self) -> int:
        """The API server's port, on ``host_address`` or 127.0.0.1."""
        return _FIRST_API_PORT + self.index

    @property
    def etcd_port(self) -> int:
        """The port of etcd on 127.0.0.1."""
        return _FIRST_ETCD_PORT + self.index

    @property
    def host_link(self) -> str:
        """The host's end of the veth pair."""
        return f"capp{self.index}-host"

    @property
    def node_link(self) -> str:
        """The node's end of the veth pair."""
        return f"capp{self.index}-node"

    @property
    def cgroup_root(self) -> str:
        """The cgroup, in every hierarchy, below which this cluster's pods run."""
        return f"/composeapp-local-{self.name}"


def state_root() -> Path:
    """Return the folder that holds one folder per cluster."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "composeapp-local"


def known_clusters() -> list[str]:
    """Return the names that have a place on this machine, sorted."""
    return sorted(path.parent.name for path in state_root().glob("*/index"))


def lock(name: str) -> FileLock:
    """Return the lock to hold while a cluster is started, changed or stopped."""
    root = state_root()
    root.mkdir(parents=True, exist_ok=True)
    return FileLock(root / f".{name}.lock")


def _lock(root: Path) -> FileLock:
    root.mkdir(parents=True, exist_ok=True)
    return FileLock(root / ".lock")


def _index_of(state: Path) -> int:
    record = state / "index"
    with _lock(state.parent):
        if record.exists():
            return int(record.read_text())
        index = _free_index(state.parent)
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = state / "index.new"
        unfinished.write_text(str(index))
        unfinished.rename(record)
        return index


def _free_index(root: Path) -> int:
    taken = {int(record.read_text()) for record in root.glob("*/index")}
    for index in range(CLUSTERS):
        if index not in taken and _is_free(_FIRST_API_PORT + index) and _is_free(_FIRST_ETCD_PORT + index):
            return index
    raise ClusterError(f"no place for another cluster; stop one of: {', '.join(known_clusters())}")


def _is_free(port: int) -> bool:
    """Whether no other user's cluster (which has its own state folder) listens here."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
