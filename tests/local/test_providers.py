"""Choosing a cluster, and what is asked of kind (never run here: no Docker engine)."""

from __future__ import annotations

import pytest
import yaml

from localcluster.errors import ClusterError
from localcluster.existing import ExistingCluster
from localcluster.kind import CONFIGURATION, KindCluster, run
from localcluster.local_cluster import LocalCluster
from localcluster.providers import Kind, provider


class Recorder:
    """Takes commands instead of a machine with Docker; answers what kind would."""

    def __init__(self, clusters=""):
        self.clusters = clusters
        self.commands = []

    def __call__(self, command):
        """Note a command."""
        program = command[0].rsplit("/", 1)[-1]
        self.commands.append(" ".join([program, *command[1:]]))
        return self.clusters if command[:3] == ["kind", "get", "clusters"] else ""


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    """Keep kubeconfigs away from the real ones."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_kind_creates_the_cluster_once():
    """A cluster that kind does not know is created from our configuration, with a kubeconfig of its own."""
    recorder = Recorder()
    cluster = KindCluster("demo", recorder)

    cluster.up()

    kubeconfig = f"--kubeconfig {cluster.kubeconfig}"
    assert recorder.commands[:3] == [
        "docker info",
        "kind get clusters",
        f"kind create cluster --name demo --config {CONFIGURATION} --wait 2m {kubeconfig}",
    ]
    assert recorder.commands[3].startswith(f"kubectl {kubeconfig} apply --filename ")
    assert recorder.commands[4].startswith(f"kubectl {kubeconfig} patch node demo-worker --subresource=status")


def test_kind_takes_up_a_cluster_that_is_there():
    """A cluster that kind knows is not created again."""
    recorder = Recorder(clusters="other\ndemo\n")
    cluster = KindCluster("demo", recorder)

    cluster.up()

    assert recorder.commands[2] == f"kind export kubeconfig --name demo --kubeconfig {cluster.kubeconfig}"


def test_kind_loads_and_deletes(tmp_path):
    """The other commands name the cluster as well."""
    recorder = Recorder()
    cluster = KindCluster("demo", recorder)

    cluster.load(tmp_path / "image.tar")
    cluster.down()

    assert recorder.commands == [
        f"kind load image-archive {tmp_path / 'image.tar'} --name demo",
        f"kind delete cluster --name demo --kubeconfig {cluster.kubeconfig}",
    ]


def test_without_docker_nothing_is_created(monkeypatch, tmp_path):
    """Where no Docker engine can be asked, the error names what is missing."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ClusterError, match="docker is not installed"):
        KindCluster("demo", run).up()


def test_the_kind_configuration_has_the_promised_node():
    """One worker carries the class and the region that the samples ask for."""
    (worker,) = [node for node in yaml.safe_load(CONFIGURATION.read_text())["nodes"] if node["role"] == "worker"]

    assert worker["labels"] == {
        "node.kubernetes.io/instance-type": "gpu-small",
        "topology.kubernetes.io/region": "us-west-2",
    }


def test_kind_is_never_chosen_for_you():
    """Without a word the cluster is a local one."""
    assert isinstance(provider(), LocalCluster)
    assert isinstance(provider("kind"), KindCluster)
    with pytest.raises(ValueError, match="'k3s' is not a valid Kind"):
        provider("k3s")


def test_an_existing_cluster_needs_a_kubeconfig(monkeypatch, tmp_path):
    """Without a kubeconfig the error says which file was looked for."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))

    with pytest.raises(ClusterError, match=f"no kubeconfig at {tmp_path}/none"):
        provider(Kind.EXISTING)


def test_an_existing_cluster_that_does_not_answer_says_so(tmp_path):
    """``up`` on a dead cluster is an error, not a success."""
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
                "contexts": [{"name": "c", "context": {"cluster": "c", "user": ""}}],
                "current-context": "c",
            }
        )
    )

    with pytest.raises(ClusterError, match="does not answer"):
        ExistingCluster(kubeconfig).up()
