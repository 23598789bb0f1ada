"""A volume whose files outlive everything: a PersistentVolumeClaim."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from composeapp import quantities
from composeapp.compose import units
from composeapp.compose.document import Volume
from composeapp.plan import App, Manifest
from composeapp.problems import Path, Report
from composeapp.settings import Settings
from composeapp.translate import manifests, names
from composeapp.translate.own_block import KEY, own_block
from composeapp.translate.storage.backing import Backing
from composeapp.translate.storage.labels import as_annotations

FOLDER: Final = "data"
_SHARED_MODES: Final = {"ReadWriteMany", "ReadOnlyMany"}
_ACCESS_MODES: Final = {
    "type": "array",
    "minItems": 1,
    "items": {"enum": ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]},
}
_OWN_FIELDS: Final = {
    "size": {"type": ["string", "number"]},
    "storageClassName": {"type": "string"},
    "accessModes": _ACCESS_MODES,
}
_EXTERNAL_FIELDS: Final = {"accessModes": _ACCESS_MODES, "subPath": {"type": "string"}}


@dataclass(frozen=True, slots=True)
class Declared:
    """One of the top-level ``volumes``, and what decides what becomes of it."""

    key: str
    volume: Volume
    users: Collection[str]
    """The services that mount it."""
    app: App
    settings: Settings
    report: Report

    @property
    def path(self) -> Path:
        """Its place in the document."""
        return ("volumes", self.key)

    def problem(self, inside: Path, message: str, hint: str = "") -> None:
        """Report a problem at a place inside the volume."""
        self.report.problem((*self.path, *inside), message, hint)


def existing(declared: Declared) -> Backing | None:
    """Return the backing of an ``external`` volume: a claim that others made."""
    name = declared.volume.name or declared.key
    said = own_block(declared.volume.extensions, declared.path, declared.report, _EXTERNAL_FIELDS)
    if not names.is_object_name(name):
        hint = "write the claim's name under name: lower-case letters, digits, '-' and '.'"
        declared.problem(("name",) if declared.volume.name else (), f"no claim can be called {name}", hint)
        return None
    folder = said.get("subPath", "")
    if folder.startswith("/") or ".." in folder.split("/"):
        declared.problem((KEY, "subPath"), f"{folder} leads out of the volume", "write a relative path without '..'")
        return None
    return _backing(name, said.get("accessModes", ()), folder=folder)


def own(declared: Declared, storage_class: str | None) -> tuple[Backing, Manifest] | None:
    """Return a claim of the app's own, and what mounts it; ``None`` if it is described wrongly."""
    said = own_block(declared.volume.extensions, declared.path, declared.report, _OWN_FIELDS)
    name = declared.volume.name or names.claim_name(declared.app.name, declared.key)
    if not names.is_object_name(name):
        name = names.slug(name)
    size = _size(declared, said)
    if size is None:
        return None
    modes = said.get("accessModes", declared.settings.volumes.access_modes)
    spec = {
        "accessModes": list(modes),
        "resources": {"requests": {"storage": size}},
        "storageClassName": said.get("storageClassName", storage_class),
    }
    backing = _backing(name, modes, folder=FOLDER, is_seeded=True)
    return backing, _manifest(declared, name, manifests.without_empty(spec.items()))


def _backing(name: str, modes: Collection[str], *, folder: str, is_seeded: bool = False) -> Backing:
    return Backing(
        {"persistentVolumeClaim": {"claimName": name}},
        folder=folder,
        one_node=not _SHARED_MODES & set(modes),
        is_kept=True,
        is_seeded=is_seeded,
    )


def _size(declared: Declared, said: Mapping[str, Any]) -> str | None:
    """Take the block's quantity, else the driver option that most drivers have, else the setting."""
    options = declared.volume.driver_opts
    try:
        if "size" in said:
            return _more_than_nothing(quantities.canonical(str(said["size"])))
        if "size" in options:
            return _more_than_nothing(quantities.of_bytes(units.size(options["size"])))
    except ValueError as error:
        place: Path = (KEY, "size") if "size" in said else ("driver_opts", "size")
        declared.problem(place, str(error), "write it as 10Gi" if "size" in said else "write it as 10g")
        return None
    return declared.settings.volumes.size


def _more_than_nothing(size: str) -> str:
    if not quantities.amount(size):
        raise ValueError("a volume of size 0 holds nothing")
    return size


def _manifest(declared: Declared, name: str, spec: Mapping[str, Any]) -> Manifest:
    notes = as_annotations(declared.volume.labels, (*declared.path, "labels"), declared.report)
    kept = {names.ON_DELETE_ANNOTATION: declared.app.volumes_on_delete}
    metadata = manifests.metadata(declared.app, name, names.VOLUME_COMPONENT, declared.key, {**kept, **notes})
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": dict(spec)}
