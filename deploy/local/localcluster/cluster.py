"""What the demo and the tests may ask of a cluster, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Capabilities:
    """What a cluster can show."""

    real_node: bool
    """Images can be loaded, and pods run."""

    audit_log: bool
    """The requests to the API server can be read."""

    simulated_nodes: bool
    """There are GPU nodes played by kwok."""


@dataclass(frozen=True)
class Part:
    """One process or node of a cluster."""

    name: str
    running: bool
    detail: str


class Cluster(Protocol):
    """A cluster that can be started and used."""

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""

    @property
    def audit_log(self) -> Path | None:
        """The API server's audit log, one JSON event a line, where it can be read."""

    @property
    def registry(self) -> str | None:
        """``HOST:PORT`` of a plain HTTP registry, as pods see it."""

    @property
    def capabilities(self) -> Capabilities:
        """What this cluster can show."""

    def up(self) -> None:
        """Start it, or what is missing of it."""

    def down(self) -> None:
        """Remove it."""

    def status(self) -> list[Part]:
        """Say what runs."""

    def load(self, archive: Path) -> None:
        """Make the images of an archive known to its nodes."""
