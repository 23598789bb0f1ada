"""A real llama.cpp server, from the image that the cluster runs."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from localcluster import tiny_models
from localcluster.images import debian_images
from localcluster.oci import Layout
from localcluster.tiny_models import TinyModel
from support.waiting import eventually


def unpack_image(folder: Path) -> Path:
    """Return the root of the image's file system, unpacked below ``folder``."""
    with tarfile.open(debian_images.llama_server().path) as archive:
        archive.extractall(folder / "image", filter="data")
    blobs = folder / "image" / "blobs" / "sha256"
    index = json.loads((folder / "image" / "index.json").read_text())
    manifest = json.loads(_blob(blobs, index["manifests"][0]).read_text())
    with tarfile.open(_blob(blobs, manifest["layers"][0])) as layer:
        layer.extractall(folder / "root", filter="tar")
    return folder / "root"


def weights(model: TinyModel) -> Path:
    """Return the file of a model's weights."""
    layout = Layout(tiny_models.package(model))
    manifest = json.loads(layout.blob(layout.manifest.digest).read_text())
    return layout.blob(manifest["layers"][0]["digest"])


@contextmanager
def serving(root: Path, model: Path, alias: str) -> Iterator[str]:
    """Serve a model as the operator does, as nobody in particular; yields the URL that ends in ``/v1/``."""
    port = free_port()
    shutil.copy(model, root / "tmp" / f"{port}.gguf")
    arguments = ["--model", f"/tmp/{port}.gguf", "--alias", alias, "--host", "127.0.0.1", "--port", str(port)]  # noqa: S108 - in its own root
    command = ["chroot", "--userspec=65532:65532", str(root), "/app/llama-server", *arguments]
    command += ["--ctx-size", "4096", "--metrics", "--threads", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            eventually(lambda: _assert_healthy(port))
            yield f"http://127.0.0.1:{port}/v1/"
        finally:
            server.kill()  # asked to end while it answers, it hangs


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _blob(blobs: Path, descriptor: dict[str, str]) -> Path:
    return blobs / descriptor["digest"].removeprefix("sha256:")


def _assert_healthy(port: int) -> None:
    try:
        assert requests.get(f"http://127.0.0.1:{port}/health", timeout=5).ok
    except requests.ConnectionError as error:
        raise AssertionError(str(error)) from error
