"""What exists for the apps: the objects that we own and the pods that come of them, watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from typing import Final

from composeapp.cluster.informer import Informer
from composeapp.cluster.kinds import OWNED, POD, Kind, Reference
from composeapp.cluster.port import Cluster, Selection
from composeapp.plan import Manifest
from composeapp.translate import names

_OURS: Final = f"{names.MANAGED_BY_LABEL}={names.MANAGED_BY}"


class Children:
    """One informer for each kind (and each watched namespace); ``changed`` gets each object that moved."""

    def __init__(self, cluster: Cluster, namespaces: Collection[str], changed: Callable[[Manifest], None]) -> None:
        scopes: Collection[str | None] = namespaces or (None,)
        self._informers = tuple(
            Informer(cluster, Selection(kind, namespace, _OURS), changed)
            for kind in (*OWNED, POD)
            for namespace in scopes
        )

    def start(self) -> list[asyncio.Task[None]]:
        """Start watching; the tasks run for ever."""
        return [asyncio.create_task(informer.run(), name=_task_name(informer)) for informer in self._informers]

    async def wait_synced(self) -> None:
        """Return once everything has been listed: before that, nothing may be written."""
        for informer in self._informers:
            await informer.synced.wait()

    @property
    def connected(self) -> bool:
        """Whether all watches stand."""
        return all(informer.synced.is_set() and informer.connected for informer in self._informers)

    def get(self, reference: Reference) -> Manifest | None:
        """Return one of our objects as it was last seen."""
        for informer in self._of_kind(reference.kind):
            if found := informer.store.get(reference.namespace, reference.name):
                return found
        return None

    def of_app(self, uid: str, kind: Kind) -> tuple[Manifest, ...]:
        """Return the objects of a kind that carry an app's label."""
        return tuple(item for informer in self._of_kind(kind) for item in informer.store.of_app(uid))

    def offer(self, item: Manifest) -> None:
        """Note the API server's answer to our own write, so that nobody waits for the watch to tell of it."""
        for informer in self._of_kind(Reference.of(item).kind):
            if informer.selection.namespace in (None, item["metadata"]["namespace"]):
                informer.store.offer(item)

    def _of_kind(self, kind: Kind) -> Iterator[Informer]:
        return (informer for informer in self._informers if informer.selection.kind == kind)


def _task_name(informer: Informer) -> str:
    return f"watch {informer.selection.kind.plural} in {informer.selection.namespace or 'all namespaces'}"
