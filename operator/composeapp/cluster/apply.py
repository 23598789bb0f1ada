"""
Make the cluster as planned, object by object, and say what was done.

No request where nothing differs; nothing that belongs to somebody else is ever written; a
refusal for one object does not stop the others. What is not there yet, or is to change, waits for
its gate.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from composeapp import gates
from composeapp.cluster.children import Children
from composeapp.cluster.drift import drifted, must_be_replaced
from composeapp.cluster.errors import ClusterError
from composeapp.cluster.keeping import as_large, is_data, mounted_config_maps
from composeapp.cluster.kinds import CLAIM, CONFIG_MAP, KINDS, OWNED, POD, WORKLOADS, Reference
from composeapp.cluster.port import Cluster
from composeapp.cluster.stamp import Owner, controller_of, stamped
from composeapp.cluster.succession import predecessor
from composeapp.plan import Change, Changes, Item, Manifest, Outcome, Requirement
from composeapp.translate import names

_WAYS_OUT: Final = {
    CLAIM: "write external: true, with its name, to use it as it is, or rename the volume",
    CONFIG_MAP: "rename the config in the document, or delete that object",
}
_log = logging.getLogger(__name__)


class Applier:
    """Writes the objects of apps. ``children`` must be synced before the first call."""

    def __init__(self, cluster: Cluster, children: Children) -> None:
        self._cluster = cluster
        self._children = children
        self._altered: dict[Reference, tuple[Any, ...]] = {}
        self._leaving: set[str] = set()
        """The uids of apps whose namespace is being deleted, which nothing takes back."""

    async def apply(self, items: Collection[Item], owner: Owner) -> Changes:
        """Create and repair what is wanted, in this order, then delete what of this app is not wanted any more."""
        wanted = {Reference.of(item.manifest): stamped(item.manifest, owner) for item in items}
        changes = []
        for item, (reference, manifest) in zip(items, wanted.items(), strict=True):
            held = self._held(item, wanted, owner)
            changes.append(held or await self._attempt(reference, manifest, owner))
        changes += [await self._delete(item) for item in self._superfluous(wanted, owner)]
        changes += [_kept(item) for item in self._children.of_app(owner.uid, CLAIM) if _is_left(item, wanted, owner)]
        return Changes(tuple(changes))

    def differing(self, manifests: Iterable[Manifest], owner: Owner) -> tuple[str, ...]:
        """Name what ``apply`` would write or delete, without asking anybody."""
        wanted = {Reference.of(manifest): stamped(manifest, owner) for manifest in manifests}
        missed = [reference for reference, manifest in wanted.items() if self._differs(reference, manifest, owner)]
        return tuple(map(str, [*missed, *map(Reference.of, self._superfluous(wanted, owner))]))

    def _held(self, item: Item, wanted: Mapping[Reference, Manifest], owner: Owner) -> Change | None:
        """Return what an object waits for that is to be made or changed."""
        reference = Reference.of(item.manifest)
        live = self._children.get(reference)
        if live is not None and _wanted_hash(live) == _wanted_hash(wanted[reference]):
            return None

        def as_planned(requirement: Requirement) -> Manifest | None:
            needed = Reference(KINDS[requirement.kind], reference.namespace, requirement.name)
            there = self._children.get(needed)
            return there if there and _wanted_hash(there) == _wanted_hash(wanted[needed]) else None

        pods = self._children.of_app(owner.uid, POD)
        if unmet := gates.unmet(item.gate, as_planned, pods):
            message = f"waits until {', '.join(unmet)}"
            return Change(reference.kind.name, reference.name, Outcome.HELD, message)
        workloads = [other for kind in WORKLOADS for other in self._children.of_app(owner.uid, kind)]
        if live is None and (before := predecessor(item.manifest, workloads, pods)):
            return _waiting(reference, f"waits until {before} is gone")
        return None

    def _differs(self, reference: Reference, manifest: Manifest, owner: Owner) -> bool:
        live = self._children.get(reference)
        if live is None or not owner.may_write(live):
            return True
        manifest = as_large(manifest, live)
        return drifted(manifest, live) and not self._is_as_good_as_it_gets(reference, manifest, live)

    async def _attempt(self, reference: Reference, manifest: Manifest, owner: Owner) -> Change:
        try:
            if owner.uid not in self._leaving:
                return await self._write(reference, manifest, owner)
        except ClusterError as error:
            if error.is_conflict:
                return _waiting(reference, "is another one than a moment ago")
            if not error.is_farewell:
                return _failed(reference, error)
            self._leaving.add(owner.uid)
        return _waiting(reference, "cannot be written: its namespace is being deleted")

    async def _write(self, reference: Reference, manifest: Manifest, owner: Owner) -> Change:
        live = self._children.get(reference) or await self._cluster.get(reference)
        if live is None:
            return await self._send(reference, manifest, Outcome.CREATED)
        if "deletionTimestamp" in live["metadata"] or owner.succeeds(live):
            return _waiting(reference, "is being deleted")
        if not owner.may_write(live):
            return Change(reference.kind.name, reference.name, Outcome.FOREIGN, foreign_message(reference, live))
        manifest = as_large(manifest, live)
        if not drifted(manifest, live) or self._is_as_good_as_it_gets(reference, manifest, live):
            return Change(reference.kind.name, reference.name, Outcome.UNCHANGED)
        if must_be_replaced(manifest, live):
            await self._cluster.delete(live)  # the event that it is gone brings us back, to create it
            return _waiting(reference, "is being replaced")
        # With the uid the request fails if a foreign object has taken the place meanwhile.
        metadata = {**manifest["metadata"], "uid": live["metadata"]["uid"]}
        return await self._send(reference, {**manifest, "metadata": metadata}, Outcome.CONFIGURED)

    async def _send(self, reference: Reference, manifest: Manifest, outcome: Outcome) -> Change:
        answer = await self._cluster.apply(manifest, field_manager=names.FIELD_MANAGER)
        self._children.offer(answer)
        if drifted(manifest, answer):
            self._altered[reference] = _edition(manifest, answer)
            _log.warning("%s in %s: something alters what we write", reference, reference.namespace)
        else:
            self._altered.pop(reference, None)
        return Change(reference.kind.name, reference.name, outcome)

    def _is_as_good_as_it_gets(self, reference: Reference, manifest: Manifest, live: Manifest) -> bool:
        """An admission webhook altered our last write: the same one again would only be altered again."""
        return self._altered.get(reference) == _edition(manifest, live)

    def _superfluous(self, wanted: dict[Reference, Manifest], owner: Owner) -> list[Manifest]:
        mine = [item for kind in OWNED for item in self._children.of_app(owner.uid, kind) if owner.controls(item)]
        mounted = mounted_config_maps((*mine, *self._children.of_app(owner.uid, POD)))
        return [
            item
            for item in mine
            if (reference := Reference.of(item)) not in wanted
            and "deletionTimestamp" not in item["metadata"]
            and not is_data(item)
            and not (reference.kind is CONFIG_MAP and reference.name in mounted)
        ]

    async def _delete(self, item: Manifest) -> Change:
        reference = Reference.of(item)
        try:
            await self._cluster.delete(item)
        except ClusterError as error:
            if not (error.is_missing or error.is_conflict):  # a conflict: another one is there, not ours to delete
                return _failed(reference, error)
        return Change(reference.kind.name, reference.name, Outcome.DELETED)


def _edition(manifest: Manifest, live: Manifest) -> tuple[Any, ...]:
    """Identify what was wanted and what became of it; a status is no new edition where Kubernetes counts them."""
    metadata = live["metadata"]
    return _wanted_hash(manifest), metadata["uid"], metadata.get("generation") or metadata["resourceVersion"]


def _wanted_hash(item: Manifest) -> str | None:
    """Return the hash of what was wanted when an object was written."""
    found: str | None = item["metadata"].get("annotations", {}).get(names.DESIRED_HASH_ANNOTATION)
    return found


def _is_left(item: Manifest, wanted: dict[Reference, Manifest], owner: Owner) -> bool:
    """Tell whether a claim is the app's, but of no volume in its document any more."""
    return owner.may_write(item) and is_data(item) and Reference.of(item) not in wanted


