"""The life of a real node: repaired after a crash, and removed without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from localcluster import kubelet, namespaces, processes
from localcluster.images import debian_images
from localcluster.local_cluster import LocalCluster
from localcluster.tools import tool
from support.kubectl import Kubectl
from support.pods import ask, container_ids, start_web
from support.subprocesses import subprocess_environment
from support.traces import container_processes, is_running, marked, pids, traces
from support.waiting import eventually

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="a real node needs root"),
]


@pytest.fixture
def fragile():
    """A cluster that a test may treat badly."""
    cluster = LocalCluster("composeapp-fragile-node")
    cluster.down()
    yield cluster
    cluster.down()


def test_up_twice_changes_nothing(node_cluster, node_kubectl, web):
    """Every process and every container goes on."""
    before = pids(node_cluster.layout), container_ids(node_kubectl, web)

    node_cluster.up()

    assert (pids(node_cluster.layout), container_ids(node_kubectl, web)) == before


@pytest.mark.parametrize("victim", ["containerd", *kubelet.PROCESSES, "registry"])
def test_a_part_that_was_killed_is_started_again(node_cluster, node_kubectl, web, victim):
    """After kill -9 of any one process, up repairs the node under its pods: they go on, with their GPUs."""
    containers = container_ids(node_kubectl, web)
    os.kill(processes.pid(node_cluster.layout, victim), signal.SIGKILL)
    processes.wait_until(lambda: not processes.is_alive(node_cluster.layout, victim), f"{victim} is dead", 10)

    node_cluster.up()

    assert all(part.running for part in node_cluster.status())
    eventually(lambda: ask(node_kubectl))
    assert container_ids(node_kubectl, web) == containers
    assert node_kubectl("get", "node", "real", "-o", r"jsonpath={.status.allocatable.nvidia\.com/gpu}") == "4"


def test_a_node_whose_namespaces_are_lost_comes_back(node_cluster, node_kubectl, web):
    """After the process that holds the namespaces was killed, up makes a new node in which the same pods run."""
    old = {*pids(node_cluster.layout).values(), *marked(node_cluster.layout)}
    os.kill(namespaces.holder(node_cluster.layout), signal.SIGKILL)
    containers = container_ids(node_kubectl, web)

    node_cluster.up()

    eventually(lambda: assert_new(containers, container_ids(node_kubectl, web)), within=60)
    node_kubectl("rollout", "status", "deployment/web", "-n", web, "--timeout=60s")
    eventually(lambda: ask(node_kubectl))
    survivors = old & set(marked(node_cluster.layout))
    assert not {psutil.Process(number).name() for number in survivors} & {"containerd", "kubelet", "sleep"}


def assert_new(before, after):
    """Fail while one of the old containers is still on record."""
    assert len(after) == len(before)
    assert not before & after


def test_an_interrupted_up_can_be_repeated(fragile):
    """Kill -9 of the command while the node is made; the next one completes it, beside another cluster."""
    command = [sys.executable, "-m", "localcluster", "up", "--name", fragile.name]
    for reached in ("node", "containerd", "kubelet"):
        with subprocess.Popen(command, env=subprocess_environment()) as starting:
            record = fragile.layout.run / f"{reached}.pid"
            processes.wait_until(record.exists, f"{reached} is started", 60)
            starting.kill()

    fragile.up()

    assert all(part.running for part in fragile.status())


def test_down_leaves_nothing_even_after_a_crash(fragile):
    """With pods running and the API server, the kubelet and containerd dead, every trace of the node goes."""
    fragile.up()
    fragile.load(debian_images.pause().path)
    start_web(Kubectl(tool("kubectl"), fragile.kubeconfig))
    layout, containers = fragile.layout, list(container_processes(fragile.layout))
    assert containers
    assert traces(layout)
    for name in ("kube-apiserver", "kubelet", "containerd", "node"):
        os.kill(processes.pid(layout, name), signal.SIGKILL)

    fragile.down()

    assert traces(layout) == []
    assert not [number for number in containers if is_running(number)]
    assert not layout.state.exists()
