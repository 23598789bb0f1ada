"""The files of the project that a conversion takes up, as its steps ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["file", "folder", "missing", "outside", "other"]


class Folder(Protocol):
    """The project's folder; paths are absolute or relative to it. What reads raises ``OSError``."""

    def relative(self, path: str) -> str:
        """Say an absolute path of something in the folder relative to it: ``./data``."""

    def kind(self, path: str) -> Kind:
        """Tell what there is; ``outside`` is what lies beyond the project's folder, also by a link."""

    def size(self, path: str) -> int:
        """Tell how many bytes are in a file."""

    def is_executable(self, path: str) -> bool:
        """Tell whether a file is a program or a script."""

    def read(self, path: str) -> bytes:
        """Return what is in a file."""

    def entries(self, path: str) -> Iterator[str]:
        """
        Yield everything below a folder that is no folder, as paths relative to it, in the order of their names.

        Links are not followed. A folder may be large: nothing is looked at that is not asked for.
        """
