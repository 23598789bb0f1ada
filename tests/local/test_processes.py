"""The cluster's processes: found again, ended, and nobody else's touched."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from localcluster import processes
from localcluster.errors import ClusterError
from localcluster.layout import Layout
from support.subprocesses import subprocess_environment


@pytest.fixture
def layout(tmp_path, monkeypatch):
    """A cluster's place; whatever is started in it ends with the test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    layout = Layout.of("processes")
    yield layout
    processes.sweep(layout)


def test_starting_twice_starts_once(layout):
    """A process that runs as wished is left alone."""
    assert processes.start(layout, "sleeper", ["sleep", "60"])
    before = processes.pid(layout, "sleeper")

    assert not processes.start(layout, "sleeper", ["sleep", "60"])

    assert processes.pid(layout, "sleeper") == before


@pytest.mark.parametrize("wish", [{"argv": ["sleep", "61"]}, {"argv": ["sleep", "60"], "environment": {"A": "b"}}])
def test_another_wish_replaces_the_process(layout, wish):
    """Other arguments or another environment stop what runs and start it anew."""
    processes.start(layout, "sleeper", ["sleep", "60"])
    before = processes.pid(layout, "sleeper")

    assert processes.start(layout, "sleeper", **wish)

    assert processes.pid(layout, "sleeper") != before
    assert not psutil.pid_exists(before)


def test_stopping_ends_the_process(layout):
    """When stop returns, the process is gone; a second stop finds nothing."""
    processes.start(layout, "sleeper", ["sleep", "60"])
    number = processes.pid(layout, "sleeper")

    assert processes.stop(layout, "sleeper")

    assert not psutil.pid_exists(number)
    assert not processes.stop(layout, "sleeper")


def test_what_does_not_listen_is_killed(layout):
    """A process that ignores the request to end is killed after the timeout."""
    deaf = "trap '' TERM; touch \"$0\"; while :; do sleep 1; done"
    ready = layout.state / "ready"
    processes.start(layout, "deaf", ["sh", "-c", deaf, ready])
    processes.wait_until(ready.exists, "It does not listen", 10)

    processes.stop(layout, "deaf", timeout=0.1)

    assert not processes.is_alive(layout, "deaf")


def test_a_number_given_to_somebody_else_is_not_killed(layout):
    """A pid file whose number now belongs to another process is as good as none."""
    with subprocess.Popen(["sleep", "60"]) as somebody:
        layout.run.mkdir(parents=True)
        (layout.run / "old.pid").write_text(f"{somebody.pid} 1\n")

        assert not processes.is_alive(layout, "old")
        assert not processes.stop(layout, "old")
        assert somebody.poll() is None

        somebody.kill()


def test_a_dead_child_counts_as_dead(layout):
    """A process that was killed and that nobody has waited for yet is not alive."""
    processes.start(layout, "sleeper", ["sleep", "60"])
    os.kill(processes.pid(layout, "sleeper"), signal.SIGKILL)

    processes.wait_until(lambda: not processes.is_alive(layout, "sleeper"), "It is dead", 10)


_START_AND_DIE = """
import os, signal, sys
from localcluster import processes
from localcluster.layout import Layout

processes.start(Layout.of("processes"), "sleeper", ["sleep", "60"])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_whoever_comes_later_finds_it(layout):
    """A process outlives the one that started it, and a later run can stop it."""
    subprocess.run([sys.executable, "-c", _START_AND_DIE], env=subprocess_environment(), check=False)

    assert processes.is_alive(layout, "sleeper")
    assert processes.stop(layout, "sleeper")


def test_sweeping_finds_what_is_on_no_record(layout):
    """What a process has started dies with the cluster, also when the process itself was killed."""
    processes.start(layout, "parent", ["sh", "-c", 'sleep 60 & echo $! > "$0"; wait', layout.state / "child"])
    written = layout.state / "child"
    processes.wait_until(lambda: written.exists() and written.read_text() != "", "It has a child", 10)
    child = psutil.Process(int(written.read_text()))
    os.kill(processes.pid(layout, "parent"), signal.SIGKILL)

    processes.sweep(layout)

    assert not child.is_running()


def test_waiting_in_vain_shows_the_last_words(layout):
    """The error says what was waited for, and ends with the process's own words, at once when it has died."""
    processes.start(layout, "failing", ["sh", "-c", "echo no such luck; exit 1"])

    with pytest.raises(ClusterError, match=r"Luck: failing has ended; the end of .*failing.log:\nno such luck"):
        processes.wait_until(lambda: False, "Luck", 60, layout=layout, process="failing")

    with pytest.raises(ClusterError, match="Luck: not within 0 s"):
        processes.wait_until(lambda: False, "Luck", 0)


LISTENER = """
import socket, sys, threading
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
threading.Event().wait()
"""


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_our_process_is_known_by_the_port_it_listens_on(layout):
    """Once it listens, it is told apart from one that does not."""
    port = free_port()
    processes.start(layout, "listener", [sys.executable, "-c", LISTENER, str(port)])
    processes.wait_until(lambda: processes.listens(layout, "listener", port), "It listens", 20)
    assert not processes.listens(layout, "nobody", port)


def test_a_port_that_somebody_else_has_ends_the_waiting(layout):
    """What answers on the port is not ours: our own process has ended, and its last words are told."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        processes.start(layout, "listener", [sys.executable, "-c", LISTENER, str(port)])
        with pytest.raises(ClusterError, match=r"listener has ended[\s\S]*Address already in use"):
            processes.wait_until(
                lambda: processes.listens(layout, "listener", port), "It listens", 20, layout=layout, process="listener"
            )
