"""What a folder of the project holds, as far as it matters what becomes of a mount of it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from itertools import islice
from typing import Final

from composeapp.convert.folder import Folder

_MOST_FILES: Final = 20
_MOST_BYTES: Final = 64 * 1024
"""What is a small tree of text."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Of a large folder, what its first entries tell."""

    texts: tuple[str, ...] = ()
    """Files that hold text."""
    is_empty: bool = True
    is_small_text: bool = False
    """All that is in it: few texts, together small enough to write them down."""
    outside: str = ""
    """A link in it that leads out of the project."""


def look(folder: Folder, path: str) -> Tree:
    """
    Look what is in a folder.

    Raises:
        OSError: if it cannot be read.

    """
    entries = tuple(islice(folder.entries(path), _MOST_FILES + 1))
    places = {entry: posixpath.join(path, entry) for entry in entries}
    kinds = {entry: folder.kind(place) for entry, place in places.items()}
    sizes = {entry: folder.size(places[entry]) for entry in entries if kinds[entry] == "file"}
    texts = tuple(it for it, size in sizes.items() if size <= _MOST_BYTES and _is_text(folder.read(places[it])))
    return Tree(
        texts=texts,
        is_empty=not entries,
        is_small_text=0 < len(entries) <= _MOST_FILES and texts == entries and sum(sizes.values()) <= _MOST_BYTES,
        outside=next((places[entry] for entry in entries if kinds[entry] == "outside"), ""),
    )


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
