"""Where clusters live: promises about names, places and addresses."""

from __future__ import annotations

import socket

import pytest

from localcluster.errors import ClusterError
from localcluster.layout import CLUSTERS, Layout, known_clusters


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    """Keep the state of these clusters away from the real ones."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_two_names_share_nothing():
    """Whatever one cluster uses on this machine, no other does."""
    layouts = [Layout.of(f"cluster-{number}") for number in range(3)]

    properties = [name for name, value in vars(Layout).items() if isinstance(value, property)]
    for name in ("index", *properties):
        assert len({str(getattr(layout, name)) for layout in layouts}) == len(layouts), name


def test_a_name_keeps_its_place():
    """The same name leads to the same place, also when others came and went meanwhile."""
    first = Layout.of("first")
    second = Layout.of("second")
    first.remove()

    assert Layout.of("second") == second
    assert Layout.of("third").index == first.index
    assert known_clusters() == ["second", "third"]


def test_the_last_place_taken_says_so():
    """When there is no place for another cluster, the error names those that could go."""
    for number in range(CLUSTERS):
        try:
            Layout.of(f"cluster-{number:02}")
        except ClusterError:
            break  # clusters of another state folder listen on this machine

    with pytest.raises(ClusterError, match="no place for another cluster; stop one of: cluster-00, cluster-01"):
        Layout.of("one-too-many")


def test_a_place_that_somebody_listens_on_is_not_taken():
    """A cluster of another user, whose files are elsewhere, is not run into."""
    probe = Layout.of("probe")
    probe.remove()
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", probe.etcd_port))
        somebody.listen()

        assert Layout.of("probe").index > probe.index


@pytest.mark.parametrize("name", ["", "Upper", "a_b", "-a", "a-", "../a", "a" * 33])
def test_a_name_that_could_be_no_folder_or_label_is_refused(name):
    """A cluster's name is a DNS label of at most 32 characters."""
    with pytest.raises(ClusterError, match="is no cluster name"):
        Layout.of(name)


def test_link_names_fit_the_kernel():
    """Interface names have at most 15 characters, also those of the last place."""
    layout = Layout("name", CLUSTERS - 1, Layout.of("name").state)

    assert max(len(layout.host_link), len(layout.node_link)) <= 15
