"""
A local copy of the objects of one kind, kept true by listing once and watching for ever.

Same contract as client-go's informers: what vanished while nobody was watching is noticed
by the next list, and no object is ever replaced by an older version of itself.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Final

from composeapp.cluster.errors import ClusterError
from composeapp.cluster.port import Cluster, Selection, WatchEvent
from composeapp.cluster.store import Store, slim
from composeapp.plan import Manifest

_log = logging.getLogger(__name__)

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 10.0
_SHORTEST_WATCH: Final = 1.0
"""Seconds; a watch that ends sooner counts as failed, or we would ask in a tight loop."""


class Informer:
    """Watches one selection; ``changed`` hears of every object that appeared, changed or vanished."""

    def __init__(self, cluster: Cluster, selection: Selection, changed: Callable[[Manifest], None]) -> None:
        self.selection = selection
        self.store = Store()
        self.synced = asyncio.Event()
        self.connected = False
        self._cluster = cluster
        self._changed = changed
        self._failures = 0
        self._version = ""

    async def run(self) -> None:
        """Never return and never give up: whatever goes wrong is asked again after a growing pause."""
        while True:
            try:
                if not self._version:
                    await self._list()
                await self._watch()
            except ClusterError as error:
                if error.is_expired:
                    self._version = ""
                await self._pause(error)

    async def _list(self) -> None:
        listed: list[Manifest] = []
        version = ""
        async for page in self._cluster.list_pages(self.selection):
            listed.extend(slim(item) for item in page.items)
            version = page.resource_version
        for changed in self.store.replace(listed, version):
            self._changed(changed)
        self._version = version
        self._succeeded()
        self.synced.set()

    async def _watch(self) -> None:
        """Follow one stream to its end."""
        seconds = random.randint(240, 300)  # noqa: S311 - so that watches do not end all at once
        started = time.monotonic()
        async for event in self._cluster.watch(self.selection, self._version, seconds=seconds):
            self._succeeded()
            self._version = event.object["metadata"]["resourceVersion"]
            self._take(event)
        if time.monotonic() - started < _SHORTEST_WATCH:
            kind = self.selection.kind.plural
            raise ClusterError(f"watch {kind}", status=0, reason="NoAnswer", message="the stream ended at once")

    def _take(self, event: WatchEvent) -> None:
        if event.type == "BOOKMARK":
            self.store.reached(event.object["metadata"]["resourceVersion"])
        elif self.store.take(event.object, deleted=event.type == "DELETED"):
            self._changed(event.object)

    def _succeeded(self) -> None:
        self._failures = 0
        self.connected = True

    async def _pause(self, error: ClusterError) -> None:
        self.connected = False
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._failures, 16))
        self._failures += 1
        pause = max(error.retry_after, longest * random.uniform(0.5, 1))  # noqa: S311 - no secret
        _log.warning("%s; asking again in %.1f s", error, pause)
        await asyncio.sleep(pause)
