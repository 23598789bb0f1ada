"""
The folder that weights are fetched into.

What carries the final name has the right digest: bytes go to a partial file, are hashed
on the way, and are renamed only when they are complete, right and on disk. A lock on the
folder lets several pullers share it; the partial file outlives a killed one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import http.client
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol, Self

from composeapp.puller.errors import DigestMismatchError, StorageError, UnreachableError
from composeapp.puller.oci import Blob
from composeapp.puller.progress import Progress
from composeapp.puller.retry import RetryPolicy, persistently
from composeapp.puller.transport import read_some

MODEL_FILE: Final = "model.gguf"
_LOCK_FILE: Final = ".pull.lock"
_PARTIAL_SUFFIX: Final = ".partial"
_PIECE: Final = 64 * 1024
"""Bytes: larger pieces cost more CPU with ext4's page cache, smaller ones more calls."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

OpenBlob = Callable[[str, int], tuple[http.client.HTTPResponse, int]]
"""Digest and offset → an open answer, and the offset at which it begins."""


class _Hash(Protocol):
    def update(self, data: memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...


class ModelFolder:
    """A folder that holds one model's weights as ``model.gguf``."""

    def __init__(self, folder: Path, *, progress: Progress, policy: RetryPolicy) -> None:
        self._folder = folder
        self._progress = progress
        self._policy = policy

    def obtain(self, blob: Blob, open_blob: OpenBlob) -> Path:
        """
        Make ``model.gguf`` be this blob; fetch only what is not there yet.

        Raises:
            StorageError: if the folder is full or cannot be written.
            DigestMismatchError: if the registry sends other bytes than it announced.
            UnreachableError: if network or registry stay out of order.

        """
        target = self._folder / MODEL_FILE
        with _storage_faults(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._locked():
                if target.exists() and target.stat().st_size == blob.size and _digest_of(target) == blob.digest:
                    self._progress.say(f"{target} is already there and verified")
                else:
                    self._fetch(blob, open_blob, target)
        return target

    def _fetch(self, blob: Blob, open_blob: OpenBlob, target: Path) -> None:
        path = self._folder / f".{blob.digest.replace(':', '-')}{_PARTIAL_SUFFIX}"
        self._discard_partials(keep=path)
        self._progress.start()
        with PartialFile(path, blob) as partial:
            self._refuse_too_small_a_disk(blob.size - partial.size)
            persistently(
                lambda: self._fetch_rest(partial, open_blob),
                policy=self._policy,
                say=self._progress.say,
                achieved=lambda: partial.size,
            )
            partial.publish(target)
        self._progress.say(f"{target} is complete and verified: {self._progress.summary()}")

    def _fetch_rest(self, partial: PartialFile, open_blob: OpenBlob) -> None:
        if partial.is_complete:
            return
        answer, offset = open_blob(partial.blob.digest, partial.size)
        with answer:
            if offset != partial.size:
                partial.restart()
            buffer = memoryview(bytearray(_PIECE))
            while received := read_some(answer, buffer):
                partial.append(buffer[:received])
                self._progress.advance(received, done=partial.size, total=partial.blob.size)
        if not partial.is_complete:
            raise UnreachableError(f"the connection ended after {partial.size} of {partial.blob.size} bytes")

    def _refuse_too_small_a_disk(self, needed: int) -> None:
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            raise StorageError(f"{self._folder} is too small: {needed} more bytes are needed, {free} are free")

    def _discard_partials(self, *, keep: Path) -> None:
        for leftover in self._folder.glob(f".*{_PARTIAL_SUFFIX}"):
            if leftover != keep:
                leftover.unlink()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder; the kernel frees it when the process ends, however it ends."""
        with (self._folder / _LOCK_FILE).open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._progress.say(f"another pull is filling {self._folder}; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class PartialFile:
    """The beginning of a blob on disk, and the hash of it so far."""

    def __init__(self, path: Path, blob: Blob) -> None:
        self.blob = blob
        self.size = 0
        self._path = path
        self._hash: _Hash = hashlib.sha256()
        self._file = open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644), "r+b", buffering=0)  # noqa: PTH123, SIM115 - O_NOFOLLOW needs a descriptor, and __exit__ closes it
        self._take_up_what_is_there()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def is_complete(self) -> bool:
        """Whether as many bytes are there as the blob has."""
        return self.size == self.blob.size

    def restart(self) -> None:
        """Forget everything so far."""
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self.size = 0

    def append(self, piece: memoryview) -> None:
        """
        Add bytes.

        Raises:
            DigestMismatchError: if there are more than the blob has.

        """
        if self.size + len(piece) > self.blob.size:
            self._path.unlink()
            raise DigestMismatchError("what the registry sends", expected=f"{self.blob.size} bytes", received="more")
        self._hash.update(piece)
        self.size += _write_all(self._file.fileno(), piece)

    def publish(self, target: Path) -> None:
        """
        Give the complete file its final name, so that it survives a crash.

        Raises:
            DigestMismatchError: if the bytes are not the announced ones; they are deleted.

        """
        received = f"sha256:{self._hash.hexdigest()}"
        if received != self.blob.digest:
            self._path.unlink()
            raise DigestMismatchError("what the registry sent", expected=self.blob.digest, received=received)
        os.fsync(self._file.fileno())
        self._path.replace(target)
        _sync_folder(target.parent)

    def _take_up_what_is_there(self) -> None:
        if os.fstat(self._file.fileno()).st_size > self.blob.size:
            self.restart()
        for piece in _pieces(self._file.readinto):
            self._hash.update(piece)
            self.size += len(piece)


def _pieces(read_into: Callable[[memoryview], int | None]) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_PIECE))
    while count := read_into(buffer):
        yield buffer[:count]


def _write_all(descriptor: int, piece: memoryview) -> int:
    written = 0
    while written < len(piece):
        written += os.write(descriptor, piece[written:])
    return written


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _storage_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        problem = "is full" if fault.errno in _FULL else f"cannot be written: {fault.strerror or fault}"
        raise StorageError(f"{folder} {problem}") from fault
