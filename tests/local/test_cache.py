"""The cache: made once, whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

from localcluster.cache import cache_root, digest, entry
from support.subprocesses import subprocess_environment


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Keep these entries away from the real ones."""
    monkeypatch.setenv("COMPOSEAPP_CACHE", str(tmp_path / "cache"))


def test_an_entry_is_made_once():
    """The second time, what is kept is returned and nothing is built."""
    made = entry("things", "key", lambda folder: folder.joinpath("a").write_text("first") and None)

    again = entry("things", "key", lambda _: pytest.fail("built again"))

    assert again == made
    assert (again / "a").read_text() == "first"


def test_a_failed_build_leaves_nothing_that_counts():
    """After a failure the next one builds from an empty folder."""

    def fail(folder):
        folder.joinpath("half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        entry("things", "key", fail)

    assert list(entry("things", "key", lambda folder: folder.joinpath("whole").touch()).iterdir()) == [
        cache_root() / "things" / "key" / "whole"
    ]


_HANGING_BUILD = """
from localcluster.cache import entry

def build(folder):
    folder.joinpath("half").touch()
    print("building", flush=True)
    input()

entry("things", "key", build)
"""


def test_a_killed_build_leaves_nothing_that_counts():
    """After kill -9 in the middle of a build the next one builds anew, and the rest of the old one is gone."""
    builder = subprocess.Popen(
        [sys.executable, "-c", _HANGING_BUILD],
        env=subprocess_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with builder:
        assert builder.stdout.readline() == "building\n"
        builder.send_signal(signal.SIGKILL)

    made = entry("things", "key", lambda folder: folder.joinpath("whole").touch())

    assert [path.name for path in made.iterdir()] == ["whole"]
    assert [path.name for path in made.parent.iterdir() if path.is_dir()] == ["key"]


def test_two_at_once_build_once():
    """Whoever comes second waits for the first and takes what it made."""
    builds = []
    begun = threading.Event()
    finish = threading.Event()

    def build(folder):
        builds.append(folder)
        begun.set()
        finish.wait(10)

    first = threading.Thread(target=entry, args=("things", "key", build))
    first.start()
    assert begun.wait(10)
    second = threading.Thread(target=entry, args=("things", "key", build))
    second.start()
    finish.set()
    first.join()
    second.join()

    assert len(builds) == 1


def test_a_digest_follows_every_part(tmp_path):
    """Changing a text, a file or the way the parts are cut gives another key; the same parts give the same."""
    file = tmp_path / "file"
    file.write_text("content")
    keys = [digest("ab", "c"), digest("a", "bc"), digest(file), digest(tmp_path), digest(b"content")]
    file.write_text("other")
    keys += [digest(file), digest(tmp_path)]

    assert len(set(keys)) == len(keys) - 1  # a file stands for its bytes
    assert digest(file) == keys[5]
