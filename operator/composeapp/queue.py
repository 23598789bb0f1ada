"""
The work queue: which keys need attention, each handed to one worker at a time.

Semantics as in client-go's workqueue: a key that is added while it is being worked on is
handed out once more afterwards; keys that fail come back after growing pauses.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 300.0


class WorkQueue(Generic[Key]):
    """Keys in the order in which they were added, each at most once; pauses are in seconds."""

    def __init__(self, *, first_pause: float = FIRST_PAUSE) -> None:
        self._first_pause = first_pause
        self._ready: asyncio.Queue[Key | None] = asyncio.Queue()
        self._dirty: set[Key] = set()
        self._processing: set[Key] = set()
        self._failures: dict[Key, int] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._closed = False

    def add(self, key: Key) -> None:
        """Ask for attention to a key; adding it again before a worker takes it changes nothing."""
        if self._closed or key in self._dirty:
            return
        self._dirty.add(key)
        if key not in self._processing:
            self._ready.put_nowait(key)

    def add_after(self, key: Key, pause: float) -> None:
        """Add a key later; of several such wishes for one key the earliest counts."""
        loop = asyncio.get_running_loop()
        earlier = self._timers.get(key)
        if self._closed or (earlier is not None and earlier.when() <= loop.time() + pause):
            return
        if earlier is not None:
            earlier.cancel()
        self._timers[key] = loop.call_later(pause, self._add_due, key)

    def retry(self, key: Key, *, at_least: float = 0, at_most: float = LONGEST_PAUSE) -> float:
        """Add a failed key after a pause that doubles with each failure in a row; return the pause."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        longest = min(at_most, self._first_pause * 2 ** min(failures, 32))
        # Jitter, so that keys that failed together do not come back together.
        pause: float = max(at_least, longest * random.uniform(0.5, 1))  # noqa: S311 - no secret
        self.add_after(key, pause)
        return pause

    def is_planned(self, key: Key) -> bool:
        """Tell whether a key is being worked on or will come back by itself."""
        return key in self._processing or key in self._dirty or key in self._timers

    def forget(self, key: Key) -> None:
        """Say that a key succeeded: its next failure is its first."""
        self._failures.pop(key, None)

    async def get(self) -> Key | None:
        """Wait for the next key; whoever gets it must call ``done``. ``None`` once the queue is closed."""
        key = await self._ready.get()
        if key is None or self._closed:
            self._ready.put_nowait(None)
            return None
        self._dirty.discard(key)
        self._processing.add(key)
        return key

    def done(self, key: Key) -> None:
        """Give a key back; if it was added meanwhile, it is handed out again."""
        self._processing.discard(key)
        if key in self._dirty:
            self._ready.put_nowait(key)

    def close(self) -> None:
        """Hand out nothing more; who waits in ``get`` is told so."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        self._ready.put_nowait(None)

    def _add_due(self, key: Key) -> None:
        del self._timers[key]
        self.add(key)
