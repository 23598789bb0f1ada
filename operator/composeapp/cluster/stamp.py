"""Marks an object as ours: whose it is and what was wanted when it was last written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from composeapp.plan import Manifest
from composeapp.translate import names


@dataclass(frozen=True, slots=True)
class Owner:
    """The ComposeApp that objects are made for."""

    namespace: str
    name: str
    uid: str

    @classmethod
    def of(cls, resource: Manifest) -> Owner:
        """Return the identity of a ComposeApp."""
        metadata = resource["metadata"]
        return cls(metadata["namespace"], metadata["name"], metadata["uid"])

    def controls(self, item: Manifest) -> bool:
        """Tell whether an object says that this app is its controller."""
        controller = controller_of(item)
        return controller is not None and controller["uid"] == self.uid

    def may_write(self, item: Manifest) -> bool:
        """
        Tell whether an object is this app's: by its controller, or as data that an app of this name has left behind.

        Such data have no controller, so that nothing deletes them with their app.
        """
        return self.controls(item) or self._inherits(item)

    def _inherits(self, item: Manifest) -> bool:
        wanted = {
            names.PART_OF_LABEL: self.name,
            names.MANAGED_BY_LABEL: names.MANAGED_BY,
            names.COMPONENT_LABEL: names.VOLUME_COMPONENT,
        }
        return controller_of(item) is None and wanted.items() <= item["metadata"].get("labels", {}).items()

    def succeeds(self, item: Manifest) -> bool:
        """Tell whether an object belonged to an app of this name that is gone, and is about to follow it."""
        controller = controller_of(item)
        return (
            controller is not None
            and (controller["kind"], controller["name"]) == (names.KIND, self.name)
            and controller["uid"] != self.uid
        )


def controller_of(item: Manifest) -> dict[str, Any] | None:
    """Return the owner reference of an object's controller."""
    references = item["metadata"].get("ownerReferences", [])
    return next((reference for reference in references if reference.get("controller")), None)


def stamped(manifest: Manifest, owner: Owner) -> Manifest:
    """
    Return the manifest as it is written: with its owner, the app's label (on pods as well) and the hash.

    What is retained when its app is deleted has no owner: Kubernetes would delete it with that.
    The hash tells when a field was taken *out* of the manifest, which no comparison with the live object shows.
    """
    marked = _labelled(manifest, owner)
    if marked["metadata"].get("annotations", {}).get(names.ON_DELETE_ANNOTATION) != names.RETAIN:
        marked["metadata"]["ownerReferences"] = [_owner_reference(owner)]
    if "template" in marked.get("spec", {}):
        marked["spec"] = {**marked["spec"], "template": _labelled(marked["spec"]["template"], owner)}
    text = json.dumps(marked, sort_keys=True, separators=(",", ":"))
    annotations = {
        **marked["metadata"].get("annotations", {}),
        names.DESIRED_HASH_ANNOTATION: hashlib.sha256(text.encode()).hexdigest()[:32],
    }
    marked["metadata"]["annotations"] = annotations
    return marked


def _labelled(item: dict[str, Any], owner: Owner) -> dict[str, Any]:
    metadata = item.get("metadata", {})
    return {**item, "metadata": {**metadata, "labels": {**metadata.get("labels", {}), names.APP_UID_LABEL: owner.uid}}}


def _owner_reference(owner: Owner) -> dict[str, Any]:
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "name": owner.name,
        "uid": owner.uid,
        "controller": True,
        "blockOwnerDeletion": True,
    }
