"""
OCI images and artifacts: written as a layout on disk, packed into one file, pushed to a registry.

The same content gives the same digests on every machine: no clock, no owner names, files in
order. Layers are not compressed: they stay on this machine.

A layout is a folder with ``oci-layout``, ``index.json`` and ``blobs/sha256/…``:
https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

from __future__ import annotations

import hashlib
import http.client
import json
import platform
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import requests

MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
_IMAGE_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
_IMAGE_LAYER: Final = "application/vnd.oci.image.layer.v1.tar"

_PLATFORM: Final = {"x86_64": "amd64", "aarch64": "arm64"}
_EPOCH: Final = "1970-01-01T00:00:00Z"
_TIMEOUT: Final = 60
"""Seconds that a registry may be silent."""


@dataclass(frozen=True)
class Descriptor:
    """One blob of a layout, or a manifest: what it is, its ``sha256:…`` and its size in bytes."""

    media_type: str
    digest: str
    size: int

    def as_json(self) -> dict[str, Any]:
        """Return it as manifests and the index hold it."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}


class RegistryError(Exception):
    """A registry did not take something; the message holds its answer."""


class Layout:
    """An OCI layout in a folder, with one image or artifact in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blobs.mkdir(parents=True, exist_ok=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    @property
    def manifest(self) -> Descriptor:
        """The manifest of what is in it."""
        found = json.loads((self.folder / "index.json").read_text())["manifests"][0]
        return Descriptor(found["mediaType"], found["digest"], found["size"])

    def blob(self, digest: str) -> Path:
        """Return the file of a ``sha256:…``."""
        return self._blobs / digest.removeprefix("sha256:")

    def add(self, media_type: str, content: bytes | Path) -> Descriptor:
        """Put in bytes, or a copy of a file."""
        if isinstance(content, bytes):
            digest = "sha256:" + hashlib.sha256(content).hexdigest()
            self.blob(digest).write_bytes(content)
            return Descriptor(media_type, digest, len(content))
        with content.open("rb") as stream:
            digest = "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
        shutil.copyfile(content, self.blob(digest))
        return Descriptor(media_type, digest, content.stat().st_size)

    def finish(self, config: Descriptor, layers: Sequence[Descriptor], reference: str) -> None:
        """Write the manifest, and the index that names it; containerd imports it under ``reference``."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config.as_json(),
            "layers": [layer.as_json() for layer in layers],
        }
        entry = self.add(MANIFEST, _json(manifest)).as_json()
        entry["annotations"] = {
            "io.containerd.image.name": reference,
            "org.opencontainers.image.ref.name": reference.rpartition(":")[2],
        }
        (self.folder / "index.json").write_bytes(_json({"schemaVersion": 2, "manifests": [entry]}))

    def pack(self, archive: Path) -> None:
        """Write it as one file, as ``ctr images import`` and ``podman load`` take it."""
        with archive.open("wb") as stream:
            _tar(self.folder, stream)

    @property
    def _blobs(self) -> Path:
        return self.folder / "blobs" / "sha256"


def write_image(rootfs: Path, layout: Layout, reference: str, config: Mapping[str, Any]) -> None:
    """
    Make an image of one layer from a folder tree; everything in it will belong to root.

    Args:
        rootfs: The tree.
        layout: Where the image goes.
        reference: Its name, such as ``docker.io/library/my-chat-app:latest``.
        config: ``Entrypoint``, ``Env``, ``Labels`` …, as
            https://github.com/opencontainers/image-spec/blob/main/config.md#properties names them.
    """
    unnamed = layout.folder / "layer.tar"
    with unnamed.open("wb") as stream:
        _tar(rootfs, stream)
    layer = layout.add(_IMAGE_LAYER, unnamed)
    unnamed.unlink()
    image = {
        "created": _EPOCH,
        "architecture": architecture(),
        "os": "linux",
        "config": dict(config),
        "rootfs": {"type": "layers", "diff_ids": [layer.digest]},
        "history": [{"created": _EPOCH}],  # one entry a layer, or buildah cannot build upon it
    }
    layout.finish(layout.add(_IMAGE_CONFIG, _json(image)), [layer], reference)


def architecture() -> str:
    """Return this machine's architecture in the words of OCI."""
    return _PLATFORM.get(platform.machine(), platform.machine())


def push(layout: Layout, registry: str, repository: str, tag: str) -> str:
    """
    Put what is in a layout into a registry that speaks plain HTTP; blobs that it has are not sent again.

    Args:
        layout: What to push.
        registry: ``HOST:PORT``.
        repository: The path in it, such as ``ai/smollm2``.
        tag: The tag that will name it.

    Returns:
        The manifest's digest.

    Raises:
        RegistryError: The registry refused, or it cannot be reached.
    """
    base = f"http://{registry}/v2/{repository}"
    described = json.loads(layout.blob(layout.manifest.digest).read_bytes())
    try:
        with requests.Session() as session:
            session.trust_env = False  # the registry is on this machine: no proxy
            for blob in (described["config"], *described["layers"]):
                _push_blob(session, base, layout.blob(blob["digest"]), blob["digest"])
            _push_manifest(session, base, layout, tag)
    except requests.RequestException as error:
        raise RegistryError(f"{registry} cannot be reached: {error}") from error
    return layout.manifest.digest


def _push_blob(session: requests.Session, base: str, file: Path, digest: str) -> None:
    if session.head(f"{base}/blobs/{digest}", timeout=_TIMEOUT).status_code == http.client.OK:
        return
    begun = _accepted(session.post(f"{base}/blobs/uploads/", timeout=_TIMEOUT))
    place = requests.compat.urljoin(begun.url, begun.headers["Location"])
    with file.open("rb") as content:
        _accepted(session.put(place, params={"digest": digest}, data=content, timeout=_TIMEOUT))


def _push_manifest(session: requests.Session, base: str, layout: Layout, tag: str) -> None:
    content = layout.blob(layout.manifest.digest).read_bytes()
    headers = {"Content-Type": layout.manifest.media_type}
    _accepted(session.put(f"{base}/manifests/{tag}", data=content, headers=headers, timeout=_TIMEOUT))


def _accepted(response: requests.Response) -> requests.Response:
    if not response.ok:
        raise RegistryError(f"{response.request.method} {response.url}: {response.status_code} {response.text.strip()}")
    return response


def _tar(folder: Path, stream: BinaryIO) -> None:
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            archive.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Forget who made a file and when."""
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
