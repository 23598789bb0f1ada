"""The link between the host and the real node: a veth pair, its addresses, and the routes over it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from localcluster import namespaces, programs
from localcluster.errors import ClusterError
from localcluster.layout import Layout
from localcluster.processes import wait_until


def up(layout: Layout) -> None:
    """
    Make the node's namespaces, the link and the routes; what is there already stays.

    Raises ``ClusterError`` with the words of ``ip``.
    """
    namespaces.hold(layout)
    if _run(_inside(layout, f"link show {layout.node_link}")).returncode:
        down(layout)
        peer = f"peer name {layout.node_link} netns {namespaces.holder(layout)}"
        _check(_outside(f"link add {layout.host_link} type veth {peer}"))
    for command in (*_node_side(layout), *_host_side(layout)):
        _check(command)


def down(layout: Layout) -> None:
    """Wait until the link has gone, its addresses and routes with it, as it does after the node's namespaces."""
    link = Path("/sys/class/net") / layout.host_link
    wait_until(lambda: not link.exists(), f"The kernel removes {layout.host_link}", 30)


def _node_side(layout: Layout) -> list[list[str]]:
    """
    Return the commands that set up the node's end.

    A program on the node finds no way to a cluster IP without a route, though none takes it: kube-proxy's
    rules give the packet another destination. There is no default route: nothing leaves the machine from here.
    """
    return [
        _inside(layout, "link set lo up"),
        _inside(layout, f"address replace {layout.node_address}/24 dev {layout.node_link}"),
        _inside(layout, f"link set {layout.node_link} up"),
        _inside(layout, f"route replace {layout.service_network} via {layout.host_address}"),
    ]


def _host_side(layout: Layout) -> list[list[str]]:
    return [
        _outside(f"address replace {layout.host_address}/24 dev {layout.host_link}"),
        _outside(f"link set {layout.host_link} up"),
        _outside(f"route replace {layout.pod_network} via {layout.node_address}"),
        _outside(f"route replace {layout.service_network} via {layout.node_address}"),
    ]


def _inside(layout: Layout, arguments: str) -> list[str]:
    return namespaces.inside(layout, *_outside(arguments))


def _outside(arguments: str) -> list[str]:
    return [str(programs.path("ip")), *arguments.split()]


def _check(command: list[str]) -> None:
    done = _run(command)
    if done.returncode:
        raise ClusterError(f"{' '.join(command)}: {done.stderr.strip()}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **programs.environment()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
