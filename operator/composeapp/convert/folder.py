"""The files of the project that a conversion takes up, as the steps ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["file", "folder", "missing", "outside", "other"]


class Folder(Protocol):
    """The project's folder; paths are relative to it."""

    def kind(self, path: str) -> Kind:
        """Tell what there is; ``outside`` is what lies beyond the project's folder, also by a link."""

    def read(self, path: str) -> bytes:
        """Return what is in a file."""

    def files(self, path: str) -> Iterator[str]:
        """Yield the files below a folder in the order of their names, as paths relative to it."""


class DiskFolder:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def kind(self, path: str) -> Kind:
        """Tell what there is."""
        place = (self._folder / path).resolve()
        if not place.is_relative_to(self._folder):
            return "outside"
        if place.is_file():
            return "file"
        if place.is_dir():
            return "folder"
        return "other" if place.exists() else "missing"

    def read(self, path: str) -> bytes:
        """
        Return what is in a file.

        Raises:
            OSError: if it cannot be read.

        """
        return (self._folder / path).read_bytes()

    def files(self, path: str) -> Iterator[str]:
        """Yield the files below a folder; links that lead out of the project are left out."""
        root = self._folder / path
        for place in sorted(root.rglob("*")):
            if place.is_file() and place.resolve().is_relative_to(self._folder):
                yield place.relative_to(root).as_posix()
