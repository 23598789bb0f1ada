"""Clusters of their own for the tests of the local cluster: one without a real node, up in seconds, and one with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from localcluster.images import debian_images
from localcluster.local_cluster import LocalCluster
from localcluster.tools import tool
from support.kubectl import Kubectl
from support.pods import start_web
from support.traces import host_settings


@contextlib.contextmanager
def running(cluster: LocalCluster) -> Iterator[LocalCluster]:
    """Start a cluster from nothing, whatever a run before left, and take it down however the tests end."""
    cluster.down()
    try:
        cluster.up()
        yield cluster
    finally:
        cluster.down()


@pytest.fixture(scope="session")
def spare_cluster():
    """A control plane with simulated nodes, beside whatever else runs; gone afterwards."""
    with running(LocalCluster("composeapp-spare", real_node=False)) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def spare_kubectl(spare_cluster):
    """Kubectl as administrator of the spare cluster."""
    return Kubectl(tool("kubectl"), spare_cluster.kubeconfig)


@pytest.fixture(scope="session")
def host_before():
    """The host's mounts and settings before there is a node."""
    return host_settings()


@pytest.fixture(scope="session")
def node_cluster(host_before):  # noqa: ARG001 - the order matters: looked at before, then started
    """A cluster with a real node that has one image, a shell."""
    with running(LocalCluster("composeapp-node")) as cluster:
        cluster.load(debian_images.pause().path)
        yield cluster


@pytest.fixture(scope="session")
def node_kubectl(node_cluster):
    """Kubectl as administrator of the cluster with the real node."""
    return Kubectl(tool("kubectl"), node_cluster.kubeconfig)


@pytest.fixture(scope="session")
def web(node_kubectl):
    """Two pods behind a Service, none of which knows of GPUs; the name is that of their namespace, too."""
    start_web(node_kubectl)
    return "web"
