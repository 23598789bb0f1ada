"""The life of a local cluster: started, interrupted, crashed, repaired, removed; always without a real node."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest
from typer.testing import CliRunner

from localcluster import processes
from localcluster.cli import app
from localcluster.errors import ClusterError
from localcluster.layout import Layout, known_clusters, lock
from localcluster.local_cluster import LocalCluster
from localcluster.providers import Kind, provider
from localcluster.tools import tool
from support.kubectl import Kubectl
from support.subprocesses import subprocess_environment

pytestmark = pytest.mark.e2e

EVERYTHING = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "provisioner"]


@pytest.fixture
def cluster():
    """A cluster that a test may treat badly."""
    cluster = LocalCluster("composeapp-fragile", real_node=False)
    cluster.down()
    yield cluster
    cluster.down()


def pids(layout):
    """Return the ids of all processes of a cluster."""
    return {name: processes.pid(layout, name) for name in processes.names(layout)}


def marked(layout):
    """Return all processes that belong to a cluster, recorded or not."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(processes.MARK) == str(layout.state):
                found.append(process)
    return found


def test_up_twice_changes_nothing(spare_cluster):
    """What runs is left alone."""
    before = pids(spare_cluster.layout)

    spare_cluster.up()

    assert list(before) == EVERYTHING
    assert pids(spare_cluster.layout) == before


def test_what_has_died_is_started_again(cluster):
    """After kill -9 of every process, up makes the same cluster whole, with what was in it."""
    cluster.up()
    kubectl = Kubectl(tool("kubectl"), cluster.kubeconfig)
    kubectl("create", "configmap", "kept", "-n", "default")
    for number in pids(cluster.layout).values():
        os.kill(number, signal.SIGKILL)
    processes.wait_until(lambda: not any(part.running for part in cluster.status()), "All are dead", 10)

    cluster.up()

    assert all(part.running for part in cluster.status())
    assert kubectl.exists("configmap", "kept", "default")


def assert_nothing_left(layout):
    """Fail if a process, a port or a file of a cluster is still there."""
    assert marked(layout) == []
    assert not layout.state.exists()
    assert layout.name not in known_clusters()
    for port in (layout.api_port, layout.etcd_port):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))


def test_down_leaves_nothing_after_a_crash(cluster):
    """No process, no port, no file stays, also when a process was killed and all pid files are gone."""
    cluster.up()
    layout = cluster.layout
    os.kill(processes.pid(layout, "etcd"), signal.SIGKILL)
    for record in layout.run.glob("*.pid"):
        record.unlink()

    cluster.down()

    assert_nothing_left(layout)


def test_an_interrupted_up_can_be_repeated(cluster):
    """Kill -9 of the command at any of several moments; the next one goes on, and nothing runs twice."""
    command = [sys.executable, "-m", "localcluster", "up", "--no-real-node", "--name", cluster.name]
    for reached in ("etcd", "kube-apiserver", "kwok"):
        with subprocess.Popen(command, env=subprocess_environment()) as starting:
            record = cluster.layout.run / f"{reached}.pid"
            processes.wait_until(record.exists, f"{reached} is started", 60)
            starting.kill()

    cluster.up()

    assert sorted(pids(cluster.layout)) == EVERYTHING
    recorded = set(pids(cluster.layout).values())
    assert {process.pid for process in marked(cluster.layout)} == recorded


def test_two_clusters_run_beside_each_other(spare_cluster, cluster):
    """A second cluster has its own objects; removing it leaves nothing of it, and the first as it was."""
    before = pids(spare_cluster.layout)
    cluster.up()
    layout = cluster.layout
    first, second = (Kubectl(tool("kubectl"), one.kubeconfig) for one in (spare_cluster, cluster))
    second("create", "namespace", "only-here")

    assert not first("get", "namespace", "only-here", "--ignore-not-found")

    cluster.down()

    assert_nothing_left(layout)
    assert pids(spare_cluster.layout) == before
    assert all(part.running for part in spare_cluster.status())


def test_the_shape_of_a_running_cluster_is_not_changed(spare_cluster, monkeypatch):
    """A real node cannot join a running cluster; the error says what to do."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(ClusterError, match="runs without its real node; to change that, take it down first"):
        LocalCluster(spare_cluster.name).up()


def test_no_image_can_be_loaded_without_a_real_node(spare_cluster, tmp_path):
    """The error says that nothing could run it, also to somebody who did not start the cluster."""
    with pytest.raises(ClusterError, match="has no real node"):
        LocalCluster(spare_cluster.name).load(tmp_path / "image.tar")


def test_volumes_are_made_and_removed(spare_cluster, spare_kubectl):
    """A claim without a class is bound to a folder any user can write to; deleting the claim removes the folder."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "default"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    spare_kubectl.apply(claim)
    spare_kubectl("wait", "pvc/data", "-n", "default", "--for=jsonpath={.status.phase}=Bound", "--timeout=30s")

    (folder,) = spare_cluster.layout.volumes.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o777

    (folder / "content").touch()
    spare_kubectl("delete", "pvc", "data", "-n", "default")
    processes.wait_until(lambda: not folder.exists(), "The folder is removed", 30)
    processes.wait_until(lambda: not spare_kubectl.json("get", "pv")["items"], "The volume is removed", 30)


def test_the_audit_log_tells_people_from_machinery(spare_cluster, spare_kubectl):
    """A request by a person is in the log when it has been answered; the control plane's own are not."""
    spare_kubectl("get", "configmap", "kube-root-ca.crt", "-n", "default")

    users = {line.split('"username":"')[1].split('"')[0] for line in spare_cluster.audit_log.read_text().splitlines()}
    assert users == {"admin"}


def test_another_cluster_of_ours_is_an_existing_one(spare_cluster, monkeypatch, tmp_path):
    """KUBECONFIG leads to any cluster: it is used, not started, and left standing."""
    monkeypatch.setenv("KUBECONFIG", str(spare_cluster.kubeconfig))
    existing = provider(Kind.EXISTING)

    existing.up()
    assert {part.name for part in existing.status()} >= {"simulated-large-1", "simulated-medium-1"}
    assert all(part.running for part in existing.status())
    with pytest.raises(ClusterError, match=r"image.tar cannot be loaded into an existing cluster: push it"):
        existing.load(tmp_path / "image.tar")
    existing.down()

    assert all(part.running for part in spare_cluster.status())


def test_the_commands(spare_cluster):
    """``status`` lists every part, ``kubeconfig`` prints the path; both fail for a cluster that is not there."""
    run = CliRunner().invoke

    shown = run(app, ["status", "--name", spare_cluster.name])
    assert shown.exit_code == 0
    assert all(part in shown.output for part in [*EVERYTHING, "simulated-large-1"])
    assert run(app, ["kubeconfig", "--name", spare_cluster.name]).output.strip() == str(spare_cluster.kubeconfig)

    assert run(app, ["status", "--name", "nobody"]).exit_code == 1
    assert isinstance(run(app, ["kubeconfig", "--name", "nobody"]).exception, ClusterError)
    assert "nobody" not in known_clusters()


def test_only_one_at_a_time(cluster):
    """Whoever starts a cluster that is being changed waits."""
    Layout.of(cluster.name)
    command = [sys.executable, "-m", "localcluster", "down", "--name", cluster.name]
    with lock(cluster.name):
        waiting = subprocess.Popen(command, env=subprocess_environment())
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(2)
        assert cluster.name in known_clusters()

    assert waiting.wait(30) == 0
    assert cluster.name not in known_clusters()
