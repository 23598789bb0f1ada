"""Looks at every app again from time to time, and forgets apps that vanished while nobody was watching."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Collection
from typing import Final

from composeapp.cluster.errors import ClusterError
from composeapp.cluster.kinds import COMPOSE_APP
from composeapp.cluster.port import Cluster, Selection
from composeapp.cluster.store import Name, Store
from composeapp.plan import Manifest
from composeapp.queue import WorkQueue

_log = logging.getLogger(__name__)

_PERIOD: Final = 600.0
_SPREAD: Final = 60.0
"""Seconds over which a resync is spread, so that it never is a burst."""
_SETTLE: Final = 10.0
"""Seconds after which a list of kopf's is surely over."""


class Resync:
    """
    Compares what we know of ComposeApps with a list of them.

    kopf lists anew when its watch has expired, but does not say what vanished meanwhile.
    """

    def __init__(self, cluster: Cluster, namespaces: Collection[str], apps: Store, queue: WorkQueue[Name]) -> None:
        self.listed = asyncio.Event()
        """Set when kopf lists."""
        self._cluster = cluster
        self._scopes: Collection[str | None] = namespaces or (None,)
        self._apps = apps
        self._queue = queue

    async def run(self) -> None:
        """Run for ever."""
        while True:
            is_due = await self._wait()
            try:
                await self._sweep()
            except ClusterError as error:
                _log.warning("%s; the next resync will find what this one did not", error)
            if is_due:
                for key in self._apps.names():
                    self._queue.add_after(key, random.uniform(0, _SPREAD))  # noqa: S311 - no secret

    async def _wait(self) -> bool:
        """Return when there is something to do; whether everything is to be looked at again."""
        try:
            async with asyncio.timeout(_PERIOD * random.uniform(0.8, 1.2)):  # noqa: S311 - no secret
                await self.listed.wait()
        except TimeoutError:
            return True
        await asyncio.sleep(_SETTLE)
        self.listed.clear()
        return False

    async def _sweep(self) -> None:
        listed: list[Manifest] = []
        versions: list[str] = []
        for namespace in self._scopes:
            async for page in self._cluster.list_pages(Selection(COMPOSE_APP, namespace)):
                listed.extend(page.items)
                versions.append(page.resource_version)
        for changed in self._apps.replace(listed, min(versions, key=int)):
            self._queue.add((changed["metadata"]["namespace"], changed["metadata"]["name"]))
