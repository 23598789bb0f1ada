"""``composeapp pull`` as a process: signals, sharing a folder, a full disk, what it loads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from support.waiting import eventually
from unit.registry_server import RegistryServer, Reply, digest, running

WEIGHTS = b"GGUF" + os.urandom(2_000_000)
HALF = 16 * 64 * 1024
"""A whole number of the pieces in which the puller reads, so that all of it reaches the disk."""
BLOB_PATH = f"/v2/ai/tiny/blobs/{digest(WEIGHTS)}"


@pytest.fixture
def registry():
    """A registry that holds one model."""
    with running() as server:
        server.serve(WEIGHTS)
        yield server


@pytest.fixture
def start(registry: RegistryServer, tmp_path: Path):
    """Start a pull into a folder of the test; its log is on standard error."""
    started = []

    def start(*before: str, into: Path = tmp_path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "composeapp", "pull", "ai/tiny", "--into", str(into)]
        command += ["--mirror", f"docker.io={registry.url}"]
        process = subprocess.Popen([*before, *command], stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_until_half_is_there(folder: Path) -> None:
    """Wait for the partial file to hold the first half."""

    def half_is_there() -> None:
        assert [path.stat().st_size for path in folder.glob(".*.partial")] == [HALF]

    eventually(half_is_there)


@pytest.fixture
def gate(registry: RegistryServer):
    """Hold the first answer with the weights at its half until the gate is set."""
    gate = threading.Event()
    registry.on(BLOB_PATH, Reply(WEIGHTS, cut=HALF, gate=gate), Reply(WEIGHTS))
    yield gate
    gate.set()


def test_two_pullers_share_a_folder(registry, start, gate, tmp_path):
    """The second waits for the first and fetches nothing itself."""
    first = start()
    wait_until_half_is_there(tmp_path)
    second = start()
    while "waiting for it" not in second.stderr.readline():
        assert second.poll() is None
    gate.set()

    assert (first.wait(30), second.wait(30)) == (0, 0)
    assert len(registry.requests("/blobs/")) == 1
    assert (tmp_path / "model.gguf").read_bytes() == WEIGHTS


@pytest.mark.usefixtures("gate")
def test_killed_puller_is_taken_up_where_it_was(registry, start, tmp_path):
    """After kill -9 the next pull fetches only the rest, and the result is right."""
    first = start()
    wait_until_half_is_there(tmp_path)
    first.kill()
    first.wait(30)

    assert start().wait(30) == 0

    assert registry.requests("/blobs/")[1].headers["Range"] == f"bytes={HALF}-"
    assert (tmp_path / "model.gguf").read_bytes() == WEIGHTS
    assert {path.name for path in tmp_path.iterdir()} == {"model.gguf", ".pull.lock"}


@pytest.mark.usefixtures("gate")
def test_sigterm_ends_it_at_once(start, tmp_path):
    """It handles SIGTERM itself: without a handler process 1 of a container ignores the signal."""
    process = start()
    wait_until_half_is_there(tmp_path)
    process.send_signal(signal.SIGTERM)

    assert process.wait(10) == 128 + signal.SIGTERM


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_disk_that_is_too_small(registry, start, tmp_path):
    """Too little space is said before the first byte is fetched."""
    small = f"mount -t tmpfs -o size=1m tmpfs {tmp_path} && exec $0 $@"
    process = start("unshare", "--mount", "sh", "-c", small)
    said = process.communicate(timeout=30)[1].splitlines()[-1]

    assert process.returncode == 7
    assert f"{tmp_path} is too small: {len(WEIGHTS)} more bytes are needed" in said
    assert registry.requests("/blobs/") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_disk_that_fills_up(start, tmp_path):
    """A folder that takes no more files or bytes is said to be full."""
    small = f"mount -t tmpfs -o nr_inodes=2 tmpfs {tmp_path} && exec $0 $@"
    process = start("unshare", "--mount", "sh", "-c", small)
    said = process.communicate(timeout=30)[1].splitlines()[-1]

    assert (process.returncode, said) == (7, f"cannot pull ai/tiny: {tmp_path} is full")


@pytest.mark.parametrize(
    ("program", "heavy"),
    [
        ("import composeapp.puller.command", {"pydantic", "typer", "rich"}),
        ("import composeapp.cli as c, sys; sys.argv = ['composeapp', 'pull', 'x://', '--into', '/']; c.main()", set()),
    ],
    ids=["puller", "command line"],
)
def test_it_loads_no_more_than_it_needs(program, heavy):
    """Pulls start before every model server: nothing is loaded for them that only the operator needs."""
    report = "import sys, atexit; atexit.register(lambda: print(*{name.partition('.')[0] for name in sys.modules}))"
    command = [sys.executable, "-c", f"{report}\n{program}"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30).stdout.split()

    assert "composeapp" in loaded
    assert not set(loaded) & {"kopf", "kubernetes", "yaml", "aiohttp", "jsonschema", *heavy}
