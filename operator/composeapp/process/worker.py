"""Takes keys from the queue, reconciles their apps, and decides when to look again."""

from __future__ import annotations

import logging
from typing import Final

from composeapp.cluster.errors import ClusterError
from composeapp.cluster.store import Name, Store
from composeapp.plan import Changes, Outcome
from composeapp.queue import LONGEST_PAUSE, WorkQueue
from composeapp.reconcile import Reconciler

_log = logging.getLogger(__name__)

_ROOM_PAUSE: Final = 30.0
"""Seconds until we look whether an object has made room, or has come; we do not watch what is not ours."""
_LONGEST_OUTAGE_PAUSE: Final = 15.0
"""Seconds at most between attempts while the API server does not answer: it heals everything at once."""
_FIRST_SERVER_ERROR: Final = 500


class Worker:
    """One of several that share the queue; each app is in the hands of one at a time."""

    def __init__(self, queue: WorkQueue[Name], apps: Store, reconciler: Reconciler) -> None:
        self._queue = queue
        self._apps = apps
        self._reconciler = reconciler

    async def run(self) -> None:
        """Work until the queue is closed; what was begun is finished."""
        while (key := await self._queue.get()) is not None:
            try:
                await self._attend(key)
            finally:
                self._queue.done(key)

    async def _attend(self, key: Name) -> None:
        resource = self._apps.get(*key)
        if resource is None or "deletionTimestamp" in resource["metadata"]:
            # Deletion is the garbage collector's work.
            self._queue.forget(key)
            return
        try:
            changes = await self._reconciler.reconcile(resource)
        except ClusterError as error:
            if error.is_missing:
                # The app is gone and nobody told us: without it, its objects are the garbage collector's.
                self._apps.take(resource, deleted=True)
            self._try_again(key, error)
        except Exception:  # noqa: BLE001 - a bug that one document hits must not stop the others
            pause = self._queue.retry(key)
            _log.exception("app %s/%s: looking again in %.0f s", *key, pause)
        else:
            self._look_again(key, changes)

    def _try_again(self, key: Name, error: ClusterError) -> None:
        out_of_order = error.status == 0 or error.status >= _FIRST_SERVER_ERROR
        longest = _LONGEST_OUTAGE_PAUSE if out_of_order else LONGEST_PAUSE
        pause = self._queue.retry(key, at_least=error.retry_after, at_most=longest)
        _log.warning("app %s/%s: %s; trying again in %.1f s", *key, error, pause)

    def _look_again(self, key: Name, changes: Changes) -> None:
        _tell(key, changes)
        failed = changes.having(Outcome.FAILED)
        if failed:
            self._queue.retry(key, at_least=max(change.retry_after for change in failed))
        elif changes.having(Outcome.ABSENT):
            self._queue.retry(key, at_most=_ROOM_PAUSE)
        else:
            self._queue.forget(key)
        if changes.having(Outcome.FOREIGN) or changes.having(Outcome.WAITING):
            self._queue.add_after(key, _ROOM_PAUSE)


def _tell(key: Name, changes: Changes) -> None:
    for change in changes.items:
        if change.outcome is Outcome.FAILED:
            _log.warning("app %s/%s: %s", *key, change.message)
        elif change.outcome not in (Outcome.UNCHANGED, Outcome.KEPT):
            _log.info('app %s/%s: %s "%s" %s', *key, change.kind, change.name, change.outcome.value)
