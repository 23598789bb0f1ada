"""What an edit of the document does not delete: people's data, and files that running pods still mount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from composeapp import quantities
from composeapp.plan import Manifest
from composeapp.translate import names


def is_data(item: Manifest) -> bool:
    """Tell whether an object is a volume's claim: at most the deletion of its app deletes it."""
    labels: dict[str, str] = item["metadata"].get("labels", {})
    return labels.get(names.COMPONENT_LABEL) == names.VOLUME_COMPONENT


def mounted_config_maps(items: Iterable[Manifest]) -> set[str]:
    """Return the ConfigMaps without which a pod among these objects, or one that they make, cannot be started anew."""
    specs = (item.get("spec", {}) for item in items)
    return {name for spec in specs for name in _config_maps(spec.get("template", {}).get("spec", spec))}


def as_large(manifest: Manifest, live: Manifest) -> Manifest:
    """Return a claim as it is wanted, but not smaller than it is: others may grow it, and nobody can shrink it."""
    if not is_data(manifest):
        return manifest
    spec: dict[str, Any] = manifest["spec"]
    wanted, there = (item["spec"]["resources"]["requests"]["storage"] for item in (manifest, live))
    if quantities.amount(wanted) >= quantities.amount(there):
        return manifest
    return {**manifest, "spec": {**spec, "resources": {"requests": {"storage": there}}}}


def _config_maps(pod: dict[str, Any]) -> Iterator[str]:
    for volume in pod.get("volumes", ()):
        if "configMap" in volume:
            yield volume["configMap"]["name"]
