"""
The Debian packages on record in ``debian-lock.json``: what they were when the cluster was last tried.

``python -m localcluster.debian_lock`` brings the record up to date;
``python -m localcluster.debian_lock SUITE NAME…`` adds a set.
"""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from localcluster.errors import ClusterError

_FILE: Final = Path(__file__).parents[1] / "debian-lock.json"

_MACHINE: Final = "x86_64"
"""The sums are those of this machine's packages; other machines take what their mirror has."""

_log = logging.getLogger(__name__)


class Locked(NamedTuple):
    """One package on record."""

    version: str
    sha256: str


def locked(names: Iterable[str], suite: str) -> dict[str, Locked]:
    """Return the record of a set: package name → version and sum; empty when the set is not on record."""
    if platform.machine() != _MACHINE:
        return {}
    packages = _read().get(suite, {}).get(_key(names), {})
    return {name: Locked(**package) for name, package in packages.items()}


def compare(archives: Iterable[Path], record: Mapping[str, Locked], suite: str) -> None:
    """
    Hold downloaded .deb files, whose signatures apt has checked, against the record.

    A version that differs is said and taken. Raises ``ClusterError`` for another content
    under the same version.
    """
    moved = []
    for name, found in map(_describe, archives):
        wanted = record.get(name)
        if wanted is None or wanted.version != found.version:
            moved.append(f"{name} {found.version}")
        elif wanted.sha256 != found.sha256:
            raise ClusterError(f"{name} {found.version}: the mirror's file is not the one on record in {_FILE.name}")
    if moved:
        _log.warning("Debian %s, not on record in %s: %s", suite, _FILE.name, ", ".join(moved))


def main(suite: str = "", *names: str) -> None:
    """Write the record anew: every set on it, and the set of ``names`` in ``suite``."""
    sets = {(known, key) for known, entries in _read().items() for key in entries}
    if names:
        sets.add((suite, _key(names)))
    record: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for known, key in sorted(sets):
        record.setdefault(known, {})[key] = _newest(key.split(), known)
    _FILE.write_text(json.dumps(record, indent=1) + "\n")


def _newest(names: list[str], suite: str) -> dict[str, dict[str, str]]:
    from localcluster.debian import fetch  # noqa: PLC0415 - debian reads the record through this module

    with tempfile.TemporaryDirectory() as folder:
        found = dict(map(_describe, fetch(names, suite, Path(folder))))
    return {name: package._asdict() for name, package in sorted(found.items())}


def _key(names: Iterable[str]) -> str:
    return " ".join(sorted(names))


def _read() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Return suite → set → package → version and sum."""
    record: dict[str, dict[str, dict[str, dict[str, str]]]] = json.loads(_FILE.read_text())
    return record


def _describe(archive: Path) -> tuple[str, Locked]:
    command = ["dpkg-deb", "--show", "--showformat", "${Package} ${Version}", str(archive)]
    name, version = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    with archive.open("rb") as content:
        return name, Locked(version, hashlib.file_digest(content, "sha256").hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
