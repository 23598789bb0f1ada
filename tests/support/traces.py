"""What a cluster leaves on its machine: looked for where a person would look, not in the cluster's own records."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psutil

from localcluster import processes

SYSCTLS = ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward"]
"""What a kubelet or its network would change for the whole machine."""


def host_settings():
    """Return what is mounted on the host, and its kernel settings that matter to a node."""
    mounts = sorted(line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return mounts, {name: Path("/proc/sys", name).read_text() for name in SYSCTLS}


def pids(layout):
    """Return the ids of all processes of a cluster."""
    return {name: processes.pid(layout, name) for name in processes.names(layout)}


def traces(layout):
    """Return what of a cluster can be found on the host, outside its own folder."""
    routes = subprocess.run(["ip", "route"], check=True, capture_output=True, text=True).stdout
    return [
        *marked(layout),
        *Path("/sys/fs/cgroup").glob(f"**{layout.cgroup_root}"),
        *Path("/sys/class/net").glob(layout.host_link),
        *(line for line in routes.splitlines() if layout.node_address in line or layout.pod_network in line),
    ]


def marked(layout):
    """Return the ids of all processes that carry a cluster's mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(processes.MARK) == str(layout.state):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def container_processes(layout):
    """Yield the ids of all processes in a cluster's cgroups."""
    for members in Path("/sys/fs/cgroup").glob(f"**{layout.cgroup_root}/**/cgroup.procs"):
        yield from map(int, members.read_text().split())


def is_running(number):
    """Whether a process runs; one that has ended may wait for the machine's first process to take note."""
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
