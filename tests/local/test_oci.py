"""Images and artifacts: the same content has the same digests, and registries take them."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile

import pytest
import requests

from localcluster import oci
from support.llama_server import free_port
from support.registry import running_registry

REFERENCE = "example.com/team/app:1"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """A registry of its own."""
    with running_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def tree(tmp_path):
    """A small file system."""
    return make_tree(tmp_path / "tree", ["bin/app", "etc/settings"])


@pytest.fixture
def layout(tree, tmp_path):
    """An image of it."""
    return write(tree, tmp_path / "layout")


def make_tree(folder, names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        path.chmod(0o755 if name.startswith("bin/") else 0o644)
    (folder / "run").symlink_to("bin/app")
    return folder


def write(tree, folder):
    layout = oci.Layout(folder)
    oci.write_image(tree, layout, REFERENCE, {"Entrypoint": ["/bin/app"]})
    return layout


def read(layout, digest):
    return json.loads(layout.blob(digest).read_text())


def test_same_content_gives_the_same_image(layout, tmp_path):
    """Neither times, owners nor the order of writing change a digest."""
    other = make_tree(tmp_path / "other", ["etc/settings", "bin/app"])
    os.utime(other / "bin/app", (1, 1))
    if os.geteuid() == 0:
        os.chown(other / "etc/settings", 1000, 1000)

    assert write(other, tmp_path / "again").manifest == layout.manifest


def test_other_content_gives_another_image(layout, tree, tmp_path):
    """One changed mode is enough."""
    (tree / "bin/app").chmod(0o700)

    assert write(tree, tmp_path / "again").manifest != layout.manifest


def test_every_blob_is_what_its_digest_says(layout):
    """All that the index leads to is there, with the size and the sum that is written."""
    manifest = read(layout, layout.manifest.digest)
    for descriptor in (layout.manifest.as_json(), manifest["config"], *manifest["layers"]):
        content = layout.blob(descriptor["digest"]).read_bytes()
        assert descriptor["digest"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert descriptor["size"] == len(content)
    assert read(layout, manifest["config"]["digest"])["rootfs"]["diff_ids"] == [manifest["layers"][0]["digest"]]


def test_layer_keeps_modes_and_links_and_belongs_to_root(layout):
    """What a container needs of a tree is in the layer."""
    layer = read(layout, layout.manifest.digest)["layers"][0]["digest"]
    with tarfile.open(layout.blob(layer)) as archive:
        members = {member.name: member for member in archive}
    assert members["bin/app"].mode == 0o755
    assert members["run"].linkname == "bin/app"
    assert {(member.uid, member.gid, member.mtime) for member in members.values()} == {(0, 0, 0)}


def test_archive_holds_the_layout_and_the_name(layout, tmp_path):
    """The file that nodes import is the layout, named for containerd."""
    layout.pack(tmp_path / "image.tar")
    with tarfile.open(tmp_path / "image.tar") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")

    assert oci.Layout(tmp_path / "unpacked").manifest == layout.manifest
    index = json.loads((tmp_path / "unpacked/index.json").read_text())
    assert index["manifests"][0]["annotations"]["io.containerd.image.name"] == REFERENCE


def test_registry_returns_what_was_pushed(layout, registry):
    """A tag leads to the manifest, byte for byte, and to its blobs."""
    digest = oci.push(layout, registry.address, "team/app", "1")

    found = requests.get(
        f"http://{registry.address}/v2/team/app/manifests/1", headers={"Accept": oci.MANIFEST}, timeout=5
    )
    assert found.headers["Docker-Content-Digest"] == digest == layout.manifest.digest
    assert found.content == layout.blob(digest).read_bytes()
    layer = found.json()["layers"][0]["digest"]
    blob = requests.get(f"http://{registry.address}/v2/team/app/blobs/{layer}", timeout=5)
    assert blob.content == layout.blob(layer).read_bytes()


def test_pushing_again_sends_no_blob(layout, registry):
    """What the registry has is not sent a second time."""
    oci.push(layout, registry.address, "team/twice", "1")
    before = registry.log.read_text().count("/blobs/uploads/")

    oci.push(layout, registry.address, "team/twice", "2")

    assert before > 0
    assert registry.log.read_text().count("/blobs/uploads/") == before


def test_refusal_is_told_in_the_registrys_words(layout, registry):
    """A name that the registry does not allow ends in an error that holds its answer."""
    with pytest.raises(oci.RegistryError, match="404"):
        oci.push(layout, registry.address, "Team/App", "1")


def test_unreachable_registry_is_named(layout):
    """Where nobody listens, the error says where that was."""
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(oci.RegistryError, match=f"{address} cannot be reached"):
        oci.push(layout, address, "team/app", "1")
