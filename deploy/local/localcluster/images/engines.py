"""What builds a Dockerfile: Docker or podman where one answers, else buildah."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from localcluster.errors import ClusterError
from localcluster.images import buildah, debian_images

_AUTHORITIES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
"""The certificates that this machine trusts: a build may have to pass the same proxy."""


@dataclass(frozen=True)
class Recipe:
    """A Dockerfile, the folder it sees, and what it takes from there."""

    dockerfile: Path
    context: Path
    sources: tuple[str, ...]


class Engine(Protocol):
    """Builds images and hands them on."""

    def build(self, recipe: Recipe, reference: str) -> None:
        """Build an image; what is unchanged since the last time is not done again."""

    def save(self, reference: str, archive: Path) -> None:
        """Write an image as one file."""

    def push(self, reference: str) -> None:
        """Send an image to the registry that its name says."""


@dataclass(frozen=True)
class DockerOrPodman:
    """The one of the two that has been found."""

    program: str

    def build(self, recipe: Recipe, reference: str) -> None:
        """As ``Engine`` says; the base image is the Dockerfile's own."""
        self._run("build", "--file", recipe.dockerfile, "--tag", reference, *_trusted(), recipe.context)

    def save(self, reference: str, archive: Path) -> None:
        """As ``Engine`` says."""
        self._run("save", "--output", archive, reference)

    def push(self, reference: str) -> None:
        """As ``Engine`` says; who you are, the engine knows from ``docker login``."""
        self._run("push", reference)

    def _run(self, *arguments: str | Path) -> None:
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise ClusterError(f"{self.program} {arguments[0]} failed:\n{done.stderr.strip()}")


class Buildah:
    """Needs no engine; the base image is made of Debian packages, so no registry is needed either."""

    def build(self, recipe: Recipe, reference: str) -> None:
        """As ``Engine`` says."""
        base = f"BASE=oci-archive:{debian_images.python().path}"
        isolation = ("--isolation", "chroot", "--network", "host", "--layers")
        buildah.run(
            *("build", *isolation, "--build-arg", base, *_trusted()),
            *("--file", recipe.dockerfile, "--tag", reference, recipe.context),
        )

    def save(self, reference: str, archive: Path) -> None:
        """As ``Engine`` says, in the format of ``docker save``: it does not spend time on compression."""
        buildah.run("push", reference, f"docker-archive:{archive}:{reference}")

    def push(self, reference: str) -> None:
        """As ``Engine`` says; who you are, buildah reads from ``~/.docker/config.json``."""
        here = reference.startswith(("localhost:", "127.0.0.1:"))  # as Docker does, without TLS
        buildah.run("push", f"--tls-verify={str(not here).lower()}", reference, f"docker://{reference}")


def engine() -> Engine:
    """Return what there is to build with. Raises ``ClusterError`` when there is nothing."""
    for program in ("docker", "podman"):
        if shutil.which(program) and not subprocess.run([program, "info"], capture_output=True, check=False).returncode:
            return DockerOrPodman(program)
    if os.geteuid() != 0:
        raise ClusterError("neither docker nor podman answers, and to build an image without them needs root")
    return Buildah()


def _trusted() -> Iterator[str]:
    if _AUTHORITIES.exists():
        yield from ("--secret", f"id=ca,src={_AUTHORITIES}")
