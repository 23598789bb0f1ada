"""Progress for a person: percent and rate, in a log sparingly, on a terminal in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TextIO

SECONDS_BETWEEN_LOG_LINES: Final = 5.0
SECONDS_BETWEEN_SCREEN_UPDATES: Final = 0.2
_MEBIBYTE: Final = 1024 * 1024


class Progress:
    """Writes sentences, and for a transfer a line now and then."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._on_screen = stream.isatty()
        self._interval = SECONDS_BETWEEN_SCREEN_UPDATES if self._on_screen else SECONDS_BETWEEN_LOG_LINES
        self._started = self._last_line = clock()
        self._fetched = 0
        self._line_is_open = False

    def say(self, sentence: str) -> None:
        """Write one sentence on a line of its own."""
        self._end_line()
        self._stream.write(f"{sentence}\n")
        self._stream.flush()

    def start(self) -> None:
        """Begin to measure the rate."""
        self._started = self._last_line = self._clock()
        self._fetched = 0

    def advance(self, received: int, *, done: int, total: int) -> None:
        """Note ``received`` new bytes; ``done`` of ``total`` are on disk."""
        self._fetched += received
        now = self._clock()
        if now - self._last_line < self._interval:
            return
        self._last_line = now
        line = f"{100 * done // total} % of {_mebibytes(total)}, {self._rate(now)}"
        if not self._on_screen:
            self.say(line)
            return
        self._stream.write(f"\r{line:<60}")
        self._stream.flush()
        self._line_is_open = True

    def summary(self) -> str:
        """Say what was fetched since :meth:`start`, how long that took and how fast it was."""
        now = self._clock()
        return f"{_mebibytes(self._fetched)} in {now - self._started:.1f} s, {self._rate(now)}"

    def _rate(self, now: float) -> str:
        return f"{_mebibytes(self._fetched / max(now - self._started, 0.001))}/s"

    def _end_line(self) -> None:
        if self._line_is_open:
            self._stream.write("\n")
            self._line_is_open = False


def _mebibytes(size: float) -> str:
    return f"{size / _MEBIBYTE:.1f} MiB"
