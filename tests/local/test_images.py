"""The images: what is in them, and that a build is repeated only when something has changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
from pathlib import Path

import pytest
import requests

from localcluster import images
from localcluster.cache import cache_root
from localcluster.cluster import Capabilities
from localcluster.errors import ClusterError
from localcluster.images import debian_images
from localcluster.images.command import with_tag
from localcluster.images.engines import Buildah, DockerOrPodman, Recipe
from localcluster.oci import MANIFEST, Layout
from support.registry import running_registry

ROOT = Path(__file__).parents[2]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="buildah and chroot need root")


def image_config(archive):
    """Return the configuration of an image in the format of ``docker save``."""
    with tarfile.open(archive) as content:
        described = json.load(content.extractfile("manifest.json"))[0]
        return json.load(content.extractfile(described["Config"]))


def file_in(archive, name):
    """Return a file's content from the last layer of a ``docker save`` archive that has it, or None."""
    found = None
    with tarfile.open(archive) as content:
        for layer in json.load(content.extractfile("manifest.json"))[0]["Layers"]:
            with tarfile.open(fileobj=content.extractfile(layer)) as files:
                if name in files.getnames():
                    found = files.extractfile(name).read()
    return found


@pytest.fixture(scope="module")
def operator_image():
    """The operator's image, from the real Dockerfile."""
    return images.from_recipe(images.OPERATOR, "composeapp.local/operator:dev").path


def test_llama_image_starts_as_the_official_one(tmp_path):
    """The entry point is the same, no user is set, and the version of the server is on the label."""
    with tarfile.open(debian_images.llama_server().path) as archive:
        archive.extractall(tmp_path, filter="data")
    layout = Layout(tmp_path)
    manifest = json.loads(layout.blob(layout.manifest.digest).read_text())
    config = json.loads(layout.blob(manifest["config"]["digest"]).read_text())["config"]
    assert config["Entrypoint"] == ["/app/llama-server"]
    assert "User" not in config
    assert re.match(r"1:\d+\.\d+", config["Labels"]["org.opencontainers.image.version"])


@needs_root
@pytest.mark.timeout(600)
def test_operator_image_runs_as_nobody(operator_image):
    """The kubelet can tell that it is not root; its one program is ``composeapp``."""
    config = image_config(operator_image)["config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["composeapp"]
    assert config["Labels"]["org.opencontainers.image.title"] == "composeapp"


@needs_root
@pytest.mark.timeout(600)
def test_operator_image_holds_nothing_of_the_machine_that_built_it(operator_image):
    """Certificates and addresses with which the build reached PyPI stay outside."""
    base = debian_images.python().path
    with tarfile.open(base) as archive:
        layers = [member for member in archive if member.size > 10**6]
        with tarfile.open(fileobj=archive.extractfile(layers[0])) as layer:
            authorities = layer.extractfile("etc/ssl/certs/ca-certificates.crt").read()
    assert file_in(operator_image, "etc/ssl/certs/ca-certificates.crt") == authorities
    assert file_in(operator_image, "etc/pip.conf") is None
    assert not [variable for variable in image_config(operator_image)["config"]["Env"] if "CERT" in variable]


@needs_root
@pytest.mark.timeout(600)
def test_an_edit_is_in_the_next_image_and_only_an_edit_builds_one(tmp_path):
    """The same sources give the same file at once; changed ones give an image with the change."""
    (tmp_path / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nCOPY app.py /app.py\n")
    recipe = Recipe(tmp_path / "Dockerfile", tmp_path, ("app.py",))

    def build(text):
        (tmp_path / "app.py").write_text(text)
        return images.from_recipe(recipe, f"composeapp.local/{tmp_path.name.replace('_', '-')}:1").path

    first = build("first")
    built = first.stat().st_mtime_ns
    try:
        assert file_in(first, "app.py") == b"first"
        assert (build("first"), first.stat().st_mtime_ns) == (first, built)
        assert file_in(build("second"), "app.py") == b"second"
    finally:
        shutil.rmtree(first.parents[1])


@needs_root
def test_buildah_pushes_to_a_registry(tmp_path):
    """What was built is in the registry that its name begins with, under its tag."""
    (tmp_path / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nLABEL example=pushed\n")
    with running_registry(tmp_path) as registry:
        name = f"{registry.address}/team/app:1"
        Buildah().build(Recipe(tmp_path / "Dockerfile", tmp_path, ()), name)
        Buildah().push(name)

        repository = f"http://{registry.address}/v2/team/app"
        manifest = requests.get(f"{repository}/manifests/1", headers={"Accept": MANIFEST}, timeout=5).json()
        config = requests.get(f"{repository}/blobs/{manifest['config']['digest']}", timeout=5).json()
    assert config["config"]["Labels"]["example"] == "pushed"


@needs_root
def test_buildah_leaves_no_trace(tmp_path):
    """Neither mounts nor folders of its own are on the host afterwards, not even after a failure."""
    (tmp_path / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN echo on its way; exit 3\n")
    before = traces()

    with pytest.raises(ClusterError, match=r"on its way(.|\n)*exit status 3"):
        Buildah().build(Recipe(tmp_path / "Dockerfile", tmp_path, ()), "composeapp.local/test:broken")

    assert traces() == before


def traces():
    """Return the host's mounts of the cache, and whether it has the folder that buildah wants."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return [mount for mount in mounts if str(cache_root()) in mount], Path("/var/lib/containers").exists()


def test_docker_is_told_what_to_do(tmp_path, monkeypatch):
    """Where Docker answers, it gets the Dockerfile, the name and the folder (a script stands in for it here)."""
    program = tmp_path / "docker"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    found = images.engine()
    assert found == DockerOrPodman("docker")
    found.build(images.OPERATOR, "example.com/composeapp:1")
    found.save("example.com/composeapp:1", tmp_path / "image.tar")
    found.push("example.com/composeapp:1")

    _, build, save, push = (tmp_path / "calls").read_text().splitlines()
    assert build.startswith(f"build --file {ROOT}/deploy/Dockerfile --tag example.com/composeapp:1 ")
    assert build.endswith(str(ROOT))
    assert save == f"save --output {tmp_path}/image.tar example.com/composeapp:1"
    assert push == "push example.com/composeapp:1"


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("example.com/app", "example.com/app:latest"),
        ("example.com:5000/app", "example.com:5000/app:latest"),
        ("example.com:5000/app:1.0", "example.com:5000/app:1.0"),
    ],
)
def test_image_without_a_tag_is_the_latest(reference, name):
    """A registry's port is no tag."""
    assert with_tag(reference) == name


def test_cluster_without_nodes_and_registry_gets_nothing():
    """``provide`` asks such a cluster for nothing at all."""

    class Elsewhere:
        capabilities = Capabilities(real_node=False, audit_log=False, simulated_nodes=False)
        registry = None

    images.provide(Elsewhere())


def test_dockerfile_and_checkout_use_the_same_uv():
    """The lock is read by the version of uv that wrote it."""
    dockerfile, script = (ROOT / "deploy/Dockerfile").read_text(), (ROOT / "deploy/local/uv").read_text()
    assert re.search(r"UV_VERSION=(\S+)", dockerfile)[1] == re.search(r"version=(\S+)", script)[1]
