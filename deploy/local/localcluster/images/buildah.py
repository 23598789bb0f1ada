"""
buildah, which builds Dockerfiles without an engine: unpacked from Debian packages, it leaves no trace on the host.

It runs in a mount namespace of its own, so its mounts end with it. There the dynamic
loader knows the unpacked libraries; LD_LIBRARY_PATH would not do, as buildah starts
itself again without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock

from localcluster import debian
from localcluster.cache import cache_root
from localcluster.errors import ClusterError

_IN_NAMESPACE: Final = 'mount --bind "$1" /etc/ld.so.cache && mount -t tmpfs tmpfs "$2" && shift 2 && exec "$@"'

_HOST_RECORDS: Final = Path("/var/lib/containers")
"""Where it notes which registry has which layer; no option moves that."""

_MOST_BYTES: Final = 8 * 2**30
"""More than this in the store is left-overs of many builds: it begins anew."""


def run(subcommand: str, *arguments: str | Path) -> None:
    """
    Run one command of buildah on a store of our own in the cache; what it says goes to standard error.

    Only root can. Raises ``ClusterError`` with buildah's last words when it fails.
    """
    root = debian.packages("buildah")
    store = cache_root() / "buildah"
    store.mkdir(parents=True, exist_ok=True)
    with FileLock(store.with_suffix(".lock")):
        _make_room(store)
        _run(root, store, [subcommand, *_policy(root), *map(str, arguments)])


def _run(root: Path, store: Path, arguments: Sequence[str]) -> None:
    (store / "tmp").mkdir(parents=True, exist_ok=True)
    namespace = ["unshare", "--mount", "--propagation", "slave", "sh", "-c", _IN_NAMESPACE, "sh"]
    options: list[str | Path] = ["--root", store / "images", "--runroot", store / "run", "--storage-driver", "overlay"]
    buildah: list[str | Path] = [root / "usr/bin/buildah", *options, *arguments]
    with _host_records():
        done = subprocess.run(
            [*namespace, _loader_cache(root, store), _HOST_RECORDS, *buildah],
            env={**os.environ, "TMPDIR": str(store / "tmp")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise ClusterError(f"buildah {arguments[0]} failed:\n{said}")


def _policy(root: Path) -> list[str]:
    return ["--signature-policy", str(root / "etc/containers/policy.json")]


def _loader_cache(root: Path, store: Path) -> Path:
    """Return a copy of the host's ``ld.so.cache`` that knows the unpacked libraries as well."""
    folders = sorted({str(library.parent) for library in root.rglob("*.so.*")})
    configuration, cache = store / "ld.so.conf", store / "ld.so.cache"
    configuration.write_text("\n".join([*folders, "include /etc/ld.so.conf", ""]))
    program = shutil.which("ldconfig", path="/usr/sbin:/sbin") or "ldconfig"
    subprocess.run([program, "-X", "-C", cache, "-f", configuration], check=True)
    return cache


@contextmanager
def _host_records() -> Iterator[None]:
    """Provide the folder that an empty file system hides while buildah runs, where the host has none."""
    absent = not _HOST_RECORDS.exists()
    _HOST_RECORDS.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        if absent:
            _HOST_RECORDS.rmdir()


def _make_room(store: Path) -> None:
    images = store / "images"
    if not images.exists():
        return
    used = subprocess.run(["du", "--summarize", "--bytes", images], check=True, capture_output=True, text=True).stdout
    if int(used.split()[0]) > _MOST_BYTES:
        shutil.rmtree(images)
