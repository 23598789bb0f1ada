"""The ways to get a cluster: our own, kind's, or one that exists already."""

from __future__ import annotations

import os
from enum import StrEnum

from localcluster.cluster import Capabilities, Cluster, Part
from localcluster.existing import ExistingCluster
from localcluster.kind import KindCluster
from localcluster.local_cluster import LocalCluster

__all__ = ["Capabilities", "Cluster", "Kind", "Part", "provider"]


class Kind(StrEnum):
    """What makes the cluster."""

    LOCAL = "local"
    KIND = "kind"
    EXISTING = "existing"


def provider(kind: str = Kind.LOCAL, *, name: str = "composeapp", real_node: bool = True) -> Cluster:
    """
    Return a cluster by its name; nothing is started.

    ``real_node=False`` leaves the real node out of a local cluster. kind is never chosen
    for you. ``existing`` takes the cluster that ``KUBECONFIG`` leads to and ignores the name.
    """
    match Kind(kind):
        case Kind.KIND:
            return KindCluster(name)
        case Kind.EXISTING:
            return ExistingCluster.of(os.environ)
        case Kind.LOCAL:
            return LocalCluster(name, real_node)
