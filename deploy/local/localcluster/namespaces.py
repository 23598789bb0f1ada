"""
The real node's namespaces: its own network, and its own view of the file system.

A sleeping process holds them. They have no name on the host, so when the node's last
process ends, the kernel removes them together with every mount, link and rule inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from localcluster import processes
from localcluster.errors import ClusterError
from localcluster.layout import Layout

_HOLDER: Final = "node"
_ISOLATE: Final = Path(__file__).with_name("isolate.sh")


def held(layout: Layout) -> bool:
    """Whether the namespaces can be entered; when their holder has died, what still runs there is lost to us."""
    return processes.is_alive(layout, _HOLDER)


def hold(layout: Layout) -> None:
    """Make the namespaces, unless they are there."""
    unshare = ["unshare", "--mount", "--net", "--propagation", "private"]
    processes.start(layout, _HOLDER, [*unshare, str(_ISOLATE), str(layout.state)])
    processes.wait_until(lambda: _is_ready(layout), "Making the node's namespaces", 30, layout=layout, process=_HOLDER)


def holder(layout: Layout) -> int:
    """Return the id of the process that holds the namespaces; raises ``ClusterError`` when there is none."""
    found = processes.pid(layout, _HOLDER)
    if found is None:
        raise ClusterError(f"cluster {layout.name} has no real node running")
    return found


def inside(layout: Layout, *command: str | Path) -> list[str]:
    """Return a command that runs another inside the namespaces; raises as ``holder`` does."""
    return ["nsenter", f"--target={holder(layout)}", "--mount", "--net", "--", *map(str, command)]


def release(layout: Layout) -> None:
    """Kill what runs in the namespaces, containers apart: those do not carry the cluster's mark."""
    processes.stop(layout, _HOLDER, timeout=0)
    found = list(_inside(layout))
    for process in found:
        process.kill()
    psutil.wait_procs(found, timeout=10)


def _inside(layout: Layout) -> Iterator[psutil.Process]:
    ours = Path("/proc/self/ns/mnt").readlink()
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(processes.MARK) == str(layout.state)
            if marked and Path(f"/proc/{process.pid}/ns/mnt").readlink() != ours:
                yield process
        except (psutil.Error, OSError):
            continue  # it has ended, or it is a kernel thread


def _is_ready(layout: Layout) -> bool:
    return Path(f"/proc/{processes.pid(layout, _HOLDER)}/root/run/ready").exists()
