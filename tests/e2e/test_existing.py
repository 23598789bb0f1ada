"""Any cluster will do: the main promise again, on one that somebody else made, beside the first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localcluster import images
from localcluster.local_cluster import LocalCluster

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.skipif("COMPOSEAPP_TEST_PROVIDER" in os.environ, reason="starts a cluster of its own"),
]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def second_cluster():
    """A second cluster with its own real node and registry."""
    cluster = LocalCluster("composeapp-second")
    cluster.down()
    try:
        cluster.up()
        images.provide(cluster)
        yield cluster
    finally:
        cluster.down()


@pytest.mark.usefixtures("local_cluster")
def test_the_suite_passes_on_an_existing_cluster(second_cluster):
    """The same tests pass on a cluster that is known by its kubeconfig only, while the first one runs."""
    environment = os.environ | {
        "COMPOSEAPP_TEST_PROVIDER": "existing",
        "KUBECONFIG": str(second_cluster.kubeconfig),
        "COMPOSEAPP_REGISTRY": second_cluster.registry,
    }
    command = [sys.executable, "-m", "pytest", "tests/e2e/test_serving.py", "-q", "-p", "no:cacheprovider"]

    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:]
    assert "4 passed" in done.stdout
