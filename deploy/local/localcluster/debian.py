"""
Programs from Debian packages, unpacked into the cache; the host's own packages stay as they are.

apt works on a state of its own and on the host's mirror, signatures and network settings.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from localcluster.cache import digest, entry
from localcluster.debian_lock import Locked, compare, locked
from localcluster.errors import ClusterError
from localcluster.progress import step

_KEYRING: Final = "/usr/share/keyrings/debian-archive-keyring.gpg"

_SUITES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "bookworm": (("debian", "bookworm"), ("debian-security", "bookworm-security")),
    "trixie": (("debian", "trixie"), ("debian-security", "trixie-security")),
    "sid": (("debian", "sid"),),
}
"""Each suite's parts: the archive and the name of the part in it."""

_APT_OPTIONS: Final = {
    "Dir::Etc::SourceList": "{folder}/sources.list",
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::State": "{folder}/state",
    "Dir::State::status": "{folder}/state/status",
    "Dir::Cache": "{folder}/cache",
    "Dir::Cache::pkgcache": "pkgcache.bin",  # container images switch it off, and every call takes seconds
    "Dir::Cache::srcpkgcache": "srcpkgcache.bin",
    "Acquire::Languages": "none",
    "Acquire::Check-Valid-Until": "false",  # a machine's clock may be far from the mirror's
    "Acquire::Check-Date": "false",
    "APT::Sandbox::User": "root",  # apt's own unprivileged user may not write to our folder
}


def packages(*names: str, suite: str = "bookworm") -> Path:
    """
    Return a folder with the packages of these names unpacked, and what they depend on.

    Left out, unless named, is what every Debian has: packages of priority "required" and
    their dependencies, the C library among them. ``suite`` is "bookworm", "trixie" or "sid".

    A set that is on record in ``debian-lock.json`` is checked against it; where the archive
    has moved on since, the newest version is taken and said. Nothing of sid is on record: it
    moves daily.

    Raises ``ClusterError`` where apt is missing or refuses.
    """
    record = locked(names, suite)
    parts = [f"{name} {package.version} {package.sha256}" for name, package in sorted(record.items())]
    key = digest(suite, *sorted(names), *parts)
    return entry("debian", key, lambda folder: _fetch_and_unpack(names, suite, record, folder)) / "root"


def fetch(names: Sequence[str], suite: str, folder: Path) -> list[Path]:
    """Download the packages of these names, and what they depend on, into ``folder``; return the .deb files."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise ClusterError("the real node is made from Debian packages: apt-get and dpkg-deb are needed, on Debian")
    with tempfile.TemporaryDirectory(prefix="composeapp-apt-") as state:
        _prepare(Path(state), suite)
        wanted = _dependencies(names, Path(state)) - _dependencies(["?priority(required)"], Path(state)) | set(names)
        _apt(Path(state), "download", *sorted(wanted), folder=folder)
    return sorted(folder.glob("*.deb"))


def environment(root: Path) -> dict[str, str]:
    """Return the environment variables with which programs below ``root`` run in place."""
    libraries = root / "usr/lib" / _multiarch()
    return {
        "PATH": ":".join([*(str(root / folder) for folder in _PROGRAM_FOLDERS), os.environ.get("PATH", os.defpath)]),
        "LD_LIBRARY_PATH": f"{libraries}:{root / 'lib' / _multiarch()}",
        "XTABLES_LIBDIR": str(libraries / "xtables"),
    }


_PROGRAM_FOLDERS: Final = ("alternatives", "usr/sbin", "usr/bin", "sbin", "bin")

_IPTABLES: Final = [
    f"{version}{action}" for version in ("iptables", "ip6tables") for action in ("", "-save", "-restore")
]


def _fetch_and_unpack(names: Sequence[str], suite: str, record: dict[str, Locked], folder: Path) -> None:
    downloads, root = folder / "downloads", folder / "root"
    downloads.mkdir()
    root.mkdir()
    with step(f"Fetching {', '.join(names)} from Debian {suite}"):
        archives = fetch(names, suite, downloads)
        compare(archives, record, suite)
        for archive in archives:
            subprocess.run(["dpkg-deb", "--extract", archive, root], check=True)
    _link_alternatives(root)
    shutil.rmtree(downloads)


def _link_alternatives(root: Path) -> None:
    """Make the links that update-alternatives makes when iptables is installed."""
    if (root / "usr/sbin/xtables-nft-multi").exists():
        (root / "alternatives").mkdir()
        for name in _IPTABLES:
            (root / "alternatives" / name).symlink_to("../usr/sbin/xtables-nft-multi")


def _prepare(state: Path, suite: str) -> None:
    """Set up apt in a folder of its own: no package installed, one suite known."""
    (state / "state/lists/partial").mkdir(parents=True)
    (state / "cache/archives/partial").mkdir(parents=True)
    (state / "state/status").touch()
    (state / "sources.list").write_text("".join(f"{line}\n" for line in _sources(suite)))
    _apt(state, "update", "--quiet=2")


def _sources(suite: str) -> list[str]:
    signed_by = f"[signed-by={_KEYRING}] " if Path(_KEYRING).exists() else ""
    return [f"deb {signed_by}{_mirror(archive)} {part} main" for archive, part in _SUITES[suite]]


def _mirror(archive: str) -> str:
    """Return where the host's own apt finds an archive, such as ``debian`` or ``debian-security``."""
    # without --no-release-info nothing is listed where "apt-get update" has not been run yet
    command = ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI)", "Created-By: Packages"]
    known = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    for address in known:
        if address.rstrip("/").endswith(f"/{archive}"):
            return address
    raise ClusterError(f"no archive {archive!r} in this machine's apt configuration; it knows: {' '.join(known)}")


def _dependencies(names: Sequence[str], state: Path) -> set[str]:
    """Return what would be installed with these names on a machine that has nothing."""
    plan = _apt(state, "install", "--simulate", "--no-install-recommends", *names)
    return set(re.findall(r"^Inst (\S+)", plan, re.MULTILINE))


def _apt(state: Path, *arguments: str, folder: Path | None = None) -> str:
    options = [f"--option={name}={value.format(folder=state)}" for name, value in _APT_OPTIONS.items()]
    command = ["apt-get", *options, *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ClusterError(f"apt-get {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def _multiarch() -> str:
    return f"{platform.machine()}-linux-gnu"
