"""Says what is happening and for how long, once it takes more than two seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

QUIET: Final = 2.0
"""Seconds that need no words."""

REPEAT: Final = 10.0
"""Seconds between two lines where no terminal shows a spinner."""


@contextmanager
def step(what: str, console: Console | None = None) -> Iterator[None]:
    """
    Show ``what`` on standard error while the block runs, and how long it took.

    A terminal gets a spinner with a clock, a file or a pipe one line every ten seconds;
    what takes less than two seconds is not mentioned.
    """
    console = console or Console(stderr=True, highlight=False, soft_wrap=True)
    began = time.monotonic()
    done = threading.Event()
    show = _spin if console.is_terminal else _repeat
    reporter = threading.Thread(target=_after_quiet, args=(done, lambda: show(what, console, began, done)), daemon=True)
    reporter.start()
    outcome = "failed after"
    try:
        yield
        outcome = "done in"
    finally:
        done.set()
        reporter.join()
        if time.monotonic() - began >= QUIET:
            console.print(f"{what}: {outcome} {_seconds(began)}", markup=False)


def _after_quiet(done: threading.Event, show: Callable[[], None]) -> None:
    if not done.wait(QUIET):
        show()


def _spin(what: str, console: Console, began: float, done: threading.Event) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        progress.tasks[task].start_time = began  # the clock shows the whole time, not the time shown
        done.wait()


def _repeat(what: str, console: Console, began: float, done: threading.Event) -> None:
    console.print(f"{what} …", markup=False)
    while not done.wait(REPEAT):
        console.print(f"{what}: {_seconds(began)} so far", markup=False)


def _seconds(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"
