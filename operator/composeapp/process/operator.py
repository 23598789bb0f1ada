"""
The operator from start to drain: one process, one event loop.

Informers, workers and the HTTP server start before kopf: kopf takes every task that begins
after itself for its own and cancels it at its end.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import kopf

from composeapp import handlers
from composeapp.cluster.apply import Applier
from composeapp.cluster.children import Children
from composeapp.cluster.client import KubernetesCluster
from composeapp.cluster.config_maps import ConfigMapReader
from composeapp.cluster.connection import Credentials
from composeapp.cluster.errors import ClusterError
from composeapp.cluster.kinds import COMPOSE_APP
from composeapp.cluster.publish import Publisher
from composeapp.cluster.stamp import controller_of
from composeapp.cluster.store import Name, Store
from composeapp.plan import Manifest
from composeapp.planner import Planner
from composeapp.process import health
from composeapp.process.resync import Resync
from composeapp.process.worker import Worker
from composeapp.queue import WorkQueue
from composeapp.reconcile import Reconciler
from composeapp.settings import Settings
from composeapp.translate import names

_log = logging.getLogger(__name__)

_WORKERS: Final = 4
_DRAIN: Final = 20.0
"""Seconds that running reconciles get at the end."""
_DISCOVERY_PAUSE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to start the operator. ``health_address`` is ``host:port``."""

    credentials: Credentials
    settings: Settings
    health_address: str


async def run(options: Options) -> int:
    """Run until a signal or a fatal error; return the exit status, 0 after a signal."""
    return await Operator(options).run()


class Operator:
    """Everything that runs, wired together."""

    def __init__(self, options: Options) -> None:
        self._options = options
        namespaces = options.settings.watch_namespaces
        self._cluster = KubernetesCluster(options.credentials)
        self._queue: WorkQueue[Name] = WorkQueue()
        self._apps = Store()
        self._children = Children(self._cluster, namespaces, self._child_changed)
        self._resync = Resync(self._cluster, namespaces, self._apps, self._queue)
        self._link = handlers.Link()
        self._stop = asyncio.Event()
        self._failed = False

    async def run(self) -> int:
        """Start, run, drain."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        address = self._options.health_address
        try:
            server = await health.serve(address, self._not_ready)
        except (OSError, OverflowError, ValueError) as error:
            _log.critical("cannot listen on %s: %s", address, error)
            return 1
        others = self._supervised([*self._children.start(), *_tasks(self._resync.run())])
        workers: list[asyncio.Task[Any]] = []
        try:
            if await self._started():
                worker = self._worker()
                workers = self._supervised(_tasks(*(worker.run() for _ in range(_WORKERS))))
                await self._watch_apps()
        finally:
            await self._drain(workers, others)
            await server.cleanup()
        return int(self._failed)

    async def _started(self) -> bool:
        """Wait until something can be done; tell whether we are to go on then."""
        starting, stopped = _tasks(self._start(), self._stop.wait())
        await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if starting.done():
            starting.result()  # raises what went wrong
        starting.cancel()
        return not self._stop.is_set()

    async def _start(self) -> None:
        """Wait until something can be done: everything is listed, and the API server knows ComposeApps."""
        await self._children.wait_synced()
        # kopf looks once for the kinds it is to watch, and would stay blind for ever.
        while not await self._knows_apps():  # noqa: ASYNC110 - nothing in this process can tell
            await asyncio.sleep(_DISCOVERY_PAUSE)

    async def _knows_apps(self) -> bool:
        try:
            known = await self._cluster.knows(COMPOSE_APP)
        except ClusterError as error:
            _log.warning("%s", error)
            return False
        if not known:
            _log.warning("the API server does not know %s.%s yet", names.PLURAL, names.GROUP)
        return known

    async def _watch_apps(self) -> None:
        namespaces = self._options.settings.watch_namespaces
        _log.info("watching ComposeApps in %s", ", ".join(namespaces) or "all namespaces")
        watching = asyncio.create_task(
            kopf.operator(
                registry=handlers.registry(self._options.credentials, self._link, self._app_event),
                standalone=True,
                clusterwide=not namespaces,
                namespaces=namespaces,
            )
        )
        # A signal ends kopf itself, which listens to signals; we stop it only where something of ours failed.
        watching.add_done_callback(lambda _: self._stop.set())
        await self._stop.wait()
        watching.cancel()
        (ended,) = await asyncio.gather(watching, return_exceptions=True)
        if isinstance(ended, Exception):
            # What kopf does not survive, a new process does; it writes nothing that is not needed.
            _log.critical("the watch of ComposeApps has failed", exc_info=ended)
            self._failed = True

    async def _drain(self, workers: list[asyncio.Task[Any]], others: list[asyncio.Task[Any]]) -> None:
        """Finish what was begun, then stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)
        _log.info("stopping")
        for task in (*workers, *others):
            task.remove_done_callback(self._ended)
        self._queue.close()
        if workers:
            await asyncio.wait(workers, timeout=_DRAIN)
        for task in (*workers, *others):
            task.cancel()
        await asyncio.gather(*workers, *others, return_exceptions=True)
        await self._cluster.close()

    def _app_event(self, kind: str | None, resource: Manifest) -> None:
        if kind is None:
            self._resync.listed.set()
        self._apps.take(resource, deleted=kind == "DELETED")
        self._queue.add((resource["metadata"]["namespace"], resource["metadata"]["name"]))

    def _child_changed(self, item: Manifest) -> None:
        """Look at the app again: by the owner of what we own, by the labels of its pods."""
        metadata = item["metadata"]
        controller = controller_of(item)
        if controller is not None and controller["kind"] == names.KIND:
            self._queue.add((metadata["namespace"], controller["name"]))
        elif app := metadata.get("labels", {}).get(names.PART_OF_LABEL):
            self._queue.add((metadata["namespace"], app))

    def _not_ready(self) -> str:
        if not self._children.connected:
            return "not connected to the API server"
        return "" if self._link.stands else "not watching ComposeApps"

    def _worker(self) -> Worker:
        reconciler = Reconciler(
            config_maps=ConfigMapReader(self._cluster),
            planner=Planner(self._options.settings),
            applier=Applier(self._cluster, self._children),
            publisher=Publisher(self._cluster, self._apps),
            children=self._children,
            clock=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        return Worker(self._queue, self._apps, reconciler)

    def _supervised(self, tasks: list[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
        for task in tasks:
            task.add_done_callback(self._ended)
        return tasks

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """What runs for ever has ended: only a bug does that, and a new process is the cure."""
        _log.critical("%s has ended", task.get_name(), exc_info=None if task.cancelled() else task.exception())
        self._failed = True
        self._stop.set()


def _tasks(*coroutines: Coroutine[Any, Any, Any]) -> list[asyncio.Task[Any]]:
    return [asyncio.create_task(coroutine) for coroutine in coroutines]
