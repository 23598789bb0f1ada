"""
The cluster's processes: started apart from us, found again, stopped.

A process's pid file is written by a shell that then becomes the program, so that there is
no moment at which a process runs and is not on record. It holds the time the process
started as well: a number that the kernel has given to somebody else is never touched.
"""

from __future__ import annotations

import json
import os
import select
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psutil
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from localcluster.errors import ClusterError
from localcluster.layout import Layout

MARK: Final = "COMPOSEAPP_LOCAL_CLUSTER"
"""The environment variable, holding the cluster's state folder, that our processes hand on to their children."""

_RECORD_THEN_BECOME: Final = """
echo "$$ $(cut -d' ' -f22 /proc/$$/stat)" > "$0.new" && mv "$0.new" "$0" && exec "$@"
"""


def start(
    layout: Layout,
    name: str,
    argv: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
) -> bool:
    """
    Start a process in a session of its own, unless it already runs exactly so.

    Args:
        layout: The cluster it belongs to.
        name: Its name in the cluster; output goes into ``layout.log/NAME.log``.
        argv: The program and its arguments.
        environment: Added to our own environment.

    Returns:
        Whether something was started. A process that runs with other arguments is
        stopped first.
    """
    command = [str(argument) for argument in argv]
    wish = json.dumps({"command": command, "environment": _decided(environment or {})}, indent=1)
    record = layout.run / f"{name}.json"
    if is_alive(layout, name):
        if record.exists() and record.read_text() == wish:
            return False
        stop(layout, name)
    layout.run.mkdir(parents=True, exist_ok=True)
    layout.log.mkdir(parents=True, exist_ok=True)
    record.write_text(wish)
    _spawn(layout, name, command, {**os.environ, **(environment or {}), MARK: str(layout.state)})
    return True


def stop(layout: Layout, name: str, *, timeout: float = 30) -> bool:
    """
    End a process: ask it, and after ``timeout`` seconds kill it. Returns whether it ran.

    When this returns the process is gone, and its ports with it.
    """
    with _handle(layout, name) as process:
        if process is None:
            return False
        signal.pidfd_send_signal(process, signal.SIGTERM)
        if not _ended(process, timeout):
            signal.pidfd_send_signal(process, signal.SIGKILL)
            _ended(process, timeout)
    _reap(layout, name)
    (layout.run / f"{name}.pid").unlink(missing_ok=True)
    return True


def is_alive(layout: Layout, name: str) -> bool:
    """Whether the process that was started under this name still runs."""
    return pid(layout, name) is not None


def pid(layout: Layout, name: str) -> int | None:
    """Return the process id, or None when the process has ended (or never began)."""
    recorded = _recorded(layout, name)
    return recorded[0] if recorded and _start_time(recorded[0]) == recorded[1] else None


def listens(layout: Layout, name: str, port: int) -> bool:
    """Whether it is our process, and nobody else's, that listens on a TCP port."""
    number = pid(layout, name)
    try:
        connections = psutil.Process(number).net_connections("tcp") if number else []
    except psutil.NoSuchProcess:
        return False
    return any(item.status == psutil.CONN_LISTEN and item.laddr.port == port for item in connections)


def names(layout: Layout) -> list[str]:
    """Return the names of all processes that were started and not stopped, alive or not."""
    return sorted(path.stem for path in layout.run.glob("*.pid"))


def sweep(layout: Layout) -> None:
    """Kill whatever of the cluster still runs, found by the mark in its environment; for children left by a crash."""
    left = [process for process in psutil.process_iter() if _environment(process).get(MARK) == str(layout.state)]
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=10)


def wait_until(
    condition: Callable[[], bool],
    what: str,
    timeout: float,
    *,
    layout: Layout | None = None,
    process: str | None = None,
) -> None:
    """
    Poll until ``condition`` holds.

    With ``layout`` and ``process`` given, the death of that process ends the waiting and
    its last words are part of the message.

    Raises ``ClusterError`` with ``what`` after ``timeout`` seconds.
    """

    def settled() -> bool:
        return condition() or bool(layout and process and not is_alive(layout, process))

    polling = Retrying(
        retry=retry_if_result(lambda done: not done), stop=stop_after_delay(timeout), wait=wait_fixed(0.1)
    )
    try:
        polling(settled)
    except RetryError:
        raise ClusterError(f"{what}: not within {timeout:.0f} s{_last_words(layout, process)}") from None
    if not condition():
        raise ClusterError(f"{what}: {process} has ended{_last_words(layout, process)}")


def _decided(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what differs from one shell to the next and says nothing about the process."""
    return {name: value for name, value in environment.items() if name != "PATH"}


def _spawn(layout: Layout, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    pid_file = layout.run / f"{name}.pid"
    pid_file.unlink(missing_ok=True)
    log = layout.log / f"{name}.log"
    os.posix_spawn(
        "/bin/sh",
        ["/bin/sh", "-c", _RECORD_THEN_BECOME, str(pid_file), *command],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
        setsigdef=[signal.SIGPIPE],  # Python ignores it; the program should not inherit that
    )
    wait_until(pid_file.exists, f"Starting {name}", 30)


def _recorded(layout: Layout, name: str) -> tuple[int, str] | None:
    try:
        number, started = (layout.run / f"{name}.pid").read_text().split()
    except FileNotFoundError:
        return None
    return int(number), started


def _start_time(number: int) -> str | None:
    """Return when a living process started, in clock ticks since boot; None for a zombie."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else fields[18]


@contextmanager
def _handle(layout: Layout, name: str) -> Iterator[int | None]:
    """Hold on to the process itself rather than to its number, which may be given away meanwhile."""
    number = pid(layout, name)
    try:
        process = os.pidfd_open(number) if number else None
    except ProcessLookupError:
        process = None
    try:
        yield process if pid(layout, name) else None
    finally:
        if process is not None:
            os.close(process)


def _ended(process: int, timeout: float) -> bool:
    poll = select.poll()
    poll.register(process, select.POLLIN)
    return bool(poll.poll(timeout * 1000))


def _reap(layout: Layout, name: str) -> None:
    if recorded := _recorded(layout, name):
        with suppress(ChildProcessError):  # an earlier run of ours started it
            os.waitpid(recorded[0], os.WNOHANG)


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}


def _last_words(layout: Layout | None, process: str | None) -> str:
    if layout is None or process is None:
        return ""
    log = layout.log / f"{process}.log"
    lines = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
    return "\n".join([f"; the end of {log}:", *lines])
