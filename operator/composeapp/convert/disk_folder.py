"""A project's folder on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from composeapp.convert.folder import Kind


class DiskFolder:
    """
    The files below a folder.

    With ``is_open`` those that lie elsewhere can be read too: by ``..``, an absolute path, or a link.
    """

    def __init__(self, folder: Path, *, is_open: bool = False) -> None:
        self._folder = folder.resolve()
        self._is_open = is_open

    def relative(self, path: str) -> str:
        """Say an absolute path of something in the folder relative to it."""
        place = os.path.normpath(self._place(path))
        if Path(path).is_absolute() and Path(place).is_relative_to(self._folder):
            return f"./{os.path.relpath(place, self._folder)}"
        return path

    def kind(self, path: str) -> Kind:
        """Tell what there is."""
        try:
            place = self._place(path).resolve()
            if not (self._is_open or place.is_relative_to(self._folder)):
                return "outside"
            if place.is_file():
                return "file"
            if place.is_dir():
                return "folder"
            return "other" if place.exists() else "missing"
        except (OSError, RuntimeError):  # a folder that is closed to us, a link that leads to itself
            return "other"

    def size(self, path: str) -> int:
        """Tell how many bytes are in a file."""
        return self._place(path).stat().st_size

    def is_executable(self, path: str) -> bool:
        """Tell whether its owner can run a file."""
        return bool(self._place(path).stat().st_mode & 0o100)

    def read(self, path: str) -> bytes:
        """Return what is in a file."""
        return self._place(path).read_bytes()

    def entries(self, path: str) -> Iterator[str]:
        """Yield everything below a folder that is no folder."""
        with os.scandir(self._place(path)) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from (f"{entry.name}/{below}" for below in self.entries(entry.path))
            else:
                yield entry.name

    def _place(self, path: str) -> Path:
        return self._folder / Path(path).expanduser()
