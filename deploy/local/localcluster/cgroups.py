"""The cgroup below which a cluster's pods run, in every hierarchy of the machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from localcluster.layout import Layout
from localcluster.processes import wait_until

_MOUNTS: Final = Path("/sys/fs/cgroup")
_CONTROLLERS: Final = ("cpu", "cpuset", "hugetlb", "io", "memory", "pids")
"""What the kubelet wants of cgroup v2 (pkg/kubelet/cm, getSupportedUnifiedControllers)."""


def make(layout: Layout) -> None:
    """
    Make the cluster's cgroup where it is missing.

    Two kubelets need two: each kills what it does not know below ``kubepods``.
    """
    for folder in _folders(layout):
        folder.mkdir(exist_ok=True)
        if folder.parent.name == "cpuset":
            _fill_cpuset(folder)
    if _is_version_2():
        _delegate(_MOUNTS)


def kill(layout: Layout) -> None:
    """Kill all that runs in the cluster's cgroups: its containers."""
    wait_until(lambda: not _killed(layout), "Ending the containers", 30)


def remove(layout: Layout) -> None:
    """Remove the cluster's cgroups, in which nothing may run any more."""
    wait_until(lambda: _removed(layout), "Removing the cgroups", 30)


def _is_version_2() -> bool:
    return (_MOUNTS / "cgroup.controllers").exists()


def _folders(layout: Layout) -> Iterator[Path]:
    hierarchies = [_MOUNTS] if _is_version_2() else [path.parent for path in _MOUNTS.glob("*/cgroup.procs")]
    for hierarchy in {path.resolve() for path in hierarchies}:  # cpu may be a link to cpu,cpuacct
        yield hierarchy / layout.cgroup_root.lstrip("/")


def _fill_cpuset(folder: Path) -> None:
    """Give a cpuset what its parent has: it takes no process while it is empty."""
    for name in ("cpuset.cpus", "cpuset.mems"):
        (folder / name).write_text((folder.parent / name).read_text())


def _delegate(parent: Path) -> None:
    offered = (parent / "cgroup.controllers").read_text().split()
    wanted = [f"+{controller}" for controller in _CONTROLLERS if controller in offered]
    (parent / "cgroup.subtree_control").write_text(" ".join(wanted))


def _killed(layout: Layout) -> bool:
    """Kill what runs now; return whether there was anything."""
    found = False
    for folder in _folders(layout):
        for path in folder.rglob("cgroup.procs"):
            for number in _processes(path):
                found = True
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
    return found


def _removed(layout: Layout) -> bool:
    """Remove what the kernel lets us, and return whether that was all: it counts a process up to its last thread."""
    for folder in _folders(layout):
        for path, _, _ in os.walk(folder, topdown=False):
            with suppress(OSError):
                Path(path).rmdir()
    return not any(folder.exists() for folder in _folders(layout))


def _processes(path: Path) -> list[int]:
    try:
        return [int(number) for number in path.read_text().split()]
    except OSError:
        return []  # the cgroup was removed meanwhile
