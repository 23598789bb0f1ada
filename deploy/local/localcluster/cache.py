"""What is expensive to make is made once and kept, outside the checkout, under a key of its ingredients."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import AcquireReturnProxy, FileLock, Timeout

from localcluster.progress import step


def cache_root() -> Path:
    """Return the folder of everything kept: ``$COMPOSEAPP_CACHE``, else the user's cache folder."""
    if chosen := os.environ.get("COMPOSEAPP_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "composeapp-local"


def entry(kind: str, key: str, build: Callable[[Path], None]) -> Path:
    """
    Return the folder of ``kind`` and ``key``, filled by ``build`` the first time.

    ``build`` gets an empty temporary folder, which takes its final name in one step when
    ``build`` has returned. An interrupted build leaves nothing that counts; several
    processes that want the same entry build it once.
    """
    folder = cache_root() / kind / key
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.parent / f".{key}.lock")
    with _held(lock, f"Waiting for another process that makes {kind} {key}"):
        if not folder.exists():
            _fill(folder, build)
    return folder


def digest(*parts: str | bytes | Path) -> str:
    """
    Return a key that changes whenever one of the parts does.

    A path stands for its content: a file's bytes, or all names and bytes below a folder.
    """
    total = hashlib.sha256()
    for part in parts:
        for piece in _pieces(part):
            total.update(len(piece).to_bytes(8, "big"))
            total.update(piece)
    return total.hexdigest()[:24]


def _held(lock: FileLock, waiting: str) -> AcquireReturnProxy[FileLock]:
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        with step(waiting):
            return lock.acquire()


def _fill(folder: Path, build: Callable[[Path], None]) -> None:
    for left_over in folder.parent.glob(f".{folder.name}-*"):
        shutil.rmtree(left_over)  # of a build that was killed: we hold the lock, so nobody works on it
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        unfinished.chmod(0o755)
        build(unfinished)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _pieces(part: str | bytes | Path) -> Iterator[bytes]:
    if isinstance(part, bytes):
        yield part
    elif isinstance(part, str):
        yield part.encode()
    elif part.is_dir():
        for path in sorted(path for path in part.rglob("*") if path.is_file()):
            yield str(path.relative_to(part)).encode()
            yield path.read_bytes()
    else:
        yield part.read_bytes()