def _kept(item: Manifest) -> Change:
    reference = Reference.of(item)
    message = f"{reference} is kept: it holds the files of a volume that left the document"
    return Change(reference.kind.name, reference.name, Outcome.KEPT, message)


def _waiting(reference: Reference, why: str) -> Change:
    return Change(reference.kind.name, reference.name, Outcome.WAITING, f"{reference} {why}")


def _failed(reference: Reference, error: ClusterError) -> Change:
    message = f"{reference}: {error.message or error}"
    return Change(reference.kind.name, reference.name, Outcome.FAILED, message, error.retry_after)


def foreign_message(reference: Reference, live: Manifest) -> str:
    """Say whose an object is, so that its owner can be asked, and the way out."""
    way_out = _WAYS_OUT.get(reference.kind, "rename the service or model in the document, or delete that object")
    return f"{reference} exists and {_whose(live)}: {way_out}"


def _whose(live: Manifest) -> str:
    controller = controller_of(live)
    if controller is not None:
        return f'belongs to {controller["kind"]} "{controller["name"]}"'
    labels: dict[str, Any] = live["metadata"].get("labels", {})
    if manager := labels.get(names.MANAGED_BY_LABEL):
        return f"is managed by {manager}"
    writers = live["metadata"].get("managedFields", [])
    return f"was made with {writers[0]['manager']}" if writers else "was not made for this app"
