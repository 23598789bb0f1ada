"""The programs from Debian that a real node and its registry are made of."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Final

from localcluster import debian
from localcluster.errors import ClusterError

PACKAGES: Final = (
    "conntrack",
    "containerd",
    "containernetworking-plugins",
    "docker-registry",
    "iproute2",
    "iptables",
    "runc",
)


@cache
def root() -> Path:
    """Return the folder in which they are unpacked."""
    return debian.packages(*PACKAGES)


def environment() -> dict[str, str]:
    """Return the environment variables with which they run in place."""
    return debian.environment(root())


def path(name: str) -> Path:
    """Return one of the programs; raises ``ClusterError`` when it is neither among them nor on the host."""
    found = shutil.which(name, path=environment()["PATH"])
    if not found:
        raise ClusterError(f"{name} is not among the packages {', '.join(PACKAGES)}")
    return Path(found)
