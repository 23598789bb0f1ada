"""Debian packages for the cluster: complete, checked, and without a trace on the host."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from localcluster import debian, debian_lock, programs
from localcluster.debian_lock import Locked, compare, locked
from localcluster.errors import ClusterError

HOST = [Path("/var/lib/dpkg/status"), Path("/var/lib/apt/lists"), Path("/var/cache/apt"), Path("/etc/apt")]
"""What installing or updating would change."""


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """One small package, downloaded."""
    [archive] = debian.fetch(["busybox-static"], "bookworm", tmp_path_factory.mktemp("downloads"))
    return archive


def state_of_host():
    """Return when each of the host's package files was last changed."""
    files = [path for place in HOST for path in (place, *place.rglob("*")) if path.is_file()]
    return {path: path.stat().st_mtime_ns for path in files}


def run(root, *command):
    """Run an unpacked program where it lies and return its output."""
    environment = {**os.environ, **debian.environment(root)}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_packages_are_fetched_without_a_trace_on_the_host(tmp_path, monkeypatch):
    """The host's installed packages, package lists and apt settings stay as they are."""
    monkeypatch.setenv("COMPOSEAPP_CACHE", str(tmp_path))
    before = state_of_host()

    root = debian.packages("busybox-static")

    assert "BusyBox" in run(root, root / "bin/busybox", "--help")
    assert state_of_host() == before


def test_what_was_fetched_once_needs_no_network(monkeypatch):
    """A set in the cache is used as it is: nobody asks a mirror."""
    root = programs.root()
    programs.root.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")

    assert programs.root() == root


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["containerd", "--version"], "containerd"),
        (["runc", "--version"], "runc version"),
        (["iptables", "--version"], "nf_tables"),
        (["conntrack", "--version"], "conntrack"),
        (["ip", "-Version"], "iproute2"),
        (["docker-registry", "--version"], "registry"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_node_is_made_of_programs_that_run_where_they_lie(command, says):
    """Each program of the real node runs from the cache, with the libraries it needs from there."""
    program = programs.path(command[0])

    assert programs.root() in program.parents
    assert says in run(programs.root(), program, *command[1:])


def test_a_missing_program_is_named():
    """A program that no package brings is an error that says its name."""
    with pytest.raises(ClusterError, match="no-such-program"):
        programs.path("no-such-program")


def test_the_node_programs_are_on_record():
    """Every package of the real node is pinned, with the sum of its file."""
    record = locked(programs.PACKAGES, "bookworm")

    assert set(programs.PACKAGES) <= set(record)
    assert all(len(package.sha256) == 64 for package in record.values())


def test_another_file_under_a_known_version_is_refused(fetched):
    """A mirror that serves other content than the one on record is found out."""
    version = fetched.name.split("_")[1].replace("%3a", ":")

    with pytest.raises(ClusterError, match=r"busybox-static .*not the one on record"):
        compare([fetched], {"busybox-static": Locked(version, "0" * 64)}, "bookworm")


def test_a_file_on_record_passes_silently(fetched, caplog):
    """What is as it was needs no words."""
    version = fetched.name.split("_")[1].replace("%3a", ":")
    right = Locked(version, hashlib.sha256(fetched.read_bytes()).hexdigest())

    compare([fetched], {"busybox-static": right}, "bookworm")

    assert not caplog.messages


def test_a_newer_version_is_taken_and_said(fetched, caplog):
    """When Debian has moved on, the run goes on with its newest version and names it."""
    compare([fetched], {"busybox-static": Locked("1", "0" * 64)}, "bookworm")

    [message] = caplog.messages
    assert "bookworm" in message
    assert "busybox-static 1:" in message


def test_an_unknown_package_is_apts_to_refuse():
    """The error has apt's own words."""
    with pytest.raises(ClusterError, match="Unable to locate package no-such-package-anywhere"):
        debian.packages("no-such-package-anywhere")


def test_a_machine_without_debians_archive_says_what_it_has(tmp_path, monkeypatch):
    """On another distribution the message lists what apt knows there."""
    sources = tmp_path / "sources.list"
    sources.write_text("deb http://archive.invalid/ubuntu noble main\n")
    settings = tmp_path / "apt.conf"
    settings.write_text(f'Dir::Etc::SourceList "{sources}";\nDir::Etc::SourceParts "/dev/null";\n')
    monkeypatch.setenv("APT_CONFIG", str(settings))

    with pytest.raises(ClusterError, match=r"no archive 'debian'.*archive\.invalid/ubuntu"):
        debian.fetch(["busybox-static"], "bookworm", tmp_path)


def test_a_machine_without_apt_is_told_what_is_needed(tmp_path, monkeypatch):
    """The message names the programs and the distribution."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ClusterError, match="apt-get and dpkg-deb"):
        debian.fetch(["busybox-static"], "bookworm", tmp_path)


def test_the_record_is_written_as_it_is_read(tmp_path, monkeypatch, fetched):
    """The command that adds a set leaves a record against which the same files pass."""
    record = tmp_path / "lock.json"
    record.write_text("{}\n")
    monkeypatch.setattr(debian_lock, "_FILE", record)

    debian_lock.main("bookworm", "busybox-static")

    assert (
        locked(["busybox-static"], "bookworm")["busybox-static"].sha256
        == hashlib.sha256(fetched.read_bytes()).hexdigest()
    )
