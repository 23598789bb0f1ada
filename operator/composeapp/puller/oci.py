"""
The OCI artifact formats that models come in: which layer holds the weights.

Media types: docker/model-spec ``spec.md`` and ``config.md``, as docker/model-runner reads
them (``pkg/distribution/types/config.go``). Pure: bytes in, layers out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from composeapp.puller.errors import UnusableArtifactError

INDEX_TYPES: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFEST_TYPES: Final = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
MANIFEST_LIMIT: Final = 4 * 1024 * 1024
"""Bytes; what registries accept at least (distribution specification, "Pushing manifests")."""

_MOST_LAYERS: Final = 1000
_MODEL_CONFIG_TYPES: Final = frozenset(
    {"application/vnd.docker.ai.model.config.v0.1+json", "application/vnd.docker.ai.model.config.v0.2+json"}
)
_CONTAINER_CONFIG_TYPES: Final = frozenset(
    {"application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"}
)
_GGUF: Final = "application/vnd.docker.ai.gguf.v3"
_SAFETENSORS: Final = "application/vnd.docker.ai.safetensors"
_LICENSE: Final = "application/vnd.docker.ai.license"
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Something that a registry keeps under its digest; ``size`` in bytes."""

    media_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Model:
    """A model artifact: its weights, and what comes with them but is not used."""

    weights: Blob
    unused: tuple[Blob, ...]


def read_manifest(body: bytes) -> Model:
    """
    Find the weights in a manifest.

    Raises:
        UnusableArtifactError: if it is no model, or one that is not supported; the message
            says what it is instead.

    """
    try:
        manifest = json.loads(body)
        _refuse_index(manifest)
        config_type = str(manifest["config"]["mediaType"])
        layers = [_blob(layer) for layer in manifest["layers"][: _MOST_LAYERS + 1]]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise UnusableArtifactError("it has a manifest that is not valid") from error
    _refuse_other_artifacts(config_type)
    if len(layers) > _MOST_LAYERS:
        raise UnusableArtifactError(f"it has more than {_MOST_LAYERS} layers, which no model needs")
    return _model(layers)


def _refuse_index(manifest: dict[str, Any]) -> None:
    if manifest.get("mediaType") in INDEX_TYPES or "manifests" in manifest:
        raise UnusableArtifactError("it is an image index (one tag for several platforms), not a model")


def _refuse_other_artifacts(config_type: str) -> None:
    if config_type in _CONTAINER_CONFIG_TYPES:
        raise UnusableArtifactError("it is a container image, not a model")
    if config_type not in _MODEL_CONFIG_TYPES:
        raise UnusableArtifactError(f"it is no model in a supported format: its config type is {config_type[:200]!r}")


def _blob(layer: dict[str, Any]) -> Blob:
    blob = Blob(str(layer["mediaType"]), str(layer["digest"]), int(layer["size"]))
    if not _DIGEST.fullmatch(blob.digest) or blob.size < 0:
        raise ValueError(blob)
    return blob


def _model(layers: list[Blob]) -> Model:
    weights = [layer for layer in layers if layer.media_type == _GGUF]
    if len(weights) > 1:
        raise UnusableArtifactError(f"it has its weights in {len(weights)} pieces, which is not supported yet")
    if not weights:
        found = "safetensors" if any(layer.media_type == _SAFETENSORS for layer in layers) else "none"
        raise UnusableArtifactError(f"it holds no GGUF weights, which llama.cpp needs (weights found: {found})")
    return Model(weights[0], tuple(layer for layer in layers if layer.media_type not in {_GGUF, _LICENSE}))
